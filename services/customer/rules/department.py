"""The tree of departments: no circles, not too deep, nothing deleted that is in use."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.common.problem import Kind, Problem, invalid

DEPTH_MAX = 10
DEPARTMENTS_MAX = 2000


def place(department_id: UUID, parent_path: Sequence[UUID], levels: int = 1) -> tuple[UUID, ...]:
    """The path of a department under the parent with ``parent_path`` (``()`` at the top).

    Refused where the parent is the department itself or stands below it, or where the tree, with the ``levels`` that move
    along, would be deeper than ``DEPTH_MAX``.
    """
    if department_id in parent_path:
        raise invalid("/parent_id", "department_circle", "A department cannot stand below itself.")
    if len(parent_path) + levels > DEPTH_MAX:
        raise invalid("/parent_id", "department_too_deep", f"Departments can be nested {DEPTH_MAX} levels deep.")
    return (*parent_path, department_id)


def refuse_in_use(*, children: bool, members: bool) -> None:
    """Refuse to delete a department that has something in it."""
    if children:
        raise Problem(
            Kind.CONFLICT, "department_not_empty", "Move or delete the departments below this one first.", rule="department_not_empty"
        )
    if members:
        message = "Move the members of this department first; disabled ones belong to it too."
        raise Problem(Kind.CONFLICT, "department_not_empty", message, rule="department_not_empty")


def name_taken() -> Problem:
    """Two departments under the same parent cannot share a name."""
    detail = "There is a department of this name already."
    errors = [{"pointer": "/name", "code": "department_name_taken", "detail": detail}]
    return Problem(Kind.CONFLICT, "department_name_taken", detail, errors=errors)


def unknown_parent() -> Problem:
    """The parent that was named does not exist."""
    return invalid("/parent_id", "department_unknown", "There is no such department.")
