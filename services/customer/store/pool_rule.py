"""Recycle rules as rows. What they decide is computed in ``recycling.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.customer.rules.pool_rule import PoolRule, words
from services.customer.rules.saved_search import Fault
from services.customer.store import metadata
from services.customer.store.pool import pool

_TIME = DateTime(timezone=True)

pool_rule = Table(
    "pool_rule",
    metadata,
    Column("pool_rule_id", Uuid, primary_key=True),
    Column("pool_id", Uuid, ForeignKey("pool.pool_id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("clock", Text, CheckConstraint("clock IN ('not_followed_up')"), nullable=False),
    Column("days", Integer, CheckConstraint("days > 0"), nullable=False),
    Column("workdays", Boolean, nullable=False),
    Column("filter", JSONB(none_as_null=True)),
    Column("department_ids", ARRAY(Uuid), nullable=False),
    Column("skip_locked", Boolean, nullable=False),
    Column("warn_days", ARRAY(Integer), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("active_from", Date),
    Column("created_at", _TIME, nullable=False, server_default=func.clock_timestamp()),
    Column("updated_at", _TIME, nullable=False, server_default=func.clock_timestamp()),
)
_r = pool_rule.c
Index("pool_rule_pool", _r.pool_id, _r.pool_rule_id)

COLUMNS = (
    "pool_rule_id", "pool_id", "name", "days", "clock", "workdays", "filter", "department_ids", "skip_locked", "warn_days", "active",
    "active_from",
)  # fmt: skip
_SHOWN = [_r[name] for name in COLUMNS]


def _rule(row: Any) -> PoolRule:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a dict
    values["department_ids"], values["warn_days"] = tuple(values["department_ids"]), tuple(values["warn_days"])
    return PoolRule(**values)


def get_rules(connection: Connection, pool_id: UUID) -> list[PoolRule]:
    """The rules of a pool, the oldest first."""
    return [_rule(row) for row in connection.execute(select(*_SHOWN).where(_r.pool_id == pool_id).order_by(_r.pool_rule_id))]


def get_active(connection: Connection) -> list[PoolRule]:
    """All rules that are switched on, of pools that are in use."""
    statement = select(*_SHOWN).join(pool, pool.c.pool_id == _r.pool_id).where(_r.active, pool.c.archived_at.is_(None))
    return [_rule(row) for row in connection.execute(statement.order_by(_r.pool_rule_id))]


def get_rule(connection: Connection, pool_id: UUID, pool_rule_id: UUID, *, lock: bool = False) -> PoolRule | None:
    """One rule of a pool; None where there is none."""
    statement = select(*_SHOWN).where(_r.pool_id == pool_id, _r.pool_rule_id == pool_rule_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else _rule(row)


def count_rules(connection: Connection) -> int:
    """How many there are, of all pools together."""
    return int(connection.execute(select(func.count()).select_from(pool_rule)).scalar_one())


def insert_rule(connection: Connection, rule: PoolRule) -> None:
    """Add one."""
    connection.execute(insert(pool_rule).values(_values(rule, COLUMNS)))


def save_rule(connection: Connection, rule: PoolRule, changed: Sequence[str]) -> None:
    """Write the changed columns of one."""
    statement = update(pool_rule).where(_r.pool_rule_id == rule.pool_rule_id)
    connection.execute(statement.values(**_values(rule, changed), updated_at=func.clock_timestamp()))


def delete_rule(connection: Connection, pool_rule_id: UUID) -> None:
    """Remove one; what it did stays in the record of events."""
    connection.execute(delete(pool_rule).where(_r.pool_rule_id == pool_rule_id))


def _values(rule: PoolRule, columns: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in columns}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def shown(rule: PoolRule, faults: Sequence[Fault] = ()) -> dict[str, Any]:
    """A rule as it is answered; ``faults`` are those of its conditions."""
    told = words(rule.days, workdays=rule.workdays)
    broken = [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in faults]
    return {name: getattr(rule, name) for name in COLUMNS} | {"words_zh": told.zh, "words_en": told.en, "broken": broken}
