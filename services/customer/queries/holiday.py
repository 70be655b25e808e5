"""The calendar of a year: where it differs from the week, and the organisation's own exceptions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.rules import calendar
from services.customer.store import holiday, member


def list_holidays(engine: Engine, member_id: UUID, year: int) -> list[dict[str, Any]]:
    """Official holidays and make-up workdays with the organisation's own days over them, in order."""
    with reading(engine) as connection:
        member.get_viewer(connection, member_id)
        own = holiday.get_exceptions(connection)
    days = {
        day: {"day": day, "workday": works, "name": name, "name_en": name_en, "official": True}
        for day, works, name, name_en in calendar.official_days(year)
    }
    for day, (works, name) in own.items():
        if day.year == year:
            days[day] = {"day": day, "workday": works, "name": name, "official": False}
    return [days[day] for day in sorted(days)]
