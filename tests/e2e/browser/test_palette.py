"""The palette in a browser: customers, views, saved searches and tags by pinyin."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_list import open_list, row, unique
from tests.support.client import Client

pytestmark = pytest.mark.browser


def test_the_palette_finds_a_customer_and_a_view(signed_in: Page, member: Client) -> None:
    name = member.create_customer(name=unique("宏远机械"))["name"]
    open_list(signed_in)
    signed_in.keyboard.press("Control+k")
    expect(signed_in.get_by_role("combobox")).to_be_focused()
    signed_in.keyboard.type("hyjx")
    expect(signed_in.get_by_role("option").first).to_contain_text(name)
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_role("dialog")).to_contain_text(name)
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_role("dialog")).to_have_count(0)
    signed_in.keyboard.press("Control+k")
    expect(signed_in.get_by_role("combobox")).to_be_focused()
    signed_in.keyboard.type("gonghai")
    signed_in.get_by_role("option", name="公海", exact=True).click()
    expect(signed_in).to_have_url(re.compile("view=pool"))


def test_the_palette_finds_saved_searches_and_tags_by_pinyin(signed_in: Page, member: Client) -> None:
    wanted, other = member.create_customer(level="A"), member.create_customer(level="B")
    search, tag = unique("重要客户"), unique("展会")
    filtered = {"field": "level", "op": "any_of", "value": ["A"]}
    member.post("/api/saved_searches", {"name": search, "view": "mine", "filter": filtered}).expect(201)
    tag_id = member.post("/api/tags", {"name": tag}).expect(201)["tag_id"]
    member.put(f"/api/customers/{other['customer_id']}/tags/{tag_id}").expect()
    open_list(signed_in)
    signed_in.keyboard.press("Control+k")
    expect(signed_in.get_by_role("combobox")).to_be_focused()
    signed_in.keyboard.type(f"zykh{search[-6:]}")
    expect(signed_in.get_by_role("option", name=search)).to_be_visible()
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_role("heading", level=1)).to_contain_text(search)
    expect(row(signed_in, other["name"])).to_have_count(0)
    expect(row(signed_in, wanted["name"])).to_be_visible()
    signed_in.keyboard.press("Control+k")
    expect(signed_in.get_by_role("combobox")).to_be_focused()
    signed_in.keyboard.type(f"zhanhui{tag[-6:]}")
    expect(signed_in.get_by_role("option", name=tag)).to_be_visible()
    signed_in.keyboard.press("Enter")
    expect(row(signed_in, wanted["name"])).to_have_count(0)
    expect(row(signed_in, other["name"])).to_be_visible()
