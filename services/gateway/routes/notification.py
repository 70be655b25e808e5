"""``GET /api/notifications``: what the activity service has for the member, composed with what he may see of the customers."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, current_app, g, request
from pydantic import AwareDatetime, Field

from services.common.web import Query, Shape, endpoint
from services.gateway.queries import notification as queries
from services.gateway.queries.door import Door

blueprint = Blueprint("notification", __name__)

Kind = Literal[
    "assigned", "handed_over", "claimed", "returned", "recycled", "recycle_warned", "participant_added", "participant_changed",
    "participant_removed", "access_requested", "access_granted", "access_declined", "given_back", "taken_back",
]  # fmt: skip


class NotificationQuery(Query):
    """``after`` is the bookmark of ``next``; ``unread`` leaves out what has been read."""

    after: str = Field("", max_length=60)
    unread: bool = False
    limit: int = Field(20, ge=1, le=100)


class NotificationActor(Shape):
    """Who did it, by the name of then; ``member_id`` null is the system."""

    member_id: UUID | None
    name: str


class NotificationCustomer(Shape):
    """The customer it is about, by its name of now."""

    customer_id: UUID
    name: str


class Notification(Shape):
    """What one member is told. ``customer`` is null where he no longer sees it; then nothing else is told either.

    ``count`` customers of one batch are one notification about the first. ``state`` says what became of a request for access.
    """

    notification_id: UUID
    kind: Kind
    occurred_at: AwareDatetime
    event_id: UUID | None
    actor: NotificationActor | None
    customer: NotificationCustomer | None
    details: dict[str, Any]
    batch_id: UUID | None
    count: int
    read: bool
    state: Literal["open", "granted", "declined", "passed_on", "expired"] | None


class Unread(Shape):
    """How many are unread; 99 that are not ``exact`` are more."""

    value: int
    exact: bool


class Notifications(Shape):
    """Newest first."""

    items: list[Notification]
    next: str | None
    unread: Unread


@blueprint.get("/api/notifications")
@endpoint(query=NotificationQuery, answer=Notifications, public=True)
def list_notifications(query: NotificationQuery) -> dict[str, Any]:
    """What the caller is told, newest first, and how much of it is unread."""
    door: Door = current_app.extensions["door"]
    identity = door.caller(request.environ).identity
    asked = {"limit": query.limit, "unread": str(query.unread).lower(), **({"after": query.after} if query.after else {})}
    return queries.list_notifications(door.services, identity, asked, g.request_id)
