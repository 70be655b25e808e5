"""The timeline of a customer (客户动态). Whether the member may see the customer has been asked by the gateway before it came here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from pydantic import AwareDatetime, Field

from services.activity.queries import timeline as queries
from services.common.ids import parse_id
from services.common.problem import invalid
from services.common.web import Query, Shape, endpoint, engine, identity

blueprint = Blueprint("timeline", __name__)


class TimelineQuery(Query):
    """``before`` is the bookmark of ``next``; ``kind`` one or several kinds with commas; ``q`` a part of what the entry shows."""

    before: str = Field("", max_length=18, pattern="^[0-9]*$")
    kind: str = Field("", max_length=200)
    member: str = ""
    q: str = Field("", max_length=100)
    limit: int = Field(30, ge=1, le=200)


class Actor(Shape):
    """Who did it, by the name of then; ``member_id`` null is the system."""

    member_id: UUID | None
    name: str


class Change(Shape):
    """One changed field, its values and both as they were shown then."""

    field: str
    before: Any
    after: Any
    before_text: str | None = None
    after_text: str | None = None


class TimelineEntry(Shape):
    """One thing that was done."""

    event_id: UUID
    type: str
    kind: str
    occurred_at: AwareDatetime
    actor: Actor
    changes: list[Change]
    payload: dict[str, Any]
    customer_version: int
    batch_id: UUID | None


class Timeline(Shape):
    """Entries, newest first. ``applied_version`` is the customer's version up to which this timeline is complete."""

    items: list[TimelineEntry]
    next: str | None
    applied_version: int


@blueprint.get("/api/customers/<customer_id>/timeline")
@endpoint(query=TimelineQuery, answer=Timeline)
def list_timeline(customer_id: UUID, query: TimelineQuery) -> dict[str, Any]:
    """What happened to a customer, newest first."""
    identity().member()
    return queries.list_timeline(
        engine(),
        customer_id,
        before=int(query.before) if query.before else None,
        kinds=_listed(query.kind),
        member_id=_member(query.member),
        q=query.q,
        hidden=frozenset(_listed(request.headers.get("X-Hidden-Fields", ""))),
        limit=query.limit,
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _member(text: str) -> UUID | None:
    if not text:
        return None
    found = parse_id(text)
    if found is None:
        raise invalid("member", "uuid_parsing", "member must be the id of a member.")
    return found
