"""The notifications of a member (通知). The list goes through the gateway, which asks what he may still see of their customers."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.activity.commands import notification as commands
from services.activity.queries import notification as queries
from services.common.problem import invalid
from services.common.web import Body, Query, Shape, endpoint, engine, identity

blueprint = Blueprint("notification", __name__)


class RawQuery(Query):
    """``after`` is the bookmark of ``next``."""

    after: str = Field("", max_length=60)
    unread: bool = False
    limit: int = Field(20, ge=1, le=100)


class UnreadCount(Shape):
    """How many are unread; 99 that are not ``exact`` are more."""

    value: int
    exact: bool


class RawNotification(Shape):
    """One notification before the gateway has asked about its customer."""

    notification_id: UUID
    kind: str
    customer_id: UUID
    event_id: UUID
    occurred_at: AwareDatetime
    actor: dict[str, Any]
    details: dict[str, Any]
    batch_id: UUID | None
    count: int
    read: bool
    state: Literal["open", "granted", "declined", "passed_on", "expired"] | None


class RawNotifications(Shape):
    """Newest first."""

    items: list[RawNotification]
    next: str | None
    unread: UnreadCount


class MarkRead(Body):
    """Which ones, or all of them."""

    notification_ids: list[UUID] = Field([], max_length=200)
    all: bool = False


@blueprint.get("/internal/notifications")
@endpoint(query=RawQuery, answer=RawNotifications)
def list_notifications(query: RawQuery) -> dict[str, Any]:
    """A member's notifications, newest first."""
    member_id = identity().member()
    return queries.list_notifications(engine(), member_id, after=query.after, unread=query.unread, limit=query.limit)


@blueprint.post("/api/notifications/read")
@endpoint(body=MarkRead)
def mark_read(body: MarkRead) -> None:
    """Mark notifications as read."""
    if body.all == bool(body.notification_ids):
        raise invalid("/notification_ids", "choose_some", "Name the notifications, or send all.")
    commands.mark_read(engine(), identity().member(), None if body.all else body.notification_ids)
