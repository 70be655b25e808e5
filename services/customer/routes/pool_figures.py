"""The figures of a pool."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint
from pydantic import Field

from services.common.clock import today
from services.common.web import Query, Shape, call, endpoint, engine
from services.customer.queries import pool_figures as queries
from services.customer.routes.customer import zone

blueprint = Blueprint("pool_figures", __name__)

DAYS = 30


class Period(Query):
    """From which day to which, both included; the last thirty by default."""

    from_: date | None = Field(None, alias="from")
    to: date | None = None


class DayFigures(Shape):
    """One day: returned by a person, recycled by a rule, claimed."""

    day: date
    returned: int
    recycled: int
    claimed: int


class Hours(Shape):
    """Of how many, half within ``median`` hours, nine in ten within ``p90``."""

    count: int
    median: float | None
    p90: float | None


class AgainCustomer(Shape):
    """A customer that came into the pool several times."""

    customer_id: UUID
    name: str
    times: int


class Again(Shape):
    """How many came in more than once, and those of them that the caller may see."""

    count: int
    items: list[AgainCustomer]


class PoolFigures(Shape):
    """In and out per day, the time in the pool before a claim, the time to the first follow-up after one, who goes back and forth."""

    days: list[DayFigures]
    hours_in_pool: Hours
    hours_to_follow_up: Hours
    not_followed_up: int
    again: Again


@blueprint.get("/api/pools/<pool_id>/figures")
@endpoint(query=Period, answer=PoolFigures, right="customer")
def show_figures(pool_id: UUID, query: Period) -> dict[str, Any]:
    """What went in and out of a pool, and how it was looked after."""
    last = query.to or today(zone())
    first = query.from_ or last - timedelta(days=DAYS - 1)
    return queries.get_figures(engine(), call().member_id, pool_id, first, last, zone=zone())
