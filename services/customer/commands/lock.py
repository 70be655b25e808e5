"""Locking a customer, so that only owner and editors change it, and holding it, so that no rule takes it away; and ending both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, func

from services.common import clock
from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import Change, NewEvent
from services.customer.rules import lock as rules
from services.customer.rules.permission import Action
from services.customer.rules.viewer import Viewer
from services.customer.store import customer, customer_answer, event, idempotency, member
from services.customer.store import permission as permission_store


@dataclass(frozen=True, slots=True)
class _Work:
    """One change under the customer's lock."""

    connection: Connection
    call: Call
    viewer: Viewer
    row: Mapping[str, Any]

    def save(self, type_: str, columns: dict[str, Any], changes: list[Change], payload: dict[str, Any]) -> None:
        """The customer's next version and its event; the owner is told of what others do."""
        version = self.row["version"] + 1
        customer.save_customer(self.connection, self.row["customer_id"], columns, version=version)
        owner_id = self.row["owner_id"]
        made = NewEvent(
            type_,
            self.row["customer_id"],
            version,
            self.viewer.member_id,
            self.viewer.name,
            self.call.request_id,
            changes=changes,
            payload=payload,
            audience=[owner_id] if owner_id not in (None, self.viewer.member_id) else [],
        )
        event.append(self.connection, [made])

    def answer(self) -> dict[str, Any]:
        """The customer afterwards, remembered for a repetition."""
        answer = customer_answer.get_shown(self.connection, self.viewer, self.row["customer_id"])
        idempotency.remember(self.connection, self.call, 200, answer)
        return answer


def _begin(connection: Connection, call: Call, customer_id: UUID, action: Action) -> _Work:
    viewer = member.get_viewer(connection, call.member_id)
    row, _ = permission_store.lock_for(connection, viewer, customer_id, action)
    return _Work(connection, call, viewer, row)


def lock_customer(engine: Engine, call: Call, customer_id: UUID) -> dict[str, Any]:
    """From now on only owner and editors may change it; who locks what is locked changes nothing."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _begin(connection, call, customer_id, "lock")
        if work.row["locked_at"] is None:
            columns = {"locked_at": func.clock_timestamp(), "locked_by": work.viewer.member_id}
            work.save("customer.locked", columns, [rules.lock_change(locked=True)], {})
        return work.answer()


def unlock_customer(engine: Engine, call: Call, customer_id: UUID) -> dict[str, Any]:
    """End a lock; who unlocks what is not locked changes nothing."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _begin(connection, call, customer_id, "lock")
        if work.row["locked_at"] is not None:
            columns = {"locked_at": None, "locked_by": None}
            work.save("customer.unlocked", columns, [rules.lock_change(locked=False)], {})
        return work.answer()


def hold_customer(engine: Engine, call: Call, customer_id: UUID, *, until: date, reason: str, zone: str) -> dict[str, Any]:
    """No rule takes it away until the day is over; a second hold takes the place of the first."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _begin(connection, call, customer_id, "hold")
        end, why = rules.hold_end(until, clock.now(), zone), rules.check_reason(reason)
        changes = rules.hold_changes(_running(work.row), (end, why), zone)
        if changes:
            columns = {"hold_until": end, "hold_reason": why, "held_by": work.viewer.member_id, "held_at": func.clock_timestamp()}
            work.save("customer.held", columns, changes, {"until": until.isoformat(), "reason": why})
        return work.answer()


def release_hold(engine: Engine, call: Call, customer_id: UUID, *, zone: str) -> dict[str, Any]:
    """End a hold before its day; where none runs, nothing changes."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        work = _begin(connection, call, customer_id, "hold")
        running = _running(work.row)
        if running[0] is not None:
            columns = dict.fromkeys(("hold_until", "hold_reason", "held_by", "held_at"))
            work.save("customer.hold_released", columns, rules.hold_changes(running, (None, None), zone), {})
        return work.answer()


def _running(row: Mapping[str, Any]) -> tuple[Any, str | None]:
    """End and reason of the hold; one that is over is none."""
    return (row["hold_until"], row["hold_reason"]) if rules.is_held(row["hold_until"], clock.now()) else (None, None)
