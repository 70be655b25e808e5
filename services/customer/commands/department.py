"""Changing the tree of departments; admins only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem, not_found
from services.customer.rules import department as rules
from services.customer.rules.viewer import require_admin
from services.customer.store import audit, department, idempotency, member


def create_department(
    engine: Engine, call: Call, *, name: str, parent_id: UUID | None = None, position: int | None = None
) -> dict[str, Any]:
    """Add a department, at the end of its siblings unless a position is given."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return stored.value()  # type: ignore[no-any-return]
        require_admin(member.get_viewer(connection, call.member_id))
        department.lock_tree(connection)
        if department.count_departments(connection) >= rules.DEPARTMENTS_MAX:
            raise Problem(Kind.CONFLICT, "too_many_departments", f"There can be {rules.DEPARTMENTS_MAX} departments.")
        department_id = new_id()
        path = rules.place(department_id, _path_of(connection, parent_id))
        _refuse_taken_name(connection, parent_id, name, None)
        place = department.next_position(connection, parent_id) if position is None else position
        department.insert_department(connection, department_id=department_id, name=name, parent_id=parent_id, path=path, position=place)
        audit.append(connection, call, "department.created", {"department_id": department_id, "name": name, "parent_id": parent_id})
        answer = department.get_shown(connection, department_id)
        idempotency.remember(connection, call, 201, answer)
        return answer


def edit_department(engine: Engine, call: Call, department_id: UUID, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Rename, reorder or move a department with everything below it."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        department.lock_tree(connection)
        found = department.get_department(connection, department_id)
        if found is None:
            raise not_found("department")
        parent_id = changes.get("parent_id", found.parent_id)
        _refuse_taken_name(connection, parent_id, changes.get("name", found.name), department_id)
        if parent_id != found.parent_id:
            levels = department.depth_below(connection, department_id)
            path = rules.place(department_id, _path_of(connection, parent_id), levels)
            department.move_paths(connection, found.path, path)
        if changes:
            department.save_department(connection, department_id, dict(changes))
            audit.append(connection, call, "department.edited", {"department_id": department_id, "changes": dict(changes)})
        return department.get_shown(connection, department_id)


def delete_department(engine: Engine, call: Call, department_id: UUID) -> None:
    """Remove a department that nobody belongs to and nothing stands below."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        department.lock_tree(connection)
        found = department.get_department(connection, department_id, lock=True)  # waits for members who are just joining it
        if found is None:
            raise not_found("department")
        rules.refuse_in_use(
            children=department.has_children(connection, department_id),
            members=member.department_has_members(connection, department_id),
        )
        department.delete_department(connection, department_id)
        audit.append(connection, call, "department.deleted", {"department_id": department_id, "name": found.name})


def _path_of(connection: Connection, parent_id: UUID | None) -> tuple[UUID, ...]:
    if parent_id is None:
        return ()
    parent = department.get_department(connection, parent_id)
    if parent is None:
        raise rules.unknown_parent()
    return parent.path


def _refuse_taken_name(connection: Connection, parent_id: UUID | None, name: str, department_id: UUID | None) -> None:
    if department.name_exists(connection, parent_id, name, besides=department_id):
        raise rules.name_taken()
