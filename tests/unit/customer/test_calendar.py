"""The Chinese calendar: holidays, make-up workdays, the organisation's exceptions, and adding workdays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.rules import calendar

ZONE = "Asia/Shanghai"
DAYS = st.dates(date(2016, 1, 1), date(2027, 12, 31))
EXCEPTIONS = st.dictionaries(DAYS, st.booleans(), max_size=8)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),  # the last Friday before Spring Festival
        ("2026-02-14", True),  # a Saturday that is worked instead of the 20th
        ("2026-02-15", False),
        ("2026-02-16", False),
        ("2026-02-20", False),
        ("2026-02-23", False),  # a Monday off, made up on the 28th
        ("2026-02-24", True),
        ("2026-02-28", True),  # a Saturday
        ("2026-03-01", False),
        ("2026-10-10", True),  # a Saturday made up after National Day
        ("2026-01-04", True),  # a Sunday made up after New Year
    ],
)
def test_spring_festival_2026_and_its_make_up_days(day: str, works: object) -> None:
    assert calendar.is_workday(date.fromisoformat(day), {}) is works


def test_the_organisations_own_days_have_the_last_word() -> None:
    exceptions = {date(2026, 2, 14): False, date(2026, 2, 16): True}
    assert not calendar.is_workday(date(2026, 2, 14), exceptions)
    assert calendar.is_workday(date(2026, 2, 16), exceptions)


def test_three_workdays_after_the_eve_of_spring_festival_end_after_the_holiday() -> None:
    counted = calendar.workdays(2027, {})
    base = datetime(2026, 2, 13, 9, 30, tzinfo=ZoneInfo(ZONE))  # Friday; 14th (made up), 24th, 25th follow
    assert calendar.deadline(base, 3, counted, ZONE) == datetime(2026, 2, 26, tzinfo=ZoneInfo(ZONE))
    assert calendar.deadline(base, 3, None, ZONE) == datetime(2026, 2, 17, tzinfo=ZoneInfo(ZONE))


def test_the_day_is_the_organisations_not_that_of_the_clock() -> None:
    late = datetime(2026, 6, 1, 17, tzinfo=UTC)  # the 2nd, one in the morning, in Shanghai
    assert calendar.deadline(late, 1, None, ZONE) == datetime(2026, 6, 4, tzinfo=ZoneInfo(ZONE))


def test_the_days_that_differ_from_the_week_are_told_by_name() -> None:
    days = {day: (works, name) for day, works, name, _ in calendar.official_days(2026)}
    assert days[date(2026, 2, 17)] == (False, "春节")
    assert days[date(2026, 2, 14)] == (True, "调休上班")
    assert date(2026, 2, 24) not in days


@given(DAYS, st.integers(1, 250), EXCEPTIONS)
def test_adding_workdays_is_walking_day_by_day(began: date, days: int, exceptions: dict[date, bool]) -> None:
    counted = calendar.workdays(2030, exceptions)
    day, left = began, days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day, exceptions)
    assert calendar.last_day(began, days, counted) == day


@given(DAYS, DAYS, st.integers(1, 60))
def test_a_clock_that_began_later_never_ends_earlier(one: date, other: date, days: int) -> None:
    counted = calendar.workdays(2030, {})
    first, second = sorted((one, other))
    assert calendar.last_day(first, days, counted) <= calendar.last_day(second, days, counted)


def test_official_days_have_names_in_both_languages() -> None:
    names = {str(day): (zh, en) for day, _, zh, en in calendar.official_days(2026)}
    assert names["2026-05-01"] == ("劳动节", "Labor Day")
    assert names["2026-01-02"][1] == "Day off (substituted from 2026-01-04)"
    assert all(name.isascii() for _, name in names.values())
