"""Whose a customer is: the state machine owned / unassigned / pool, as decisions on values. The winner of a race is found in the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from services.common.events.envelope import Change
from services.common.problem import Kind, Problem, invalid
from services.customer.rules import permission
from services.customer.rules.customer import Wording, change
from services.customer.rules.option import Option
from services.customer.rules.permission import Facts, State
from services.customer.rules.viewer import Viewer

BATCH_MAX = 1_000
# A loser of a race is told that the customer was claimed, even if it is private now: it was in everybody's pool a moment ago.
CLAIM_KNOWN_SECONDS = 600

Strategy = Literal["one", "evenly"]


@dataclass(frozen=True, slots=True)
class Move:
    """One customer goes to an owner (None: it stays where it is)."""

    customer_id: UUID
    owner_id: UUID | None


@dataclass(frozen=True, slots=True)
class Skip:
    """One customer stays as it is, and why."""

    code: str
    detail: str
    rule: str = ""
    told: Mapping[str, Any] | None = None  # more that a program may show: ``by``, ``since``


NOT_FOUND = Skip("customer_not_found", "There is no such customer, or it is not open to you.")


def may_assign(viewer: Viewer, facts: Facts, owners: Sequence[UUID]) -> Skip | None:
    """None where the customer may go to one of ``owners``."""
    refusal = permission.refusal("assign", viewer, facts)
    if refusal is not None:
        return Skip(refusal.code, refusal.detail, refusal.rule)
    if facts.owner_id is not None and set(owners) == {facts.owner_id}:
        return Skip("already_owner", "This member is the owner already.", "assign")
    return None


def may_return(viewer: Viewer, facts: Facts) -> Skip | None:
    """None where the customer may go into the pool."""
    if facts.state == "pool":
        return Skip("already_in_pool", "It is in the pool already.", "return_to_pool")
    refusal = permission.refusal("return_to_pool", viewer, facts)
    return None if refusal is None else Skip(refusal.code, refusal.detail, refusal.rule)


def spread(
    customers: Sequence[tuple[UUID, UUID | None]],
    owners: Sequence[UUID],
    room: Mapping[UUID, int] | None = None,
    free: Collection[tuple[UUID, UUID]] = (),
) -> list[Move]:
    """Give (customer_id, present owner) to ``owners``, the same number to each as far as it goes; never to the present owner.

    ``room`` says how many more those with a limit may be given; a customer for whom nobody has room goes to None: it stays.
    ``free`` are the (owner, customer) that take no room.
    """
    given = dict.fromkeys(owners, 0)
    left = dict(room or {})
    moves = []
    for customer_id, present in customers:
        open_ = [owner for owner in owners if owner != present and (left.get(owner, 1) > 0 or (owner, customer_id) in free)]
        owner_id = min(open_, key=lambda owner: given[owner], default=None)
        if owner_id is not None:
            given[owner_id] += 1
            if owner_id in left and (owner_id, customer_id) not in free:
                left[owner_id] -= 1
        moves.append(Move(customer_id, owner_id))
    return moves


def check_owners(owner_ids: Sequence[UUID], strategy: Strategy) -> None:
    """One owner, or several different ones to spread over."""
    if len(set(owner_ids)) != len(owner_ids) or not owner_ids:
        raise invalid("/owner_ids", "owners_malformed", "Name each new owner once.")
    if strategy == "one" and len(owner_ids) != 1:
        raise invalid("/owner_ids", "one_owner_expected", "Choose one owner, or the strategy evenly.")


def check_batch(customer_ids: Sequence[UUID]) -> list[UUID]:
    """The ids without repetition; at most 1,000."""
    found = list(dict.fromkeys(customer_ids))
    if not found:
        raise invalid("/customer_ids", "empty", "Choose at least one customer.")
    if len(found) > BATCH_MAX:
        raise Problem(Kind.INVALID, "too_many", f"At most {BATCH_MAX} customers at once.", errors=[
            {"pointer": "/customer_ids", "code": "too_many", "detail": f"At most {BATCH_MAX} customers at once."}
        ])  # fmt: skip
    return found


def check_reason(reason: str, options: Sequence[Option]) -> str:
    """The label of a reason that a person may give."""
    found = next((option for option in options if option.value == reason), None)
    if found is None or not found.active or found.system:
        raise invalid("/reason", "option_unknown", f"{reason} is not a reason to return a customer.")
    return found.label_zh


def moved_changes(facts: Facts, owner_id: UUID | None, state: State, wording: Wording) -> list[Change]:
    """What events of a move tell: owner, and state where it changed."""
    changes = [change("owner", facts.owner_id, owner_id, wording)]
    if facts.state != state:
        changes.append(change("state", facts.state, state, wording))
    return changes
