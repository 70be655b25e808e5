"""One customer in a browser: facts edited in place, conflicts, follow-ups, participants, owner, timeline, what the rules refuse."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.support.client import Client
from tests.support.wait import wait_until

pytestmark = pytest.mark.browser


def open_page(page: Page, customer: dict[str, Any]) -> None:
    """Show the customer on its own page."""
    page.goto(f"/customers/{customer['customer_id']}")
    expect(page.get_by_role("heading", name=str(customer["name"]))).to_be_visible()


def now(client: Client, customer: dict[str, Any]) -> dict[str, Any]:
    """The customer as it stands."""
    return dict(client.get(f"/api/customers/{customer['customer_id']}").expect(200))


def until(client: Client, customer: dict[str, Any], field: str, value: object) -> None:
    """Wait until the server holds the value."""
    wait_until(lambda: now(client, customer)[field] == value, seconds=5, what=f"{field} = {value}")


def edit_fact(page: Page, label: str, text: str) -> Locator:
    """Open a fact and type into it, without saving."""
    page.get_by_role("button", name=f"修改{label}", exact=True).click()
    field = page.get_by_role("textbox", name=label, exact=True)
    field.fill(text)
    return field


def test_a_fact_is_edited_in_place_and_escape_leaves_it(signed_in: Page, member: Client) -> None:
    customer = member.create_customer(phone="021-62350001")
    open_page(signed_in, customer)
    edit_fact(signed_in, "电话", "021-62350002").press("Escape")
    expect(signed_in.get_by_role("button", name="修改电话")).to_contain_text("021-62350001")
    edit_fact(signed_in, "电话", "021-62350003").press("Enter")
    expect(signed_in.get_by_role("button", name="修改电话")).to_contain_text("021-62350003")
    assert now(member, customer)["phone"] == "021-62350003"


def test_enter_of_an_input_method_does_not_save(signed_in: Page, member: Client) -> None:
    customer = member.create_customer()
    open_page(signed_in, customer)
    field = edit_fact(signed_in, "微信", "zhongguo")
    field.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True, "bubbles": True})
    expect(field).to_be_visible()
    assert now(member, customer)["wechat"] is None


def test_a_refused_value_stays_in_its_field_with_the_reason(signed_in: Page, member: Client) -> None:
    customer = member.create_customer()
    open_page(signed_in, customer)
    field = edit_fact(signed_in, "邮箱", "not an address")
    field.press("Enter")
    expect(signed_in.get_by_role("alert")).to_have_text("邮箱格式不正确。")
    expect(field).to_have_value("not an address")


def test_a_field_changed_by_two_asks_and_loses_nothing(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    customer = member.create_customer(phone="021-62350010", visibility="public")
    other = new_member(name="另一位")
    open_page(signed_in, customer)
    field = edit_fact(signed_in, "电话", "021-62350011")
    other.edit_customer(now(other, customer), phone="021-62350012")
    field.press("Enter")
    dialog = signed_in.get_by_role("dialog", name="其他人刚修改了同一内容")
    for text in ("021-62350010", "021-62350011", "021-62350012", "另一位"):
        expect(dialog).to_contain_text(text)
    dialog.get_by_role("button", name="继续编辑").click()
    expect(field).to_have_value("021-62350011")
    field.press("Enter")
    dialog.get_by_role("button", name="保存所选").click()
    expect(signed_in.get_by_role("button", name="修改电话")).to_contain_text("021-62350011")
    assert now(member, customer)["phone"] == "021-62350011"


def test_edits_of_different_fields_merge_with_a_note(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    customer = member.create_customer(phone="021-62350020")
    other = new_member()
    open_page(signed_in, customer)
    field = edit_fact(signed_in, "电话", "021-62350021")
    other.edit_customer(now(other, customer), wechat="wx_other")
    field.press("Enter")
    expect(signed_in.get_by_role("button", name="修改电话")).to_contain_text("021-62350021")
    expect(signed_in.get_by_role("button", name="修改微信")).to_contain_text("wx_other")
    stands = now(member, customer)
    assert (stands["phone"], stands["wechat"]) == ("021-62350021", "wx_other")


def test_the_form_saves_only_what_differs_and_can_be_given_up(signed_in: Page, member: Client) -> None:
    customer = member.create_customer(phone="021-62350030")
    open_page(signed_in, customer)
    signed_in.get_by_role("tab", name="详细资料").click()
    signed_in.get_by_role("textbox", name="简称", exact=True).fill("简")
    expect(signed_in.get_by_text("1 项修改未保存")).to_be_visible()
    signed_in.get_by_role("button", name="放弃修改").click()
    expect(signed_in.get_by_role("textbox", name="简称", exact=True)).to_have_value("")
    signed_in.get_by_role("textbox", name="简称", exact=True).fill("简称")
    signed_in.get_by_role("textbox", name="地址", exact=True).fill("科技大道 88 号")
    with signed_in.expect_request(lambda request: request.method == "PATCH") as sent:
        signed_in.keyboard.press("Control+Enter")
    assert set(sent.value.post_data_json or {}) == {"short_name", "address", "base"}
    expect(signed_in.get_by_text("项修改未保存")).to_have_count(0)
    until(member, customer, "address", "科技大道 88 号")


def test_the_status_is_one_click_and_can_be_taken_back(signed_in: Page, member: Client) -> None:
    customer = member.create_customer()
    open_page(signed_in, customer)
    steps = signed_in.get_by_role("group", name="客户状态")
    steps.get_by_role("button", name="意向").click()
    expect(steps.get_by_role("button", name="意向")).to_have_attribute("aria-pressed", "true")
    until(member, customer, "status", "interested")
    signed_in.get_by_role("button", name="撤销").click()
    until(member, customer, "status", "new")


def test_one_save_records_the_follow_up_status_and_next_contact(signed_in: Page, member: Client) -> None:
    customer = member.create_customer()
    open_page(signed_in, customer)
    signed_in.keyboard.press("l")
    composer = signed_in.get_by_role("region", name="写跟进")
    expect(composer.get_by_role("textbox", name="跟进内容")).to_be_focused()
    composer.get_by_role("radio", name="拜访").click()
    composer.get_by_role("textbox", name="跟进内容").fill("上门拜访，确认了需求")
    composer.get_by_role("combobox", name="状态改为").click()
    signed_in.locator(".ant-select-dropdown:visible").get_by_text("方案/报价").click()
    composer.get_by_role("button", name="明天").click()
    composer.get_by_role("textbox", name="跟进内容").press("Control+Enter")
    expect(signed_in.get_by_role("tabpanel").get_by_text("上门拜访，确认了需求")).to_be_visible()
    expect(composer.get_by_role("textbox", name="跟进内容")).to_have_value("")
    stands = now(member, customer)
    assert stands["status"] == "proposal"
    assert stands["next_contact_at"] is not None
    assert [one["method"] for one in member.get(f"/api/customers/{customer['customer_id']}/follow_ups").json["items"]] == ["visit"]


def test_a_draft_survives_leaving_the_page(signed_in: Page, member: Client) -> None:
    first, second = member.create_customer(), member.create_customer()
    open_page(signed_in, first)
    signed_in.get_by_role("textbox", name="跟进内容").fill("还没写完")
    expect(signed_in.get_by_text("草稿已自动保存在本机")).to_be_visible()
    open_page(signed_in, second)
    expect(signed_in.get_by_role("textbox", name="跟进内容")).to_have_value("")
    open_page(signed_in, first)
    expect(signed_in.get_by_role("textbox", name="跟进内容")).to_have_value("还没写完")


def test_own_follow_ups_are_edited_and_deleted(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    customer = member.create_customer()
    participant = new_member(name="参与的人")
    member.post(f"/api/customers/{customer['customer_id']}/participants", {"member_id": participant.member_id, "role": "editor"}).expect()
    participant.follow_up(customer["customer_id"], "别人写的")
    member.follow_up(customer["customer_id"], "我写的")
    open_page(signed_in, customer)
    theirs = signed_in.get_by_role("listitem").filter(has_text="别人写的")
    theirs.get_by_role("button", name="跟进操作").click()
    expect(signed_in.get_by_role("menuitem", name="编辑")).to_have_count(0)
    expect(signed_in.get_by_role("menuitem", name="删除")).to_be_visible()
    signed_in.keyboard.press("Escape")
    mine = signed_in.get_by_role("listitem").filter(has_text="我写的")
    mine.get_by_role("button", name="跟进操作").click()
    signed_in.get_by_role("menuitem", name="编辑").click()
    signed_in.get_by_role("listitem").get_by_role("textbox", name="跟进内容").fill("我改过的")
    signed_in.get_by_role("listitem").get_by_role("button", name="保存").click()
    changed = signed_in.get_by_role("listitem").filter(has_text="我改过的")
    changed.get_by_role("button", name="跟进操作").click()
    signed_in.get_by_role("menuitem", name="删除").click()
    signed_in.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(changed).to_have_count(0)


def test_the_owner_is_changed_by_plus_and_may_stay_as_participant(
    signed_in: Page, member: Client, new_member: Callable[..., Client]
) -> None:
    customer = member.create_customer()
    heir = new_member(name=f"接手{uuid.uuid4().hex[:4]}")
    open_page(signed_in, customer)
    signed_in.get_by_role("button", name="分配客户").click()
    signed_in.get_by_text("留作参与人·查看").click()
    signed_in.get_by_role("combobox", name="分配给").fill(str(heir.member["name"]))
    signed_in.keyboard.press("Enter")  # at once: it waits for the list that answers the text
    expect(signed_in.get_by_text(f"已分配给 {heir.member['name']}")).to_be_visible()
    stands = now(heir, customer)
    assert stands["owner"]["member_id"] == heir.member_id
    assert [(one["member_id"], one["role"]) for one in stands["participants"]] == [(member.member_id, "viewer")]
    refused = signed_in.get_by_role("button", name="编辑", exact=True)
    expect(refused).to_be_disabled()
    expect(signed_in.get_by_role("note", name=re.compile("仅查看的参与人")).first).to_be_visible()
    signed_in.get_by_role("tab", name="归属记录").click()
    expect(signed_in.get_by_role("tabpanel")).to_contain_text(str(heir.member["name"]))


def test_participants_are_invited_changed_and_removed(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    customer = member.create_customer()
    guest = new_member(name=f"受邀{uuid.uuid4().hex[:4]}")
    name = str(guest.member["name"])
    open_page(signed_in, customer)
    signed_in.get_by_role("button", name="添加参与人").click()
    signed_in.get_by_role("combobox", name="添加参与人").fill(name)
    signed_in.get_by_role("option", name=name).click()
    entry = signed_in.get_by_role("button", name=f"调整参与人 {name}")
    expect(entry).to_contain_text("仅查看")
    entry.click()
    signed_in.get_by_role("tooltip").get_by_text("可编辑").click()
    expect(entry).to_contain_text("可编辑")
    signed_in.get_by_role("button", name="移除参与人").click()
    expect(entry).to_have_count(0)
    assert now(member, customer)["participants"] == []


def test_return_to_the_pool_and_claim(signed_in: Page, member: Client) -> None:
    customer = member.create_customer()
    open_page(signed_in, customer)
    signed_in.get_by_role("button", name="更多", exact=True).click()
    signed_in.get_by_role("menuitem", name="设为公海").click()
    dialog = signed_in.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="设为公海")).to_be_disabled()
    dialog.get_by_role("radio", name="无预算").check()
    dialog.get_by_role("textbox", name="说明").fill("明年再联系")
    dialog.get_by_role("button", name="设为公海").click()
    expect(signed_in.get_by_text("明年再联系").first).to_be_visible()
    until(member, customer, "state", "pool")
    signed_in.get_by_role("button", name="领取").click()
    until(member, customer, "state", "owned")
    expect(signed_in.get_by_role("button", name="写跟进")).to_be_visible()


def test_who_comes_second_is_told_who_won(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    customer = member.create_customer()
    member.return_to_pool(customer["customer_id"])
    winner = new_member(name="先到一步")

    def first(route: Route) -> None:
        """Somebody else is quicker by the time of one request."""
        winner.claim(customer["customer_id"]).expect(200)
        route.continue_()

    open_page(signed_in, customer)
    signed_in.route("**/claim", first)
    signed_in.get_by_role("button", name="领取").click()
    expect(signed_in.get_by_text("已被 先到一步 领取")).to_be_visible()


def test_the_timeline_says_each_change_and_can_be_filtered(signed_in: Page, member: Client) -> None:
    customer = member.create_customer(level="B")
    member.follow_up(customer["customer_id"], "第一次通话")
    changed = member.edit_customer(now(member, customer), level="A", phone="021-62350040")
    member.timeline_to(customer["customer_id"], changed["version"])
    open_page(signed_in, customer)
    signed_in.get_by_role("tab", name="动态").click()
    panel = signed_in.get_by_role("tabpanel")
    edit = panel.get_by_role("listitem").filter(has_text="修改了资料")
    expect(edit).to_contain_text("B 普通")
    expect(edit).to_contain_text("A 重点")
    expect(edit).to_contain_text("021-62350040")
    expect(panel.get_by_text("第一次通话")).to_be_visible()
    panel.get_by_role("combobox", name="按类型筛选").click()
    signed_in.locator(".ant-select-dropdown:visible").get_by_text("跟进", exact=True).click()
    expect(edit).to_have_count(0)
    panel.get_by_role("textbox", name="搜索动态").fill("没有这样的内容")
    expect(panel.get_by_text("没有符合条件的动态")).to_be_visible()


def test_what_others_do_appears_without_reloading(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    customer = member.create_customer()
    other = new_member(name="远处的同事")
    with signed_in.expect_response(lambda answer: "/api/live" in answer.url and customer["customer_id"] in answer.url):
        open_page(signed_in, customer)
    signed_in.get_by_role("tab", name="动态").click()
    expect(signed_in.get_by_role("tabpanel").get_by_text("创建了客户")).to_be_visible()
    other.edit_customer(now(other, customer), wechat="wx_live")
    expect(signed_in.get_by_role("button", name="修改微信")).to_contain_text("wx_live")
    expect(signed_in.get_by_role("tabpanel").get_by_role("listitem").filter(has_text="远处的同事").first).to_contain_text("wx_live")


def test_a_timeline_that_is_away_leaves_the_rest_usable(signed_in: Page, member: Client) -> None:
    customer = member.create_customer(phone="021-62350050")
    away = {"status": 503, "content_type": "application/problem+json", "body": '{"status":503,"code":"activity_unavailable"}'}
    signed_in.route("**/timeline*", lambda route: route.fulfill(**away))
    open_page(signed_in, customer)
    signed_in.get_by_role("tab", name="动态").click()
    expect(signed_in.get_by_text("动态暂时无法显示")).to_be_visible()
    edit_fact(signed_in, "电话", "021-62350051").press("Enter")
    until(member, customer, "phone", "021-62350051")


def test_a_private_customer_of_others_is_not_there(signed_in: Page, new_member: Callable[..., Client]) -> None:
    customer = new_member().create_customer(name=f"秘密客户{uuid.uuid4().hex[:6]}", visibility="private")
    signed_in.goto(f"/customers/{customer['customer_id']}")
    expect(signed_in.get_by_text("找不到这个客户")).to_be_visible()
    expect(signed_in.get_by_text(str(customer["name"]))).to_have_count(0)


def test_the_drawer_walks_the_list_by_keys(signed_in: Page, member: Client) -> None:
    names = [f"甲乙丙{index}{uuid.uuid4().hex[:4]}" for index in range(3)]
    for name in names:
        member.create_customer(name=name)
    signed_in.goto("/customers?view=mine&sort=created_at:asc")
    signed_in.get_by_role("link", name=names[0]).click()
    heading = signed_in.get_by_role("dialog").get_by_role("heading", level=2).first
    expect(heading).to_have_text(names[0])
    signed_in.keyboard.press("]")
    expect(heading).to_have_text(names[1])
    signed_in.keyboard.press("]")
    expect(heading).to_have_text(names[2])
    signed_in.keyboard.press("[")
    expect(heading).to_have_text(names[1])
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("tab", ["跟进", "详细资料", "动态", "归属记录"])
def test_every_tab_passes_axe(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None], tab: str) -> None:
    customer = member.create_customer(phone="021-62350060", level="A", source="website")
    member.follow_up(customer["customer_id"], "一次通话", status="interested")
    open_page(signed_in, customer)
    signed_in.get_by_role("tab", name=tab).click()
    expect(signed_in.get_by_role("tabpanel")).not_to_be_empty()
    check_accessibility(signed_in)


def test_the_phone_screen_passes_axe(phone: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    customer = member.create_customer(phone="021-62350070")
    open_page(phone, customer)
    phone.get_by_role("tab", name="概况").click()
    expect(phone.get_by_role("button", name="修改电话")).to_be_visible()
    check_accessibility(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_english_page_holds_no_chinese_of_ours(english: Page, member: Client) -> None:
    customer = member.create_customer(name="Northwind", level="A", source="website")
    english.goto(f"/customers/{customer['customer_id']}")
    for tab in ("Follow-ups", "Details", "Timeline", "Ownership"):
        english.get_by_role("tab", name=tab).click()
        expect(english.get_by_role("tabpanel")).not_to_be_empty()
        text = english.locator("main").inner_text().replace(str(member.member["name"]), "")
        assert not re.search(r"[\u4e00-\u9fff]", text), re.findall(r".*[\u4e00-\u9fff].*", text)[:5]
