"""The calendar that workdays are counted by."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint
from pydantic import Field

from services.common.clock import today
from services.common.problem import not_found
from services.common.web import Body, Query, Shape, call, endpoint, engine
from services.customer.commands import holiday as commands
from services.customer.queries import holiday as queries
from services.customer.routes.customer import zone

blueprint = Blueprint("holiday", __name__)


class Year(Query):
    """Which year; this one by default."""

    year: int | None = Field(None, ge=2015, le=2100)


class Holiday(Shape):
    """A day that is not as the week says; ``official`` false: the organisation's own exception."""

    day: date
    workday: bool
    name: str
    name_en: str | None = None  # of official days
    official: bool


class Holidays(Shape):
    """One year."""

    items: list[Holiday]


class SaveHoliday(Body):
    """Whether the organisation works on that day."""

    workday: bool
    name: str = Field("", max_length=60)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise not_found("holiday") from error


@blueprint.get("/api/holidays")
@endpoint(query=Year, answer=Holidays)
def list_holidays(query: Year) -> dict[str, Any]:
    """Holidays and make-up workdays of a year."""
    return {"items": queries.list_holidays(engine(), call().member_id, query.year or today(zone()).year)}


@blueprint.put("/api/holidays/<day>")
@endpoint(body=SaveHoliday, answer=Holiday, right="admin")
def save_holiday(day: str, body: SaveHoliday) -> dict[str, Any]:
    """Make a day a workday or a day off."""
    return commands.save_holiday(engine(), call(), _day(day), body.name, workday=body.workday)


@blueprint.delete("/api/holidays/<day>")
@endpoint(right="admin")
def delete_holiday(day: str) -> None:
    """Go back to the official calendar."""
    commands.delete_holiday(engine(), call(), _day(day))
