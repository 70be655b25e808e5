"""Imports as rows: the job, what became of each source row, and what texts in a file can mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.customer.rules import customer_import as rules
from services.customer.rules import import_columns, permission
from services.customer.rules.custom_field import is_key
from services.customer.rules.customer import Wording
from services.customer.rules.field import CHOICES, OPTION_LISTS, Field
from services.customer.rules.pinyin import fold
from services.customer.rules.viewer import Viewer
from services.customer.store import custom_field, metadata, option, tag
from services.customer.store import lease as leases
from services.customer.store.lease import Jobs, Lease
from services.customer.store.member import member

customer_import = Table(
    "customer_import",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="previewed"),
    Column("columns", JSONB, nullable=False),
    Column("header_row", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("choices", JSONB, nullable=False, server_default="{}"),
    *(Column(name, Integer, nullable=False, server_default="0") for name in ("rows_done", "accepted", "rejected", "row_last")),
    Column("batch_id", Uuid, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lease_token", Uuid),
    Column("lease_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("error_code", Text),
    Column("error_detail", Text),
    Column("request_id", Text, nullable=False),
    CheckConstraint("accepted + rejected = rows_done AND rows_done <= rows", name="customer_import_counts"),
)
_i = customer_import.c
Index("customer_import_member", _i.member_id, _i.import_id.desc())
Index("customer_import_running", _i.created_at, postgresql_where=_i.state == "running")
Index("customer_import_created_at", _i.created_at)

customer_import_row = Table(
    "customer_import_row",
    metadata,
    Column("import_id", Uuid, ForeignKey("customer_import.import_id", ondelete="CASCADE"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("customer_id", Uuid, ForeignKey("customer.customer_id")),
    Column("reasons", JSONB),
    CheckConstraint("(customer_id IS NULL) = (reasons IS NOT NULL)", name="customer_import_row_is_accepted_or_not"),
)
_r = customer_import_row.c
Index("customer_import_row_rejected", _r.import_id, _r.row_number, postgresql_where=_r.reasons.is_not(None))

JOBS = Jobs(customer_import, _i.import_id, "finished_at", ("running",))
STARTED = {"started_at": func.coalesce(_i.started_at, func.clock_timestamp())}


def get_import(connection: Connection, import_id: UUID, member_id: UUID, *, lock: bool = False) -> Row[Any] | None:
    """One import of the member who uploaded it."""
    statement = select(customer_import).where(_i.import_id == import_id, _i.member_id == member_id)
    return connection.execute(statement.with_for_update() if lock else statement).one_or_none()


def list_imports(connection: Connection, member_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Row[Any]]:
    """The member's imports, newest first."""
    statement = select(customer_import).where(_i.member_id == member_id).order_by(_i.import_id.desc()).limit(limit)
    return connection.execute(statement if after is None else statement.where(_i.import_id < after)).all()


def insert_import(connection: Connection, values: Mapping[str, Any]) -> Row[Any]:
    """A new one."""
    return connection.execute(insert(customer_import).values(**values).returning(customer_import)).one()


def save_import(connection: Connection, import_id: UUID, values: Mapping[str, Any]) -> Row[Any]:
    """Change the given columns."""
    return connection.execute(update(customer_import).where(_i.import_id == import_id).values(**values).returning(customer_import)).one()


def save_progress(connection: Connection, lease: Lease, *, row_last: int, accepted: int, rejected: int) -> bool:
    """Count rows in; False where the import was cancelled or taken over."""
    values = {
        "row_last": row_last,
        "rows_done": _i.rows_done + accepted + rejected,
        "accepted": _i.accepted + accepted,
        "rejected": _i.rejected + rejected,
    }
    return leases.save_progress(connection, lease, **values)


def insert_rows(connection: Connection, import_id: UUID, outcomes: Sequence[tuple[int, UUID | None, list[dict[str, Any]] | None]]) -> None:
    """What became of source rows: (number, customer, reasons). The key refuses a row that is done already."""
    statement = """
        INSERT INTO customer_import_row (import_id, row_number, customer_id, reasons)
        SELECT %(import_id)s, n, c, r::jsonb FROM unnest(%(numbers)s::int[], %(customers)s::uuid[], %(reasons)b::text[]) AS o (n, c, r)
    """
    values = {
        "import_id": import_id,
        "numbers": [number for number, _, _ in outcomes],
        "customers": [customer_id for _, customer_id, _ in outcomes],
        "reasons": [None if reasons is None else orjson.dumps(reasons).decode() for _, _, reasons in outcomes],
    }
    connection.exec_driver_sql(statement, values)


def iterate_rejected(connection: Connection, import_id: UUID) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The rejected rows in the file's order, with their reasons."""
    statement = select(_r.row_number, _r.reasons).where(_r.import_id == import_id, _r.reasons.is_not(None)).order_by(_r.row_number)
    for row in connection.execution_options(yield_per=2000).execute(statement):
        yield row.row_number, row.reasons


def load_known(connection: Connection, columns: Sequence[str | None], *, may_add: bool, zone: str) -> rules.Known:
    """What texts in these columns can mean now."""
    fields = {one.field: one for one in custom_field.get_fields(connection)} if any(name and is_key(name) for name in columns) else {}
    custom = {name: one for name, one in fields.items() if name in columns}
    lists = option.get_options(connection, [*OPTION_LISTS, *(one.list for one in custom.values() if one.list)])
    keys = {
        one.field: rules.option_keys([(o.value, o.label_zh, o.label_en) for o in lists[one.list] if o.active])
        for one in CHOICES
        if one.list
    }
    keys |= {name: rules.whole_keys(lists[one.list]) for name, one in custom.items() if one.list}
    keys["visibility"] = rules.fixed_options("visibility")
    tags = {fold(one.name): one for one in tag.get_in_use(connection)} if "tags" in columns else {}
    by_name = "owner" in columns or any(one.type == "member" for one in custom.values())
    return rules.Known(keys, lists, _members(connection) if by_name else {}, zone, may_add=may_add, custom=custom, tags=tags)


def _members(connection: Connection) -> dict[str, UUID | None]:
    found: dict[str, UUID | None] = {}
    for row in connection.execute(select(member.c.member_id, member.c.name, member.c.account).where(member.c.active)):
        name, account = import_columns.key(row.name), import_columns.key(row.account)
        found[name] = None if name in found else row.member_id
        found.setdefault(account, row.member_id)
    return found


def load_wording(connection: Connection, zone: str, names: Mapping[UUID, str], custom: Mapping[str, Field]) -> Wording:
    """How values are shown in events."""
    lists = [*OPTION_LISTS, *(one.list for one in custom.values() if one.list)]
    return Wording(zone, option.get_labels(connection, lists), names, custom)


_CREDIT_CODES = text("SELECT credit_code FROM customer WHERE credit_code = ANY(:codes)")


def find_credit_codes(connection: Connection, codes: Sequence[str]) -> set[str]:
    """Those of ``codes`` that a customer holds."""
    return set(connection.execute(_CREDIT_CODES, {"codes": list(codes)}).scalars()) if codes else set()


def find_names(connection: Connection, viewer: Viewer, names: Mapping[str, str]) -> set[str]:
    """Those names (name → sort key) that a customer visible to the viewer has already."""
    if not names:
        return set()
    same = "c.open IN (true, false) AND c.name_sort = ANY(%(keys)s) AND c.name = ANY(%(names)s)"
    statement = f"SELECT c.name FROM customer c WHERE {same} AND {permission.is_visible(viewer)}"  # noqa: S608 - made of constants
    values = permission.parameters(viewer) | {"keys": list(names.values()), "names": list(names)}
    return set(connection.exec_driver_sql(statement, values).scalars())


_DELETE = text("""
    DELETE FROM customer_import WHERE import_id IN (
        SELECT import_id FROM customer_import WHERE state = 'previewed' AND created_at < now() - make_interval(days => :days) LIMIT :limit)
""")


def delete_unused(connection: Connection, *, days: int, limit: int) -> int:
    """Forget uploads that were never run."""
    return connection.execute(_DELETE, {"days": days, "limit": limit}).rowcount
