"""Uploaded tables: honest ones are read as people see them, hostile ones are refused quickly and cheaply."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from services.common.problem import Problem
from services.customer.store.sheet import Row, iterate, read_table

READER = Path(__file__).resolve().parents[3] / "services" / "customer" / "store" / "sheet_reader.py"
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "</Relationships>"
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
)
SHEET = '<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
CELL = '<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(rows: str, *, before: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """An .xlsx made by hand around ``rows``."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELS.format(kind="officeDocument", target="xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELS.format(kind="worksheet", target="worksheets/sheet1.xml"))
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(before=before, rows=rows))
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return file.getvalue()


def read(folder: Path, content: bytes) -> list[Row]:
    source = folder / "upload"
    source.write_bytes(content)
    read_table(source, folder / "rows")
    return list(iterate(folder / "rows"))


def test_a_workbook_is_read_as_people_see_it(tmp_path: Path) -> None:
    from datetime import date, datetime

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B3"], sheet["C3"], sheet["D3"], sheet["E3"] = "公司名称", "电话", "成立", "人数"
    sheet["B4"], sheet["C4"], sheet["D4"], sheet["E4"] = "  重庆啤酒 ", 13800000000, date(2020, 1, 2), 12.5
    sheet["B6"], sheet["C6"], sheet["D6"], sheet["E6"] = "=1+1", "007", datetime(2020, 1, 2, 3, 4, 5), True  # noqa: DTZ001 - a cell
    file = BytesIO()
    book.save(file)
    assert read(tmp_path, file.getvalue()) == [
        Row(3, ["公司名称", "电话", "成立", "人数"]),
        Row(4, ["重庆啤酒", "13800000000", "2020-01-02", "12.5"]),
        Row(6, ["", "007", "2020-01-02 03:04:05", "true"]),  # a formula that was never computed has no value
    ]


def test_hidden_and_empty_sheets_are_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.sheet_state = "hidden"
    hidden["A1"] = "不要这个"
    book.create_sheet("空")
    book.create_sheet("客户")["A1"] = "名称"
    file = BytesIO()
    book.save(file)
    assert read(tmp_path, file.getvalue()) == [Row(1, ["名称"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_table_is_read_whatever_its_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    rows = [["公司名称", "备注"], ["重庆啤酒", f'含{delimiter}和"引号"'], ["换行", "一\n二"]]
    text = end.join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows) + end
    assert [row.cells for row in read(tmp_path, text.encode(encoding))] == rows


def test_one_column_without_delimiters_is_one_column(tmp_path: Path) -> None:
    assert [row.cells for row in read(tmp_path, "名称\n甲\n\n乙".encode())] == [["名称"], ["甲"], ["乙"]]


def test_the_number_of_a_row_is_that_in_the_file(tmp_path: Path) -> None:
    assert [row.number for row in read(tmp_path, "名称\n甲\n\n\n乙\n".encode())] == [1, 2, 5]


def test_reading_goes_on_after_a_row(tmp_path: Path) -> None:
    read(tmp_path, "名称\n甲\n乙\n丙".encode())
    assert [row.cells[0] for row in iterate(tmp_path / "rows", after=2)] == ["乙", "丙"]


def zip_bomb() -> bytes:
    """20 MB that unpack to many gigabytes would take long to make: 60 parts of 20 MB from one deflated block."""
    return workbook("", more={f"xl/worksheets/sheet{n}.xml": b"<!-- " + b" " * 20_000_000 for n in range(2, 40)})


def lying_bomb() -> bytes:
    """The directory says that a part unpacks to 10 bytes; it unpacks to 600 MB."""
    content = bytearray(workbook("", more={"xl/worksheets/sheet2.xml": b"<a>" + b" " * 600_000_000}))
    where = content.rindex(b"xl/worksheets/sheet2.xml") - 46
    content[where + 24 : where + 28] = struct.pack("<I", 10)
    return bytes(content)


def million_columns() -> bytes:
    return workbook('<row r="1">' + "".join(f'<c r="{letters}1"><v>1</v></c>' for letters in ("A", "XFD")) + "</row>")


def million_cells_without_references() -> bytes:
    return workbook("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>")


def far_corner() -> bytes:
    return workbook('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="GR1048576"><v>1</v></c></row>')


def entity_bomb() -> bytes:
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY b{n} "{"&a;" * 10}">' for n in range(9)) + "]>"
    return workbook('<row r="1"><c r="A1" t="inlineStr"><is><t>&b8;</t></is></c></row>', before=entities)


def late_entity() -> bytes:
    return workbook('<row r="1"/>' + " " * 1_048_500 + '<!DOCTYPE x [<!ENTITY a "b">]>')


def external_entity() -> bytes:
    return workbook("", more={"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><sst/>'})


def utf16_part() -> bytes:
    return workbook(
        "", more={"xl/sharedStrings.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>'.encode("utf-16")}
    )


def many_entries() -> bytes:
    return workbook("", more={f"xl/media/{n}.bin": b"" for n in range(5000)})


def twice_the_same_name() -> bytes:
    file = BytesIO(workbook('<row r="1"/>'))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/worksheets/sheet1.xml", "<x/>")
    return file.getvalue()


def truncated() -> bytes:
    return workbook(CELL.format(at="A1", text="x") * 1000)[:-200]


def wrong_checksum() -> bytes:
    content = bytearray(workbook('<row r="1">' + CELL.format(at="A1", text="名称" * 1000) + "</row>"))
    content[content.index(b"xl/worksheets/sheet1.xml") + 60] ^= 0xFF
    return bytes(content)


def other_archive() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return file.getvalue()


def too_many_rows() -> bytes:
    return b"name\n" + b"x\n" * 100_001


def one_endless_line() -> bytes:
    return b"," * 19_000_000


HOSTILE: list[tuple[Callable[[], bytes], str]] = [
    (zip_bomb, "file_too_large_unpacked"),
    (lying_bomb, "file_broken"),
    (million_columns, "too_many_columns"),
    (million_cells_without_references, "too_many_columns"),
    (far_corner, "file_too_complex"),
    (entity_bomb, "file_holds_entities"),
    (late_entity, "file_holds_entities"),
    (external_entity, "file_holds_entities"),
    (utf16_part, "file_broken"),
    (many_entries, "file_too_complex"),
    (twice_the_same_name, "file_broken"),
    (truncated, "file_broken"),
    (wrong_checksum, "file_broken"),
    (other_archive, "file_kind_unknown"),
    (too_many_rows, "too_many_rows"),
    (one_endless_line, "file_too_complex"),
    (lambda: b"", "file_empty"),
    (lambda: b"\xef\xbb\xbf\r\n\r\n", "file_empty"),
    (lambda: b"PK\x03\x04", "file_broken"),
    (lambda: b"PK\x03\x04" + bytes(1000), "file_broken"),
    (lambda: b"\xd0\xcf\x11\xe0" + bytes(1000), "file_kind_unknown"),
    (lambda: b"a,b\n\0\0\0\0", "file_kind_unknown"),
    (lambda: b"\xff\xff\xff\xff" * 100, "encoding_unknown"),
    (lambda: b"a," * 300 + b"\n", "too_many_columns"),
    (lambda: b'"' + b"x" * 900_000, "file_broken"),
    (lambda: workbook(""), "file_empty"),
    (lambda: zlib.compress(b"x" * 1000), "encoding_unknown"),
]


@pytest.mark.parametrize(("make", "code"), HOSTILE, ids=[f"{n}_{make.__name__}" for n, (make, _) in enumerate(HOSTILE)])
def test_a_hostile_file_is_refused(tmp_path: Path, make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Problem) as refused:
        read(tmp_path, make())
    assert refused.value.code == code
    assert refused.value.kind.status in (413, 415, 422)
    assert not (tmp_path / "rows").exists()


# Run by a small process: what a child inherits from its parent before it begins would count as the child's memory.
MEASURE = """
import json, os, resource, subprocess, sys
answer = subprocess.run(sys.argv[1:], capture_output=True).stdout.decode()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, answer]))
"""


@pytest.mark.parametrize("make", [zip_bomb, lying_bomb, million_columns, far_corner, entity_bomb, many_entries, one_endless_line])
def test_refusing_is_quick_and_cheap(tmp_path: Path, make: Callable[[], bytes]) -> None:
    """A bomb takes at most two CPU seconds and 100 MiB beside the bare interpreter's 15."""
    source = tmp_path / "bomb"
    source.write_bytes(make())
    command = [sys.executable, "-P", str(READER), str(source), str(tmp_path / "rows")]
    done = subprocess.run([sys.executable, "-c", MEASURE, *command], capture_output=True, check=True)
    seconds, mebibytes, answer = json.loads(done.stdout)
    assert "refused" in answer or not answer
    assert seconds <= 2.0
    assert mebibytes <= 115


def test_the_clock_is_a_bound_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.customer.store.sheet.SECONDS_MAX", 0.001)
    begun = time.monotonic()
    with pytest.raises(Problem) as refused:
        read(tmp_path, "名称\n甲".encode())
    assert refused.value.code == "file_too_complex"
    assert time.monotonic() - begun < 2
