"""Signing in and one's own account in a browser: refusals, the way back, language, password, access tokens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client
from tests.support.wait import wait_until

pytestmark = pytest.mark.browser


def sign_in(page: Page, account: str, password: str) -> None:
    """Fill the form and send it."""
    page.get_by_role("textbox", name="账号").fill(account)
    page.get_by_role("textbox", name="密码").fill(password)
    page.get_by_role("button", name="登录").click()


def password_of(member: Client) -> str:
    """The password that the fixture gave."""
    return f"password of {member.member['account']}"


def test_signing_in_leads_to_where_one_wanted_to_go(page: Page, member: Client) -> None:
    page.goto("/exports")
    expect(page.get_by_role("heading", name="登录公海")).to_be_visible()
    sign_in(page, str(member.member["account"]), password_of(member))
    expect(page.get_by_role("heading", name="导出中心")).to_be_visible()


def test_a_prepared_link_cannot_lead_elsewhere(page: Page, member: Client) -> None:
    page.goto("/sign-in?next=//example.com/steal")
    sign_in(page, str(member.member["account"]), password_of(member))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "example.com" not in page.url.split("?")[0]


def test_a_wrong_password_says_so_and_keeps_the_account(page: Page, member: Client) -> None:
    page.goto("/sign-in")
    sign_in(page, str(member.member["account"]), "wrong")
    expect(page.get_by_role("alert")).to_have_text("账号或密码不正确。")
    expect(page.get_by_role("textbox", name="账号")).to_have_value(str(member.member["account"]))
    expect(page.get_by_role("textbox", name="密码")).to_have_value("")


def test_signing_out_ends_the_session(signed_in: Page) -> None:
    signed_in.goto("/customers?view=mine")
    signed_in.get_by_role("button", name="账号菜单").click()
    signed_in.get_by_role("menuitem", name="退出登录").click()
    expect(signed_in.get_by_role("heading", name="登录公海")).to_be_visible()
    signed_in.goto("/customers?view=mine")
    expect(signed_in.get_by_role("heading", name="登录公海")).to_be_visible()


def test_a_session_ended_elsewhere_leads_to_the_sign_in_page(signed_in: Page, member: Client) -> None:
    with signed_in.expect_response(lambda answer: "/api/live" in answer.url):
        signed_in.goto("/customers?view=mine")
    member.sign_out()
    expect(signed_in.get_by_role("heading", name="登录公海")).to_be_visible(timeout=20_000)


def test_the_password_is_changed_and_the_old_one_must_be_known(signed_in: Page, member: Client) -> None:
    signed_in.goto("/me")
    form = signed_in.get_by_role("region", name="密码")
    form.get_by_role("textbox", name="当前密码").fill("wrong")
    form.get_by_role("textbox", name="新密码").fill("a new password 1")
    form.get_by_role("button", name="修改密码").click()
    expect(form.get_by_text("当前密码不正确。")).to_be_visible()
    form.get_by_role("textbox", name="当前密码").fill(password_of(member))
    form.get_by_role("button", name="修改密码").click()
    expect(signed_in.get_by_text("密码已修改，其他设备已退出登录")).to_be_visible()
    other = Client(member.address)
    other.sign_in(str(member.member["account"]), "a new password 1")
    other.close()


def test_a_token_is_shown_once_works_and_is_revoked(signed_in: Page, member: Client) -> None:
    signed_in.goto("/me")
    signed_in.get_by_role("button", name="新建令牌").click()
    signed_in.get_by_role("textbox", name="用途").fill("夜间同步")
    signed_in.get_by_role("button", name="创建令牌").click()
    token = signed_in.get_by_role("dialog").locator("code").inner_text()
    script = Client(member.address, token=token)
    assert script.get("/api/customers", view="mine").status == 200
    assert script.post("/api/customers", {"name": "不可以"}).status == 403
    signed_in.get_by_role("button", name="完成").click()
    expect(signed_in.get_by_text(token)).to_have_count(0)
    signed_in.get_by_role("listitem").filter(has_text="夜间同步").get_by_role("button", name="撤销").click()
    signed_in.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(signed_in.get_by_text("还没有访问令牌")).to_be_visible()
    wait_until(lambda: script.get("/api/customers", view="mine").status == 401, seconds=3, what="the token to end")
    script.close()


def test_the_language_is_changed_and_remembered(signed_in: Page) -> None:
    signed_in.goto("/me")
    signed_in.get_by_text("English", exact=True).click()
    expect(signed_in.get_by_role("heading", name="My settings")).to_be_visible()
    signed_in.reload()
    expect(signed_in.get_by_role("heading", name="My settings")).to_be_visible()


def test_the_set_up_page_refuses_once_there_is_an_admin(page: Page, check_accessibility: Callable[[Page], None]) -> None:
    page.goto("/setup?code=anything")
    expect(page.get_by_role("heading", name="创建第一位管理员")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("textbox", name="姓名").fill("后来的人")
    page.get_by_role("textbox", name="账号").fill("latecomer")
    page.get_by_role("textbox", name="密码").fill("a good password")
    page.get_by_role("button", name="创建并登录").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_the_sign_in_page_passes_axe(page: Page, check_accessibility: Callable[[Page], None]) -> None:
    page.goto("/sign-in")
    expect(page.get_by_role("heading", name="登录公海")).to_be_visible()
    check_accessibility(page)


def test_the_account_page_passes_axe(signed_in: Page, check_accessibility: Callable[[Page], None]) -> None:
    signed_in.goto("/me")
    expect(signed_in.get_by_text("还没有访问令牌")).to_be_visible()
    check_accessibility(signed_in)
