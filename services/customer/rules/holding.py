"""How many customers a member may hold: the limit that every way in respects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.common.problem import Kind, Problem
from services.customer.rules.ownership import Skip


@dataclass(frozen=True, slots=True)
class Room:
    """The limit of one member and how many he holds."""

    held_max: int
    held: int

    @property
    def left(self) -> int:
        """How many more he may be given."""
        return max(0, self.held_max - self.held)


def room_left(rooms: Mapping[UUID, Room]) -> dict[UUID, int]:
    """member_id → how many more, of those who have a limit."""
    return {member_id: room.left for member_id, room in rooms.items()}


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
