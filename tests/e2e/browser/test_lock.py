"""Locks, holds, requests for access and the bell in a browser: by mouse and keyboard, live, refused with the reason, clean for axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser


def open_page(page: Page, customer: dict[str, Any]) -> None:
    """Show the customer on its own page."""
    page.goto(f"/customers/{customer['customer_id']}")
    expect(page.get_by_role("heading", name=str(customer["name"]))).to_be_visible()


def test_the_owner_locks_and_unlocks_by_keyboard(signed_in: Page, member: Client) -> None:
    customer = member.create_customer()
    open_page(signed_in, customer)
    lock = signed_in.get_by_role("button", name="锁定", exact=True)
    expect(lock).to_be_enabled()  # a key, unlike a click, does not wait for it
    lock.press("Enter")
    expect(signed_in.get_by_role("button", name="解锁", exact=True)).to_be_visible()
    expect(signed_in.get_by_role("img", name="已锁定")).to_be_visible()
    signed_in.get_by_role("button", name="解锁", exact=True).hover()
    tooltip = signed_in.get_by_role("tooltip")
    expect(tooltip).to_contain_text("只有负责人和可编辑的参与人能修改")
    expect(tooltip).to_contain_text("不被公海规则回收")
    signed_in.goto("/customers?view=mine")
    expect(signed_in.get_by_role("img", name="已锁定")).to_be_visible()


def test_who_is_locked_out_sees_why_asks_and_edits_after_a_yes(
    signed_in: Page, member: Client, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    owner = new_member(name="王负责")
    customer = owner.create_customer(visibility="public")
    owner.post(f"/api/customers/{customer['customer_id']}/lock").expect(200)
    open_page(signed_in, customer)
    banner = signed_in.get_by_role("status").filter(has_text="已锁定：仅负责人和参与人可修改")
    expect(banner).to_contain_text("由 王负责 于")
    expect(signed_in.get_by_role("button", name="编辑", exact=True)).to_be_disabled()
    check_accessibility(signed_in)
    banner.get_by_role("button", name="申请权限").click()
    dialog = signed_in.get_by_role("dialog", name="申请权限")
    dialog.get_by_role("textbox", name="说明").fill("一起跟进")
    check_accessibility(signed_in)
    dialog.get_by_role("textbox", name="说明").press("Control+Enter")
    expect(banner).to_contain_text("已申请，等待 王负责 处理")
    (asked,) = owner.get(f"/api/customers/{customer['customer_id']}/access_requests").expect(200)["items"]
    assert (asked["role"], asked["message"], asked["member"]["member_id"]) == ("editor", "一起跟进", member.member["member_id"])
    owner.post(f"/api/access_requests/{asked['access_request_id']}/approve").expect(200)
    expect(signed_in.get_by_role("button", name="通知，1 条未读")).to_be_visible()
    expect(signed_in.get_by_role("button", name="编辑", exact=True)).to_be_enabled()
    expect(banner).to_have_count(0)


def test_a_request_rings_and_is_answered_in_the_bell(
    signed_in: Page, member: Client, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    other = new_member(name="李申请")
    customer = member.create_customer(visibility="public")
    signed_in.goto("/customers?view=mine")
    expect(signed_in.get_by_role("button", name="通知", exact=True)).to_be_visible()
    signed_in.get_by_role("button", name="通知", exact=True).click()
    expect(signed_in.get_by_text("没有通知")).to_be_visible()
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_role("dialog", name="通知")).to_be_hidden()
    other.post(f"/api/customers/{customer['customer_id']}/access_requests", {"role": "viewer", "message": "请让我看看"}).expect(201)
    signed_in.get_by_role("button", name="通知，1 条未读").click()
    popover = signed_in.get_by_role("dialog", name="通知")
    expect(popover).to_contain_text(f"李申请 申请 {customer['name']} 的权限")
    expect(popover).to_contain_text("请让我看看")
    check_accessibility(signed_in)
    popover.get_by_role("button", name=re.compile("同.?意")).click()
    expect(popover).to_contain_text("已同意")
    expect(signed_in.get_by_role("button", name="通知", exact=True)).to_be_visible()
    people = member.get(f"/api/customers/{customer['customer_id']}").expect(200)["participants"]
    assert [(each["member_id"], each["role"]) for each in people] == [(other.member["member_id"], "viewer")]


def test_a_hold_is_set_with_day_and_reason_shown_and_ended(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    customer = member.create_customer()
    open_page(signed_in, customer)
    signed_in.get_by_role("button", name="更多").first.click()
    signed_in.get_by_role("menuitem", name="保护（不被回收）…").click()
    dialog = signed_in.get_by_role("dialog", name="保护客户")
    dialog.get_by_role("button", name="90 天").click()
    expect(dialog.get_by_role("button", name=re.compile("保.?护"))).to_be_disabled()
    dialog.get_by_role("textbox", name="保护原因").fill("等预算")
    check_accessibility(signed_in)
    dialog.get_by_role("button", name=re.compile("保.?护")).click()
    expect(signed_in.get_by_role("note", name=re.compile("保护至 .*等预算"))).to_be_visible()
    stands = member.get(f"/api/customers/{customer['customer_id']}").expect(200)
    assert (stands["hold_reason"], stands["held_by"]["member_id"]) == ("等预算", member.member["member_id"])
    signed_in.get_by_role("button", name="更多").first.click()
    signed_in.get_by_role("menuitem", name="更改或解除保护…").click()
    signed_in.get_by_role("dialog", name="保护客户").get_by_role("button", name="解除保护").click()
    expect(signed_in.get_by_role("note", name=re.compile("保护至"))).to_have_count(0)


def test_the_page_of_notifications_on_a_phone_in_english(
    phone: Page, english: Page, member: Client, new_member: Callable[..., Client], check_accessibility: Callable[[Page], None]
) -> None:
    other = new_member(name="Wang")
    customer = other.create_customer(visibility="public", owner_id=member.member["member_id"])
    phone.goto("/customers?view=mine")
    english.get_by_role("button", name="Notifications, 1 unread").click()
    expect(phone.get_by_role("heading", name="Notifications")).to_be_visible()
    line = phone.get_by_role("link", name=f"Wang gave you {customer['name']}")
    expect(line).to_be_visible()
    check_accessibility(phone)
    line.click()
    expect(phone.get_by_role("heading", name=str(customer["name"]))).to_be_visible()
    phone.goto("/notifications")
    phone.get_by_text("Unread", exact=True).click()
    expect(phone.get_by_text("Nothing unread")).to_be_visible()
