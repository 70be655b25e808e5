"""The organisation's own exceptions from the official calendar: days on which it works, or does not, all the same."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Connection, Date, Table, Text, delete, select
from sqlalchemy.dialects.postgresql import insert

from services.customer.rules import calendar
from services.customer.store import metadata

holiday = Table(
    "holiday",
    metadata,
    Column("day", Date, primary_key=True),
    Column("workday", Boolean, nullable=False),
    Column("name", Text, nullable=False),
)
_h = holiday.c


def get_exceptions(connection: Connection) -> dict[date, tuple[bool, str]]:
    """Day → (it is a workday, what it is called), in order."""
    return {row.day: (row.workday, row.name) for row in connection.execute(select(holiday).order_by(_h.day))}


def get_workdays(connection: Connection, now: datetime, zone: str) -> list[date]:
    """The workdays to count by."""
    exceptions = {day: works for day, (works, _) in get_exceptions(connection).items()}
    return calendar.workdays(now.astimezone(ZoneInfo(zone)).year + calendar.YEARS_AHEAD, exceptions)


def save_exception(connection: Connection, day: date, name: str, *, workday: bool) -> None:
    """Set one day."""
    values = {"workday": workday, "name": name}
    statement = insert(holiday).values(day=day, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["day"], set_=values))


def delete_exception(connection: Connection, day: date) -> bool:
    """Go back to the official calendar; whether there was an exception."""
    return connection.execute(delete(holiday).where(_h.day == day)).rowcount > 0
