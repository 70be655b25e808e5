"""The create dialog in a browser: a name is enough, continuous entry, one customer per entry, errors at their fields."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.support.client import Client
from tests.support.lists_of_choices import pick

pytestmark = pytest.mark.browser


def open_dialog(page: Page) -> None:
    """Open the create dialog by its key and wait until the name can be typed."""
    page.goto("/customers?view=mine")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="客户名称")).to_be_focused()


def mine(client: Client) -> list[dict[str, object]]:
    """The member's own customers."""
    return list(client.get("/api/customers", view="mine").expect()["items"])


def fresh(text: str = "新客户") -> str:
    """A name that no other test has."""
    return f"{text}{uuid.uuid4().hex[:6]}"


def test_a_name_is_enough(signed_in: Page, member: Client) -> None:
    name = fresh()
    open_dialog(signed_in)
    signed_in.keyboard.type(name)
    signed_in.get_by_role("button", name="保存").click()
    expect(signed_in.get_by_text(f"已添加“{name}”")).to_be_visible()
    expect(signed_in.get_by_role("dialog")).to_have_count(0)
    expect(signed_in.get_by_role("row").filter(has_text=name)).to_be_visible()
    created = mine(member)[0]
    assert (created["name"], created["status"], created["visibility"]) == (name, "new", "public")


def test_without_a_name_the_field_says_so(signed_in: Page, member: Client) -> None:
    open_dialog(signed_in)
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.get_by_text("此项必填")).to_be_visible()
    assert mine(member) == []


def test_continuous_entry_keeps_the_chosen_fields_and_lists_what_was_entered(signed_in: Page, member: Client) -> None:
    first, second = fresh("循环一"), fresh("循环二")
    open_dialog(signed_in)
    signed_in.get_by_role("checkbox", name="开启循环录入模式").check()
    pick(signed_in, signed_in.locator("#create-source"), "展会")
    signed_in.get_by_role("textbox", name="客户名称").fill(first)
    signed_in.get_by_role("textbox", name="电话").fill("0571-85022088")
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.get_by_text("本次已添加 1 个客户")).to_be_visible()
    expect(signed_in.get_by_role("textbox", name="客户名称")).to_be_focused()
    expect(signed_in.get_by_role("textbox", name="客户名称")).to_have_value("")
    expect(signed_in.get_by_role("textbox", name="电话")).to_have_value("")
    signed_in.keyboard.type(second)
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.get_by_text("本次已添加 2 个客户")).to_be_visible()
    expect(signed_in.get_by_role("dialog")).to_contain_text(first)
    assert {(each["name"], each["source"]) for each in mine(member)} == {(first, "exhibition"), (second, "exhibition")}


def test_save_and_continue_by_key_without_the_mode(signed_in: Page, member: Client) -> None:
    open_dialog(signed_in)
    signed_in.keyboard.type(fresh())
    signed_in.keyboard.press("Control+Shift+Enter")
    expect(signed_in.get_by_text("本次已添加 1 个客户")).to_be_visible()
    assert len(mine(member)) == 1


def test_a_double_click_creates_one_customer(signed_in: Page, member: Client) -> None:
    name = fresh()
    open_dialog(signed_in)
    signed_in.keyboard.type(name)
    signed_in.get_by_role("button", name="保存").dblclick()
    expect(signed_in.get_by_text(f"已添加“{name}”")).to_be_visible()
    assert [each["name"] for each in mine(member)] == [name]


def test_a_lost_answer_is_asked_for_again_with_the_same_key(signed_in: Page, member: Client) -> None:
    name, keys = fresh(), list[str]()
    open_dialog(signed_in)
    signed_in.keyboard.type(name)

    def lose_first(route: object, request: Request) -> None:
        if request.method != "POST":
            route.continue_()  # type: ignore[attr-defined]
            return
        keys.append(request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    signed_in.route("**/api/customers", lose_first)
    signed_in.get_by_role("button", name="保存").click()
    expect(signed_in.get_by_text(f"已添加“{name}”")).to_be_visible()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert [each["name"] for each in mine(member)] == [name]


def test_enter_inside_an_input_method_does_not_save(signed_in: Page, member: Client) -> None:
    open_dialog(signed_in)
    signed_in.keyboard.type("半个拼音")
    for way in ("isComposing: true", "keyCode: 229"):
        signed_in.evaluate(
            f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter', ctrlKey: true, bubbles: true, {way}}}))"
        )
    signed_in.keyboard.press("Enter")  # a plain Enter does not save either
    expect(signed_in.get_by_role("dialog")).to_be_visible()
    assert mine(member) == []


def test_a_refused_value_is_told_at_its_field(signed_in: Page, member: Client) -> None:
    open_dialog(signed_in)
    signed_in.keyboard.type(fresh())
    signed_in.get_by_role("button", name="更多字段").click()
    signed_in.get_by_role("textbox", name="统一社会信用代码").fill("91330100799655058X")
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.locator("#create-credit_code")).to_have_attribute("aria-invalid", "true")
    expect(signed_in.get_by_role("dialog")).to_contain_text(re.compile("信用代码.*(不正确|有误)"))
    assert mine(member) == []


def test_private_unassigned_and_region_are_sent_as_chosen(signed_in: Page, member: Client) -> None:
    name = fresh()
    open_dialog(signed_in)
    signed_in.keyboard.type(name)
    signed_in.get_by_text("仅负责人、参与人及其主管、管理员可见").click()
    pick(signed_in, signed_in.locator("#create-level"), "A 重点")
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.get_by_text(f"已添加“{name}”")).to_be_visible()
    created = mine(member)[0]
    assert (created["visibility"], created["level"]) == ("private", "A")


def test_closing_asks_before_it_throws_away_what_was_typed(signed_in: Page) -> None:
    open_dialog(signed_in)
    signed_in.keyboard.type("写了一半")
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_role("dialog", name="放弃填写的内容？")).to_be_visible()
    signed_in.get_by_role("button", name="继续填写").click()
    expect(signed_in.get_by_role("textbox", name="客户名称")).to_have_value("写了一半")


def test_similar_customers_are_shown_while_typing(signed_in: Page, member: Client) -> None:
    name = member.create_customer(name=fresh("天目山茶业"))["name"]
    open_dialog(signed_in)
    signed_in.keyboard.type(name[:8])
    expect(signed_in.get_by_role("status").filter(has_text="已有相似客户")).to_contain_text(name)


def test_the_dialog_passes_axe_and_fills_a_phone(signed_in: Page, check_accessibility: Callable[[Page], None]) -> None:
    open_dialog(signed_in)
    signed_in.get_by_role("button", name="更多字段").click()
    check_accessibility(signed_in)
    signed_in.set_viewport_size({"width": 390, "height": 844})
    expect(signed_in.get_by_role("button", name="保存")).to_be_in_viewport()
    check_accessibility(signed_in)
