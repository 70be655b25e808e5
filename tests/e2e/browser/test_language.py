"""Both languages in a browser: what is chosen holds at once and everywhere, calendars included."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser

HAN = re.compile("[\u4e00-\u9fff]")
ON_A_DAY = {"field": "created_at", "op": "is", "value": "2026-11-02"}


def test_calendars_speak_the_language_that_was_chosen_at_once(signed_in: Page, member: Client) -> None:
    member.create_customer()
    signed_in.goto(f"/customers?view=mine&filter={quote(json.dumps(ON_A_DAY))}")
    expect(signed_in.locator("main p").first).to_be_visible()
    signed_in.keyboard.press("f")
    builder = signed_in.get_by_role("dialog", name=re.compile("筛选|Filter"))
    calendar = signed_in.locator(".ant-picker-dropdown:visible")
    builder.get_by_role("textbox", name="值 创建时间").click()
    expect(calendar.locator(".ant-picker-month-btn")).to_have_text("11月")
    expect(calendar.locator("th").first).to_have_text("一")
    signed_in.keyboard.press("Escape")
    expect(calendar).to_have_count(0)
    signed_in.get_by_role("banner").get_by_role("button", name="切换语言: English").click()
    builder.get_by_role("textbox", name=re.compile("Created")).click()
    expect(calendar.locator(".ant-picker-month-btn")).to_have_text("Nov")
    calendar.locator(".ant-picker-month-btn").click()
    expect(calendar.locator(".ant-picker-month-panel")).to_contain_text("Jan")
    expect(calendar).not_to_contain_text(HAN)
