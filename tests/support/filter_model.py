"""What a condition tree means, written down a second time from the product's description: looked through row by row, in Python alone.

Nothing here reads the rules or the SQL; a test proves that both find the same customers.
"""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from opencc import OpenCC

_SIMPLIFIED = OpenCC("t2s")


@dataclass(frozen=True)
class Reader:
    """Whoever asks: his id, the members of his department and those below it, his day and zone."""

    me: str
    my_department: frozenset[str]
    today: date
    zone: str


@dataclass(frozen=True)
class Model:
    """Answers trees; ``types`` tells the type of each field."""

    types: Mapping[str, str]
    reader: Reader

    def holds(self, tree: Mapping[str, Any] | None, seen: Mapping[str, Any]) -> bool:
        """Whether a customer fits; ``seen`` are its values as the reader sees them, None, or nothing in a list, for what is empty."""
        if tree is None:
            return True
        if "and" in tree:
            return all(self.holds(inner, seen) for inner in tree["and"])
        if "or" in tree:
            return any(self.holds(inner, seen) for inner in tree["or"])
        if "not" in tree:
            return not self.holds(tree["not"], seen)
        return self._condition(self.types[tree["field"]], tree["op"], tree.get("value"), seen[tree["field"]])

    def _condition(self, kind: str, op: str, value: Any, held: Any) -> bool:
        if isinstance(held, list | tuple | set | frozenset):
            return self._many(kind, op, value, held)
        if kind == "boolean":
            return bool(held) is value
        if op in ("is_empty", "is_not_empty"):
            return (held is None) == (op == "is_empty")
        if op in ("is_not", "none_of", "not_contains"):
            return not self._condition(kind, {"is_not": "is", "none_of": "any_of", "not_contains": "contains"}[op], value, held)
        if held is None:
            return False
        if kind == "text":
            return _text(op, value, held)
        if kind == "number":
            return _ordered(op, value, float(held))
        if kind in ("date", "datetime"):
            return self._day(op, value, held)
        return self._is_one(kind, held, value if op == "any_of" else [value])

    def _is_one(self, kind: str, held: Any, wanted: Sequence[str]) -> bool:
        return any(str(held) in self._meant(kind, one) for one in wanted)

    def _meant(self, kind: str, value: str) -> Collection[str]:
        if kind in ("member", "members") and value == "me":
            return (self.reader.me,)
        if kind in ("member", "members") and value == "my_department":
            return self.reader.my_department
        return (value,)

    def _many(self, kind: str, op: str, value: Any, held: Collection[Any]) -> bool:
        if kind == "text":  # several texts beside the customer: follow-ups
            return self._texts(op, value, held)
        texts = {str(one) for one in held}
        if op in ("is_empty", "is_not_empty"):
            return bool(texts) == (op == "is_not_empty")
        found = [bool(texts & set(self._meant(kind, one))) for one in value]
        return {"any_of": any(found), "all_of": all(found), "none_of": not any(found)}[op]

    def _texts(self, op: str, value: Any, held: Collection[str]) -> bool:
        if op in ("is_empty", "is_not_empty"):
            return bool(held) == (op == "is_not_empty")
        found = any(_text("contains", value, one) for one in held)
        return found if op == "contains" else not found

    def _day(self, op: str, value: Any, held: date | datetime) -> bool:
        day = held.astimezone(ZoneInfo(self.reader.zone)).date() if isinstance(held, datetime) else held
        today = self.reader.today
        if op == "relative":
            return _in_period(value, day, today)
        if op == "last_days":
            return today - timedelta(days=value) <= day <= today
        if op == "next_days":
            return today <= day <= today + timedelta(days=value)
        if op == "more_than_days_ago":
            return day < today - timedelta(days=value)
        known = [date.fromisoformat(one) for one in (value if op == "between" else [value])]
        return _ordered(op, known if op == "between" else known[0], day)


def alike(text: str) -> str:
    """Width, case, traditional and simplified, and how wide a space is do not count."""
    letters = [_SIMPLIFIED.convert(unicodedata.normalize("NFKC", letter).casefold()) for letter in text]
    return " ".join("".join(letters).split())


def _text(op: str, value: Any, held: str) -> bool:
    if op == "any_of":
        return any(_text("is", one, held) for one in value)
    wanted, known = alike(value), alike(held)
    return {"is": known == wanted, "contains": wanted in known, "starts_with": known.startswith(wanted)}[op]


def _ordered(op: str, value: Any, held: Any) -> bool:
    if op == "between":
        return bool(value[0] <= held <= value[1])
    answers = {
        "is": held == value,
        "lt": held < value,
        "le": held <= value,
        "gt": held > value,
        "ge": held >= value,
    }
    return bool(answers[op])


def _in_period(word: str, day: date, today: date) -> bool:
    near = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if word in near:
        return day == today + timedelta(days=near[word])
    when, _, what = word.partition("_")
    away = {"last": -1, "this": 0, "next": 1}[when]
    if what == "week":
        return (day + timedelta(weeks=-away)).isocalendar()[:2] == today.isocalendar()[:2]
    if what == "year":
        return day.year == today.year + away
    if what == "quarter":
        return day.year * 4 + (day.month - 1) // 3 == today.year * 4 + (today.month - 1) // 3 + away
    assert what == "month"
    if away == 0:
        return (day.year, day.month) == (today.year, today.month)
    first = today.replace(day=1)
    inside = first - timedelta(days=1) if away < 0 else first + timedelta(days=calendar.monthrange(today.year, today.month)[1])
    return (day.year, day.month) == (inside.year, inside.month)
