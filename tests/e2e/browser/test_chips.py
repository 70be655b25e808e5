"""Quick filters in a browser: what they narrow the list to, how many customers each choice has, how they come off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_list import open_list, row, unique
from tests.support.client import Client

pytestmark = pytest.mark.browser


def test_a_chip_narrows_the_list_and_comes_off(signed_in: Page, member: Client) -> None:
    important, plain = member.create_customer(level="A"), member.create_customer(level="C")
    open_list(signed_in)
    signed_in.get_by_role("button", name="级别").first.click()
    signed_in.get_by_role("checkbox", name="A 重点").check()
    expect(row(signed_in, plain["name"])).to_have_count(0)
    expect(row(signed_in, important["name"])).to_be_visible()
    expect(signed_in).to_have_url(re.compile("level=A"))
    signed_in.get_by_role("button", name="取消筛选：级别").click()
    expect(row(signed_in, plain["name"])).to_be_visible()


def test_the_choices_of_a_chip_say_how_many_customers_have_them(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    for level, status in (("A", "new"), ("A", "won"), ("C", "won")):
        member.create_customer(level=level, status=status)
    open_list(signed_in)
    chips = signed_in.get_by_role("group", name="筛选")
    chips.get_by_role("button", name="级别").click()
    levels = signed_in.get_by_role("dialog", name="级别")
    expect(levels.locator("label").filter(has_text="A 重点")).to_contain_text("2")
    expect(levels.locator("label").filter(has_text="B 普通")).to_contain_text("0")
    check_accessibility(signed_in)
    levels.get_by_role("checkbox", name="A 重点").check()
    expect(levels.locator("label").filter(has_text="C 非优先")).to_contain_text("1")  # what is chosen does not hide what else there is
    signed_in.keyboard.press("Escape")
    signed_in.get_by_role("heading", level=1).click()
    expect(levels).to_have_count(0)
    chips.get_by_role("button", name="状态").click()
    statuses = signed_in.get_by_role("dialog", name="状态")
    expect(statuses.locator("label").filter(has_text="已成交")).to_contain_text("1")


def test_tags_and_the_time_of_the_latest_follow_up_narrow_the_list(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    spoken, silent = member.create_customer(name=unique("聊过的")), member.create_customer(name=unique("没聊过的"))
    member.post(f"/api/customers/{spoken['customer_id']}/follow_ups", {"method": "call", "content": "聊了聊"}).expect(201)
    tag = member.post("/api/tags", {"name": unique("展会")}).expect(201)
    member.put(f"/api/customers/{silent['customer_id']}/tags/{tag['tag_id']}").expect()
    open_list(signed_in)
    chips = signed_in.get_by_role("group", name="筛选")
    chips.get_by_role("button", name="跟进时间").click()
    times = signed_in.get_by_role("dialog", name="跟进时间")
    expect(times.locator("label").filter(has_text="今天")).to_contain_text("1")
    check_accessibility(signed_in)
    times.get_by_text("从未跟进", exact=True).click()
    expect(row(signed_in, spoken["name"])).to_have_count(0)
    expect(row(signed_in, silent["name"])).to_be_visible()
    expect(signed_in).to_have_url(re.compile("followed=is_empty"))
    signed_in.get_by_role("button", name="取消筛选：跟进时间").click()
    expect(row(signed_in, spoken["name"])).to_be_visible()
    chips.get_by_role("button", name="标签").click()
    box = signed_in.get_by_role("dialog", name="标签").locator("label").filter(has_text=tag["name"])
    expect(box).to_contain_text("1")
    box.click()
    expect(row(signed_in, spoken["name"])).to_have_count(0)
    expect(row(signed_in, silent["name"])).to_be_visible()
    expect(signed_in).to_have_url(re.compile(f"tags={tag['tag_id']}"))
    signed_in.get_by_role("heading", level=1).click()
    chips.get_by_role("button", name="清空筛选").click()
    expect(row(signed_in, spoken["name"])).to_be_visible()
