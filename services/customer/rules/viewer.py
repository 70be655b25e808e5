"""The acting member as every rule sees it: role, rights and which departments he manages. What may be done to a customer is in
``permission.py``; who may change members is in ``member.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from services.common.problem import Kind, Problem

Role = Literal["admin", "manager", "member"]
Right = Literal["assign", "export", "import", "delete", "purge", "pool_admin"]

ROLES: tuple[Role, ...] = ("admin", "manager", "member")
RIGHTS: tuple[Right, ...] = ("assign", "export", "import", "delete", "purge", "pool_admin")
DEFAULT_RIGHTS: dict[Role, tuple[Right, ...]] = {
    "admin": RIGHTS,
    "manager": ("assign", "export", "import"),
    "member": ("export", "import"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands to one pool: whether he belongs to it by name or department, and whether he is one of its admins."""

    pool_id: UUID
    open_to_all: bool
    hidden_fields: tuple[str, ...]
    belongs: bool
    admin: bool


@dataclass(frozen=True, slots=True)
class Pools:
    """The pools as one member meets them. A pool that is open to all is in neither ``closed`` nor ``foreign``.

    ``closed`` are those that he belongs to (or administers), ``foreign`` the others; ``administered`` those of which he is an admin.
    ``hidden`` names, for each field, the pools that hide it from him.
    """

    closed: tuple[UUID, ...] = ()
    foreign: tuple[UUID, ...] = ()
    administered: tuple[UUID, ...] = ()
    hidden: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Viewer:
    """An active member who asks or acts. Loaded by ``store/member.py: get_viewer`` in one query; an inactive one is 401 there.

    ``rights`` are the effective ones (an admin has all). ``department_path`` holds department ids from the top down to the
    member's own department, ``()`` without one. ``managed_department_id`` is the member's own department if his role is manager,
    else None: he manages everybody whose department path contains it, himself included. In SQL that is
    ``department.path @> ARRAY[:managed_department_id]`` (GIN index ``department_path``), joined by ``member.department_id``.
    """

    member_id: UUID
    name: str
    role: Role
    rights: frozenset[Right]
    department_id: UUID | None
    department_path: tuple[UUID, ...]
    pools: Pools = Pools()

    @property
    def is_admin(self) -> bool:
        """Whether everything is open."""
        return self.role == "admin"

    @property
    def managed_department_id(self) -> UUID | None:
        """The top of what this member manages, None for who manages nobody (admins need no department)."""
        return self.department_id if self.role == "manager" else None

    def has(self, right: Right) -> bool:
        """Whether the member holds ``right``."""
        return right in self.rights

    def manages(self, department_path: Sequence[UUID]) -> bool:
        """Whether a member whose department has this path is managed by the viewer; admins manage everybody."""
        managed = self.managed_department_id
        return self.is_admin or (managed is not None and managed in department_path)


def pools_of(role: Role, rights: frozenset[Right], standings: Iterable[Standing]) -> Pools:
    """The pools as a member with this role, these rights and these standings meets them; who holds ``pool_admin`` is admin of all."""
    everywhere = role == "admin" or "pool_admin" in rights
    closed: list[UUID] = []
    foreign: list[UUID] = []
    administered: list[UUID] = []
    hidden: dict[str, tuple[UUID, ...]] = {}
    for found in standings:
        admin = everywhere or found.admin
        if admin:
            administered.append(found.pool_id)
        if not found.open_to_all:
            (closed if admin or found.belongs else foreign).append(found.pool_id)
        for name in () if admin else found.hidden_fields:
            hidden[name] = (*hidden.get(name, ()), found.pool_id)
    return Pools(tuple(closed), tuple(foreign), tuple(administered), hidden)


def effective_rights(role: Role, rights: Sequence[Right]) -> frozenset[Right]:
    """The rights that count: an admin holds all, whatever is stored."""
    return frozenset(RIGHTS) if role == "admin" else frozenset(rights)


def require_admin(viewer: Viewer) -> None:
    """Refuse everyone but admins."""
    if not viewer.is_admin:
        raise Problem(Kind.FORBIDDEN, "admin_only", "Only an admin may do this.", rule="admin_only")


def require_right(viewer: Viewer, right: Right) -> None:
    """Refuse who does not hold ``right``, with the code ``<right>_right_missing``."""
    if not viewer.has(right):
        raise Problem(
            Kind.FORBIDDEN, f"{right}_right_missing", f"You do not have the {right} right. An admin can give it.", rule=f"right_{right}"
        )
