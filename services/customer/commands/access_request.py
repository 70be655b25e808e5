"""Asking to take part in a customer, and the owner's answer. A granted request is a participation, in the same transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import NewEvent
from services.common.ids import new_id
from services.common.problem import Kind, Problem, not_found
from services.customer.rules import access_request as rules
from services.customer.rules.permission import ParticipantRole
from services.customer.rules.viewer import Viewer
from services.customer.store import access_request, circumstances, customer, event, idempotency, member, participant
from services.customer.store import permission as permission_store


def ask_for_access(
    engine: Engine, call: Call, customer_id: UUID, *, role: ParticipantRole, message: str | None
) -> tuple[int, dict[str, Any]]:
    """Ask the owner; who asks again for the same while it is open gets that request. Answers status and request."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return stored.status, dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        row, known = permission_store.lock_for(connection, viewer, customer_id, "view")
        refused = rules.need(viewer, known.facts, role)
        if refused is not None:
            told = circumstances.get_circumstances(connection, viewer, customer_id).told(refused.code, refused.rule)
            raise Problem(Kind.CONFLICT, refused.code, refused.detail, rule=refused.rule, **told)
        clean = rules.check_text(message, "/message")
        present = next((r for r in access_request.list_open(connection, [customer_id]) if r.member_id == viewer.member_id), None)
        status = 200 if present is not None and present.role == role else 201
        if status == 200:
            answer = access_request.as_answer(present)
        else:
            access_request.withdraw(connection, customer_id, viewer.member_id)
            answer = _ask(connection, call, viewer, row, role, clean)
        idempotency.remember(connection, call, status, answer)
        return status, answer


def _ask(
    connection: Connection, call: Call, viewer: Viewer, row: dict[str, Any], role: ParticipantRole, message: str | None
) -> dict[str, Any]:
    access_request_id = new_id()
    access_request.insert_request(
        connection,
        access_request_id=access_request_id,
        customer_id=row["customer_id"],
        member_id=viewer.member_id,
        role=role,
        message=message,
        days=rules.OPEN_DAYS,
    )
    made = access_request.get_request(connection, access_request_id)
    audience = _deciders(connection, viewer, row)
    _note(connection, call, viewer, row, "customer.access_requested", rules.open_payload(made), audience)
    return access_request.as_answer(made)


def _deciders(connection: Connection, viewer: Viewer, row: dict[str, Any]) -> list[UUID]:
    """Whom the request goes to: the owner; where there is none, admins."""
    if row["owner_id"] is not None:
        return [row["owner_id"]]
    found = circumstances.get_circumstances(connection, viewer, row["customer_id"]).admins
    return [UUID(admin["member_id"]) for admin in found]


def grant_access(engine: Engine, call: Call, access_request_id: UUID) -> dict[str, Any]:
    """Let the asker take part in the role that was asked for; an editor stays one. Answers the request."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer, row, asked = _begin_decision(connection, call, access_request_id)
        if not asked.active:
            raise Problem(Kind.CONFLICT, "member_inactive", "This member is no longer active.", rule="access_request")
        if asked.member_id == row["owner_id"]:
            raise Problem(Kind.CONFLICT, "is_owner", "The asker owns it by now.", rule="participant_is_not_owner")
        present = participant.get_participant(connection, row["customer_id"], asked.member_id)
        if present is None or present.role != "editor" or present.expires_at is not None:
            participant.save_participants(
                connection, [row["customer_id"]], [asked.member_id], role=asked.role, expires_at=None, by=viewer.member_id
            )
        return _decide(connection, call, viewer, row, asked, state="granted", note=None)


def decline_access(engine: Engine, call: Call, access_request_id: UUID, *, note: str | None) -> dict[str, Any]:
    """Refuse a request, with a word to the asker if there is one. Answers the request."""
    clean = rules.check_text(note, "/note")
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer, row, asked = _begin_decision(connection, call, access_request_id)
        return _decide(connection, call, viewer, row, asked, state="declined", note=clean)


def _begin_decision(connection: Connection, call: Call, access_request_id: UUID) -> tuple[Viewer, dict[str, Any], Any]:
    """Lock the customer, then read the request: in that order nobody decides it in between."""
    viewer = member.get_viewer(connection, call.member_id)
    customer_id = access_request.find_customer_of(connection, access_request_id)
    if customer_id is None:
        raise not_found("access_request")
    try:
        row, _ = permission_store.lock_for(connection, viewer, customer_id, "participants")
    except Problem as problem:
        raise not_found("access_request") if problem.kind is Kind.NOT_FOUND else problem from problem
    asked = access_request.get_request(connection, access_request_id)
    if asked is None:
        raise not_found("access_request")
    rules.require_open(asked.state, asked.decided_at, access_request.as_member(asked.decided_by, asked.decided_by_name))
    return viewer, row, asked


def _decide(
    connection: Connection, call: Call, viewer: Viewer, row: dict[str, Any], asked: Any, *, state: str, note: str | None
) -> dict[str, Any]:
    access_request.save_decision(connection, asked.access_request_id, state=state, by=viewer.member_id, note=note)
    told = rules.payload(asked.access_request_id, asked.member_id, asked.member_name, asked.role)
    if state == "declined":
        told["note"] = note
    _note(connection, call, viewer, row, f"customer.access_{state}", told, [asked.member_id])
    answer = access_request.as_answer(access_request.get_request(connection, asked.access_request_id))
    idempotency.remember(connection, call, 200, answer)
    return answer


def _note(
    connection: Connection, call: Call, viewer: Viewer, row: dict[str, Any], type_: str, payload: dict[str, Any], audience: list[UUID]
) -> None:
    """The customer's next version and its event."""
    version = row["version"] + 1
    customer.save_customer(connection, row["customer_id"], {}, version=version)
    others = sorted(set(audience) - {viewer.member_id})
    made = NewEvent(type_, row["customer_id"], version, viewer.member_id, viewer.name, call.request_id, payload=payload, audience=others)
    event.append(connection, [made])
