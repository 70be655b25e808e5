"""The Excel file being written: the skeleton's parts are copied, then ``<row>`` elements are streamed in place of the placeholder.

Memory stays flat however many rows there are. Where the file lies is the matter of ``files.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.utils import get_column_letter

from services.export.rules.columns import Column, shown
from services.export.store import cells, skeleton

SHEET_ROWS_MAX = 1_048_576
_COMPRESSION = 1  # a third of level 6's time for a slightly larger file
_ZIP64_BYTES = 1 << 30
_CELL_BYTES = 100  # more than a usual cell takes
_CONTENT_TYPES = "[Content_Types].xml"


class Workbook:
    """One .xlsx of exactly ``rows_total`` rows, written to ``file`` batch by batch; rows beyond one sheet go on in the next."""

    def __init__(
        self,
        file: IO[bytes],
        columns: Sequence[Column],
        about: skeleton.About,
        *,
        title: str,
        rows_total: int,
        sheet_rows_max: int = SHEET_ROWS_MAX,
    ) -> None:
        self._columns = columns
        self._counts = _split(rows_total, sheet_rows_max - 1)
        made = skeleton.build(columns, about, title, self._counts)
        self._sheets = made.sheets
        self._writers = [cells.writer(get_column_letter(n), column, made.styles) for n, column in enumerate(columns, 1)]
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION)
        self._sheet = 0
        try:
            for name in sorted(made.parts, key=lambda name: name != _CONTENT_TYPES):  # readers of streams want it first
                self._zip.writestr(_info(name), made.parts[name])
            self._part = self._begin_sheet()
        except BaseException:
            self.abort()
            raise

    def write(self, batch: Sequence[Sequence[str]]) -> None:
        """Append rows, given column by column. An empty text is an empty cell; a time is its seconds since 1970 as shown on a clock."""
        begin, end = 0, len(batch[0])
        while begin < end:
            room = self._counts[self._sheet] + 1 - self._row
            if room <= 0:
                self._end_sheet()
                continue
            stop = min(begin + room, end)
            self._write([values[begin:stop] for values in batch], stop - begin)
            begin = stop

    def close(self) -> None:
        """Finish the file. More or fewer rows than announced is an error: header, filter and the sheet about it would be wrong."""
        if self._sheet != len(self._counts) - 1 or self._row != self._counts[-1] + 1:
            raise ValueError("fewer rows than announced")
        self._part.write(self._sheets[self._sheet][1])
        self._part.close()
        self._zip.close()

    def abort(self) -> None:
        """Let go of the file without finishing it; nothing more is written to it."""
        self._zip.fp = None

    def _write(self, batch: Sequence[Sequence[str]], count: int) -> None:
        numbers = [str(number) for number in range(self._row + 1, self._row + 1 + count)]
        columns = [write(numbers, shown(column, values)) for write, column, values in zip(self._writers, self._columns, batch, strict=True)]
        rows = [f'<row r="{number}">{"".join(row)}</row>' for number, row in zip(numbers, zip(*columns, strict=True), strict=True)]
        self._part.write("".join(rows).encode())
        self._row += count

    def _begin_sheet(self) -> IO[bytes]:
        large = self._counts[self._sheet] * len(self._columns) * _CELL_BYTES > _ZIP64_BYTES
        part = self._zip.open(_info(f"xl/worksheets/sheet{self._sheet + 1}.xml"), "w", force_zip64=large)
        part.write(self._sheets[self._sheet][0])
        self._row = 1
        return part

    def _end_sheet(self) -> None:
        if self._sheet + 1 == len(self._counts):
            raise ValueError("more rows than announced")
        self._part.write(self._sheets[self._sheet][1])
        self._part.close()
        self._sheet += 1
        self._part = self._begin_sheet()


def _split(rows_total: int, capacity: int) -> list[int]:
    full, rest = divmod(rows_total, capacity)
    return [capacity] * full + ([rest] if rest or not full else [])


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name)  # the format's earliest date: the same rows give the same bytes
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
