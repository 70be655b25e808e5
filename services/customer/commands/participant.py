"""Inviting members to take part in a customer, changing their role or time, and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import clock
from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import NewEvent
from services.common.problem import not_found
from services.customer.rules import participant as rules
from services.customer.rules.permission import Action, ParticipantRole
from services.customer.rules.viewer import Viewer
from services.customer.store import customer, event, idempotency, member, participant
from services.customer.store import permission as permission_store


def add_participant(
    engine: Engine, call: Call, customer_id: UUID, *, member_id: UUID, role: ParticipantRole, expires_at: datetime | None
) -> dict[str, Any]:
    """Invite a member; 409 for one who takes part already (an expired one is invited anew)."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        row, _ = permission_store.lock_for(connection, viewer, customer_id, "participants")
        now = clock.now()
        rules.check_expiry(expires_at, now)
        found = member.get_member(connection, member_id)
        rules.check_member(member_id, row["owner_id"], active=found.active if found else None)
        present = participant.get_participant(connection, customer_id, member_id)
        if present is not None and (present.expires_at is None or present.expires_at > now):
            raise rules.already(present, viewer)
        participant.save_participants(connection, [customer_id], [member_id], role=role, expires_at=expires_at, by=viewer.member_id)
        name = found.name if found else ""
        _note(connection, call, viewer, row, "customer.participant_added", rules.payload(member_id, name, role, expires_at))
        answer = {"member_id": member_id, "name": name, "role": role, "expires_at": expires_at}
        idempotency.remember(connection, call, 201, answer)
        return answer


def change_participant(engine: Engine, call: Call, customer_id: UUID, member_id: UUID, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Change ``role`` or ``expires_at`` of who takes part."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        row, _ = permission_store.lock_for(connection, viewer, customer_id, "participants")
        present = participant.get_participant(connection, customer_id, member_id)
        if present is None:
            raise not_found("participant")
        if "expires_at" in wanted:
            rules.check_expiry(wanted["expires_at"], clock.now())
        after = {"role": present.role, "expires_at": present.expires_at} | dict(wanted)
        if after != {"role": present.role, "expires_at": present.expires_at}:
            participant.save_participants(connection, [customer_id], [member_id], **after, by=viewer.member_id)
            payload = rules.payload(member_id, present.name, after["role"], after["expires_at"])
            _note(connection, call, viewer, row, "customer.participant_changed", payload)
        return {"member_id": member_id, "name": present.name, **after}


def remove_participant(engine: Engine, call: Call, customer_id: UUID, member_id: UUID) -> None:
    """End a participation at once. Whoever takes part may also leave by himself."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        action: Action = "view" if member_id == viewer.member_id else "participants"
        row, _ = permission_store.lock_for(connection, viewer, customer_id, action)
        present = participant.get_participant(connection, customer_id, member_id)
        if present is None:
            raise not_found("participant")
        participant.delete_participant(connection, customer_id, member_id)
        payload = rules.payload(member_id, present.name, present.role, present.expires_at)
        _note(connection, call, viewer, row, "customer.participant_removed", payload)


def _note(connection: Connection, call: Call, viewer: Viewer, row: Mapping[str, Any], type_: str, payload: dict[str, Any]) -> None:
    """The customer's next version and its event."""
    version = row["version"] + 1
    customer.save_customer(connection, row["customer_id"], {}, version=version)
    audience = [UUID(payload["member_id"])] if payload["member_id"] != str(viewer.member_id) else []
    made = NewEvent(type_, row["customer_id"], version, viewer.member_id, viewer.name, call.request_id, payload=payload, audience=audience)
    event.append(connection, [made])
