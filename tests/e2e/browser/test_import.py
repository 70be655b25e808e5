"""Importing in a browser: the file, guessed columns that can be changed, faults per row, the result and the rejected rows."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.support.client import Client

pytestmark = pytest.mark.browser


def csv(*lines: str) -> FilePayload:
    """A table as the browser hands it over."""
    return {"name": "客户名单.csv", "mimeType": "text/csv", "buffer": ("\ufeff" + "\n".join(lines)).encode()}


def upload(page: Page, file: FilePayload) -> None:
    """Open the wizard and give it the file."""
    page.goto("/imports/new")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("region", name="文件内容预览")).to_be_visible()


def test_good_rows_come_in_and_bad_ones_are_given_back_with_reasons(
    signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]
) -> None:
    upload(signed_in, csv("公司名称,联系电话,客户级别", "导入一号,021-62350001,A", "导入二号,021-62350002,特级", ",021-62350003,B"))
    preview = signed_in.get_by_role("region", name="文件内容预览")
    expect(signed_in.get_by_text("前 3 行中有 2 行会被拒绝")).to_be_visible()
    expect(preview.get_by_role("row").filter(has_text="导入二号")).to_contain_text("不是可选项")
    check_accessibility(signed_in)
    signed_in.get_by_role("button", name="导入 3 行").click()
    expect(signed_in.get_by_text("导入完成")).to_be_visible(timeout=30_000)
    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="下载被拒绝的 2 行").click()
    rejected = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
    assert rejected.max_row >= 3
    check_accessibility(signed_in)
    signed_in.get_by_role("button", name="查看客户").click()
    expect(signed_in.get_by_role("row").filter(has_text="导入一号")).to_be_visible()
    assert [row["name"] for row in member.list_all(view="mine")] == ["导入一号"]


def test_the_meaning_of_a_column_can_be_changed(signed_in: Page, member: Client) -> None:
    upload(signed_in, csv("甲,乙", "一家不认识的,021-62350009"))
    expect(signed_in.get_by_text("请指定哪一列是客户名称。")).to_be_visible()
    expect(signed_in.get_by_role("button", name="导入 1 行")).to_be_disabled()
    for header, field in (("甲", "客户名称"), ("乙", "电话")):
        meaning = signed_in.get_by_role("combobox", name=f"“{header}”对应的字段")
        meaning.fill(field)
        meaning.press("Enter")
    expect(signed_in.get_by_text("前 1 行检查通过，可以导入")).to_be_visible()
    signed_in.get_by_role("button", name="导入 1 行").click()
    expect(signed_in.get_by_text("导入完成")).to_be_visible(timeout=30_000)
    [row] = member.list_all(view="mine")
    assert (row["name"], row["phone"]) == ("一家不认识的", "021-62350009")


def test_a_file_of_another_kind_is_refused_at_once(signed_in: Page) -> None:
    signed_in.goto("/imports/new")
    signed_in.locator("input[type=file]").set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"})
    expect(signed_in.get_by_role("alert")).to_contain_text("仅支持 .xlsx 和 .csv 文件。")


def test_earlier_imports_can_be_looked_at_again(signed_in: Page, member: Client, check_accessibility: Callable[[Page], None]) -> None:
    member.import_file("旧名单.csv", "公司名称\n很早以前的客户".encode())
    signed_in.goto("/imports/new")
    expect(signed_in.get_by_text("旧名单.csv")).to_be_visible()
    check_accessibility(signed_in)
    signed_in.get_by_role("button", name="旧名单.csv").click()
    expect(signed_in.get_by_text("导入完成")).to_be_visible()


def test_the_wizard_fits_a_phone(phone: Page) -> None:
    upload(phone, csv("公司名称,联系电话", "手机上的公司,021-62350001"))
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
