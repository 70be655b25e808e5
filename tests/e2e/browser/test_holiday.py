"""The calendar of workdays in a browser: a year of the official days, exceptions added and taken back, in both languages, on a phone."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from services.common.clock import now
from tests.support.client import Client

pytestmark = pytest.mark.browser


@pytest.fixture
def calendar(page: Page, new_member: Callable[..., Client]) -> Page:
    """An admin's page on the calendar."""
    page.context.add_cookies(new_member(role="admin", name="管理员甲").browser_cookies())
    page.goto("/admin/holidays")
    return page


def picture(page: Page, name: str) -> None:
    """A screenshot to look at, where a folder for them is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_an_exception_is_added_shown_taken_back_and_the_removal_undone(
    calendar: Page, admin: Client, check_accessibility: Callable[[Page], None]
) -> None:
    year = now().year
    name, day = f"厂休{uuid.uuid4().hex[:6]}", f"{year}-03-18"
    official = calendar.get_by_role("list", name=f"{year} 年法定节假日和调休")
    expect(official.get_by_role("listitem").filter(has_text="春节").first).to_contain_text("放假")
    calendar.get_by_role("button", name="下一年").click()
    expect(calendar.get_by_role("list", name=f"{year + 1} 年法定节假日和调休")).to_be_visible()
    calendar.get_by_role("button", name="上一年").click()
    calendar.get_by_role("textbox", name="日期").click()
    calendar.get_by_role("textbox", name="日期").fill(day)
    calendar.get_by_role("textbox", name="日期").press("Enter")
    calendar.get_by_role("textbox", name="名称").fill(name)
    calendar.get_by_role("button", name="添加").click()
    own = calendar.get_by_role("list", name="本组织的例外").get_by_role("listitem").filter(has_text=name)
    expect(own).to_contain_text("放假")
    picture(calendar, "holidays-zh")
    check_accessibility(calendar)
    own.get_by_role("button", name=f"删除例外 {day}").click()
    expect(own).to_have_count(0)
    calendar.get_by_role("button", name="撤销").click()
    expect(own).to_be_visible()
    admin.send("DELETE", f"/api/holidays/{day}").expect(204)


def test_the_calendar_in_english_on_a_phone(calendar: Page, check_accessibility: Callable[[Page], None]) -> None:
    calendar.add_init_script("localStorage.setItem('gonghai.language', '\"en\"')")
    calendar.set_viewport_size({"width": 390, "height": 844})
    calendar.reload()
    expect(calendar.get_by_role("heading", name="Holidays and workdays")).to_be_visible()
    expect(calendar.get_by_role("list", name="Official holidays and make-up workdays").get_by_role("listitem").first).to_be_visible()
    expect(calendar.get_by_text("Labor Day").first).to_be_visible()
    picture(calendar, "holidays-phone-en")
    check_accessibility(calendar)
    assert calendar.evaluate("document.documentElement.scrollWidth") <= 390


def test_who_is_no_admin_meets_no_such_page(signed_in: Page) -> None:
    signed_in.goto("/admin/holidays")
    expect(signed_in.get_by_text("页面不存在")).to_be_visible()
