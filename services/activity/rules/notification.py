"""Who is told what of an event: one notification per member of its audience, of a kind that says what it means for him.

Pure. Its id follows from the event, so that a rebuild makes the same ones and what was read stays read. The customers of one batch
become one notification. A type that is not known here tells nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from services.common.events.envelope import Envelope


@dataclass(frozen=True, slots=True)
class Notification:
    """One line in the bell of one member. ``details`` is what its words need beside actor and customer."""

    notification_id: UUID
    member_id: UUID
    kind: str
    event: Envelope
    details: Mapping[str, Any]
    subject: UUID | None = None
    count: int = 1


# What is kept of payloads, by kind.
_DETAILS: dict[str, tuple[str, ...]] = {
    "participant_added": ("role", "expires_at"),
    "participant_changed": ("role", "expires_at"),
    "returned": ("reason", "reason_text", "note"),
    "recycled": ("rule", "pool_name"),
    "recycle_warned": ("rule", "days_left", "recycle_at", "pool_name"),
    "access_requested": ("access_request_id", "member_id", "name", "role", "message", "expires_at"),
    "access_granted": ("access_request_id", "role"),
    "access_declined": ("access_request_id", "role", "note"),
}


def notifications_for(event: Envelope) -> list[Notification]:
    """What the members of the audience are told; nobody is told of what he did himself."""
    kind_of = _KINDS.get(event.type)
    if kind_of is None:
        return []
    actor = str(event.actor.get("member_id"))
    found = []
    for member_id in dict.fromkeys(event.audience):
        kind = kind_of(event, str(member_id))
        if kind is not None and str(member_id) != actor:
            found.append(_notification(event, member_id, kind, event.payload))
            if kind == "assigned":
                found += _open_requests(event, member_id)
    return found


def together(notifications: Iterable[Notification]) -> list[Notification]:
    """Those of one batch as one, with the first event's customer; in the order of their ids, so that writers never wait in a circle."""
    found: dict[UUID, Notification] = {}
    for one in notifications:
        present = found.get(one.notification_id)
        if present is None:
            found[one.notification_id] = one
        else:
            first = min(present, one, key=lambda each: each.event.event_id)
            found[one.notification_id] = replace(first, count=present.count + one.count)
    return [found[notification_id] for notification_id in sorted(found)]


def _notification(event: Envelope, member_id: UUID, kind: str, payload: Mapping[str, Any]) -> Notification:
    details = {name: payload[name] for name in _DETAILS.get(kind, ()) if payload.get(name) is not None}
    subject = _id(payload.get("access_request_id")) if kind.startswith("access_") else None
    origin = event.batch_id if event.batch_id is not None and subject is None else event.event_id
    return Notification(_derived(origin, member_id, kind, subject), member_id, kind, event, details, subject)


def _derived(origin: UUID, *parts: Any) -> UUID:
    return uuid5(origin, " ".join(map(str, parts)))


def _open_requests(event: Envelope, member_id: UUID) -> Iterator[Notification]:
    """Requests for access that wait for the new owner's decision."""
    waiting = event.payload.get("access_requests")
    for request in waiting if isinstance(waiting, list) else ():
        if isinstance(request, dict) and _id(request.get("access_request_id")) is not None:
            yield _notification(event, member_id, "access_requested", request)


def _id(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        return None


def _owner_after(event: Envelope) -> str | None:
    return next((change.get("after") for change in event.changes if change.get("field") == "owner"), None)


def _always(kind: str) -> Callable[[Envelope, str], str | None]:
    return lambda _event, _member_id: kind


def _created(event: Envelope, member_id: str) -> str:
    return "assigned" if _owner_after(event) == member_id else "participant_added"


def _assigned(event: Envelope, member_id: str) -> str:
    return "assigned" if _owner_after(event) == member_id else "handed_over"


def _undone(event: Envelope, member_id: str) -> str | None:
    """Only what moved customers is told: nobody was told of the rest when it was done."""
    moved = next((change for change in event.changes if change.get("field") == "owner"), None)
    if moved is None or member_id not in (moved.get("before"), moved.get("after")):
        return None
    return "given_back" if moved.get("after") == member_id else "taken_back"


_KINDS: dict[str, Callable[[Envelope, str], str | None]] = {
    "customer.created": _created,
    "customer.assigned": _assigned,
    "customer.claimed": _always("claimed"),
    "customer.returned_to_pool": _always("returned"),
    "customer.recycled": _always("recycled"),
    "customer.recycle_warned": _always("recycle_warned"),
    "customer.participant_added": _always("participant_added"),
    "customer.participant_changed": _always("participant_changed"),
    "customer.participant_removed": _always("participant_removed"),
    "customer.undone": _undone,
    "customer.access_requested": _always("access_requested"),
    "customer.access_granted": _always("access_granted"),
    "customer.access_declined": _always("access_declined"),
}
KINDS: tuple[str, ...] = (
    "assigned", "handed_over", "claimed", "returned", "recycled", "recycle_warned", "participant_added", "participant_changed",
    "participant_removed", "access_requested", "access_granted", "access_declined", "given_back", "taken_back",
)  # fmt: skip
