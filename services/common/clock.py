"""Time for the application: what "now" and "today" are. Deadlines in commands come from the database clock instead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str, at: datetime | None = None) -> date:
    """The calendar day in ``zone`` (an IANA name) at ``at``."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()


def day_bounds(zone: str, at: datetime | None = None) -> tuple[datetime, datetime]:
    """Begin (inclusive) and end (exclusive) of the day in ``zone`` that contains ``at``, as aware times."""
    tz = ZoneInfo(zone)
    begin = datetime.combine(today(zone, at), time(), tz)
    return begin, datetime.combine(begin.date() + timedelta(days=1), time(), tz)


def rfc3339(moment: datetime) -> str:
    """``moment`` as RFC 3339 in UTC with milliseconds, e.g. ``2026-11-23T08:15:00.123Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
