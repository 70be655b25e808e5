"""The workbook without its rows, built by openpyxl: header, widths, frozen pane, filter, styles and the sheet about the export.

Each data sheet has one placeholder row, where ``workbook.py`` streams the real ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.export.rules.columns import Column, Kind
from services.export.store.cells import clean

_FORMATS = {
    Kind.TEXT.name: "General",
    "QUOTED": "General",
    Kind.CODE.name: "@",
    Kind.INTEGER.name: "0",
    Kind.DECIMAL.name: "#,##0.00",
    Kind.DATE.name: "yyyy-mm-dd",
    Kind.DATETIME.name: "yyyy-mm-dd hh:mm",
}
_PLACEHOLDER = re.compile(r'<row r="2".*?</row>', re.DOTALL)
_STYLE = re.compile(r'<c r="[A-Z]+2" s="(\d+)"')
_DIMENSION = re.compile(r'<dimension ref="[^"]*"\s*/>')
_HEADER_FILL = PatternFill("solid", fgColor="DDE9FB")
_HEADER_FONT = Font(bold=True, color="10305E")
_HEADER_EDGE = Border(bottom=Side(style="thin", color="8FB1E3"))


@dataclass(frozen=True, slots=True)
class About:
    """The sheet that says what the file is: its title, (label, value) lines, and who made it. Times are naive, as shown."""

    title: str
    lines: Sequence[tuple[str, str | int | datetime]]
    creator: str


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The finished parts of the file, and for each data sheet what stands before and after its rows."""

    parts: dict[str, bytes]
    sheets: list[tuple[bytes, bytes]]
    styles: dict[str, str]


def build(columns: Sequence[Column], about: About, title: str, counts: Sequence[int]) -> Skeleton:
    """The skeleton of a workbook with one data sheet per entry of ``counts`` (its number of rows)."""
    book = Workbook()
    book.properties.creator = clean(about.creator) or "Gonghai"
    book.properties.title = clean(about.title)
    sheet: Worksheet = book.active  # type: ignore[assignment]
    for number, count in enumerate(counts, 1):
        sheet = sheet if number == 1 else book.create_sheet()
        sheet.title = title if number == 1 else f"{title} {number}"
        _data_sheet(sheet, columns, count)
    _about_sheet(book.create_sheet(about.title), about)
    with BytesIO() as saved:
        book.save(saved)
        with ZipFile(saved) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    texts = [parts.pop(f"xl/worksheets/sheet{number}.xml").decode() for number in range(1, len(counts) + 1)]
    styles = dict(zip(_FORMATS, _STYLE.findall(texts[0]), strict=True))
    return Skeleton(parts, [_around(text, len(columns), count) for text, count in zip(texts, counts, strict=True)], styles)


def _data_sheet(sheet: Worksheet, columns: Sequence[Column], count: int) -> None:
    for position, column in enumerate(columns, 1):
        cell = sheet.cell(1, position)
        _put(cell, column.label)
        cell.font, cell.fill, cell.border = _HEADER_FONT, _HEADER_FILL, _HEADER_EDGE
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[get_column_letter(position)].width = column.width
    sheet.row_dimensions[1].height = 22
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = _reference(len(columns), count)
    for position, (name, number_format) in enumerate(_FORMATS.items(), 1):
        cell = sheet.cell(2, position, 1)
        cell.number_format = number_format
        cell.alignment = Alignment(vertical="top")  # makes every style differ from the default one, so that each has a number
        if name == "QUOTED":
            cell.quotePrefix = True


def _about_sheet(sheet: Worksheet, about: About) -> None:
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 72
    for row, (label, value) in enumerate(about.lines, 1):
        _put(sheet.cell(row, 1), label)
        sheet.cell(row, 1).font = Font(bold=True)
        cell = sheet.cell(row, 2)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        if isinstance(value, str):
            _put(cell, value)
        else:
            cell.value = value
            if isinstance(value, datetime):
                cell.number_format = "yyyy-mm-dd hh:mm:ss"


def _put(cell: Cell | MergedCell, text: str) -> None:
    """Text as text: openpyxl would take one that begins with ``=`` for a formula."""
    cell.value = clean(text)
    cell.data_type = "s"


def _around(text: str, width: int, count: int) -> tuple[bytes, bytes]:
    text = _DIMENSION.sub(f'<dimension ref="{_reference(width, count)}"/>', text, count=1)
    found = _PLACEHOLDER.search(text)
    if found is None:
        raise ValueError("the placeholder row is missing")
    return text[: found.start()].encode(), text[found.end() :].encode()


def _reference(width: int, count: int) -> str:
    return f"A1:{get_column_letter(width)}{count + 1}"
