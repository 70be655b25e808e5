"""Uploaded tables, read by a child process with limits (``sheet_reader.py``): whatever is in a file, this process stays as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from services.common.problem import Kind, Problem

SECONDS_MAX = 60.0
_READER = Path(__file__).with_name("sheet_reader.py")

_REFUSALS = {
    "file_kind_unknown": (Kind.UNSUPPORTED_TYPE, "This is neither an .xlsx nor a .csv file. Save it as one of the two."),
    "file_broken": (Kind.INVALID, "The file is damaged. Open it in Excel, save it again and upload that."),
    "file_empty": (Kind.INVALID, "The file holds no rows."),
    "encoding_unknown": (Kind.INVALID, "The text is in an unknown encoding. Save it as CSV UTF-8 or as .xlsx."),
    "file_holds_entities": (Kind.INVALID, "The file holds definitions that no table needs. Save it again as .xlsx."),
    "file_too_large_unpacked": (Kind.TOO_LARGE, "The file is too large when unpacked. Split it."),
    "file_too_complex": (Kind.TOO_LARGE, "The file is too large or too complex to read. Split it, or save it as .csv."),
    "too_many_columns": (Kind.INVALID, "The table has more than 200 columns. Remove those that are not needed."),
    "too_many_rows": (Kind.INVALID, "The table has more than 100,000 rows. Split it."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number in the file, from 1, and its texts."""

    number: int
    cells: list[str]


def read_table(source: Path, target: Path) -> int:
    """Turn an upload into a file of rows at ``target``; answers how many there are (the header is one), or refuses."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(_READER), str(source), str(target)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS_MAX,
            check=False,
            env={"PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {"refused": "file_too_complex"}
    except subprocess.TimeoutExpired:
        answer = {"refused": "file_too_complex"}
    if "refused" in answer:
        target.unlink(missing_ok=True)
        kind, message = _REFUSALS[answer["refused"]]
        raise Problem(kind, answer["refused"], message)
    return int(answer["rows"])


def iterate(path: Path, *, after: int = 0) -> Iterator[Row]:
    """The rows of a file made by ``read_table``, those whose number is above ``after``."""
    with path.open("rb") as file:
        for line in file:
            number, cells = orjson.loads(line)
            if number > after:
                yield Row(number, cells)
