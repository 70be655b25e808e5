"""Exporting in a browser: scope, columns in order, progress, download, cancel, delete."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from urllib.parse import quote

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser


def start_export(page: Page) -> None:
    """Open the dialog from the menu of the list."""
    page.goto("/customers?view=mine")
    page.get_by_role("main").get_by_role("button", name="更多", exact=True).first.click()
    page.get_by_role("menuitem", name="导出").click()
    expect(page.get_by_role("dialog", name="导出客户")).to_be_visible()


def test_the_chosen_columns_come_in_their_order_and_the_file_downloads(signed_in: Page, member: Client) -> None:
    for index in range(3):
        member.create_customer(name=f"导出客户{index}", phone="021-62350001")
    start_export(signed_in)
    dialog = signed_in.get_by_role("dialog", name="导出客户")
    dialog.get_by_role("button", name="清空").click()
    for label in ("电话", "客户名称"):
        dialog.get_by_role("checkbox", name=label, exact=True).check()
    dialog.get_by_role("button", name="移动 客户名称").press("ArrowUp")
    dialog.get_by_role("textbox", name="文件名").fill("我的导出")
    dialog.get_by_role("button", name="开始导出").click()
    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="下载").first.click(timeout=30_000)
    assert download.value.suggested_filename.startswith("我的导出")
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:2] == ("客户名称", "电话")
    assert {row[0] for row in rows[1:]} == {"导出客户0", "导出客户1", "导出客户2"}


def test_what_narrows_the_list_is_told_and_narrows_the_file(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    wanted, other = member.create_customer(level="A", province="上海"), member.create_customer(level="A", province="北京")
    member.create_customer(level="B", province="上海")
    conditions = quote(json.dumps({"field": "level", "op": "any_of", "value": ["A"]}))
    signed_in.goto(f"/customers?view=mine&province={quote('上海')}&filter={conditions}")
    signed_in.get_by_role("main").get_by_role("button", name="更多", exact=True).first.click()
    signed_in.get_by_role("menuitem", name="导出").click()
    dialog = signed_in.get_by_role("dialog", name="导出客户")
    expect(dialog.get_by_text("级别 属于 A 重点，且 省份 属于 上海")).to_be_visible()
    check_accessibility(signed_in)
    dialog.get_by_role("button", name="开始导出").click()
    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="下载").first.click(timeout=30_000)
    text = str(list(openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0].iter_rows(values_only=True)))
    assert (wanted["name"] in text, other["name"] in text) == (True, False)


def test_the_choice_of_columns_is_remembered(signed_in: Page, member: Client) -> None:
    member.create_customer()
    start_export(signed_in)
    dialog = signed_in.get_by_role("dialog", name="导出客户")
    dialog.get_by_role("button", name="清空").click()
    dialog.get_by_role("checkbox", name="微信", exact=True).check()
    dialog.get_by_role("button", name="开始导出").click()
    expect(dialog).to_have_count(0)
    start_export(signed_in)
    expect(dialog.get_by_role("list", name="已选的列").get_by_role("listitem")).to_have_text(["微信"])


def test_the_tray_and_the_centre_show_every_export(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    member.create_customer()
    member.export_file(view="mine", name="早先的导出")
    signed_in.goto("/customers?view=mine")
    signed_in.get_by_role("banner").get_by_role("button", name="导出中心").click()
    tray = signed_in.get_by_role("dialog", name="最近的导出")
    expect(tray.get_by_role("listitem").filter(has_text="早先的导出")).to_contain_text("已完成")
    tray.get_by_role("button", name="导出中心").click()
    expect(tray).to_have_count(0)
    row = signed_in.get_by_role("main").get_by_role("listitem").filter(has_text="早先的导出")
    expect(row).to_contain_text("小时后过期")
    signed_in.mouse.move(720, 880)  # nothing is hovered
    check_accessibility(signed_in)
    row.get_by_role("button", name="删除文件").click()
    signed_in.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(row).to_contain_text("已过期")
    row.get_by_role("button", name="重新导出").click()
    expect(signed_in.get_by_role("main").get_by_role("listitem").filter(has_text="早先的导出")).to_have_count(2)


def test_a_finished_export_says_so_wherever_one_is(signed_in: Page, member: Client) -> None:
    member.create_customer()
    # An export that the page's first look finds finished already is no news: it begins after that look.
    with (
        signed_in.expect_response(lambda answer: "/api/live" in answer.url),
        signed_in.expect_response(lambda answer: "/api/exports?" in answer.url) as looked,
    ):
        signed_in.goto("/me")
    looked.value.finished()
    member.post("/api/exports", {"view": "mine", "name": "别处开始的"}).expect(202)
    expect(signed_in.get_by_text("导出完成")).to_be_visible(timeout=30_000)


def test_without_columns_nothing_starts(signed_in: Page, member: Client) -> None:
    member.create_customer()
    start_export(signed_in)
    dialog = signed_in.get_by_role("dialog", name="导出客户")
    dialog.get_by_role("button", name="清空").click()
    expect(dialog.get_by_text("请至少选择一列。")).to_be_visible()
    expect(dialog.get_by_role("button", name="开始导出")).to_be_disabled()


def test_the_dialog_passes_axe(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    member.create_customer()
    start_export(signed_in)
    check_accessibility(signed_in)
