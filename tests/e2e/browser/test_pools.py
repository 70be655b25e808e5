"""Pools in a browser: what a member sees of them, limits explained, where returned customers go, and the page of the admins."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client
from tests.support.lists_of_choices import closed

pytestmark = pytest.mark.browser


def fresh(text: str) -> str:
    """A name that no other test has."""
    return f"{text}{uuid.uuid4().hex[:6]}"


def make_pool(admin: Client, *members: Client, **values: Any) -> dict[str, Any]:
    body = {"name": fresh("公海"), "member_ids": [found.member["member_id"] for found in members], **values}
    made: dict[str, Any] = admin.post("/api/pools", body).expect()
    return made


def pooled(client: Client, pool: dict[str, Any], name: str, **fields: Any) -> dict[str, Any]:
    customer = client.create_customer(name=name, **fields)
    body = {"reason": "no_budget", "pool_id": pool["pool_id"]}
    answer: dict[str, Any] = client.post(f"/api/customers/{customer['customer_id']}/return_to_pool", body).expect()
    return answer


@pytest.fixture
def desk(page: Page, new_member: Callable[..., Client]) -> Page:
    """A page signed in as an admin of its own."""
    page.context.add_cookies(new_member(role="admin", name="管理员甲").browser_cookies())
    return page


def test_the_quota_is_shown_used_and_explained(signed_in: Page, member: Client, admin: Client, new_member: Callable[..., Client]) -> None:
    other, mark = new_member(name="原主"), fresh("额")
    pool = make_pool(admin, member, other, claims_per_day=1, held_max=200)
    for number in range(3):
        pooled(other, pool, f"{mark}{number}", visibility="private", phone="02388889999")
    signed_in.goto("/customers?view=pool")
    bar = signed_in.get_by_role("group", name="公海")
    bar.get_by_text(pool["name"], exact=True).click()
    expect(signed_in).to_have_url(re.compile(f"pool_id={pool['pool_id']}"))
    expect(bar).to_contain_text("今日可领取 1 / 1")
    expect(bar).to_contain_text("持有 0 / 200")
    rows = signed_in.locator("[data-row-key]")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("原主")
    expect(rows.first).to_contain_text("无预算")
    assert "8888" not in signed_in.content()
    signed_in.get_by_role("button", name=f"领取 {mark}1").click()
    expect(signed_in.get_by_text(f"已领取“{mark}1”")).to_be_visible()
    expect(bar).to_contain_text("今日可领取 0 / 1")
    expect(bar.get_by_role("button", name="领取下一个")).to_be_disabled()
    expect(bar.get_by_role("note")).to_have_accessible_name(re.compile(f"“{pool['name']}”每人每天最多领取 1 个.*管理员可以调整"))
    expect(signed_in.get_by_role("status").filter(has_text="撤销后，今天的领取次数不会退回。")).to_be_visible()
    signed_in.get_by_role("button", name=f"领取 {mark}2").click()
    expect(
        signed_in.get_by_text(re.compile(r"每人每天最多领取 1 个，您今日的额度已用完。.*\d{4}-\d\d-\d\d 00:00 起可再次领取"))
    ).to_be_visible()
    expect(rows).to_have_count(2)


def test_the_next_one_is_taken_and_opened(
    signed_in: Page, member: Client, admin: Client, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    other, mark = new_member(), fresh("下")
    pool = make_pool(admin, member, other)
    for number in range(2):
        pooled(other, pool, f"{mark}{number}", visibility="private")
    signed_in.goto(f"/customers?view=pool&pool_id={pool['pool_id']}")
    expect(signed_in.locator("[data-row-key]")).to_have_count(2)
    check_accessibility(signed_in)
    signed_in.get_by_role("button", name="领取下一个").click()
    expect(signed_in.get_by_role("dialog")).to_contain_text(f"{mark}0")
    assert [each["name"] for each in member.get("/api/customers", view="mine").expect()["items"]] == [f"{mark}0"]
    toast = signed_in.get_by_role("status").filter(has_text=f"已领取“{mark}0”")
    toast.get_by_role("button", name="撤销").hover()
    check_accessibility(signed_in)
    toast.get_by_role("button", name="撤销").click()
    expect(signed_in.locator("[data-row-key]")).to_have_count(2)
    assert member.get("/api/customers", view="mine").expect()["items"] == []


def test_a_returned_customer_goes_where_it_is_told(signed_in: Page, member: Client, admin: Client) -> None:
    mark, pool = fresh("回"), make_pool(admin, member)
    customer = member.create_customer(name=mark)
    signed_in.goto(f"/customers?view=mine&q={mark}")
    signed_in.get_by_role("button", name=f"{mark} 的更多操作").click()
    signed_in.get_by_role("menuitem", name="设为公海").click()
    dialog = signed_in.get_by_role("dialog")
    dialog.get_by_role("combobox", name="原因").click()
    signed_in.get_by_title("无预算").click()
    dialog.get_by_role("combobox", name="退回到").click()
    signed_in.get_by_title(pool["name"]).click()
    dialog.get_by_role("button", name=re.compile("设为公海")).click()
    expect(signed_in.locator("[data-row-key]")).to_have_count(0)
    items = member.get("/api/customers", view="pool", pool_id=pool["pool_id"]).expect()["items"]
    assert [item["customer_id"] for item in items] == [customer["customer_id"]]


def test_an_admin_makes_changes_and_archives_a_pool(desk: Page, admin: Client, check_accessibility: Callable[[Page], None]) -> None:
    name = fresh("华东公海")
    desk.goto("/admin/pools")
    desk.get_by_role("button", name="新建公海").click()
    form = desk.get_by_role("dialog")
    form.get_by_role("textbox", name="名称").fill(name)
    form.get_by_role("spinbutton", name="每人每天最多领取").fill("5")
    form.get_by_role("spinbutton", name="前负责人等待").fill("30")
    check_accessibility(desk)
    form.get_by_role("button", name="保存").click()
    row = desk.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("每天 5 个")
    expect(row).to_contain_text("前负责人 30 天")
    expect(row).to_contain_text("仅成员")
    desk.mouse.move(700, 700)  # away from the buttons under the form, which say what they do
    expect(desk.get_by_role("tooltip")).to_have_count(0)
    check_accessibility(desk)
    row.get_by_role("button", name=f"{name} 的操作").click()
    desk.get_by_role("menuitem", name="编辑公海").click()
    form.get_by_role("spinbutton", name="每人每天最多领取").fill("")
    form.get_by_role("switch", name="全员可见").click()
    form.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("全员可见")
    expect(row).not_to_contain_text("每天 5 个")
    expect(form).to_have_count(0)  # a form that still closes takes the focus, and a menu that is open meanwhile closes with it
    made = next(found for found in admin.get("/api/pools").expect()["items"] if found["name"] == name)
    assert (made["claims_per_day"], made["previous_owner_wait_days"], made["open_to_all"]) == (None, 30, True)
    row.get_by_role("button", name=f"{name} 的操作").click()
    desk.get_by_role("menuitem", name="归档").click()
    desk.get_by_role("dialog", name=f"归档公海 {name}").get_by_role("button", name="归档").click()
    expect(row).to_have_count(0)
    desk.get_by_text("已归档", exact=True).click()
    expect(desk.get_by_role("row").filter(has_text=name)).to_be_visible()


def test_the_admin_of_one_pool_finds_its_rules_and_figures_from_its_list(signed_in: Page, member: Client, admin: Client) -> None:
    pool = make_pool(admin, admin_ids=[member.member["member_id"]])
    signed_in.goto(f"/customers?view=pool&pool_id={pool['pool_id']}")
    bar = signed_in.get_by_role("group", name="公海")
    bar.get_by_role("link", name="回收规则").click()
    expect(signed_in.get_by_role("heading", name=f"{pool['name']} · 回收规则")).to_be_visible()
    signed_in.get_by_role("link", name="公海统计").click()
    expect(signed_in.get_by_role("heading", name=f"{pool['name']} · 公海统计")).to_be_visible()
    signed_in.goto("/customers?view=pool")
    expect(bar.get_by_role("button", name="领取下一个").or_(bar.get_by_text("选择一个公海可查看"))).to_be_visible()
    expect(bar.get_by_role("link")).to_have_count(0)  # the pool of others is not for him to rule


def test_the_keyboard_reaches_rules_and_figures_from_the_pools_page(desk: Page, admin: Client) -> None:
    pool = make_pool(admin)
    for choice, heading in (("回收规则", "回收规则"), ("公海统计", "公海统计")):
        desk.goto("/admin/pools")
        opener = desk.get_by_role("button", name=f"{pool['name']} 的操作")
        opener.focus()
        desk.keyboard.press("Enter")
        wanted = desk.get_by_role("menuitem", name=choice)
        expect(wanted).to_be_visible()
        wanted.focus()
        desk.keyboard.press("Enter")
        expect(desk.get_by_role("heading", name=f"{pool['name']} · {heading}")).to_be_visible()


def test_members_are_picked_one_after_the_other_and_tab_keeps_them(desk: Page, new_member: Callable[..., Client]) -> None:
    mark = uuid.uuid4().hex[:6]
    for each in ("甲", "乙"):
        new_member(name=f"王{mark}{each}")
    desk.goto("/admin/pools")
    desk.get_by_role("button", name="新建公海").click()
    form = desk.get_by_role("dialog")
    people = form.get_by_role("combobox", name="公海管理员")
    people.focus()
    offered = desk.locator(".ant-select-dropdown:visible .ant-select-item-option")
    for each in ("甲", "乙"):
        people.press_sequentially(f"{mark}{each}")
        expect(offered).to_have_text([f"王{mark}{each}"])  # nobody who was picked before
        people.press("Enter")
        expect(people).to_have_value("")
    people.press("ArrowDown")
    people.press("Tab")
    expect(people).not_to_be_focused()
    expect(people).to_have_attribute("aria-expanded", "false")
    expect(form.locator(".ant-select-selection-item")).to_contain_text([f"王{mark}甲", f"王{mark}乙"])
    expect(form.locator(".ant-select-selection-item").filter(has_text=mark)).to_have_count(2)
    form.get_by_role("textbox", name="名称").focus()
    closed(desk)
    desk.keyboard.press("Escape")
    question = desk.get_by_role("dialog", name="放弃填写的内容？")
    question.get_by_role("button", name="继续填写").click()
    expect(question).to_have_count(0)
    expect(form.locator(".ant-select-selection-item").filter(has_text=mark)).to_have_count(2)
    form.get_by_role("textbox", name="名称").focus()
    desk.keyboard.press("Escape")
    question.get_by_role("button", name="放弃").click()
    expect(form).to_have_count(0)


def test_a_taken_name_is_said_at_its_field(desk: Page, admin: Client) -> None:
    pool = make_pool(admin)
    desk.goto("/admin/pools")
    desk.get_by_role("button", name="新建公海").click()
    desk.get_by_role("dialog").get_by_role("textbox", name="名称").fill(pool["name"])
    desk.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(desk.get_by_role("dialog").get_by_text("已有同名的公海。")).to_be_visible()


def test_on_a_phone_and_in_english_pools_are_usable(
    phone: Page, english: Page, member: Client, admin: Client, new_member: Callable[..., Client]
) -> None:
    other, mark = new_member(), fresh("手")
    pool = make_pool(admin, member, other, claims_per_day=20, held_max=50)
    pooled(other, pool, mark, visibility="private")
    english.goto(f"/customers?view=pool&pool_id={pool['pool_id']}")
    bar = phone.get_by_role("group", name="Pool")
    expect(bar).to_contain_text("Claims left today 20 / 20")
    expect(bar.get_by_role("button", name="Claim the next one")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_customers_that_do_not_count_are_chosen_by_conditions(
    desk: Page, admin: Client, check_accessibility: Callable[[Page], None]
) -> None:
    pool = make_pool(admin, held_max=2)
    desk.goto("/admin/pools")
    row = desk.get_by_role("row").filter(has_text=pool["name"])
    row.get_by_role("button", name=f"{pool['name']} 的操作").click()
    desk.get_by_role("menuitem", name="编辑公海").click()
    form = desk.get_by_role("dialog")
    conditions = form.get_by_role("group", name="不计入持有上限的客户")
    conditions.get_by_role("button", name="添加条件", exact=True).click()
    form.get_by_role("button", name="保存").click()
    expect(form).to_contain_text("请把条件填写完整")
    for box, text in (("字段 1", "状态"), ("值 状态", "已成交")):
        conditions.get_by_role("combobox", name=box).fill(text)
        desk.locator(".ant-select-dropdown:visible").get_by_text(text, exact=True).first.click()
    form.get_by_role("heading", name="领取限制").click()
    closed(desk)
    conditions.get_by_role("button", name="添加更多条件").click()
    conditions.get_by_role("combobox", name="字段 2").fill("创建人")
    desk.locator(".ant-select-dropdown:visible").get_by_text("创建人", exact=True).first.click()
    conditions.get_by_role("combobox", name="值 创建人").click()
    people = desk.locator(".ant-select-dropdown:visible .ant-select-item-option")
    expect(people.first).to_be_visible()
    expect(people.filter(has_text=re.compile("^(我|我的部门)$"))).to_have_count(0)  # a pool's conditions speak for nobody
    desk.keyboard.press("Escape")
    conditions.get_by_role("button", name="删除条件").last.click()
    form.get_by_role("heading", name="领取限制").click()
    closed(desk)
    expect(conditions).to_contain_text("不计入：")
    check_accessibility(desk)
    form.get_by_role("button", name="保存").click()
    expect(form).to_have_count(0)
    held = admin.get(f"/api/pools/{pool['pool_id']}").expect()["held_filter"]
    assert (held["field"], "won" in held["value"]) == ("status", True)


def test_the_result_of_a_batch_says_when_one_may_claim_again(
    signed_in: Page, member: Client, admin: Client, new_member: Callable[..., Client]
) -> None:
    other, mark = new_member(name="原主"), fresh("等")
    pool = make_pool(admin, member, other, claims_per_day=1)
    for number in range(3):
        pooled(other, pool, f"{mark}{number}")
    signed_in.goto(f"/customers?view=pool&pool_id={pool['pool_id']}")
    expect(signed_in.locator("[data-row-key]")).to_have_count(3)
    signed_in.get_by_role("checkbox").first.check()
    signed_in.get_by_role("button", name="领取", exact=True).click()
    sheet = signed_in.get_by_role("dialog", name="领取结果")
    expect(sheet).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d 00:00 起可领取"))


def test_the_pages_of_pools_keep_to_their_content_security_policy(desk: Page, admin: Client) -> None:
    pool = make_pool(admin, held_max=2)
    refused: list[str] = []
    desk.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None)
    desk.goto("/admin/pools")
    row = desk.get_by_role("row").filter(has_text=pool["name"])
    row.get_by_role("button", name=f"{pool['name']} 的操作").click()
    desk.get_by_role("menuitem", name="编辑公海").click()
    form = desk.get_by_role("dialog")
    form.get_by_role("button", name="添加条件", exact=True).click()
    expect(form.get_by_role("combobox", name="字段 1")).to_be_focused()
    desk.goto(f"/admin/pools/{pool['pool_id']}/rules")
    desk.get_by_role("button", name="新建规则").first.click()
    expect(form.get_by_role("region", name="模拟结果")).to_be_visible()
    form.get_by_role("button", name="添加条件", exact=True).click()
    expect(form.get_by_role("combobox", name="字段 1")).to_be_focused()
    desk.goto(f"/admin/pools/{pool['pool_id']}/figures")
    desk.get_by_text("表格", exact=True).click()
    expect(desk.get_by_role("group", name="每天进出")).to_be_visible()
    assert refused == []
