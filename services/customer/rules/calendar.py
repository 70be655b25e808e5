"""Workdays: the Chinese calendar of holidays and make-up workdays, with the organisation's own exceptions, and deadlines counted by it.

A deadline is the end of a day in the organisation's zone: who has N days has all of the last one. ``store/recycling.py`` says the same
as SQL, from the list of workdays given here; a test proves both equal.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST_YEAR = 2015  # a clock that began earlier is overdue under every rule
YEARS_AHEAD = 6  # DAYS_MAX workdays from today on are within it
DAYS_MAX = 1_000
NAME_LENGTH_MAX = 60

_AMERICAN_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})")

Exceptions = Mapping[date, bool]  # day → it is a workday here


@lru_cache(maxsize=64)
def _workdays_of_year(year: int) -> frozenset[date]:
    import holidays

    official = holidays.country_holidays("CN", years=year)
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366 if _is_leap(year) else 365))
    return frozenset(day for day in days if official.is_working_day(day))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@lru_cache(maxsize=64)
def _holidays_of_year(year: int) -> dict[date, tuple[str, str]]:
    """Day → its name in Chinese and in English."""
    import holidays

    zh, en = (holidays.country_holidays("CN", years=year, language=language) for language in ("zh_CN", "en_US"))
    return {day: (name, _AMERICAN_DAY.sub(r"\3-\1-\2", en.get(day, name))) for day, name in zh.items()}


def is_workday(day: date, exceptions: Exceptions) -> bool:
    """Whether the organisation works on that day."""
    own = exceptions.get(day)
    return day in _workdays_of_year(day.year) if own is None else own


def official_days(year: int) -> list[tuple[date, bool, str, str]]:
    """The days of a year on which the official calendar differs from the week: (day, it is a workday, its Chinese and English name)."""
    workdays, names = _workdays_of_year(year), _holidays_of_year(year)
    made_up = [(day, True, "调休上班", "Make-up workday") for day in workdays if day.weekday() >= 5]
    free = [(day, False, *both) for day, both in names.items() if day not in workdays and day.year == year]
    return sorted(made_up + free)


def workdays(last_year: int, exceptions: Exceptions) -> list[date]:
    """All workdays from ``FIRST_YEAR`` to ``last_year``, in order."""
    return list(_workdays(last_year, tuple(sorted(exceptions.items()))))


@lru_cache(maxsize=8)
def _workdays(last_year: int, exceptions: tuple[tuple[date, bool], ...]) -> tuple[date, ...]:
    years = range(FIRST_YEAR, last_year + 1)
    days = {day for year in years for day in _workdays_of_year(year)}
    for day, works in exceptions:
        if day.year in years:
            (days.add if works else days.discard)(day)
    return tuple(sorted(days))


def last_day(began: date, days: int, counted: list[date] | None) -> date:
    """The last of ``days`` days after ``began``; ``counted`` are the workdays to count by, None counts every day."""
    if counted is None:
        return began + timedelta(days=days)
    return counted[min(bisect_right(counted, began) + days, len(counted)) - 1]


def deadline(base: datetime, days: int, counted: list[date] | None, zone: str) -> datetime:
    """When ``days`` days after ``base`` are over: the midnight after the last one."""
    tz = ZoneInfo(zone)
    last = last_day(base.astimezone(tz).date(), days, counted)
    return datetime.combine(last + timedelta(days=1), time(), tz)
