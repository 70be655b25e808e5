"""Whether one customer of a batch may be brought back, and what is told of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.common.events.envelope import Change
from services.customer.rules import permission
from services.customer.rules.batch import UNDOABLE
from services.customer.rules.ownership import NOT_FOUND, Skip
from services.customer.rules.permission import Facts
from services.customer.rules.viewer import Viewer


@dataclass(frozen=True, slots=True)
class FormerOwner:
    """Who would be owner again."""

    active: bool
    department_path: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class FormerPool:
    """The pool that it would be in again."""

    archived: bool
    open_to_all: bool


@dataclass(frozen=True, slots=True)
class Former:
    """Owners and pools as they are now, of customers as they were."""

    owners: Mapping[UUID, FormerOwner]
    pools: Mapping[UUID, FormerPool]

    def fault(self, columns: Mapping[str, Any]) -> Skip | None:
        """Why a customer with these columns has no place to go back to."""
        if columns.get("owner_id") and not self.owners[UUID(columns["owner_id"])].active:
            return Skip("former_owner_inactive", "Its former owner is no longer active.", "undo")
        if columns.get("pool_id") and self.pools[UUID(columns["pool_id"])].archived:
            return Skip("former_pool_archived", "The pool that it came from is archived.", "undo")
        return None


def restored(viewer: Viewer, facts: Facts, before: Mapping[str, Any], former: Former, now: datetime) -> Facts:
    """The facts of the customer as they will be: what ``before`` does not hold stays as it is."""
    columns = before["columns"]
    if "owner_id" in columns:
        owner_id = UUID(columns["owner_id"]) if columns["owner_id"] else None
        pool_id = UUID(columns["pool_id"]) if columns["pool_id"] else None
        facts = replace(
            facts,
            owner_id=owner_id,
            owner_department_path=former.owners[owner_id].department_path if owner_id else (),
            state=columns["state"],
            pool_id=pool_id,
            pool_open=former.pools[pool_id].open_to_all if pool_id else True,
        )
    if "locked_at" in columns:
        facts = replace(facts, locked=columns["locked_at"] is not None)
    if "participants" in before:
        facts = replace(facts, participant_role=_role(viewer, before["participants"], now))
    return facts


def _role(viewer: Viewer, participants: Iterable[Mapping[str, Any]], now: datetime) -> Any:
    for one in participants:
        if one["member_id"] == str(viewer.member_id) and (one["expires_at"] is None or datetime.fromisoformat(one["expires_at"]) > now):
            return one["role"]
    return None


def may_undo(viewer: Viewer, verb: str, facts: Facts, former: Facts, *, unchanged: bool) -> Skip | None:
    """None where the customer may be brought back: nobody has changed it since, and who undoes could do the same to it today."""
    seen = permission.sees(viewer, facts)
    if not seen and not (unchanged and permission.sees(viewer, former)):
        return NOT_FOUND
    if not unchanged:
        return Skip("changed_since", "It was changed since.", "undo")
    refusal = permission.refusal(UNDOABLE[verb], viewer, former)
    return None if refusal is None else Skip(refusal.code, refusal.detail, refusal.rule)


def changed_since(actor: Mapping[str, Any] | None, at: datetime | None) -> Skip:
    """It stays as it is, and who changed it when."""
    if actor is None or at is None:
        return Skip("changed_since", "It was changed since.", "undo")
    since = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return Skip("changed_since", f"{actor['name']} has changed it since.", "undo", {"by": dict(actor), "since": since})


def reversed_changes(changes: Iterable[Mapping[str, Any]]) -> list[Change]:
    """What the batch told, the other way round."""
    return [Change(one["field"], one["after"], one["before"], one["after_text"], one["before_text"]) for one in changes]
