"""The record of events for other services: what the stream may have lost is fetched here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.events.envelope import LANES
from services.common.web import Query, Shape, endpoint, engine
from services.customer.queries import feed as queries

blueprint = Blueprint("feed", __name__)


class FeedQuery(Query):
    """Which events."""

    lane: int = Field(ge=0, lt=LANES)
    after: int = Field(0, ge=0)
    limit: int = Field(500, ge=1, le=1000)


class Event(Shape):
    """One event, as on the stream."""

    event_id: UUID
    type: str
    version: int
    customer_id: UUID
    customer_version: int
    occurred_at: AwareDatetime
    actor: dict[str, Any]
    request_id: str
    batch_id: UUID | None
    changes: list[dict[str, Any]]
    payload: dict[str, Any]
    audience: list[UUID]
    lane: int
    position: int


class Feed(Shape):
    """Events in order of position; ``head`` is the lane's last position."""

    events: list[Event]
    head: int


class Heads(Shape):
    """The last position of every lane."""

    lanes: dict[str, int]


@blueprint.get("/internal/feed")
@endpoint(query=FeedQuery, answer=Feed, callers=("activity",), right="service")
def list_events(query: FeedQuery) -> bytes:
    """Numbered events of one lane after a position."""
    return queries.list_events(engine(), lane=query.lane, after=query.after, limit=query.limit)


@blueprint.get("/internal/feed/heads")
@endpoint(answer=Heads, callers=("activity",), right="service")
def find_heads() -> dict[str, dict[str, int]]:
    """The last position of every lane."""
    return {"lanes": queries.find_heads(engine())}
