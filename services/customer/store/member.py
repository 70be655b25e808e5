"""Members as rows, and the ``Viewer`` that every rule works on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Row,
    RowMapping,
    Select,
    Table,
    Text,
    Uuid,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.common.problem import Kind, Problem
from services.customer.rules.viewer import RIGHTS, Right, Role, Standing, Viewer, effective_rights, pools_of
from services.customer.store import metadata
from services.customer.store.department import department
from services.customer.store.pool import STANDING

member = Table(
    "member",
    metadata,
    Column("member_id", Uuid, primary_key=True),
    Column("account", Text, nullable=False),
    Column("account_key", Text(collation="C"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_pinyin", Text, nullable=False),
    Column("name_sort", Text(collation="C"), nullable=False),
    Column("search", Text(collation="C"), nullable=False),
    Column("email", Text),
    Column("phone", Text),
    Column("role", Text, nullable=False),
    Column("rights", ARRAY(Text), nullable=False),
    Column("department_id", Uuid, ForeignKey("department.department_id")),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("password_hash", Text, nullable=False),
    Column("password_changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_seen_at", DateTime(timezone=True)),
    CheckConstraint("role IN ('admin', 'manager', 'member')"),
)
Index("member_account_key", member.c.account_key, unique=True)
Index("member_name", member.c.name_sort, member.c.member_id)
Index("member_department", member.c.department_id)
Index("member_active_admin", member.c.member_id, postgresql_where=member.c.active & (member.c.role == "admin"))

SHOWN = (
    "member_id", "account", "name", "name_pinyin", "email", "phone", "role", "rights", "department_id", "department_name",
    "active", "created_at", "last_seen_at",
)  # fmt: skip

_ADMINS_LOCK = 7_204_311_003


@dataclass(frozen=True, slots=True)
class MemberRow:
    """What commands need of a member before they change him."""

    member_id: UUID
    account: str
    name: str
    role: Role
    rights: tuple[Right, ...]
    department_id: UUID | None
    active: bool
    password_hash: str


_ROW = [member.c[name] for name in ("member_id", "account", "name", "role", "rights", "department_id", "active", "password_hash")]


_VIEWER = f"""
    SELECT m.name, m.role, m.rights, m.department_id, m.active, d.path, {STANDING} AS pools
    FROM member m LEFT JOIN department d ON d.department_id = m.department_id
    WHERE m.member_id = %(member_id)s
"""  # noqa: S608 - constants only


def get_viewer(connection: Connection, member_id: UUID) -> Viewer:
    """The acting member with role, effective rights, department path and pools, by one query.

    401 ``member_disabled`` for a disabled or unknown member: a right that was taken away ends with the next request.
    """
    row = connection.exec_driver_sql(_VIEWER, {"member_id": member_id}).one_or_none()
    if row is None or not row.active:
        raise Problem(Kind.UNAUTHENTICATED, "member_disabled", "This account is no longer active. Ask an admin.")
    rights = effective_rights(row.role, row.rights)
    standings = [Standing(UUID(id_), open_, tuple(hidden), belongs, admin) for id_, open_, hidden, belongs, admin in row.pools or ()]
    pools = pools_of(row.role, rights, standings)
    return Viewer(member_id, row.name, row.role, rights, row.department_id, tuple(row.path or ()), pools)


def get_member(connection: Connection, member_id: UUID, *, lock: bool = False) -> MemberRow | None:
    """One member, None where there is none; ``lock`` holds the row until the transaction ends."""
    statement = select(*_ROW).where(member.c.member_id == member_id)
    return _member_row(connection.execute(statement.with_for_update() if lock else statement).one_or_none())


def get_member_by_account(connection: Connection, account_key: str) -> MemberRow | None:
    """The member who signs in as ``account_key`` (normalised), None where there is none."""
    return _member_row(connection.execute(select(*_ROW).where(member.c.account_key == account_key)).one_or_none())


def _member_row(row: Row[Any] | None) -> MemberRow | None:
    if row is None:
        return None
    return MemberRow(row.member_id, row.account, row.name, row.role, tuple(row.rights), row.department_id, row.active, row.password_hash)


def select_members() -> Select[Any]:
    """A select of everything that may be shown of members, with the department's name; conditions and order are the caller's."""
    columns = [department.c.name.label(name) if name == "department_name" else member.c[name] for name in SHOWN]
    return select(*columns).outerjoin(department, department.c.department_id == member.c.department_id)


def shown(row: RowMapping) -> dict[str, Any]:
    """A row of ``select_members`` as the full answer."""
    values = {name: row[name] for name in SHOWN}
    return values | {"rights": [right for right in RIGHTS if right in effective_rights(row["role"], row["rights"])]}


def lock_admins(connection: Connection) -> None:
    """Changes that could leave the organisation without an admin take turns until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(_ADMINS_LOCK)))


def get_shown(connection: Connection, member_id: UUID) -> dict[str, Any]:
    """The full answer about one member who exists."""
    return shown(connection.execute(select_members().where(member.c.member_id == member_id)).mappings().one())


def has_active_admin(connection: Connection, *, besides: UUID | None = None) -> bool:
    """Whether an active admin exists, other than ``besides``."""
    condition = member.c.active & (member.c.role == "admin")
    if besides is not None:
        condition &= member.c.member_id != besides
    return bool(connection.execute(select(exists().where(condition))).scalar_one())


def insert_member(connection: Connection, values: dict[str, Any]) -> bool:
    """Add one; False where the account is taken, also by one who is added at this moment."""
    statement = insert(member).values(values).on_conflict_do_nothing(index_elements=[member.c.account_key])
    return connection.execute(statement.returning(member.c.member_id)).first() is not None


def save_member(connection: Connection, member_id: UUID, values: dict[str, Any]) -> None:
    """Change the given columns."""
    connection.execute(update(member).where(member.c.member_id == member_id).values(**values, updated_at=func.now()))


def save_password(connection: Connection, member_id: UUID, password_hash: str) -> None:
    """Set another password hash."""
    values = {"password_hash": password_hash, "password_changed_at": func.now()}
    connection.execute(update(member).where(member.c.member_id == member_id).values(values))


def department_has_members(connection: Connection, department_id: UUID) -> bool:
    """Whether anyone, disabled ones included, belongs to exactly this department."""
    return bool(connection.execute(select(exists().where(member.c.department_id == department_id))).scalar_one())


def get_names(connection: Connection, member_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those members that exist."""
    rows = connection.execute(select(member.c.member_id, member.c.name).where(member.c.member_id.in_(member_ids)))
    return {row.member_id: row.name for row in rows}


def get_people(connection: Connection, member_ids: Collection[UUID]) -> dict[UUID, tuple[str, bool]]:
    """(name, active) of those members that exist; nothing is asked for nobody."""
    if not member_ids:
        return {}
    statement = select(member.c.member_id, member.c.name, member.c.active).where(member.c.member_id == func.any(list(member_ids)))
    return {row.member_id: (row.name, row.active) for row in connection.execute(statement)}


def mark_seen(connection: Connection, member_id: UUID) -> None:
    """Note that the member is here; an open session notes it itself while it is extended."""
    connection.execute(update(member).where(member.c.member_id == member_id).values(last_seen_at=func.now()))
