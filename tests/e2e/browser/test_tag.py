"""Tags in a browser: set on many and on one, pinned into the menu, narrowing the list, managed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser


def unique(text: str) -> str:
    """A name that no other test has."""
    return f"{text}{uuid.uuid4().hex[:6]}"


def open_list(page: Page, address: str = "/customers?view=mine") -> None:
    """Open a list and wait for its first row, card or reason to be empty."""
    page.goto(address)
    expect(page.locator("[data-row-key], main li, main p").first).to_be_visible()


def test_many_are_tagged_from_the_list_with_a_new_tag(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    first, second, other = (member.create_customer(name=unique(name)) for name in ("甲公司", "乙公司", "丙公司"))
    tag = unique("展会")
    open_list(signed_in)
    for made in (first, second):
        signed_in.get_by_role("checkbox", name=f"选择 {made['name']}").check()
    signed_in.get_by_role("toolbar").get_by_role("button", name="打标签").click()
    dialog = signed_in.get_by_role("dialog")
    field = dialog.get_by_role("combobox")
    field.fill(tag)
    field.press("Enter")
    expect(dialog.get_by_role("option", name=tag)).to_have_attribute("aria-selected", "true")
    check_accessibility(signed_in)
    dialog.get_by_role("button", name="打标签 (2)").click()
    expect(signed_in.get_by_text("已为 2 个客户打标签")).to_be_visible()
    for made, tagged in ((first, True), (second, True), (other, False)):
        shown = signed_in.get_by_role("row").filter(has_text=made["name"]).get_by_text(tag)
        expect(shown).to_have_count(1 if tagged else 0)


def test_a_tag_is_set_in_the_drawer_by_keyboard_and_taken_away_with_undo(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    made = member.create_customer(name=unique("某公司"))
    name = unique("重点")
    member.post("/api/tags", {"name": name})
    signed_in.goto(f"/customers/{made['customer_id']}")
    tags = signed_in.get_by_role("group", name="标签")
    tags.get_by_role("button", name="添加标签").click()
    field = signed_in.get_by_role("combobox", name="标签")
    field.fill(f"zhongdian{name[-6:]}")
    field.press("Enter")
    expect(tags.get_by_text(name)).to_be_visible()
    field.press("Escape")
    expect(field).to_have_count(0)
    check_accessibility(signed_in)
    tags.get_by_role("button", name=f"去掉标签“{name}”").click()
    expect(tags.get_by_text(name)).to_have_count(0)
    signed_in.get_by_role("button", name="撤销").click()
    expect(tags.get_by_text(name)).to_be_visible()
    signed_in.get_by_role("tab", name="动态").click()
    expect(signed_in.get_by_text(f"添加了标签 {name}").first).to_be_visible()
    expect(signed_in.get_by_text(f"去掉了标签 {name}")).to_be_visible()


def test_a_group_of_one_tag_says_so_and_what_was_replaced_comes_back(signed_in: Page, member: Client, admin: Client) -> None:
    made = member.create_customer(name=unique("单选公司"))
    group = admin.post("/api/tag_groups", {"name": unique("温度"), "single": True}).expect()
    cold, hot = unique("冷"), unique("热")
    for name in (cold, hot):
        admin.post("/api/tags", {"name": name, "tag_group_id": group["tag_group_id"]}).expect()
    signed_in.goto(f"/customers/{made['customer_id']}")
    tags = signed_in.get_by_role("group", name="标签")
    tags.get_by_role("button", name="添加标签").click()
    field = signed_in.get_by_role("combobox", name="标签")
    for name in (hot, cold):
        field.fill(name)
        expect(signed_in.get_by_role("option", name=name)).to_contain_text(f"{group['name']} · 单选")
        field.press("Enter")
        expect(tags.get_by_text(name)).to_be_visible()
    expect(signed_in.get_by_text(f"已用“{cold}”替换“{hot}”")).to_be_visible()
    expect(tags.get_by_text(hot)).to_have_count(0)
    signed_in.get_by_role("button", name="撤销").click()
    expect(tags.get_by_text(hot)).to_be_visible()
    expect(tags.get_by_text(cold)).to_have_count(0)


def test_a_pinned_tag_stands_in_the_menu_and_lists_its_customers(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    tagged, other = member.create_customer(name=unique("有标签")), member.create_customer(name=unique("无标签"))
    first, second = (member.post("/api/tags", {"name": unique(name)}).expect(201) for name in ("常用", "另一"))
    member.post("/api/customers/tag", {"customer_ids": [tagged["customer_id"]], "tag_ids": [first["tag_id"]]})
    open_list(signed_in)
    menu = signed_in.get_by_role("navigation", name="主菜单")
    menu.get_by_role("link", name="管理标签").click()
    signed_in.get_by_role("switch", name=f"将“{first['name']}”显示在菜单").click()
    entry = menu.get_by_role("link", name=first["name"])
    expect(entry).to_contain_text("1")
    check_accessibility(signed_in)
    entry.click()
    expect(signed_in.get_by_role("row").filter(has_text=tagged["name"])).to_be_visible()
    expect(signed_in.get_by_role("row").filter(has_text=other["name"])).to_have_count(0)
    bar = signed_in.get_by_role("group", name="标签筛选").first
    bar.get_by_role("button", name="添加标签").click()
    field = signed_in.get_by_role("combobox", name="标签")
    field.fill(second["name"])
    field.press("Enter")
    field.press("Escape")
    bar.get_by_text("全部").click()
    expect(signed_in.get_by_role("row").filter(has_text=tagged["name"])).to_have_count(0)
    bar.get_by_text("任一").click()
    expect(signed_in.get_by_role("row").filter(has_text=tagged["name"])).to_be_visible()
    check_accessibility(signed_in)


def test_the_manager_makes_renames_archives_and_restores(signed_in: Page, check_accessibility: Callable[[Page], None]) -> None:
    name, renamed = unique("新标签"), unique("改名后")
    signed_in.goto("/tags")
    field = signed_in.get_by_role("textbox", name="标签名称")
    field.fill(name)
    field.press("Enter")
    inline = signed_in.get_by_role("textbox", name=f"“{name}”的名称")
    inline.fill(renamed)
    inline.press("Enter")
    expect(signed_in.get_by_role("textbox", name=f"“{renamed}”的名称")).to_be_visible()
    check_accessibility(signed_in)
    signed_in.get_by_role("button", name=f"“{renamed}”的更多操作").click()
    signed_in.get_by_role("menuitem", name="归档").click()
    expect(signed_in.get_by_role("textbox", name=f"“{renamed}”的名称")).to_have_count(0)
    signed_in.get_by_role("button", name="撤销").click()
    expect(signed_in.get_by_role("textbox", name=f"“{renamed}”的名称")).to_be_visible()


def test_an_archived_tag_says_so_wherever_it_stands(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    made = member.create_customer(name=unique("留着旧标签的"))
    name = unique("旧")
    tag = member.post("/api/tags", {"name": name}).expect(201)
    member.put(f"/api/customers/{made['customer_id']}/tags/{tag['tag_id']}").expect()
    member.patch(f"/api/tags/{tag['tag_id']}", {"archived": True}).expect()
    asked = quote(json.dumps({"field": "tags", "op": "any_of", "value": [tag["tag_id"]]}))
    open_list(signed_in, f"/customers?view=mine&filter={asked}")
    expect(signed_in.get_by_role("row").filter(has_text=made["name"]).get_by_title(f"{name}（已归档）").first).to_be_visible()
    expect(signed_in.get_by_role("group", name="标签筛选")).to_contain_text(f"{name}已归档")
    signed_in.goto(f"/customers/{made['customer_id']}")
    tags = signed_in.get_by_role("group", name="标签")
    expect(tags).to_contain_text(f"{name}已归档")
    check_accessibility(signed_in)
    tags.get_by_role("button", name=f"去掉标签“{name}”").click()
    expect(signed_in.get_by_text(f"已去掉标签“{name}”。标签已归档，不能再加回。")).to_be_visible()
    expect(tags.get_by_text(name)).to_have_count(0)


def test_a_new_customer_keeps_the_tags_of_the_one_before(signed_in: Page, member: Client) -> None:
    name = unique("批次")
    member.post("/api/tags", {"name": name})
    open_list(signed_in)
    signed_in.keyboard.press("n")
    dialog = signed_in.get_by_role("dialog")
    dialog.get_by_role("button", name="添加标签").click()
    field = signed_in.get_by_role("combobox", name="标签")
    field.fill(name)
    field.press("Enter")
    field.press("Escape")
    dialog.get_by_role("textbox", name="客户名称").fill(unique("第一家"))
    dialog.get_by_role("textbox", name="客户名称").press("Control+Shift+Enter")
    expect(dialog.get_by_role("textbox", name="客户名称")).to_have_value("")
    expect(dialog.get_by_text(name)).to_be_visible()
    second = unique("第二家")
    dialog.get_by_role("textbox", name="客户名称").fill(second)
    dialog.get_by_role("textbox", name="客户名称").press("Control+Enter")
    expect(signed_in.get_by_role("row").filter(has_text=second).get_by_text(name)).to_be_visible()
