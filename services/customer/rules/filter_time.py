"""Which days a condition on a time means, told from the asker's today: half-open spans of whole days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Span:
    """From the beginning of ``begin`` to the beginning of ``end``; None: open on that side."""

    begin: date | None
    end: date | None

    def moments(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """The same as moments in ``zone``."""
        at = ZoneInfo(zone)
        begin, end = (None if day is None else datetime.combine(day, time(), at) for day in (self.begin, self.end))
        return begin, end


def span(op: str, value: Any, today: date) -> Span:
    """The days that ``op`` with ``value`` means for whoever has ``today``."""
    day = timedelta(days=1)
    spans = {
        "is": lambda: Span(value, value + day),
        "lt": lambda: Span(None, value),
        "le": lambda: Span(None, value + day),
        "gt": lambda: Span(value + day, None),
        "ge": lambda: Span(value, None),
        "between": lambda: Span(value[0], value[1] + day),
        "last_days": lambda: Span(today - value * day, today + day),
        "next_days": lambda: Span(today, today + (value + 1) * day),
        "more_than_days_ago": lambda: Span(None, today - value * day),
        "relative": lambda: relative(value, today),
    }
    return spans[op]()


def relative(word: str, today: date) -> Span:
    """``today``, ``last_week`` and so on; weeks begin on Monday."""
    days = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if word in days:
        begin = today + timedelta(days=days[word])
        return Span(begin, begin + timedelta(days=1))
    when, _, what = word.partition("_")
    step = {"last": -1, "this": 0, "next": 1}[when]
    if what == "week":
        begin = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return Span(begin, begin + timedelta(weeks=1))
    months = {"month": 1, "quarter": 3, "year": 12}[what]
    first = (today.year * 12 + today.month - 1) // months * months + step * months
    return Span(_month(first), _month(first + months))


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
