"""Asking for access: who may ask for what, how long a request stays open, what it needs to be decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.common.problem import Kind, Problem, invalid
from services.customer.rules import permission
from services.customer.rules.customer import plain
from services.customer.rules.permission import Facts, ParticipantRole, Refusal
from services.customer.rules.viewer import Viewer

OPEN_DAYS = 14
MESSAGE_MAX = 500


def need(viewer: Viewer, facts: Facts, role: ParticipantRole) -> Refusal | None:
    """Why asking makes no sense: who asks has it already, or it is in the pool, where claiming is the way."""
    if facts.state == "pool":
        return Refusal("in_pool", "pool_member", "It is in the pool: claim it instead of asking.")
    if permission.leads(viewer, facts) or facts.participant_role in (role, "editor"):
        return Refusal("access_not_needed", "access_request", "You have this access already.")
    return None


def check_text(value: str | None, pointer: str) -> str | None:
    """A short text, or none."""
    clean = " ".join((value or "").split())
    if len(clean) > MESSAGE_MAX:
        raise invalid(pointer, "too_long", f"At most {MESSAGE_MAX} characters.")
    return clean or None


def require_open(state: str, decided_at: datetime | None, by: dict[str, Any] | None) -> None:
    """Refuse to decide twice, or too late."""
    if state == "expired":
        message = f"The request was open for {OPEN_DAYS} days and has expired. It can be asked for again."
        raise Problem(Kind.CONFLICT, "access_request_expired", message, rule="access_request")
    if state != "open":
        told = {name: value for name, value in (("since", decided_at), ("by", by)) if value is not None}
        raise Problem(Kind.CONFLICT, "access_request_decided", "This request has been decided already.", rule="access_request", **told)


def payload(access_request_id: UUID, member_id: UUID, name: str, role: str) -> dict[str, Any]:
    """What every event of a request carries."""
    return {"access_request_id": str(access_request_id), "member_id": str(member_id), "name": name, "role": role}


def open_payload(row: Any) -> dict[str, Any]:
    """What an open request tells a new owner."""
    head = payload(row.access_request_id, row.member_id, row.member_name, row.role)
    return {**head, "message": row.message, "expires_at": plain(row.expires_at)}
