"""The department tree as rows; ``path`` holds the ids from the top down to the department itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.customer.store import metadata

department = Table(
    "department",
    metadata,
    Column("department_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Uuid, ForeignKey("department.department_id")),
    Column("path", ARRAY(Uuid), nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("pool_id", Uuid, ForeignKey("pool.pool_id")),  # where customers of its members go when they are returned
)
Index("department_name", department.c.parent_id, department.c.name, unique=True, postgresql_nulls_not_distinct=True)
Index("department_path", department.c.path, postgresql_using="gin")

_TREE_LOCK = 7_204_311_002


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department."""

    department_id: UUID
    name: str
    parent_id: UUID | None
    path: tuple[UUID, ...]
    position: int


def lock_tree(connection: Connection) -> None:
    """Changes of the tree take turns until the transaction ends; otherwise two moves at once could make a circle."""
    connection.execute(select(func.pg_advisory_xact_lock(_TREE_LOCK)))


def get_department(connection: Connection, department_id: UUID, *, lock: bool = False, share: bool = False) -> DepartmentRow | None:
    """One department, None where there is none. ``share`` keeps it from being deleted, ``lock`` waits for who shares it."""
    columns = [department.c[name] for name in ("department_id", "name", "parent_id", "path", "position")]
    statement = select(*columns).where(department.c.department_id == department_id)
    if lock or share:
        statement = statement.with_for_update(read=share, key_share=share)
    row = connection.execute(statement).one_or_none()
    return None if row is None else DepartmentRow(row.department_id, row.name, row.parent_id, tuple(row.path), row.position)


def select_departments() -> Select[Any]:
    """A select of everything that is shown of departments; ``member_count`` counts the active members of exactly this one."""
    member = table("member", column("department_id", Uuid), column("active", Boolean))  # that module imports this one
    count = select(func.count()).where((member.c.department_id == department.c.department_id) & member.c.active).scalar_subquery()
    columns = [department.c[name] for name in ("department_id", "name", "parent_id", "path", "position")]
    return select(*columns, count.label("member_count"))


def get_shown(connection: Connection, department_id: UUID) -> dict[str, Any]:
    """The full answer about one department that exists."""
    row = connection.execute(select_departments().where(department.c.department_id == department_id)).mappings().one()
    return {str(name): value for name, value in row.items()}  # the driver's names are not quite str


def get_names(connection: Connection, department_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those departments that exist."""
    found = select(department.c.department_id, department.c.name).where(department.c.department_id.in_(department_ids))
    return {row.department_id: row.name for row in connection.execute(found)}


def count_departments(connection: Connection) -> int:
    """How many there are."""
    return int(connection.execute(select(func.count()).select_from(department)).scalar_one())


def name_exists(connection: Connection, parent_id: UUID | None, name: str, *, besides: UUID | None) -> bool:
    """Whether another child of ``parent_id`` has the name."""
    condition = department.c.parent_id.is_not_distinct_from(parent_id) & (department.c.name == name)
    if besides is not None:
        condition &= department.c.department_id != besides
    return bool(connection.execute(select(exists().where(condition))).scalar_one())


def next_position(connection: Connection, parent_id: UUID | None) -> int:
    """The place after the last child of ``parent_id``."""
    last = select(func.max(department.c.position)).where(department.c.parent_id.is_not_distinct_from(parent_id))
    found = connection.execute(last).scalar_one()
    return 0 if found is None else int(found) + 1


def insert_department(
    connection: Connection, *, department_id: UUID, name: str, parent_id: UUID | None, path: Sequence[UUID], position: int
) -> None:
    """Add one."""
    values = {"department_id": department_id, "name": name, "parent_id": parent_id, "path": list(path), "position": position}
    connection.execute(insert(department).values(values))


def save_department(connection: Connection, department_id: UUID, values: dict[str, Any]) -> None:
    """Change name, position or parent; the paths are moved by ``move_paths``."""
    connection.execute(update(department).where(department.c.department_id == department_id).values(**values, updated_at=func.now()))


def move_paths(connection: Connection, old_path: Sequence[UUID], new_path: Sequence[UUID]) -> None:
    """Give a moved department, and everything below it, paths that begin with ``new_path`` instead of ``old_path``."""
    statement = text("UPDATE department SET path = :new_path || path[:begin : cardinality(path)] WHERE path @> :moved").bindparams(
        bindparam("new_path", list(new_path), ARRAY(Uuid)),
        bindparam("begin", len(old_path) + 1, Integer),
        bindparam("moved", [old_path[-1]], ARRAY(Uuid)),
    )
    connection.execute(statement)


def depth_below(connection: Connection, department_id: UUID) -> int:
    """How many levels the part of the tree that begins here has; 1 for a department without children."""
    deepest = select(func.max(func.cardinality(department.c.path)) - func.min(func.cardinality(department.c.path)) + 1)
    return int(connection.execute(deepest.where(department.c.path.contains([department_id]))).scalar_one() or 0)


def has_children(connection: Connection, department_id: UUID) -> bool:
    """Whether another department stands below."""
    return bool(connection.execute(select(exists().where(department.c.parent_id == department_id))).scalar_one())


def delete_department(connection: Connection, department_id: UUID) -> None:
    """Remove one; the database refuses while anything refers to it."""
    connection.execute(delete(department).where(department.c.department_id == department_id))


def find_existing(connection: Connection, department_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that belong to a department."""
    found = select(department.c.department_id).where(department.c.department_id.in_(department_ids))
    return set(connection.execute(found).scalars()) if department_ids else set()


def lock_known(connection: Connection, department_ids: Sequence[UUID]) -> set[UUID]:
    """Those that exist; none of them is deleted before the transaction ends."""
    if not department_ids:
        return set()
    statement = select(department.c.department_id).where(department.c.department_id == func.any(list(department_ids)))
    ordered = statement.order_by(department.c.department_id).with_for_update(read=True, key_share=True)
    return set(connection.execute(ordered).scalars())
