"""Custom search in a browser: conditions built by mouse and by keys, kept under a name, found again elsewhere, changed, shared, broken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser

LEVEL_A = {"field": "level", "op": "any_of", "value": ["A"]}


def open_list(page: Page, filtered: Any = None) -> None:
    """Open one's own customers, with conditions or without."""
    page.goto("/customers?view=mine" + (f"&filter={quote(json.dumps(filtered))}" if filtered else ""))
    expect(page.locator("[data-row-key], main li, main p").first).to_be_visible()


def row(page: Page, name: str) -> Locator:
    """The row of a customer."""
    return page.get_by_role("row").filter(has_text=name)


def panel(page: Page) -> Locator:
    """The builder."""
    return page.get_by_role("dialog", name=re.compile("筛选|Filter"))


def pick(page: Page, box: Locator, text: str) -> None:
    """Choose an option of a box by the mouse; typing opens the box (a fresh one is open already) and brings the option into sight."""
    box.fill(text)
    many = box.get_attribute("aria-label") or ""
    page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-content").get_by_text(
        text, exact=True
    ).click()
    if many.startswith("值"):
        box.press("Escape")  # the list of a box that takes many stays open


def conditions(page: Page) -> Any:
    """The tree in the address."""
    found: Any = page.evaluate("JSON.parse(new URLSearchParams(location.search).get('filter'))")
    return found


def menu(page: Page) -> Locator:
    """The side menu's saved searches."""
    return page.get_by_role("navigation", name=re.compile("主菜单|Main menu")).get_by_role("list")


def save(member: Client, name: str, **fields: Any) -> dict[str, Any]:
    """A saved search, made through the interface."""
    made: dict[str, Any] = member.post("/api/saved_searches", {"name": name, "view": "mine", **fields}).expect(201)
    return made


def test_conditions_are_built_by_mouse_saved_and_found_after_signing_in_elsewhere(
    signed_in: Page, member: Client, browser: Browser, browser_context_args: dict[str, Any], check_accessibility: Callable[[Page], None]
) -> None:
    wanted, other, third = [
        member.create_customer(level=level, province=place) for level, place in (("A", "上海"), ("B", "北京"), ("A", "北京"))
    ]
    open_list(signed_in)
    signed_in.get_by_role("button", name="筛选", exact=True).click()
    builder = panel(signed_in)
    builder.get_by_role("button", name="添加条件", exact=True).click()
    pick(signed_in, builder.get_by_role("combobox", name="字段 1"), "级别")
    pick(signed_in, builder.get_by_role("combobox", name="值 级别"), "A 重点")
    expect(builder.get_by_text("共 2 个客户")).to_be_visible()
    builder.get_by_role("button", name="添加条件组").click()
    pick(signed_in, builder.get_by_role("combobox", name="字段 2.1"), "省份")
    pick(signed_in, builder.get_by_role("combobox", name="值 省份"), "北京")
    builder.get_by_role("switch", name="非").nth(1).click()
    expect(builder.get_by_text("共 1 个客户")).to_be_visible()
    expect(builder.get_by_text("级别 属于 A 重点，且 不符合（省份 属于 北京）")).to_be_visible()
    signed_in.mouse.move(700, 880)  # no hint in the way
    expect(signed_in.get_by_role("tooltip")).to_have_count(0)
    check_accessibility(signed_in)
    builder.get_by_role("button", name="保存为常用检索").click()
    name = f"上海A级{uuid4().hex[:6]}"
    dialog = signed_in.get_by_role("dialog", name="保存为常用检索")
    dialog.get_by_label("名称").fill(name)
    check_accessibility(signed_in)
    dialog.get_by_role("button", name="保存").click()
    expect(signed_in.get_by_role("heading", level=1)).to_contain_text(name)
    expect(row(signed_in, wanted["name"])).to_be_visible()
    for hidden in (other, third):
        expect(row(signed_in, hidden["name"])).to_have_count(0)

    with browser.new_context(**browser_context_args) as elsewhere:
        elsewhere.add_cookies(member.browser_cookies())
        page = elsewhere.new_page()
        open_list(page)
        link = menu(page).get_by_role("link", name=name)
        expect(link).to_contain_text("1")
        link.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        expect(row(page, wanted["name"])).to_be_visible()
        expect(row(page, third["name"])).to_have_count(0)
        page.go_back()
        expect(row(page, third["name"])).to_be_visible()


def test_tab_leaves_the_values_of_a_condition_as_they_were_picked(signed_in: Page, member: Client) -> None:
    member.create_customer()
    open_list(signed_in)
    keys = signed_in.keyboard
    keys.press("f")
    builder = panel(signed_in)
    builder.get_by_role("button", name="添加条件", exact=True).click()
    for box, typed in (("字段 1", "状态"), ("值 状态", "已成交")):
        builder.get_by_role("combobox", name=box).fill(typed)
        expect(signed_in.locator(".ant-select-dropdown:visible .ant-select-item-option").first).to_have_text(typed)
        keys.press("Enter")
    values = builder.get_by_role("combobox", name="值 状态")
    expect(values).to_have_value("")
    expect(values).to_have_attribute("aria-expanded", "true")
    keys.press("Tab")
    expect(values).not_to_be_focused()
    expect(values).to_have_attribute("aria-expanded", "false")
    expect(builder.locator(".ant-select-selection-item", has_text="已成交")).to_have_count(1)
    expect(builder).to_contain_text("状态 属于 已成交")


def test_conditions_are_built_by_keys_alone(signed_in: Page, member: Client) -> None:
    wanted, other = member.create_customer(level="A", name=f"键盘{uuid4().hex[:6]}"), member.create_customer(level="B")
    open_list(signed_in)
    keys = signed_in.keyboard
    keys.press("f")
    builder = panel(signed_in)
    expect(builder.get_by_role("button", name="添加条件", exact=True)).to_be_visible()
    keys.press("Escape")
    expect(builder).to_have_count(0)
    keys.press("f")
    add = builder.get_by_role("button", name="添加条件", exact=True)
    expect(add).to_be_visible()
    for _ in range(3):  # all or any, not, add
        keys.press("Tab")
    expect(add).to_be_focused()
    keys.press("Enter")
    expect(builder.get_by_role("combobox", name="字段 1")).to_be_focused()
    keys.type("jb")  # 级别 by its initials
    expect(signed_in.get_by_role("option", name="级别")).to_be_attached()
    keys.press("Enter")
    expect(builder.get_by_role("combobox", name="条件 级别")).to_be_visible()
    expect(builder.get_by_role("combobox", name="字段 1")).to_be_focused()
    expect(builder.get_by_role("combobox", name="字段 1")).to_have_attribute("aria-expanded", "false")
    for _ in range(2):
        keys.press("Tab")
    expect(builder.get_by_role("combobox", name="值 级别")).to_be_focused()
    keys.type("A")
    keys.press("Enter")
    keys.press("Escape")
    builder.get_by_role("button", name="添加条件组").focus()
    keys.press("Enter")
    expect(builder.get_by_role("combobox", name="字段 2.1")).to_be_focused()
    keys.type("khmc")
    expect(signed_in.get_by_role("option", name="客户名称")).to_be_attached()
    keys.press("Enter")
    builder.get_by_role("textbox", name="值 客户名称").focus()
    keys.type("键盘")
    expect(builder.get_by_text("共 1 个客户")).to_be_visible()
    keys.press("Control+Enter")
    expect(builder).to_have_count(0)
    expect(row(signed_in, wanted["name"])).to_be_visible()
    expect(row(signed_in, other["name"])).to_have_count(0)
    assert conditions(signed_in) == {"and": [LEVEL_A, {"field": "name", "op": "contains", "value": "键盘"}]}


def test_an_unfinished_condition_is_marked_and_never_left_out(signed_in: Page, member: Client) -> None:
    member.create_customer()
    open_list(signed_in)
    signed_in.keyboard.press("f")
    builder = panel(signed_in)
    builder.get_by_role("button", name="添加条件", exact=True).click()
    pick(signed_in, builder.get_by_role("combobox", name="字段 1"), "级别")
    builder.get_by_role("button", name="应用").click()
    expect(builder.get_by_text("请填写完整")).to_be_visible()
    assert "filter" not in signed_in.url


def test_a_link_shows_the_same_to_whoever_opens_it(signed_in: Page, member: Client) -> None:
    wanted, other = member.create_customer(level="A"), member.create_customer(level="B")
    open_list(signed_in, LEVEL_A)
    expect(row(signed_in, wanted["name"])).to_be_visible()
    expect(row(signed_in, other["name"])).to_have_count(0)
    expect(signed_in.get_by_role("group", name="筛选条件")).to_contain_text("级别 属于 A 重点")
    signed_in.get_by_role("button", name="取消筛选条件").click()
    expect(row(signed_in, other["name"])).to_be_visible()
    signed_in.go_back()
    expect(row(signed_in, other["name"])).to_have_count(0)


def test_a_changed_search_says_so_and_is_saved_or_given_up(signed_in: Page, member: Client) -> None:
    member.create_customer(level="A", status="new")
    made = save(member, f"要改的{uuid4().hex[:6]}", filter=LEVEL_A)
    open_list(signed_in)
    menu(signed_in).get_by_role("link", name=made["name"]).click()
    expect(signed_in.get_by_text("已修改")).to_have_count(0)
    signed_in.get_by_role("button", name="状态").first.click()
    signed_in.get_by_role("checkbox", name="新客户").check()
    signed_in.keyboard.press("Escape")
    bar = signed_in.get_by_role("group", name="筛选条件")
    expect(bar.get_by_text("已修改")).to_be_visible()
    bar.get_by_role("button", name="保存", exact=True).click()
    expect(bar.get_by_text("已修改")).to_have_count(0)
    kept = member.get(f"/api/saved_searches/{made['saved_search_id']}").expect(200)
    assert kept["filter"] == {"and": [LEVEL_A, {"field": "status", "op": "any_of", "value": ["new"]}]}


def test_the_menu_is_put_in_order_by_keys_and_a_deletion_is_undone(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    for name in ("甲检索", "乙检索", "丙检索"):
        save(member, name)
    open_list(signed_in)
    links = menu(signed_in).get_by_role("link")
    expect(links).to_contain_text(["甲检索", "乙检索", "丙检索"])
    signed_in.get_by_role("button", name=re.compile("^移动 丙检索")).focus()
    signed_in.keyboard.press("ArrowUp")
    expect(links).to_contain_text(["甲检索", "丙检索", "乙检索"])
    signed_in.reload()
    expect(links).to_contain_text(["甲检索", "丙检索", "乙检索"])
    signed_in.get_by_role("button", name="“甲检索”的更多操作").focus()
    signed_in.keyboard.press("Enter")
    signed_in.get_by_role("menuitem", name="删除").click()
    expect(links).to_contain_text(["丙检索", "乙检索"])
    signed_in.get_by_role("button", name="撤销").click()
    expect(links).to_contain_text(["甲检索", "丙检索", "乙检索"])
    check_accessibility(signed_in)


def test_a_shared_search_is_found_in_the_manager_pinned_and_copied(
    english: Page, member: Client, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    name = f"共享{uuid4().hex[:6]}"
    author = new_member(name="钱进")
    save(author, name, filter=LEVEL_A, shared_with="members", member_ids=[member.member["member_id"]])
    open_list(english)
    english.get_by_role("navigation").get_by_role("link", name=re.compile(r"^\d+ more shared with you$")).click()
    expect(english).to_have_url(re.compile("/searches$"))
    entry = english.get_by_role("region", name="Shared with me").get_by_role("listitem").filter(has_text=name)
    expect(entry).to_contain_text("Level is any of A Key")
    check_accessibility(english)
    entry.get_by_role("switch").click()
    expect(menu(english).get_by_role("link", name=name)).to_be_visible()
    english.get_by_role("main").get_by_role("button", name=f"More actions for “{name}”").click()
    expect(english.get_by_role("menuitem", name="Rename / share")).to_be_disabled()
    english.get_by_role("menuitem", name="Duplicate").click()
    english.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(menu(english).get_by_role("link", name=f"Copy of {name}")).to_be_visible()


def test_conditions_on_what_is_gone_are_marked_in_the_builder(signed_in: Page, member: Client) -> None:
    member.create_customer()
    gone = {"and": [LEVEL_A, {"field": "cf_987654", "op": "is", "value": "x"}]}
    open_list(signed_in, gone)
    expect(signed_in.get_by_text("这些条件无法查询")).to_be_visible()
    signed_in.get_by_role("main").get_by_role("button", name="修改条件").first.click()
    builder = panel(signed_in)
    expect(builder.get_by_text("该字段已被删除")).to_be_visible()
    builder.get_by_role("button", name="删除条件：已删除的字段 cf_987654 是 “x”").click()
    builder.get_by_role("button", name="应用").click()
    expect(signed_in.get_by_text("没有符合条件的客户")).to_be_visible()
    assert conditions(signed_in) == LEVEL_A


def test_a_phone_builds_conditions_on_the_whole_screen(phone: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    wanted, other = member.create_customer(level="A"), member.create_customer(level="B")
    phone.emulate_media(reduced_motion="no-preference")  # the sheet closes while the builder is used already
    open_list(phone)
    phone.get_by_role("button", name="筛选").click()
    phone.get_by_role("button", name="更多条件").click()
    builder = panel(phone).last
    builder.get_by_role("button", name="添加条件", exact=True).dispatch_event("click")  # does not wait until all stands still
    field = builder.get_by_role("combobox", name="字段 1")
    expect(field).to_be_focused()
    expect(panel(phone)).to_have_count(1)  # the sheet has closed, and left the focus where it was
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "true")
    pick(phone, field, "级别")
    pick(phone, builder.get_by_role("combobox", name="值 级别"), "A 重点")
    expect(builder.get_by_text("共 1 个客户")).to_be_visible()
    check_accessibility(phone)
    builder.get_by_role("button", name="应用").click()
    expect(phone.get_by_text(wanted["name"])).to_be_visible()
    expect(phone.get_by_text(other["name"])).to_have_count(0)
