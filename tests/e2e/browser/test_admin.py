"""Administration in a browser: members, departments, option lists; closed to everyone else."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(page: Page, new_member: Callable[..., Client]) -> Page:
    """A page signed in as an admin of its own."""
    page.context.add_cookies(new_member(role="admin", name="管理员甲").browser_cookies())
    return page


def fresh(text: str) -> str:
    """A name that no other test has."""
    return f"{text}{uuid.uuid4().hex[:6]}"


def test_a_member_is_added_with_a_generated_password_and_signs_in(desk: Page, admin: Client) -> None:
    name, account = fresh("新成员"), fresh("new")
    desk.goto("/admin/members")
    desk.get_by_role("button", name="添加成员").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("textbox", name="姓名").fill(name)
    dialog.get_by_role("textbox", name="账号").fill(account)
    dialog.get_by_role("button", name="随机生成").click()
    dialog.get_by_text("主管", exact=True).click()
    expect(dialog.get_by_role("checkbox", name="分配客户")).to_be_checked()
    dialog.get_by_role("button", name="保存").click()
    shown = desk.get_by_role("dialog", name=f"已添加成员 {name}")
    password = shown.locator("code").nth(1).inner_text()
    client = Client(admin.address)
    assert client.sign_in(account, password)["role"] == "manager"
    client.close()
    shown.get_by_role("button", name="完成").click()
    desk.get_by_role("textbox", name="搜索姓名、拼音或账号").fill(account)
    expect(desk.get_by_role("row").filter(has_text=name)).to_be_visible()


def test_a_taken_account_is_said_at_its_field(desk: Page, member: Client) -> None:
    desk.goto("/admin/members")
    desk.get_by_role("button", name="添加成员").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("textbox", name="姓名").fill("重复的人")
    dialog.get_by_role("textbox", name="账号").fill(str(member.member["account"]))
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_text("该账号已被使用。")).to_be_visible()


def test_a_member_is_edited_disabled_and_enabled_again(desk: Page, member: Client, admin: Client) -> None:
    account, name = str(member.member["account"]), str(member.member["name"])
    desk.goto("/admin/members")
    desk.get_by_role("textbox", name="搜索姓名、拼音或账号").fill(account)
    row = desk.get_by_role("row").filter(has_text=account)
    row.get_by_role("button", name=f"{name} 的操作").click()
    desk.get_by_role("menuitem", name="编辑成员").click()
    desk.get_by_role("dialog").get_by_role("checkbox", name="公海管理").check()
    desk.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(row).to_contain_text("公海管理")
    row.get_by_role("button", name=f"{name} 的操作").click()
    desk.get_by_role("menuitem", name="停用成员").click()
    desk.get_by_role("dialog").get_by_role("button", name="停用成员").click()
    expect(row).to_have_count(0)
    assert not admin.get(f"/api/members/{member.member_id}").json["active"]
    desk.get_by_text("已停用", exact=True).first.click()
    row.get_by_role("button", name=f"{name} 的操作").click()
    desk.get_by_role("menuitem", name="启用成员").click()
    expect(row).to_have_count(0)
    assert admin.get(f"/api/members/{member.member_id}").json["active"]


def test_a_password_is_reset(desk: Page, member: Client) -> None:
    account, name = str(member.member["account"]), str(member.member["name"])
    desk.goto("/admin/members")
    desk.get_by_role("textbox", name="搜索姓名、拼音或账号").fill(account)
    desk.get_by_role("row").filter(has_text=account).get_by_role("button", name=f"{name} 的操作").click()
    desk.get_by_role("menuitem", name="重置密码").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("textbox", name="新密码").fill("the new password")
    dialog.get_by_role("button", name="重置密码").click()
    expect(desk.get_by_text(f"{name} 的密码已重置")).to_be_visible()
    client = Client(member.address)
    client.sign_in(account, "the new password")
    client.close()


def test_departments_are_added_renamed_moved_and_deleted(desk: Page) -> None:
    top, below, other = fresh("总部"), fresh("下级"), fresh("另一个")
    desk.goto("/admin/departments")
    for name in (top, other):
        desk.get_by_role("button", name="添加部门").click()
        desk.get_by_role("dialog").get_by_role("textbox", name="部门名称").fill(name)
        desk.get_by_role("dialog").get_by_role("button", name="保存").click()
        expect(desk.get_by_text(name)).to_be_visible()
    desk.get_by_role("button", name=f"{top} 的操作").click()
    desk.get_by_role("menuitem", name="添加下级部门").click()
    desk.get_by_role("textbox", name="部门名称").fill(below)
    desk.get_by_role("textbox", name="部门名称").press("Enter")
    expect(desk.get_by_text(below)).to_be_visible()
    desk.get_by_role("button", name=f"{below} 的操作").click()
    desk.get_by_role("menuitem", name="重命名").click()
    desk.get_by_role("textbox", name="部门名称").fill(f"{below}新")
    desk.get_by_role("textbox", name="部门名称").press("Enter")
    expect(desk.get_by_text(f"{below}新")).to_be_visible()
    desk.get_by_role("button", name=f"{top} 的操作").click()
    desk.get_by_role("menuitem", name="删除").click()
    desk.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(desk.get_by_text("部门中还有成员或下级部门，不能删除。")).to_be_visible()
    desk.get_by_role("button", name=f"{below}新 的操作").click()
    desk.get_by_role("menuitem", name="移动").click()
    desk.get_by_role("dialog").get_by_role("combobox").click()
    desk.locator(".ant-select-dropdown:visible").get_by_text(other).click()
    desk.get_by_role("dialog").get_by_role("button", name="移动").click()
    expect(desk.get_by_role("dialog")).to_have_count(0)
    desk.get_by_role("button", name=f"{top} 的操作").click()
    desk.get_by_role("menuitem", name="删除").click()
    desk.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(desk.get_by_text(top)).to_have_count(0)


def test_an_option_is_added_and_ordered_by_keyboard(desk: Page, admin: Client) -> None:
    label = fresh("来源")
    desk.goto("/admin/options")
    desk.get_by_role("button", name="来源").click()
    desk.get_by_role("button", name="添加选项").click()
    expect(desk.get_by_text("请填写每个选项的中英文名称")).to_be_visible()
    desk.get_by_role("textbox", name="中文名称 新选项").fill(label)
    desk.get_by_role("textbox", name=f"英文名称 {label}").fill("A source")
    desk.get_by_role("button", name=f"移动 {label}").press("ArrowUp")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("选项已保存")).to_be_visible()
    saved = [option["label_zh"] for option in admin.get("/api/options/source").json["items"] if option["active"]]
    assert saved[-2] == label


@pytest.mark.parametrize("path", ["/admin/members", "/admin/departments", "/admin/options"])
def test_administration_is_not_there_for_others(signed_in: Page, path: str) -> None:
    signed_in.goto(path)
    expect(signed_in.get_by_text("页面不存在")).to_be_visible()
    expect(signed_in.get_by_role("navigation", name="主菜单").get_by_text("字段选项")).to_have_count(0)


@pytest.mark.parametrize(("path", "title"), [("/admin/members", "成员"), ("/admin/departments", "部门"), ("/admin/options", "字段选项")])
def test_the_screens_pass_axe(desk: Page, check_accessibility: Callable[[Page], None], path: str, title: str) -> None:
    desk.goto(path)
    expect(desk.get_by_role("heading", name=title)).to_be_visible()
    expect(desk.locator(".ant-skeleton, .ant-spin-spinning")).to_have_count(0)
    check_accessibility(desk)


def test_the_member_dialog_passes_axe(desk: Page, check_accessibility: Callable[[Page], None]) -> None:
    desk.goto("/admin/members")
    desk.get_by_role("button", name="添加成员").click()
    expect(desk.get_by_role("dialog")).to_be_visible()
    check_accessibility(desk)
