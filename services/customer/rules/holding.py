"""How many customers a member may hold: the limit that every way in respects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.common.problem import Kind, Problem
from services.customer.rules.ownership import Skip

# What a customer's way to a new owner changes by itself: whether it counts must be the same before and after.
MOVING = frozenset((
    "owner", "state", "participants", "locked", "held", "pool", "pool_entered_at", "pool_reason", "pool_note", "previous_owner",
    "times_claimed", "updated_at", "recycle_at",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """The limit of one member, how many he holds that count, and the pool that says so; ``excepts``: some do not count there."""

    held_max: int
    held: int
    pool_id: UUID
    excepts: bool = False

    @property
    def left(self) -> int:
        """How many more he may be given."""
        return max(0, self.held_max - self.held)


def room_left(rooms: Mapping[UUID, Room]) -> dict[UUID, int]:
    """member_id → how many more, of those who have a limit."""
    return {member_id: room.left for member_id, room in rooms.items()}


@dataclass(frozen=True, slots=True)
class Move:
    """A customer on its way back from one owner to another; None is nobody."""

    customer_id: UUID
    present: UUID | None
    owner_id: UUID | None


def fitting(moves: Sequence[Move], room: Mapping[UUID, int], free: Collection[tuple[UUID, UUID]] = ()) -> set[UUID]:
    """The customers for whom there is room, the first ones first; who gives some away has room for as many.

    ``free`` are the (owner, customer) that do not count.
    """
    left, waiting, done = dict(room), list(moves), set[UUID]()
    while True:
        still = []
        for move in waiting:
            counts = (move.owner_id, move.customer_id) not in free
            if counts and move.owner_id is not None and left.get(move.owner_id, 1) <= 0:
                still.append(move)
                continue
            done.add(move.customer_id)
            if counts and move.owner_id in left:
                left[move.owner_id] -= 1
            if move.present in left and (move.present, move.customer_id) not in free:
                left[move.present] += 1
        if len(still) == len(waiting):
            return done
        waiting = still


def full(rooms: Mapping[UUID, Room]) -> Skip:
    """There is no room for this customer with any of those who were named."""
    room = min(rooms.values(), key=lambda found: found.left)
    detail = f"The new owner holds {room.held} customers, of {room.held_max} at most. Choose another one, or return some first."
    return Skip("held_max_reached", detail, "held_max", {"rule": "held_max"})


def require_room(rooms: Mapping[UUID, Room], owner_id: UUID) -> None:
    """Refuse to give the member one more where there is no room."""
    if owner_id in rooms and not rooms[owner_id].left:
        skip = full(rooms)
        raise Problem(Kind.FORBIDDEN, skip.code, skip.detail, rule=skip.rule)
