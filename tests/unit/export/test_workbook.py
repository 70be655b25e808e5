"""The written file, read back by openpyxl and by calamine, cell for cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from services.export.rules.columns import Column, Kind
from services.export.store.cells import CELL_UNITS_MAX, clean
from services.export.store.skeleton import About
from services.export.store.workbook import Workbook

ABOUT = About("导出说明", [("行数", 1), ("名称", "=1+1"), ("时间", datetime(2026, 11, 23, 9, 30))], "张三")  # noqa: DTZ001 - as shown
TEXT = Column("name", "客户名称", Kind.TEXT, 20)
CODE = Column("phone", "电话", Kind.CODE, 20)
MONEY = Column("amount", "金额", Kind.DECIMAL, 12)
COUNT = Column("count", "次数", Kind.INTEGER, 12)
TIME = Column("created_at", "创建时间", Kind.DATETIME, 18)
DAY = Column("day", "日期", Kind.DATE, 12)


def written(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, sheet_rows_max: int = 1_048_576, batch: int = 3) -> BytesIO:
    file = BytesIO()
    book = Workbook(file, columns, ABOUT, title="客户", rows_total=len(rows), sheet_rows_max=sheet_rows_max)
    for start in range(0, len(rows), batch):
        book.write(list(zip(*rows[start : start + batch], strict=True)))
    book.close()
    file.seek(0)
    return file


def read(file: BytesIO, sheet: int = 0) -> list[tuple[Any, ...]]:
    return list(load_workbook(file).worksheets[sheet].iter_rows(min_row=2, values_only=True))


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(list("=+-@\t\r\n &<>\"'_x0041_\x00\x0b\ufffe\u2028\u3000\xa0")),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=8))
@example([("=cmd|' /C calc'!A0", "+86 138"), ("_x0041_", "a_x000D_b_x0041_"), (" 前后 ", "\n行\r\n二\r三\t")])
@example([("]]>", "<![CDATA[x]]>"), ("&amp;", "&#65;"), ("\U0001f600", "_x_x0041__x0042_")])
def test_every_text_is_read_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    expected = [tuple(clean(value) or None for value in row) for row in rows]
    file = written([TEXT, CODE], rows)
    found = read(file)
    assert found + [(None, None)] * (len(rows) - len(found)) == expected  # empty rows at the end are none to openpyxl
    types = {cell.data_type for row in load_workbook(file).worksheets[0].iter_rows(min_row=2) for cell in row if cell.value is not None}
    assert types <= {"s", "inlineStr"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)),  # noqa: DTZ001 - as shown on a clock
            st.decimals(min_value=-(10**12), max_value=10**12, places=2),
            st.integers(min_value=-(10**9), max_value=10**9),
            st.dates(min_value=datetime(1990, 1, 1).date(), max_value=datetime(2090, 1, 1).date()),  # noqa: DTZ001
        ),
        min_size=1,
        max_size=8,
    )
)
def test_times_and_numbers_are_real_ones(rows: list[Any]) -> None:
    def seconds(moment: datetime) -> str:
        return repr((moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())

    wire = [
        (seconds(time), str(money), str(count), seconds(datetime(day.year, day.month, day.day)))  # noqa: DTZ001
        for time, money, count, day in rows
    ]
    found = read(written([TIME, MONEY, COUNT, DAY], wire))
    for (time, money, count, day), (time_read, money_read, count_read, day_read) in zip(rows, found, strict=True):
        assert abs(time_read - time) <= timedelta(milliseconds=1)
        assert money_read == pytest.approx(float(money), rel=1e-15)
        assert count_read == count
        assert day_read.date() == day


def test_both_readers_agree_and_the_frame_is_there() -> None:
    file = written([CODE, TEXT, TIME], [("13800000000", "甲", "1767258000"), ("00123", "=SUM(A1)", ""), ("", "", "")])
    book = load_workbook(file)
    sheet = book.worksheets[0]
    assert book.sheetnames == ["客户", "导出说明"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C4"
    assert sheet.dimensions == "A1:C3"  # the last row is empty
    assert sheet.column_dimensions["A"].width == 20
    assert sheet["A2"].number_format == "@"
    assert sheet["C2"].number_format == "yyyy-mm-dd hh:mm"
    assert sheet["B3"].value == "=SUM(A1)"
    assert sheet["B3"].quotePrefix
    assert sheet["B3"].data_type != "f"
    assert sheet["A1"].font.bold
    assert book.worksheets[1]["B2"].value == "=1+1"
    assert book.worksheets[1]["B2"].data_type == "s"
    file.seek(0)
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert rows[1:3] == [["13800000000", "甲", datetime(2026, 1, 1, 9)], ["00123", "=SUM(A1)", ""]]  # noqa: DTZ001


def test_rows_beyond_a_sheet_go_on_in_the_next() -> None:
    rows = [(str(number),) for number in range(11)]
    book = load_workbook(written([TEXT], rows, sheet_rows_max=5, batch=4))
    assert book.sheetnames == ["客户", "客户 2", "客户 3", "导出说明"]
    found = [[row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book.worksheets[:3]]
    assert found == [["0", "1", "2", "3"], ["4", "5", "6", "7"], ["8", "9", "10"]]
    assert [sheet.auto_filter.ref for sheet in book.worksheets[:3]] == ["A1:A5", "A1:A5", "A1:A4"]
    assert all(sheet["A1"].value == "客户名称" for sheet in book.worksheets[:3])


def test_no_rows_give_a_file_with_its_header() -> None:
    book = load_workbook(written([TEXT, TIME], []))
    assert [cell.value for cell in book.worksheets[0][1]] == ["客户名称", "创建时间"]
    assert book.worksheets[0].max_row == 1


def test_labels_stand_for_values_and_unknown_values_stay() -> None:
    status = Column("status", "状态", Kind.TEXT, 12, {"new": "新客户", "won": "已成交"})
    assert read(written([status], [("new",), ("won",), ("gone",)])) == [("新客户",), ("已成交",), ("gone",)]


def test_a_text_longer_than_excel_keeps_is_cut_with_a_mark() -> None:
    [(found,)] = read(written([TEXT], [("😀" * CELL_UNITS_MAX,)]))
    assert found.endswith("…")
    assert len(found.encode("utf-16-le")) // 2 <= CELL_UNITS_MAX


@pytest.mark.parametrize("announced", [1, 3])
def test_another_number_of_rows_than_announced_is_an_error(announced: int) -> None:
    book = Workbook(BytesIO(), [TEXT], ABOUT, title="客户", rows_total=announced)
    with pytest.raises(ValueError, match="than announced"):  # noqa: PT012 - too many fail in write, too few in close
        book.write([("a", "b")])
        book.close()
    book.abort()
