"""Reads one uploaded table in a process of its own, with limits on memory and time: ``python -P sheet_reader.py SOURCE TARGET``.

Nothing of the product is imported here, so the process is small. A hostile file is refused while it is unpacked, before a parser
sees it. TARGET gets one JSON line per row that is not empty: [row number, [text, …]]. Standard output tells {rows, width} or {refused}.
"""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MEMORY_BYTES_MAX = 1024 * 1024 * 1024
CPU_SECONDS_MAX = 60
ENTRIES_MAX = 1000
UNPACKED_BYTES_MAX = 320 * 1024 * 1024
CELLS_MAX = 8_000_000
COLUMNS_MAX = 200
ROWS_MAX = 100_001  # with the header
TEXT_MAX = 32_767
LINE_CHARACTERS_MAX = 1_000_000
_CHUNK = 1024 * 1024
_OVERLAP = 64
# A cell right of GR, the 200th column, as every common program writes it. Other spellings meet the memory limit and the width check.
_BEYOND = re.compile(rb' r="(?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])\d')
_DEFINITION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DELIMITERS = ",\t;|，"


class RefusedError(Exception):
    """The file is not read; the text is the code."""


def main(source: Path, target: Path) -> dict[str, Any]:
    """Read SOURCE, write TARGET, answer what was found."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with source.open("rb") as file:
        begin = file.read(8)
    if begin.startswith(b"PK\x03\x04"):
        check_archive(source)
        rows = workbook_rows(source)
    elif begin.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise RefusedError("file_kind_unknown")
    else:
        rows = text_rows(source)
    return write(rows, target)


def write(rows: Iterable[tuple[int, Sequence[str]]], target: Path) -> dict[str, Any]:
    """One line per row that holds anything."""
    count, width = 0, 0
    with target.open("w", encoding="utf-8") as file:
        for number, cells in rows:
            while cells and not cells[-1]:
                cells = cells[:-1]  # noqa: PLW2901 - what is right of the last value
            if not cells:
                continue
            count += 1
            width = max(width, len(cells))
            if count > ROWS_MAX:
                raise RefusedError("too_many_rows")
            if width > COLUMNS_MAX:
                raise RefusedError("too_many_columns")
            file.write(json.dumps([number, list(cells)], ensure_ascii=False) + "\n")
    if not count:
        raise RefusedError("file_empty")
    return {"rows": count, "width": width}


def check_archive(source: Path) -> None:
    """Unpack every XML part with a bound, looking for what no honest table holds."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES_MAX:
                raise RefusedError("file_too_complex")
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/worksheets/") for name in names):
                raise RefusedError("file_kind_unknown")
            if len(names) != len(entries):
                raise RefusedError("file_broken")  # two parts of one name: readers would not agree which one counts
            left = UNPACKED_BYTES_MAX
            cells = CELLS_MAX
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    used, found = _check_part(archive, entry, left)
                    left, cells = left - used, cells - found
                    if cells < 0:
                        raise RefusedError("file_too_complex")
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, ValueError) as error:  # RuntimeError: encrypted, or packed unknown
        raise RefusedError("file_broken") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise RefusedError("file_broken") from error


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> tuple[int, int]:
    """Bytes and cells of one part; refuses when they go beyond their bounds."""
    used, cells, before = 0, 0, b""
    is_sheet = entry.filename.startswith("xl/worksheets/")
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            if used == 0 and (chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in chunk[:16]):
                raise RefusedError("file_broken")  # UTF-16 would hide from the searches below
            used += len(chunk)
            if used > limit:
                raise RefusedError("file_too_large_unpacked")
            seen = before + chunk
            if b"<!" in seen and _DEFINITION.search(seen):
                raise RefusedError("file_holds_entities")
            if is_sheet:
                if _BEYOND.search(seen):
                    raise RefusedError("too_many_columns")
                cells += chunk.count(b"<c")
                if cells > CELLS_MAX:
                    raise RefusedError("file_too_complex")
            before = chunk[-_OVERLAP:]
    return used, cells


def workbook_rows(source: Path) -> Iterator[tuple[int, list[str]]]:
    """The first visible sheet that holds anything, as texts."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(str(source))
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
        ]
        for name in visible or book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height and sheet.width:
                # iter_rows begins at the top of the sheet, also where its first rows are empty
                yield from ((number, [text_of(cell) for cell in cells]) for number, cells in enumerate(sheet.iter_rows(), 1))
                return
    except CalamineError as error:
        raise RefusedError("file_broken") from error


def text_of(value: Any) -> str:
    """A cell as the text a person would type: whole numbers without ``.0``, days and times in ISO order."""
    if isinstance(value, str):
        return value.strip()[:TEXT_MAX]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def text_rows(source: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of a text table: encoding and delimiter are found out."""
    text = decoded(source.read_bytes())
    if "\0" in text:
        raise RefusedError("file_kind_unknown")
    if max(map(len, text.split("\n")), default=0) > LINE_CHARACTERS_MAX:
        raise RefusedError("file_too_complex")
    delimiter = sniff(text)
    csv.field_size_limit(TEXT_MAX * 4)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if len(cells) > COLUMNS_MAX:
                raise RefusedError("too_many_columns")
            yield number, [cell.strip()[:TEXT_MAX] for cell in cells]
    except csv.Error as error:
        raise RefusedError("file_broken") from error


def decoded(data: bytes) -> str:
    """Text in UTF-8 (with mark or without), UTF-16 with mark, or GB18030, which Excel on Chinese machines writes."""
    marked = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb": "utf-8-sig"}.get(data[:2])
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedError("encoding_unknown")


def sniff(text: str) -> str:
    """The delimiter that cuts the first lines into the most columns, the same number in most lines."""
    sample = text[:65536].split("\n")[:20]
    if len(text) > 65536 and len(sample) > 1:
        sample.pop()

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(cells) for cells in csv.reader(sample, delimiter=delimiter) if cells]
        except csv.Error:
            return 0, 0
        wide = [width for width in widths if width > 1]
        usual = max(set(wide), key=wide.count, default=0)
        return wide.count(usual) * usual, usual

    best = max(_DELIMITERS, key=score)
    return best if score(best)[1] > 1 else ","


if __name__ == "__main__":
    try:
        answer = main(Path(sys.argv[1]), Path(sys.argv[2]))
    except RefusedError as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": "file_too_complex"}
    sys.stdout.write(json.dumps(answer))
