"""Batches in a browser: all that match, setting values in many, undoing from the toast and from the list of recent actions."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_list import choose, open_list, row, unique
from tests.support.client import Client
from tests.support.lists_of_choices import pick
from tests.support.wait import wait_until

pytestmark = pytest.mark.browser


def look(page: Page, name: str) -> None:
    """Keep a picture where GONGHAI_LOOKS says so."""
    folder = os.environ.get("GONGHAI_LOOKS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def many(member: Client, count: int, **values: str) -> list[str]:
    """Customers of the member, by their names."""
    return [member.create_customer(name=unique("批量客户"), **values)["name"] for _ in range(count)]


def mine(member: Client) -> list[dict[str, Any]]:
    """The member's customers as they stand."""
    found: list[dict[str, Any]] = member.get("/api/customers", view="mine").expect()["items"]
    return found


def choose_all(page: Page, count: int) -> None:
    """Tick one row, then all that match."""
    page.locator("[data-row-key] input[type=checkbox]").first.check()
    page.get_by_role("button", name=f"选择全部 {count} 条符合条件的").click()
    expect(page.get_by_role("toolbar")).to_contain_text(f"已选全部 {count} 条符合条件的")


def assign_chosen(page: Page, name: str) -> None:
    """Give what is chosen to a member."""
    page.get_by_role("toolbar").get_by_role("button", name="分配客户").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill(name)
    page.locator(".ant-select-item-option").filter(has_text=name).click()
    dialog.get_by_role("button", name=re.compile("^分配")).click()


def test_all_that_match_are_assigned_and_undone_from_the_toast(
    signed_in: Page, member: Client, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    names, to = many(member, 4), new_member(name=unique("接手")).member["name"]
    open_list(signed_in)
    choose_all(signed_in, 4)
    look(signed_in, "batch-all")
    check_accessibility(signed_in)
    assign_chosen(signed_in, to)
    toast = signed_in.get_by_role("status").filter(has_text="已分配 4 个客户")
    expect(toast).to_be_visible()
    look(signed_in, "batch-toast")
    toast.get_by_role("button", name="撤销").hover()  # the clock stands still
    check_accessibility(signed_in)
    toast.get_by_role("button", name="撤销").click()
    expect(signed_in.get_by_text("已撤销，4 个客户恢复原状")).to_be_visible()
    for name in names:
        expect(row(signed_in, name)).to_be_visible()


def test_values_are_set_in_many_and_undone_by_a_key(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    names = many(member, 3, level="C")
    open_list(signed_in)
    choose(signed_in, *names[:2])
    signed_in.get_by_role("toolbar").get_by_role("button", name="批量编辑").click()
    dialog = signed_in.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="修改 2 个客户")).to_be_disabled()
    dialog.get_by_label("级别").click()
    signed_in.get_by_title("A 重点").last.click()
    expect(signed_in.locator(".ant-select-dropdown:visible")).to_have_count(0)
    check_accessibility(signed_in)
    look(signed_in, "batch-edit")
    dialog.get_by_role("button", name="修改 2 个客户").click()
    expect(signed_in.get_by_role("status").filter(has_text="已修改 2 个客户")).to_be_visible()
    expect(row(signed_in, names[0])).to_contain_text("A")
    signed_in.keyboard.press("z")
    expect(signed_in.get_by_text("已撤销，2 个客户恢复原状")).to_be_visible()
    expect(row(signed_in, names[0])).not_to_contain_text("A 重点")


def test_what_left_the_list_leaves_the_choice(signed_in: Page, member: Client) -> None:
    first, second = many(member, 2, level="C")
    open_list(signed_in, "/customers?view=mine&level=C")
    choose(signed_in, first)
    signed_in.get_by_role("toolbar").get_by_role("button", name="批量编辑").click()
    dialog = signed_in.get_by_role("dialog")
    dialog.get_by_label("级别").click()
    signed_in.get_by_title("A 重点").last.click()
    dialog.get_by_role("button", name="修改 1 个客户").click()
    expect(row(signed_in, first)).to_have_count(0)
    expect(row(signed_in, second)).to_be_visible()
    expect(signed_in.get_by_text("已选 1")).to_have_count(0)
    choose(signed_in, second)
    owned = next(each for each in mine(member) if each["name"] == second)
    member.patch(f"/api/customers/{owned['customer_id']}", {"level": "B", "base": {"level": "C"}}).expect()
    signed_in.get_by_role("toolbar").get_by_role("button", name="加星标").click()  # asks for the list again, though this one stays chosen
    expect(row(signed_in, second)).to_have_count(0)
    expect(signed_in.get_by_text("已选 1")).to_have_count(0)


def test_what_was_changed_since_is_listed_with_who_and_stays(
    signed_in: Page, member: Client, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    made = [member.create_customer(name=unique("撤销客户")) for _ in range(3)]
    open_list(signed_in)
    choose(signed_in, *(one["name"] for one in made))
    heir = new_member(name=unique("接手"))
    assign_chosen(signed_in, heir.member["name"])
    toast = signed_in.get_by_role("status").filter(has_text="已分配 3 个客户")
    toast.get_by_role("button", name="撤销").hover()
    heir.patch(f"/api/customers/{made[0]['customer_id']}", {"remark": "动过", "base": {"remark": None}}).expect()
    toast.get_by_role("button", name="撤销").click()
    sheet = signed_in.get_by_role("dialog", name="撤销结果")
    expect(sheet).to_contain_text("成功 2")
    expect(sheet).to_contain_text("之后又有人修改过，未撤销。")
    expect(sheet.get_by_text(made[0]["name"])).to_be_visible()
    expect(sheet).to_contain_text(heir.member["name"])
    check_accessibility(signed_in)
    look(signed_in, "batch-changed-since")
    with signed_in.expect_download() as download:
        sheet.get_by_role("button", name="下载结果").click()
    assert made[0]["name"] in download.value.path().read_text(encoding="utf-8-sig")


def test_recent_actions_can_be_undone_while_there_is_time(
    signed_in: Page, member: Client, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    names, to = many(member, 2), new_member(name=unique("接手")).member["name"]
    open_list(signed_in)
    choose(signed_in, *names)
    assign_chosen(signed_in, to)
    signed_in.get_by_role("status").filter(has_text="已分配").get_by_role("button", name="关闭").click()
    signed_in.get_by_role("button", name="最近的操作").click()
    drawer = signed_in.get_by_role("dialog", name="最近的操作")
    expect(drawer.get_by_text("分配 2 个客户")).to_be_visible()
    expect(drawer.get_by_text(f"分配给 {to}")).to_be_visible()
    check_accessibility(signed_in)
    look(signed_in, "batch-recent")
    drawer.get_by_role("button", name="撤销").click()
    expect(drawer.get_by_text("撤销：分配 2 个客户")).to_be_visible()
    expect(drawer.get_by_text("已撤销", exact=True)).to_be_visible()


def test_many_are_locked_and_held_and_both_are_undone(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    names = many(member, 2)
    open_list(signed_in)
    choose(signed_in, *names)
    bar = signed_in.get_by_role("toolbar")
    bar.get_by_role("button", name="锁定 / 保护").click()
    look(signed_in, "batch-protect")
    signed_in.get_by_role("menuitem", name="锁定 只有负责人").click()
    toast = signed_in.get_by_role("status").filter(has_text="已锁定 2 个客户")
    expect(row(signed_in, names[0]).get_by_role("img", name="已锁定")).to_be_visible()
    toast.get_by_role("button", name="撤销").click()
    expect(row(signed_in, names[0]).get_by_role("img", name="已锁定")).to_have_count(0)
    bar.get_by_role("button", name="锁定 / 保护").click()
    signed_in.get_by_role("menuitem", name="保护… 在截止日前").click()
    dialog = signed_in.get_by_role("dialog", name="保护 2 个客户")
    expect(dialog.get_by_role("button", name="保护 2 个客户")).to_be_disabled()
    dialog.get_by_role("button", name="7 天").click()
    dialog.get_by_role("textbox", name="保护原因").fill("年底前谈完")
    check_accessibility(signed_in)
    look(signed_in, "batch-hold")
    dialog.get_by_role("button", name="保护 2 个客户").click()
    toast = signed_in.get_by_role("status").filter(has_text="已保护 2 个客户")
    expect(toast).to_be_visible()
    assert [each["hold_reason"] for each in mine(member)] == ["年底前谈完"] * 2
    toast.get_by_role("button", name="撤销").click()
    wait_until(lambda: not any(each["hold_until"] for each in mine(member)), seconds=10, what="no hold is left")


def test_custom_fields_are_set_and_emptied_in_many(
    signed_in: Page, member: Client, admin: Client, check_accessibility: Callable[[Page], None]
) -> None:
    kept, gone = unique("预算"), unique("旧字段")
    keys = [
        admin.post("/api/custom_fields", {"type": type_, "label_zh": label, "label_en": label}).expect(201)["key"]
        for type_, label in (("number", kept), ("text", gone))
    ]
    try:
        names = [member.create_customer(name=unique("批量客户"), custom={keys[1]: "要清空"})["name"] for _ in range(2)]
        open_list(signed_in)
        choose(signed_in, *names)
        signed_in.get_by_role("toolbar").get_by_role("button", name="批量编辑").click()
        dialog = signed_in.get_by_role("dialog")
        for label in (kept, gone):
            pick(signed_in, dialog.get_by_role("combobox", name="自定义字段"), label)
        expect(dialog.get_by_role("button", name="修改 2 个客户")).to_be_disabled()  # what was picked has no value yet
        dialog.get_by_role("spinbutton", name=kept).fill("12500")
        dialog.get_by_role("checkbox", name="清空").last.check()
        check_accessibility(signed_in)
        look(signed_in, "batch-edit-custom")
        dialog.get_by_role("button", name="修改 2 个客户").click()
        expect(signed_in.get_by_role("status").filter(has_text="已修改 2 个客户")).to_be_visible()
        assert [each["custom"] for each in mine(member)] == [{keys[0]: 12500}] * 2
        signed_in.get_by_role("button", name="最近的操作").click()
        expect(signed_in.get_by_role("dialog", name="最近的操作")).to_contain_text(f"{kept}: 12,500 · {gone}: ")
    finally:
        for key in keys:
            admin.patch(f"/api/custom_fields/{key}", {"active": False}).expect()


def test_many_run_in_the_background_and_end_in_an_undo(signed_in: Page, member: Client, new_member: Callable[..., Client]) -> None:
    rows = "\n".join(["客户名称", *(f"后台{uuid.uuid4().hex[:8]}" for _ in range(1100))])
    member.import_file("many.csv", rows.encode())
    open_list(signed_in)
    choose_all_big(signed_in)
    assign_chosen(signed_in, new_member(name=unique("接手")).member["name"])
    expect(signed_in.get_by_text("正在后台处理")).to_be_visible()
    look(signed_in, "batch-background")
    toast = signed_in.get_by_role("status").filter(has_text="已分配 1100 个客户")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="撤销").click()
    expect(signed_in.get_by_text("已撤销，1100 个客户恢复原状")).to_be_visible()
    expect(signed_in.get_by_role("heading", level=1)).to_contain_text("1")


def choose_all_big(page: Page) -> None:
    """All of more than a thousand."""
    page.locator("[data-row-key] input[type=checkbox]").first.check()
    page.get_by_role("button", name="选择全部").click()


def test_on_a_phone_and_in_english(phone: Page, english: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    assert phone is english
    made = member.create_customer(name=unique("Phone"))
    member.return_to_pool(made["customer_id"], "other")
    phone.goto("/customers?view=mine")
    phone.get_by_role("button", name="Recent actions").click()
    drawer = phone.get_by_role("dialog", name="Recent actions")
    expect(drawer.get_by_text(f"Return to pool {made['name']}")).to_be_visible()
    check_accessibility(phone)
    look(phone, "batch-phone-en")
    drawer.get_by_role("button", name="Undo").click()
    expect(drawer.get_by_text(f"Undone: Return to pool {made['name']}")).to_be_visible()
