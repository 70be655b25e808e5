"""What texts in tables mean for custom fields: numbers, days, yes and no, several options in one cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

_NUMBER = re.compile(r"[¥$€￥]?\s*([+-]?\d[\d,]*(?:\.\d+)?)\s*(万|亿|元|%)?")
_TIMES = {"万": 10_000, "亿": 100_000_000}
_YES = frozenset(["是", "有", "对", "真", "yes", "y", "true", "t", "1", "√", "✓"])
_NO = frozenset(["否", "无", "没有", "错", "假", "no", "n", "false", "f", "0", "×", "✗"])
_BETWEEN = re.compile(r"[、,，;；|\n]+")
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


def read_number(text: str) -> int | float | None:
    """``12,500.5``, ``¥1200``, ``1.2万``; a percentage is the number before its sign."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    value = float(found[1].replace(",", "")) * _TIMES.get(found[2] or "", 1)
    return int(value) if value == int(value) else round(value, 6)


def read_day(text: str) -> str | None:
    """A day in one of the ways people write it, a time of the day behind it or not; as ``YYYY-MM-DD``."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for shape in _DAYS:
        for candidate in (plain, re.split(r"[ T]", plain, maxsplit=1)[0]):
            try:
                return datetime.strptime(candidate, shape).date().isoformat()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    return None


def read_boolean(text: str) -> bool | None:
    """Yes or no in one of their words."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    return True if word in _YES else False if word in _NO else None


def parts(text: str) -> list[str]:
    """The options of one cell, however they are separated."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


READERS: Mapping[str, Callable[[str], Any]] = {"number": read_number, "date": read_day, "boolean": read_boolean}
EXPECTED: Mapping[str, tuple[str, str]] = {
    "number": ("number_expected", "is not a number."),
    "date": ("day_expected", "is not a day. Write it as 2026-11-23."),
    "boolean": ("boolean_expected", "is neither yes nor no."),
}
