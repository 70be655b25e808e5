"""What an event looks like: as a command makes it, and as it travels on the stream and in the feed. Its types: ``catalogue.py``."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.common.ids import new_id


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field: the values, and both as they were shown then (labels, member names, local times)."""

    field: str
    before: Any = None
    after: Any = None
    before_text: str | None = None
    after_text: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The change as it stands in ``event.changes``; values must be JSON already."""
        return {
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "before_text": self.before_text,
            "after_text": self.after_text,
        }


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event of a command, before it is a row: ``customer_version`` is the version that this change made.

    ``actor_id`` None is the system. ``payload`` and the values in ``changes`` must be JSON (texts for ids, times, decimals).
    """

    type: str
    customer_id: UUID
    customer_version: int
    actor_id: UUID | None
    actor_name: str
    request_id: str
    changes: list[Change] = field(default_factory=list)
    payload: dict[str, Any] = field(default_factory=dict)
    audience: list[UUID] = field(default_factory=list)
    batch_id: UUID | None = None
    version: int = 1
    event_id: UUID = field(default_factory=new_id)

    def actor(self) -> dict[str, Any]:
        """The actor as it stands in ``event.actor``."""
        return {"member_id": str(self.actor_id) if self.actor_id else None, "name": self.actor_name}


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event as it travels: committed, numbered within its lane, never changed again."""

    event_id: UUID
    type: str
    version: int
    customer_id: UUID
    customer_version: int
    occurred_at: datetime
    actor: Mapping[str, Any]
    request_id: str
    batch_id: UUID | None
    changes: list[dict[str, Any]]
    payload: Mapping[str, Any]
    audience: list[UUID]
    lane: int
    position: int


LANES = 8  # fixed for ever: a customer's events must stay in one lane
ENTRY_FIELD = "e"  # the one field of a stream entry; its value is the envelope as JSON


def stream_key(lane: int) -> str:
    """The Redis Stream of a lane."""
    return f"customer-events:{lane}"


def lane_of(customer_id: UUID, lanes: int = LANES) -> int:
    """The lane of a customer: all its events travel in one lane, so their order is kept."""
    return zlib.crc32(customer_id.bytes) % lanes


def to_json(row: Mapping[Any, Any]) -> bytes:
    """The envelope of a numbered ``event`` row. ``actor``, ``changes`` and ``payload`` may be JSON text: it is put in unparsed."""
    return orjson.dumps(
        {
            "event_id": row["event_id"],
            "type": row["type"],
            "version": row["version"],
            "customer_id": row["customer_id"],
            "customer_version": row["customer_version"],
            "occurred_at": row["occurred_at"],
            "actor": _json(row["actor"]),
            "request_id": row["request_id"],
            "batch_id": row["batch_id"],
            "changes": _json(row["changes"]),
            "payload": _json(row["payload"]),
            "audience": row["audience"],
            "lane": row["lane"],
            "position": row["position"],
        },
        option=orjson.OPT_UTC_Z,
    )


def _json(value: Any) -> Any:
    return orjson.Fragment(value) if isinstance(value, str | bytes) else value


def from_json(content: bytes | str) -> Envelope:
    """The envelope in ``content``. Unknown members are ignored (a newer producer may add some); a missing one is a ``ValueError``."""
    return from_dict(orjson.loads(content))


def from_dict(data: Any) -> Envelope:
    """The envelope in already parsed JSON, e.g. one of the feed's ``events``."""
    try:
        return Envelope(
            event_id=UUID(data["event_id"]),
            type=_text(data["type"]),
            version=int(data["version"]),
            customer_id=UUID(data["customer_id"]),
            customer_version=int(data["customer_version"]),
            occurred_at=datetime.fromisoformat(data["occurred_at"]),
            actor=dict(data["actor"]),
            request_id=_text(data["request_id"]),
            batch_id=UUID(data["batch_id"]) if data["batch_id"] else None,
            changes=[dict(change) for change in data["changes"]],
            payload=dict(data["payload"]),
            audience=[UUID(member_id) for member_id in data["audience"]],
            lane=int(data["lane"]),
            position=int(data["position"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an event envelope: {error!r}") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, got {type(value).__name__}")
    return value
