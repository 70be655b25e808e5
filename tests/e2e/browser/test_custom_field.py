"""Custom fields in a browser: an admin makes one of each type, a member fills them in and meets them in list, page and timeline."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client
from tests.support.lists_of_choices import pick
from tests.support.wait import wait_until

pytestmark = pytest.mark.browser

TYPES = {
    "text": "文本", "number": "数字", "date": "日期", "choice": "单选", "choices": "多选", "member": "成员", "boolean": "是/否",
}  # fmt: skip


def fresh(text: str) -> str:
    """A name that no other test has."""
    return f"{text}{uuid.uuid4().hex[:5]}"


@pytest.fixture
def desk(page: Page, new_member: Callable[..., Client]) -> Page:
    """A page signed in as an admin of its own."""
    page.context.add_cookies(new_member(role="admin", name="管理员乙").browser_cookies())
    return page


def add(desk: Page, type_: str, label: str, options: tuple[str, ...] = ()) -> None:
    """Add a field by hand."""
    desk.get_by_role("button", name="添加字段").first.click()
    dialog = desk.get_by_role("dialog", name="添加字段")
    dialog.get_by_role("textbox", name="中文名称").fill(label)
    pick(desk, dialog.get_by_role("combobox", name="类型"), TYPES[type_])
    for option in options:
        dialog.get_by_role("combobox", name="选项").fill(option)
        dialog.get_by_role("combobox", name="选项").press("Enter")
    dialog.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("textbox", name=f"中文名称 {label}")).to_be_visible()


def retire(admin: Client, labels: list[str]) -> None:
    """So that no other test meets them."""
    for field in admin.get("/api/custom_fields").expect(200)["items"]:
        if field["label_zh"] in labels:
            admin.patch(f"/api/custom_fields/{field['key']}", {"active": False}).expect(200)


def test_an_admin_makes_fields_and_a_member_uses_them_at_once(
    desk: Page, admin: Client, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    labels = {type_: fresh(name) for type_, name in TYPES.items()}
    try:
        desk.goto("/admin/fields")
        for type_, label in labels.items():
            add(desk, type_, label, ("云服务", "软件", "硬件") if type_.startswith("choice") else ())
        check_accessibility(desk)
        _use(desk, member, labels, check_accessibility)
    finally:
        retire(admin, list(labels.values()))


def _use(page: Page, member: Client, labels: dict[str, str], check_accessibility: Callable[[Page], None]) -> None:
    page.context.clear_cookies()
    page.context.add_cookies(member.browser_cookies())
    name = fresh("字段客户")
    page.goto("/customers?view=mine")
    page.get_by_role("button", name="添加客户").first.click()
    dialog = page.get_by_role("dialog", name="添加客户")
    dialog.get_by_role("textbox", name="客户名称").fill(name)
    dialog.get_by_role("button", name="更多字段").click()
    dialog.get_by_role("textbox", name=labels["text"]).fill("啤酒酿造")
    dialog.get_by_role("spinbutton", name=labels["number"]).fill("12500.5")
    dialog.get_by_role("textbox", name=labels["date"]).fill("2026-12-31")
    dialog.get_by_role("textbox", name=labels["date"]).press("Enter")
    pick(page, dialog.get_by_role("combobox", name=labels["choice"]), "软件")
    for option in ("云服务", "硬件"):
        pick(page, dialog.get_by_role("combobox", name=labels["choices"]), option)
    pick(page, dialog.get_by_role("combobox", name=labels["boolean"]), "否")
    dialog.get_by_role("button", name="保存").first.click()
    found = wait_until(lambda: member.get(f"/api/customers?view=mine&q={name}").expect(200)["items"], seconds=10, what=f"{name} is there")
    assert len(found[0]["custom"]) == 6
    page.goto(f"/customers/{found[0]['customer_id']}")
    expect(page.get_by_role("button", name=f"修改{labels['number']}")).to_contain_text("12,500.5")
    expect(page.get_by_role("button", name=f"修改{labels['choices']}")).to_contain_text("云服务、硬件")
    page.get_by_role("button", name=f"修改{labels['text']}").click()
    page.get_by_role("textbox", name=labels["text"], exact=True).fill("精酿啤酒")
    page.get_by_role("textbox", name=labels["text"], exact=True).press("Enter")
    expect(page.get_by_role("button", name=f"修改{labels['text']}")).to_contain_text("精酿啤酒")
    check_accessibility(page)
    page.get_by_role("tab", name="动态").click()
    edited = page.get_by_role("listitem").filter(has_text="精酿啤酒").first
    expect(edited).to_contain_text(labels["text"])
    expect(edited).to_contain_text("啤酒酿造")
    page.goto(f"/customers?view=mine&q={name}")
    page.get_by_role("button", name="列设置").click()
    page.get_by_role("checkbox", name=labels["choices"]).check()
    page.get_by_role("checkbox", name=labels["number"]).check()
    page.keyboard.press("Escape")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("云服务、硬件")
    expect(row).to_contain_text("12,500.5")


def test_a_field_is_renamed_ordered_and_retired(desk: Page, admin: Client) -> None:
    first, second = (
        admin.post("/api/custom_fields", {"type": "choice", "label_zh": fresh(name), "options": [{"label_zh": "甲"}]}).expect(201)
        for name in ("顺序一", "顺序二")
    )
    renamed = fresh("改名")
    try:
        desk.goto("/admin/fields")
        box = desk.get_by_role("textbox", name=f"中文名称 {first['label_zh']}")
        box.fill(renamed)
        box.press("Enter")
        expect(desk.get_by_role("textbox", name=f"中文名称 {renamed}")).to_be_visible()
        rows = desk.get_by_role("list", name="字段顺序").get_by_role("listitem")
        handle = rows.filter(has=desk.get_by_role("textbox", name=f"中文名称 {second['label_zh']}")).get_by_role("button").first
        handle.focus()
        desk.keyboard.press("ArrowUp")
        wait_until(lambda: _before(admin, second, first), seconds=10, what="the second stands before the first")
        desk.get_by_role("button", name=f"“{renamed}”的选项").click()
        drawer = desk.get_by_role("dialog", name=f"“{renamed}”的选项")
        drawer.get_by_role("button", name="添加选项").click()
        drawer.get_by_role("textbox", name="中文名称 新选项").fill("乙")
        drawer.get_by_role("textbox", name="英文名称").last.fill("Second")
        drawer.get_by_role("button", name="保存").click()
        wait_until(lambda: len(admin.get(f"/api/options/{first['key']}").expect(200)["items"]) == 2, seconds=10, what="two options")
        desk.keyboard.press("Escape")
        desk.get_by_role("switch", name=f"启用 {renamed}").click()
        wait_until(lambda: first["key"] not in _registry(admin), seconds=10, what="the field is retired")
        desk.get_by_role("switch", name=f"启用 {renamed}").click()
        wait_until(lambda: first["key"] in _registry(admin), seconds=10, what="the field is in use again")
    finally:
        retire(admin, [renamed, first["label_zh"], second["label_zh"]])


def _registry(admin: Client) -> set[str]:
    return {field["field"] for field in admin.get("/api/fields").expect(200)["fields"]}


def _before(admin: Client, left: dict[str, Any], right: dict[str, Any]) -> bool:
    keys = [field["key"] for field in admin.get("/api/custom_fields").expect(200)["items"]]
    return keys.index(left["key"]) < keys.index(right["key"])


def test_two_who_edit_the_same_field_choose_between_three_values(signed_in: Page, member: Client, admin: Client) -> None:
    field = admin.post("/api/custom_fields", {"type": "number", "label_zh": fresh("金额")}).expect(201)
    try:
        customer = member.create_customer(custom={field["key"]: 1})
        signed_in.goto(f"/customers/{customer['customer_id']}")
        signed_in.get_by_role("button", name=f"修改{field['label_zh']}").click()
        box = signed_in.get_by_role("spinbutton", name=field["label_zh"])
        box.fill("3")
        path = f"/api/customers/{customer['customer_id']}"
        admin.patch(path, {"custom": {field["key"]: 2}, "base": {"custom": {field["key"]: 1}}}).expect(200)
        box.press("Enter")
        dialog = signed_in.get_by_role("dialog", name="其他人刚修改了同一内容")
        expect(dialog).to_contain_text(field["label_zh"])
        dialog.get_by_role("button", name="保存所选").click()
        wait_until(lambda: member.get(path).expect(200)["custom"] == {field["key"]: 3}, seconds=10, what="mine stands")
    finally:
        retire(admin, [field["label_zh"]])


def test_a_phone_and_english_have_the_screen_too(desk: Page, admin: Client, check_accessibility: Callable[[Page], None]) -> None:
    field = admin.post("/api/custom_fields", {"type": "choice", "label_zh": fresh("手机上"), "label_en": fresh("On a phone")}).expect(201)
    try:
        desk.add_init_script("localStorage.setItem('gonghai.language', '\"en\"')")
        desk.set_viewport_size({"width": 390, "height": 844})
        desk.goto("/admin/fields")
        expect(desk.get_by_role("heading", name="Custom fields")).to_be_visible()
        expect(
            desk.get_by_role("button", name=f"Options of “{field['label_en']}”").or_(desk.get_by_text("0 options")).first
        ).to_be_visible()
        assert desk.evaluate("document.documentElement.scrollWidth") <= 390
        check_accessibility(desk)
    finally:
        retire(admin, [field["label_zh"]])


def test_of_a_field_that_the_pool_hides_the_page_shows_nothing(signed_in: Page, member: Client, admin: Client) -> None:
    label, shown = fresh("毛利"), fresh("产品")
    hidden_key, shown_key = (
        admin.post("/api/custom_fields", {"type": "text", "label_zh": name, "label_en": name}).expect(201)["key"] for name in (label, shown)
    )
    try:
        body = {"name": fresh("公海"), "member_ids": [member.member["member_id"]], "hidden_fields": [hidden_key]}
        pool = admin.post("/api/pools", body).expect()
        made = admin.create_customer(name=fresh("公海里的"), visibility="private", custom={hidden_key: "四成", shown_key: "啤酒"})
        admin.post(f"/api/customers/{made['customer_id']}/return_to_pool", {"reason": "no_budget", "pool_id": pool["pool_id"]}).expect()
        signed_in.goto(f"/customers/{made['customer_id']}")
        expect(signed_in.get_by_text("啤酒")).to_be_visible()
        expect(signed_in.get_by_text("四成")).to_have_count(0)
        expect(signed_in.get_by_text(label)).to_have_count(0)
        signed_in.get_by_role("tab", name="详细资料").click()
        expect(signed_in.get_by_role("textbox", name=shown)).to_have_value("啤酒")
        expect(signed_in.get_by_text(label)).to_have_count(0)
    finally:
        retire(admin, [label, shown])


def test_a_member_in_a_field_has_his_name_on_the_page_in_the_list_and_in_a_condition(
    signed_in: Page, member: Client, admin: Client, new_member: Callable[..., Client]
) -> None:
    label, name = fresh("售前"), fresh("钱多多")
    other = new_member(name=name).member["member_id"]
    key = admin.post("/api/custom_fields", {"type": "member", "label_zh": label, "label_en": label}).expect(201)["key"]
    try:
        made = member.create_customer(name=fresh("有售前的"), custom={key: other})
        signed_in.goto(f"/customers/{made['customer_id']}")
        expect(signed_in.get_by_role("button", name=f"修改{label}")).to_contain_text(name)
        asked = quote(json.dumps({"field": key, "op": "any_of", "value": [other]}))
        with signed_in.expect_request(re.compile("/api/members.member_ids=")) as names:
            signed_in.goto(f"/customers?view=mine&filter={asked}")
            expect(signed_in.get_by_role("group", name="筛选条件")).to_contain_text(f"{label} 属于 {name}")
        assert other in names.value.url
        signed_in.get_by_role("button", name="列设置").click()
        signed_in.get_by_role("checkbox", name=label).check()
        expect(signed_in.get_by_role("row").filter(has_text=made["name"])).to_contain_text(name)
    finally:
        retire(admin, [label])
