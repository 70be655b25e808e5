"""The Excel file of rejected rows: openpyxl builds the workbook, the rows (texts only) are streamed into its sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_SHEET = "xl/worksheets/sheet1.xml"
_PLACEHOLDER = re.compile(r'<row r="2".*?</row>', re.DOTALL)
_DIMENSION = re.compile(r'<dimension ref="[^"]*"\s*/>')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as "A"; cut in two runs it is text
_TEXT_MAX = 32_000


def write(file: IO[bytes], title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], count: int) -> None:
    """Write ``count`` rows under ``headers``; every cell is text, so nothing in an upload becomes a formula here."""
    parts = _parts(title, headers, count)
    text = _DIMENSION.sub(f'<dimension ref="A1:{get_column_letter(len(headers))}{count + 1}"/>', parts.pop(_SHEET).decode(), count=1)
    found = _PLACEHOLDER.search(text)
    if found is None:
        raise ValueError("the placeholder row is missing")
    letters = [get_column_letter(number) for number in range(1, len(headers) + 1)]
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open(_SHEET, "w", force_zip64=True) as part:
            part.write(text[: found.start()].encode())
            for number, row in enumerate(rows, 2):
                part.write(_row(number, letters, row).encode())
            part.write(text[found.end() :].encode())


def _row(number: int, letters: Sequence[str], row: Sequence[str]) -> str:
    cells = [
        f'<c r="{letter}{number}" t="inlineStr"><is>{_runs(value)}</is></c>' for letter, value in zip(letters, row, strict=True) if value
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _runs(value: str) -> str:
    text = _clean(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    pieces = _ESCAPE_LIKE.split(text)
    if len(pieces) == 1:
        return f'<t xml:space="preserve">{text}</t>'
    pieces = [piece + "_" for piece in pieces[:-1]] + pieces[-1:]
    return "".join(f'<r><t xml:space="preserve">{piece}</t></r>' for piece in pieces)


def _clean(value: str) -> str:
    return _FORBIDDEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))[:_TEXT_MAX]


def _parts(title: str, headers: Sequence[str], count: int) -> dict[str, bytes]:
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = title
    for position, header in enumerate(headers, 1):
        cell = sheet.cell(1, position, _clean(header))
        cell.data_type = "s"
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FDE9D9")
        sheet.column_dimensions[get_column_letter(position)].width = 48 if position == len(headers) else 18
    sheet.cell(2, 1, "-")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}{count + 1}"
    with BytesIO() as saved:
        book.save(saved)
        with ZipFile(saved) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
