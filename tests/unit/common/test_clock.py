"""Days are the organisation's, not the machine's."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.common import clock


def test_today_in_shanghai_begins_eight_hours_before_utc() -> None:
    assert clock.today("Asia/Shanghai", datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)
    assert clock.today("Asia/Shanghai", datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_day_runs_from_midnight_to_midnight() -> None:
    begin, end = clock.day_bounds("Asia/Shanghai", datetime(2026, 11, 23, 20, 0, tzinfo=UTC))
    assert begin.astimezone(UTC) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 11, 24, 16, tzinfo=UTC)


def test_a_day_with_a_clock_change_has_its_own_length() -> None:
    begin, end = clock.day_bounds("Europe/Berlin", datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert (end.astimezone(UTC) - begin.astimezone(UTC)).total_seconds() == 25 * 3600


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert clock.rfc3339(datetime(2026, 11, 23, 8, 15, 0, 123_999, tzinfo=UTC)) == "2026-11-23T08:15:00.123Z"
