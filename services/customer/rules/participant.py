"""Participants: who may be one, and what events tell of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.common.problem import Kind, Problem, invalid
from services.customer.rules.customer import is_sensible, plain
from services.customer.rules.viewer import Viewer

PARTICIPANTS_MAX = 200


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    """An expiry lies ahead."""
    if expires_at is not None and expires_at <= now:
        raise invalid("/expires_at", "expires_in_the_past", "The expiry must lie in the future.")
    if expires_at is not None and not is_sensible(expires_at):
        raise invalid("/expires_at", "out_of_range", "The expiry is before the year 2200.")


def already(present: Any, viewer: Viewer) -> Problem:
    """Who takes part is not invited again; whoever may invite him may change his role."""
    message = "This member takes part already; change the role instead."
    by = None if present.added_by is None else {"member_id": present.added_by, "name": present.added_by_name}
    who = [{"member_id": viewer.member_id, "name": viewer.name}]
    told = {"since": present.added_at, "by": by, "who_can_change": who}
    return Problem(Kind.CONFLICT, "already_participant", message, rule="participant_once", **told)


def check_member(member_id: UUID, owner_id: UUID | None, *, active: bool | None, pointer: str = "/member_id") -> None:
    """A participant is an active member other than the owner; ``active`` None says that there is no such member."""
    if active is None:
        raise invalid(pointer, "member_unknown", "There is no such member.")
    if not active:
        raise invalid(pointer, "member_inactive", "This member is no longer active.")
    if member_id == owner_id:
        raise Problem(Kind.CONFLICT, "is_owner", "The owner does not need to take part.", rule="participant_is_not_owner")


def payload(member_id: UUID, name: str, role: str, expires_at: datetime | None) -> dict[str, Any]:
    """What events carry of a participant."""
    return {"member_id": str(member_id), "name": name, "role": role, "expires_at": plain(expires_at)}
