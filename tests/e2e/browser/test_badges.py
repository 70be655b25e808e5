"""Marks and badges in a browser: every pair of colours that tells a state passes axe."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser


def fresh(text: str) -> str:
    """A name that no other test has."""
    return f"{text}{uuid.uuid4().hex[:6]}"


@pytest.fixture
def desk(page: Page, new_member: Callable[..., Client]) -> Page:
    """A page signed in as an admin of its own."""
    page.context.add_cookies(new_member(role="admin", name="管理员丙").browser_cookies())
    return page


def test_rules_that_are_on_off_or_broken(desk: Page, admin: Client, check_accessibility: Callable[[Page], None]) -> None:
    field = admin.post("/api/custom_fields", {"type": "text", "label_zh": fresh("旧"), "label_en": fresh("old")}).expect(201)["key"]
    pool = admin.post("/api/pools", {"name": fresh("空公海")}).expect()  # nobody's customers go there
    rules = f"/api/pools/{pool['pool_id']}/rules"
    bodies: list[dict[str, Any]] = [{"active": True}, {"active": False}, {"active": True, "filter": {"field": field, "op": "is_empty"}}]
    made = [admin.post(rules, {"name": fresh("规则"), "days": 400, **body}).expect(201) for body in bodies]
    admin.patch(f"/api/custom_fields/{field}", {"active": False}).expect()
    try:
        desk.goto(f"/admin/pools/{pool['pool_id']}/rules")
        for mark in ("已启用", "未启用"):
            expect(desk.get_by_text(mark, exact=True)).to_be_visible()
        expect(desk.locator("main .ant-tag")).to_have_count(3)
        check_accessibility(desk)
    finally:
        for rule in made:
            admin.delete(f"{rules}/{rule['pool_rule_id']}").expect()


def test_pools_and_their_limits(desk: Page, admin: Client, check_accessibility: Callable[[Page], None]) -> None:
    pool = admin.post("/api/pools", {"name": fresh("有限制的"), "claims_per_day": 5, "held_max": 20, "cooldown_days": 3}).expect()
    desk.goto("/admin/pools")
    expect(desk.get_by_role("row").filter(has_text=pool["name"])).to_contain_text("每天 5 个")
    expect(desk.get_by_text("默认", exact=True)).to_be_visible()
    check_accessibility(desk)


def test_a_customer_that_is_locked_held_private_and_in_the_menu(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    made = member.create_customer(name=fresh("都有的"), visibility="private", next_contact_at="2026-01-05T01:00:00Z", level="A")
    url = f"/api/customers/{made['customer_id']}"
    member.post(f"{url}/lock").expect()
    member.post(f"{url}/hold", {"until": "2026-12-31", "reason": "年底再谈"}).expect()
    signed_in.goto("/customers?view=contact_today")
    expect(signed_in.get_by_role("row").filter(has_text=made["name"])).to_contain_text("逾期")
    check_accessibility(signed_in)
    signed_in.goto(f"/customers/{made['customer_id']}")
    expect(signed_in.get_by_text("保护至 2026-12-31")).to_be_visible()
    check_accessibility(signed_in)


def test_saved_searches_changed_shared_and_broken(
    signed_in: Page, member: Client, admin: Client, check_accessibility: Callable[[Page], None]
) -> None:
    field = admin.post("/api/custom_fields", {"type": "text", "label_zh": fresh("旧"), "label_en": fresh("old")}).expect(201)["key"]
    shared = {"shared_with": "everyone", "filter": {"field": "level", "op": "any_of", "value": ["A"]}, "view": "mine"}
    saved = member.post("/api/saved_searches", {"name": fresh("共享的"), **shared}).expect(201)
    broken = {"field": field, "op": "contains", "value": "x"}
    gone = member.post("/api/saved_searches", {"name": fresh("坏了的"), "view": "mine", "filter": broken}).expect(201)
    admin.patch(f"/api/custom_fields/{field}", {"active": False}).expect()
    signed_in.goto("/searches")
    expect(signed_in.get_by_role("listitem").filter(has_text=saved["name"]).first).to_be_visible()
    expect(signed_in.locator("main .ant-tag-error")).to_have_count(1)
    check_accessibility(signed_in)
    signed_in.goto(f"/customers?view=mine&status=won&saved={saved['saved_search_id']}")
    expect(signed_in.get_by_text("已修改", exact=True)).to_be_visible()
    check_accessibility(signed_in)
    for one in (saved, gone):
        member.delete(f"/api/saved_searches/{one['saved_search_id']}").expect()
