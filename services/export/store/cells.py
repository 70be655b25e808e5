"""Cells as SpreadsheetML: one function per kind of column, working on a whole column of a batch at once.

Text is always an inline string, so nothing in it can become a formula or a link. The style numbers come from the skeleton.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from services.export.rules.columns import Column, Kind

CELL_UNITS_MAX = 32_767  # UTF-16 units that Excel keeps in one cell
_EPOCH_DAYS = 25_569  # 1970-01-01 as Excel counts days
_DAY_SECONDS = 86_400

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
_LINE_ENDS = re.compile("\r\n?")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ inside a text as "A"
_SPECIAL = re.compile("[\x00-\x1f&<>\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_FORMULA_LIKE = frozenset("=+-@")

# (row numbers as text, the column's values) → its cells; an empty value gives no cell
CellWriter = Callable[[Sequence[str], Sequence[str]], list[str]]


def writer(letter: str, column: Column, styles: Mapping[str, str]) -> CellWriter:
    """The function for the column ``letter``; ``styles`` maps kinds' names, and ``QUOTED``, to style numbers."""
    style = styles[column.kind.name]
    if column.kind in (Kind.TEXT, Kind.CODE):
        quoted = style if column.kind is Kind.CODE else styles["QUOTED"]
        return _text_writer(letter, style, quoted)
    if column.kind in (Kind.DATE, Kind.DATETIME):
        return _time_writer(letter, style)
    return _number_writer(letter, style)


def clean(text: str) -> str:
    """``text`` as a cell can hold it: line ends are line feeds, no control characters, no more than Excel keeps."""
    text = _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    if len(text) * 2 > CELL_UNITS_MAX and len(text.encode("utf-16-le")) > CELL_UNITS_MAX * 2:
        text = text.encode("utf-16-le")[: CELL_UNITS_MAX * 2 - 2].decode("utf-16-le", "ignore") + "…"
    return text


def _text_writer(letter: str, style: str, quoted: str) -> CellWriter:
    plain, careful = f'<c r="{letter}', f'" s="{style}" t="inlineStr"><is><t>'

    def one(number: str, value: str) -> str:
        text = clean(value)
        if not text:
            return ""
        chosen = quoted if text[0] in _FORMULA_LIKE else style
        return f'{plain}{number}" s="{chosen}" t="inlineStr"><is>{_runs(text)}</is></c>'

    def write(numbers: Sequence[str], values: Sequence[str]) -> list[str]:
        special = _SPECIAL.search
        return [
            ""
            if not value
            else f"{plain}{number}{careful}{value}</t></is></c>"
            if not special(value) and value[0] not in _DELICATE and value[-1] != " " and len(value) < _LONG and value[0] > " "
            else one(number, value)
            for number, value in zip(numbers, values, strict=True)
        ]

    return write


_DELICATE = _FORMULA_LIKE | {" ", "\u3000", "\u00a0", "\u0085", "\u2028"}
_LONG = CELL_UNITS_MAX // 2


def _runs(text: str) -> str:
    """The inside of an inline string. What Excel would take for an escape is cut in two runs, which every reader joins again."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    pieces = _ESCAPE_LIKE.split(text)
    if len(pieces) == 1:
        return f'<t xml:space="preserve">{text}</t>'
    pieces = [piece + "_" for piece in pieces[:-1]] + pieces[-1:]
    return "".join(f'<r><t xml:space="preserve">{piece}</t></r>' for piece in pieces)


def _number_writer(letter: str, style: str) -> CellWriter:
    begin, middle = f'<c r="{letter}', f'" s="{style}"><v>'

    def write(numbers: Sequence[str], values: Sequence[str]) -> list[str]:
        return [f"{begin}{number}{middle}{value}</v></c>" if value else "" for number, value in zip(numbers, values, strict=True)]

    return write


def _time_writer(letter: str, style: str) -> CellWriter:
    begin, middle = f'<c r="{letter}', f'" s="{style}"><v>'

    def write(numbers: Sequence[str], values: Sequence[str]) -> list[str]:
        return [
            f"{begin}{number}{middle}{float(value) / _DAY_SECONDS + _EPOCH_DAYS!r}</v></c>" if value else ""
            for number, value in zip(numbers, values, strict=True)
        ]

    return write
