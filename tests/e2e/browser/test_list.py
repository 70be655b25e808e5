"""The customer list in a browser: views, search, order, choosing, batches, claiming, keys, phone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser


def open_list(page: Page, address: str = "/customers?view=mine") -> None:
    """Open a list and wait for its first row, card or reason to be empty."""
    page.goto(address)
    expect(page.locator("[data-row-key], main li, main p").first).to_be_visible()


def row(page: Page, name: str) -> Locator:
    """The row of a customer."""
    return page.get_by_role("row").filter(has_text=name)


def choose(page: Page, *names: str) -> None:
    """Tick the boxes of these customers."""
    for name in names:
        page.get_by_role("checkbox", name=f"选择 {name}").check()


def unique(text: str) -> str:
    """A name that no other test has."""
    return f"{text}{uuid.uuid4().hex[:6]}"


def test_a_member_finds_his_customers_and_their_number(signed_in: Page, member: Client) -> None:
    names = [member.create_customer()["name"] for _ in range(3)]
    open_list(signed_in)
    for name in names:
        expect(row(signed_in, name)).to_be_visible()
    expect(signed_in.get_by_role("heading", level=1)).to_have_text("我负责的3")
    expect(signed_in.get_by_role("link", name="我负责的")).to_contain_text("3")


def test_an_empty_list_says_how_to_fill_it(signed_in: Page) -> None:
    open_list(signed_in)
    expect(signed_in.get_by_text("还没有您负责的客户")).to_be_visible()
    signed_in.get_by_role("main").get_by_role("button", name="去公海看看").click()
    expect(signed_in).to_have_url(re.compile("view=pool"))


def test_what_a_view_does_not_hold_is_looked_for_in_all(signed_in: Page, new_member: Callable[..., Client]) -> None:
    name = new_member().create_customer(name=unique("别处"), visibility="public")["name"]
    open_list(signed_in, f"/customers?view=mine&q={name}")
    expect(signed_in.get_by_text("没有符合条件的客户")).to_be_visible()
    signed_in.get_by_role("button", name="在全部客户中查找").click()
    expect(row(signed_in, name)).to_have_count(1)
    assert "view=all" in signed_in.url


def test_the_search_stands_in_the_address_and_finds_by_pinyin(signed_in: Page, member: Client) -> None:
    found, other = member.create_customer(name=unique("阿里巴巴")), member.create_customer(name=unique("腾讯"))
    open_list(signed_in)
    signed_in.keyboard.press("/")
    signed_in.keyboard.type("alibb")
    expect(row(signed_in, other["name"])).to_have_count(0)
    expect(row(signed_in, found["name"])).to_be_visible()
    expect(signed_in).to_have_url(re.compile("q=alibb"))
    signed_in.reload()
    expect(row(signed_in, found["name"])).to_be_visible()
    expect(row(signed_in, other["name"])).to_have_count(0)


def test_a_header_sorts_turns_and_lets_go(signed_in: Page, member: Client) -> None:
    member.create_customer(name="甲公司"), member.create_customer(name="阿公司")
    open_list(signed_in)
    head = signed_in.get_by_role("columnheader", name="客户名称")
    rows = signed_in.locator("[data-row-key]")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(rows.first).to_contain_text("阿公司")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(rows.first).to_contain_text("甲公司")
    head.get_by_role("button").click()
    expect(head).not_to_have_attribute("aria-sort", re.compile(".*"))
    expect(signed_in).not_to_have_url(re.compile("sort="))


def test_a_star_is_set_at_once_and_stays(signed_in: Page, member: Client) -> None:
    name = member.create_customer()["name"]
    open_list(signed_in)
    with signed_in.expect_response(lambda answer: answer.url.endswith("/star") and answer.ok):
        signed_in.get_by_role("button", name=f"为 {name} 加星标").click()
        expect(signed_in.get_by_role("button", name=f"取消 {name} 的星标")).to_be_visible()
    open_list(signed_in, "/customers?view=starred")
    expect(row(signed_in, name)).to_be_visible()


def test_chosen_customers_are_assigned_together(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    colleague = new_member(name=unique("李娜"))
    names = [member.create_customer()["name"] for _ in range(3)]
    open_list(signed_in)
    choose(signed_in, names[0], names[1])
    signed_in.get_by_role("toolbar").get_by_role("button", name="分配客户").click()
    dialog = signed_in.get_by_role("dialog")
    dialog.get_by_role("combobox").fill(colleague.member["name"])
    signed_in.locator(".ant-select-item-option").filter(has_text=colleague.member["name"]).click()
    dialog.get_by_role("button", name="分配 2 个客户").click()
    expect(signed_in.get_by_text("已分配 2 个客户")).to_be_visible()
    expect(row(signed_in, names[0])).to_have_count(0)
    expect(row(signed_in, names[2])).to_be_visible()
    assert {each["name"] for each in colleague.get("/api/customers", view="mine").expect()["items"]} == set(names[:2])


def test_customers_are_spread_evenly_over_several(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    colleagues = [new_member(name=unique("平")) for _ in range(2)]
    for _ in range(4):
        member.create_customer()
    open_list(signed_in)
    signed_in.get_by_role("checkbox", name="选择已加载的全部客户").check()
    signed_in.keyboard.press("a")
    dialog = signed_in.get_by_role("dialog")
    dialog.get_by_text("平均分给多人").click()
    for colleague in colleagues:
        dialog.get_by_role("combobox").fill(colleague.member["name"])
        signed_in.locator(".ant-select-item-option").filter(has_text=colleague.member["name"]).click()
    dialog.get_by_role("button", name="分配 4 个客户").click()
    expect(signed_in.get_by_text("已分配 4 个客户")).to_be_visible()
    assert [len(each.get("/api/customers", view="mine").expect()["items"]) for each in colleagues] == [2, 2]


def test_what_a_batch_skipped_is_told_with_its_reason(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    mark = unique("批")
    mine, foreign = member.create_customer(name=f"{mark}我的"), new_member().create_customer(name=f"{mark}别人的")
    open_list(signed_in, f"/customers?view=all&q={mark}")
    choose(signed_in, mine["name"], foreign["name"])
    signed_in.get_by_role("toolbar").get_by_role("button", name="设为公海").click()
    signed_in.locator("#return-reason").click()
    signed_in.locator(".ant-select-item-option").filter(has_text="无预算").click()
    signed_in.get_by_role("button", name="设为公海 (2)").click()
    sheet = signed_in.get_by_role("dialog").filter(has_text="设为公海的结果")
    expect(sheet).to_contain_text("成功 1")
    expect(sheet).to_contain_text("跳过 1")
    expect(sheet).to_contain_text(foreign["name"])
    expect(sheet).to_contain_text("负责人")
    with signed_in.expect_download() as download:
        sheet.get_by_role("button", name="下载结果").click()
    assert foreign["name"] in download.value.path().read_text(encoding="utf-8-sig")


def test_the_second_claimer_is_told_who_was_first(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    first, mark = new_member(name=unique("王五")), unique("抢")
    customer = member.create_customer(name=mark)
    member.post(f"/api/customers/{customer['customer_id']}/return_to_pool", {"reason": "no_interest"}).expect()
    open_list(signed_in, f"/customers?view=pool&q={mark}")
    expect(row(signed_in, mark)).to_contain_text("无意向")
    # Live updates would take the row away before it can be clicked: the race is lost on a page that has not heard of it yet.
    signed_in.route("**/api/live*", lambda route: route.abort())
    signed_in.route("**/api/customers?*", lambda route: route.abort())
    first.post(f"/api/customers/{customer['customer_id']}/claim").expect()
    signed_in.get_by_role("button", name=f"领取 {mark}").click()
    expect(signed_in.get_by_text(f"已被 {first.member['name']} 领取")).to_be_visible()


def test_claiming_from_the_pool_makes_it_mine(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    mark = unique("领")
    other = new_member()
    customer = other.create_customer(name=mark)
    other.post(f"/api/customers/{customer['customer_id']}/return_to_pool", {"reason": "unreachable", "note": "三次未接"}).expect()
    open_list(signed_in, f"/customers?view=pool&q={mark}")
    expect(row(signed_in, mark)).to_contain_text(other.member["name"])
    signed_in.get_by_role("button", name=f"领取 {mark}").click()
    expect(signed_in.get_by_text(f"已领取“{mark}”")).to_be_visible()
    assert [each["name"] for each in member.get("/api/customers", view="mine").expect()["items"]] == [mark]


def test_the_keyboard_walks_chooses_and_opens(signed_in: Page, member: Client) -> None:
    for _ in range(3):
        member.create_customer()
    open_list(signed_in)
    names = signed_in.locator("[data-row-key] a").all_inner_texts()
    for key in ("j", "x", "j", "j", "Shift+X"):
        signed_in.keyboard.press(key)
    expect(signed_in.get_by_text("已选 3")).to_be_visible()
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_text("已选 3")).to_have_count(0)
    signed_in.keyboard.press("k")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("open="))
    expect(signed_in.get_by_role("dialog")).to_contain_text(names[1])
    signed_in.keyboard.press("Escape")
    expect(signed_in).not_to_have_url(re.compile("open="))


def test_keys_lead_from_the_search_box_to_the_rows_and_back(signed_in: Page, member: Client) -> None:
    mark = f"键{uuid.uuid4().hex[:6]}"
    for name in ("甲地", "乙站", "丙楼"):
        member.create_customer(name=f"{mark}{name}")
    open_list(signed_in, "/customers?view=mine&sort=created_at:asc")
    box, keys = signed_in.get_by_role("searchbox", name="搜索客户"), signed_in.keyboard
    box.fill(f"{mark}乙站")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(box).to_be_focused()
    keys.press("Enter")
    expect(box).not_to_be_focused()
    expect(signed_in.locator("[data-row-key]")).to_have_count(1)
    keys.press("Enter")
    expect(signed_in.get_by_role("dialog")).to_contain_text(f"{mark}乙站")
    keys.press("Escape")
    expect(signed_in.get_by_role("dialog")).to_have_count(0)
    keys.press("/")
    expect(box).to_be_focused()
    keys.press("Escape")
    expect(box).to_have_value(f"{mark}乙站")
    expect(box).not_to_be_focused()
    keys.press("Escape")
    expect(box).to_have_value("")
    expect(signed_in.locator("[data-row-key]")).to_have_count(3)
    keys.press("/")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(signed_in.get_by_role("dialog")).to_contain_text(f"{mark}甲地")
    keys.press("]")
    expect(signed_in.get_by_role("dialog")).to_contain_text(f"{mark}乙站")
    keys.press("Escape")
    expect(signed_in.get_by_role("dialog")).to_have_count(0)
    keys.press("j")
    keys.press("Enter")
    expect(signed_in.get_by_role("dialog")).to_contain_text(f"{mark}丙楼")


def test_letters_do_nothing_while_an_input_method_composes(signed_in: Page, member: Client) -> None:
    member.create_customer()
    open_list(signed_in)
    signed_in.evaluate("window.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', isComposing: true, bubbles: true}))")
    signed_in.keyboard.press("j")
    expect(signed_in.get_by_role("dialog")).to_have_count(0)


def test_scrolling_loads_more_and_keeps_what_was_chosen(signed_in: Page, member: Client) -> None:
    for number in range(60):
        member.create_customer(name=f"第{number:03d}家公司")
    open_list(signed_in, "/customers?view=mine&sort=name:asc")
    choose(signed_in, "第000家公司")
    expect(signed_in.get_by_text("已显示 50 / 60")).to_be_visible()
    signed_in.locator("[data-row-key]").first.hover()
    signed_in.mouse.wheel(0, 20_000)
    expect(signed_in.get_by_text("共 60 个客户")).to_be_visible()
    expect(signed_in.get_by_text("已选 1")).to_be_visible()
    signed_in.get_by_role("button", name="选择全部 60 条符合条件的").click()
    expect(signed_in.get_by_text("已选全部 60 条符合条件的")).to_be_visible()


def test_column_settings_stay_for_the_view(signed_in: Page, member: Client) -> None:
    member.create_customer(phone="0571-85022088")
    open_list(signed_in)
    signed_in.get_by_role("button", name="列设置").click()
    signed_in.get_by_role("checkbox", name="电话").check()
    signed_in.get_by_role("checkbox", name="省份").uncheck()
    signed_in.reload()
    expect(signed_in.get_by_role("columnheader", name="电话")).to_be_visible()
    expect(signed_in.get_by_role("columnheader", name="省份")).to_have_count(0)


def test_who_is_not_signed_in_comes_back_after_signing_in(page: Page, member: Client) -> None:
    page.goto("/customers?view=pool")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.context.add_cookies(member.browser_cookies())
    page.goto("/customers?view=pool")
    expect(page.get_by_role("heading", level=1)).to_contain_text("公海")


def test_a_customer_that_a_colleague_hands_over_appears_by_itself(
    signed_in: Page, member: Client, new_member: Callable[..., Client]
) -> None:
    colleague, name = new_member(), unique("移交")
    open_list(signed_in)
    expect(signed_in.get_by_text("还没有您负责的客户")).to_be_visible()
    customer = colleague.create_customer(name=name)
    colleague.post(f"/api/customers/{customer['customer_id']}/assign", {"owner_id": member.member_id}).expect()
    expect(row(signed_in, name)).to_be_visible()


def test_a_session_that_ended_leads_to_the_sign_in_page(signed_in: Page, member: Client) -> None:
    signed_in.route("**/api/live*", lambda route: route.abort())  # the stream would say so first
    open_list(signed_in)
    member.sign_out()
    # At once, without waiting for the link to rest: a background request may lead to the sign-in page first.
    signed_in.evaluate("""() => document.querySelector('a[href="/customers?view=all"]')?.click()""")
    expect(signed_in).to_have_url(re.compile("/sign-in"))


def test_list_bulk_bar_palette_and_shortcuts_pass_axe(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    for level in ("A", "B", "C"):
        member.create_customer(level=level, visibility="private", province="浙江", next_contact_at="2026-01-05T09:00:00+08:00")
    open_list(signed_in, "/customers?view=contact_today")
    check_accessibility(signed_in)
    signed_in.keyboard.press("j")
    signed_in.keyboard.press("x")
    expect(signed_in.get_by_role("toolbar")).to_be_visible()
    check_accessibility(signed_in)
    signed_in.keyboard.press("Control+k")
    expect(signed_in.get_by_role("listbox")).to_be_visible()
    check_accessibility(signed_in)
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_role("dialog")).to_have_count(0)
    signed_in.keyboard.press("?")
    expect(signed_in.get_by_role("dialog")).to_contain_text("键盘快捷键")
    check_accessibility(signed_in)


def test_a_phone_shows_cards_chooses_by_long_press_and_passes_axe(
    phone: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    names = [member.create_customer(phone="0571-85022088", level="A")["name"] for _ in range(2)]
    open_list(phone)
    card = phone.get_by_role("listitem").filter(has_text=names[0])
    expect(card.get_by_role("link", name=f"拨打 {names[0]}")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_accessibility(phone)
    card.click(delay=700, position={"x": 40, "y": 60})
    expect(phone.get_by_text("已选 1")).to_be_visible()
    phone.get_by_role("listitem").filter(has_text=names[1]).click(position={"x": 40, "y": 60})
    expect(phone.get_by_text("已选 2")).to_be_visible()
    check_accessibility(phone)
    phone.get_by_role("button", name="取消选择").click()
    phone.get_by_role("button", name="筛选").click()
    expect(phone.get_by_role("dialog")).to_contain_text("省份")
    check_accessibility(phone)


def test_the_english_screen_holds_no_chinese(english: Page, member: Client) -> None:
    member.create_customer(name="Acme", owner_id=member.member_id)
    for view in ("mine", "participating", "contact_today", "starred", "unassigned"):
        open_list(english, f"/customers?view={view}")
        shown = english.locator("body").inner_text().replace(member.member["name"], "").replace("中", "", 1)
        assert not re.search("[\u4e00-\u9fff]", shown.replace(member.member["name"][-1], "")), f"{view}: {shown}"


def test_the_page_keeps_to_its_content_security_policy(signed_in: Page, member: Client) -> None:
    name = member.create_customer()["name"]
    refused: list[str] = []
    signed_in.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None)
    open_list(signed_in)
    signed_in.keyboard.press("n")
    expect(signed_in.get_by_role("dialog", name="添加客户")).to_be_visible()
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_role("dialog", name="添加客户")).to_be_hidden()
    signed_in.get_by_role("link", name=name).click()
    expect(signed_in.get_by_role("dialog").get_by_role("textbox").first).to_be_visible()
    assert refused == []
