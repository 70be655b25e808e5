"""Recycle rules in a browser: simulated, switched on, seen by the owner; in both languages and on a phone."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser


@pytest.fixture
def rules(page: Page, new_member: Callable[..., Client], admin: Client) -> Page:
    """An admin's page on the rules of the default pool."""
    page.context.add_cookies(new_member(role="admin", name="管理员甲").browser_cookies())
    pools = admin.send("GET", "/api/pools").expect()["items"]
    pool_id = next(pool["pool_id"] for pool in pools if pool["is_default"])
    page.goto(f"/admin/pools/{pool_id}/rules")
    return page


def picture(page: Page, name: str) -> None:
    """A screenshot to look at, where a folder for them is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_rule_is_simulated_saved_as_a_draft_switched_on_and_deleted(
    rules: Page, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    owner = new_member(name="李伟")
    owner.send("POST", "/api/customers", body={"name": "模拟科技"}).expect(201)
    name = f"规则{uuid.uuid4().hex[:6]}"
    rules.get_by_role("button", name="新建规则").first.click()
    editor = rules.get_by_role("dialog")
    editor.get_by_role("textbox", name="规则名称").fill(name)
    editor.get_by_role("spinbutton", name="多久未跟进").fill("20")
    expect(editor.get_by_text(re.compile("所有人的客户连续 20 天未跟进，自动移入“.+”")).first).to_be_visible()
    expect(editor.get_by_role("img", name="柱状图")).to_be_visible()
    picture(rules, "rule-editor-zh")
    check_accessibility(rules)
    editor.get_by_text("表格", exact=True).click()
    expect(editor.get_by_role("columnheader", name="客户数")).to_be_visible()
    editor.get_by_role("button", name="存为草稿").click()
    row = rules.get_by_role("listitem").filter(has_text=name)
    expect(row.get_by_text("未启用")).to_be_visible()
    picture(rules, "rules-zh")
    check_accessibility(rules)
    row.get_by_role("switch").click()
    rules.get_by_role("dialog").get_by_role("button", name="启用规则").click()
    confirm = rules.get_by_role("dialog", name=f"启用“{name}”？")
    expect(confirm.get_by_text("启用后现在就会回收 0 个客户")).to_be_visible()
    confirm.get_by_role("button", name="启用规则").click()
    expect(row.get_by_text("已启用")).to_be_visible()
    row.get_by_role("switch").click()
    expect(row.get_by_text("未启用")).to_be_visible()
    expect(rules.get_by_text(f"规则“{name}”已停用")).to_be_visible()
    rules.get_by_role("button", name="重新启用").click()
    expect(row.get_by_text("已启用")).to_be_visible()
    row.get_by_role("button", name=f"删除规则 {name}").click()
    rules.get_by_role("tooltip").get_by_role("button", name="删除").click()
    expect(row).to_have_count(0)


def test_a_rule_that_was_begun_is_not_thrown_away_unasked(rules: Page) -> None:
    editor = rules.get_by_role("dialog", name="新建规则")
    for begun in (False, True):
        rules.get_by_role("button", name="新建规则").first.click()
        expect(editor.get_by_role("button", name="添加条件", exact=True)).to_be_visible()
        name = editor.get_by_role("textbox", name="规则名称")
        name.fill("试" if begun else "")
        name.press("Escape")
        if begun:
            rules.get_by_role("dialog", name="放弃填写的内容？").get_by_role("button", name="放弃").click()
        expect(editor).to_have_count(0)


def test_the_rules_in_english_on_a_phone(rules: Page, check_accessibility: Callable[[Page], None]) -> None:
    rules.add_init_script("localStorage.setItem('gonghai.language', '\"en\"')")
    rules.set_viewport_size({"width": 390, "height": 844})
    rules.reload()
    rules.get_by_role("button", name="New rule").first.click()
    editor = rules.get_by_role("dialog")
    expect(editor.get_by_text("Everybody's customers go into “").first).to_be_visible()
    expect(editor.get_by_text("Simulation", exact=True)).to_be_visible()
    picture(rules, "rule-editor-phone-en")
    check_accessibility(rules)


def test_conditions_are_built_without_what_only_somebody_can_ask(
    rules: Page, admin: Client, check_accessibility: Callable[[Page], None]
) -> None:
    name = f"条件{uuid.uuid4().hex[:6]}"
    pool_id = rules.url.split("/")[-2]
    tree = {
        "and": [{"field": "level", "op": "any_of", "value": ["A"]}, {"not": {"or": [{"field": "city", "op": "contains", "value": "杭"}]}}]
    }
    body = {"name": name, "days": 400, "filter": tree}
    rule = admin.send("POST", f"/api/pools/{pool_id}/rules", body=body).expect(201)
    rules.reload()
    rules.get_by_role("button", name=f"编辑规则 {name}").click()
    editor = rules.get_by_role("dialog")
    built = editor.get_by_role("region", name="只针对符合条件的客户")
    expect(built.get_by_role("textbox", name="值 城市")).to_have_value("杭")
    expect(editor.get_by_text("仅限符合条件的：").first).to_be_visible()
    built.get_by_role("button", name="添加更多条件").last.click()
    rules.keyboard.type("星标")
    expect(rules.locator(".ant-select-dropdown:visible")).not_to_contain_text("星标")
    for _ in "星标":
        rules.keyboard.press("Backspace")
    rules.keyboard.type("负责人")
    rules.keyboard.press("Enter")
    editor.get_by_role("button", name="存为草稿").click()
    expect(built.get_by_text("还有没填完的条件")).to_be_visible()
    built.get_by_role("combobox", name="值 负责人").click()
    listed = rules.locator(".ant-select-dropdown:visible")
    expect(listed.locator(".ant-select-item-option").first).to_be_visible()
    expect(listed.get_by_text("我的部门")).to_have_count(0)
    rules.keyboard.press("Escape")
    editor.get_by_text("仅限符合条件的：").first.click()
    expect(listed).to_have_count(0)
    expect(editor.locator(".ant-skeleton")).to_have_count(0)  # the simulation has answered
    picture(rules, "rule-conditions-zh")
    check_accessibility(rules)
    built.get_by_role("button", name="删除条件").last.click()
    editor.get_by_role("button", name="存为草稿").click()
    expect(editor).to_have_count(0)
    kept = next(
        row for row in admin.send("GET", f"/api/pools/{pool_id}/rules").expect()["items"] if row["pool_rule_id"] == rule["pool_rule_id"]
    )
    assert kept["filter"] == {"and": [tree["and"][0], {"not": {"field": "city", "op": "contains", "value": "杭"}}]}
    admin.send("DELETE", f"/api/pools/{pool_id}/rules/{rule['pool_rule_id']}").expect(204)


def test_a_rule_whose_field_is_gone_is_marked_and_says_that_it_moves_nobody(
    rules: Page, admin: Client, check_accessibility: Callable[[Page], None]
) -> None:
    pool_id, name = rules.url.split("/")[-2], f"失效{uuid.uuid4().hex[:6]}"
    field = admin.send("POST", "/api/custom_fields", body={"type": "text", "label_zh": name, "label_en": name}).expect(201)
    body = {"name": name, "days": 400, "filter": {"field": field["key"], "op": "is_empty"}}
    rule = admin.send("POST", f"/api/pools/{pool_id}/rules", body=body).expect(201)
    admin.send("PATCH", f"/api/custom_fields/{field['key']}", body={"active": False}).expect()
    rules.reload()
    row = rules.get_by_role("listitem").filter(has=rules.get_by_role("heading", name=name))
    expect(row.get_by_text("这条规则目前不会回收任何客户")).to_be_visible()
    expect(row.get_by_text("条件中的字段已不存在")).to_be_visible()
    picture(rules, "rule-broken-zh")
    check_accessibility(rules)
    row.get_by_role("button", name="修改条件").click()
    expect(rules.get_by_role("dialog").get_by_text("该字段已被删除").first).to_be_visible()
    admin.send("DELETE", f"/api/pools/{pool_id}/rules/{rule['pool_rule_id']}").expect(204)


def test_the_list_of_what_goes_soon_says_how_to_fill_it(signed_in: Page, check_accessibility: Callable[[Page], None]) -> None:
    signed_in.goto("/customers?view=soon_recycled")
    expect(signed_in.get_by_text("没有即将掉入公海的客户")).to_be_visible()
    picture(signed_in, "soon-empty-zh")
    check_accessibility(signed_in)


def test_the_figures_of_a_pool_are_a_chart_and_a_table(
    rules: Page, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    owner = new_member(name="王芳")
    made = owner.send("POST", "/api/customers", body={"name": f"来回{uuid.uuid4().hex[:6]}"}).expect(201)
    owner.send("POST", f"/api/customers/{made['customer_id']}/return_to_pool", body={"reason": "no_budget"}).expect(200)
    rules.get_by_role("link", name="公海统计").click()
    expect(rules.get_by_role("heading", name="公海统计")).to_be_visible()
    expect(rules.get_by_role("img", name="柱状图")).to_be_visible()
    picture(rules, "figures-zh")
    check_accessibility(rules)
    rules.get_by_text("表格", exact=True).click()
    expect(rules.get_by_role("columnheader", name="自动回收")).to_be_visible()
    rules.set_viewport_size({"width": 390, "height": 844})
    picture(rules, "figures-phone-zh")
    check_accessibility(rules)
