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
    """The customers for whom there is room, the first ones first; who gives some away has room for as many, and those who only exchange
    need none.

    ``free`` are the (owner, customer) that do not count.
    """
    left = dict(room)
    waiting = list(moves)
    while True:
        still = _without_room(waiting, left, free)
        if len(still) == len(waiting):
            return {move.customer_id for move in moves} - {move.customer_id for move in _without_exchanged(still, left, free)}
        waiting = still


def _without_room(moves: Sequence[Move], left: dict[UUID, int], free: Collection[tuple[UUID, UUID]]) -> list[Move]:
    """Let everything move for which there is room one after the other; ``left`` follows. The others."""
    still = []
    for move in moves:
        counts = (move.owner_id, move.customer_id) not in free and move.owner_id != move.present
        if counts and move.owner_id is not None and left.get(move.owner_id, 1) <= 0:
            still.append(move)
            continue
        if counts and move.owner_id in left:
            left[move.owner_id] -= 1
        if move.present in left and move.owner_id != move.present and (move.present, move.customer_id) not in free:
            left[move.present] += 1
    return still


def _without_exchanged(moves: Sequence[Move], left: Mapping[UUID, int], free: Collection[tuple[UUID, UUID]]) -> list[Move]:
    """Those that stand in no circle: where everybody is full, what moves in circles is all that can move, and leaves all as full."""
    giving = [move for move in moves if move.present in left and (move.present, move.customer_id) not in free]
    ways: dict[UUID, dict[UUID, list[Move]]] = {}  # from whom → to whom → the customers, the first ones first
    for move in giving:
        if move.present is not None and move.owner_id is not None:
            ways.setdefault(move.present, {}).setdefault(move.owner_id, []).append(move)
    done = set[UUID]()
    for move in giving:
        if move.customer_id in done or move.present is None or move.owner_id is None:
            continue
        back = _way(ways, move.owner_id, move.present)
        for present, owner_id in [(move.present, move.owner_id), *back] if back else []:
            done.add(_take(ways, present, owner_id).customer_id)
    return [move for move in moves if move.customer_id not in done]


def _way(ways: Mapping[UUID, Mapping[UUID, list[Move]]], begin: UUID, end: UUID) -> list[tuple[UUID, UUID]]:
    """The shortest way from one member to another along customers that wait, empty where there is none."""
    came: dict[UUID, UUID] = {}
    front = [begin]
    while front and end not in came:
        reached = [(member_id, next_id) for member_id in front for next_id in ways.get(member_id, ())]
        front = []
        for member_id, next_id in reached:
            if next_id not in came:
                came[next_id] = member_id
                front.append(next_id)
    way: list[tuple[UUID, UUID]] = []
    at = end
    while at in came and (not way or at != begin):
        way.append((came[at], at))
        at = came[at]
    return way[::-1]


def _take(ways: dict[UUID, dict[UUID, list[Move]]], present: UUID, owner_id: UUID) -> Move:
    """The first customer that waits for this way."""
    waiting = ways[present][owner_id]
    move = waiting.pop(0)
    if not waiting:
        del ways[present][owner_id]
    return move


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
