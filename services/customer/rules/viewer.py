"""The acting member as every rule sees it: role, rights and which departments he manages. What may be done to a customer is in
``permission.py``; who may change members is in ``member.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
