"""Exports as rows. Deadlines come from the database clock; every write of a worker carries its lease token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from services.export.rules.export import ATTEMPTS_MAX, Failure
from services.export.store import metadata

export = Table(
    "export",
    metadata,
    Column("export_id", Uuid, primary_key=True),
    Column("member_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, CheckConstraint("language IN ('zh', 'en')"), nullable=False),
    Column("selection", JSONB, nullable=False),
    Column("columns", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("rows_done", BigInteger, nullable=False, server_default="0"),
    Column("rows_total", BigInteger),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lease_token", Uuid),
    Column("lease_until", DateTime(timezone=True)),
    Column("not_before", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True)),
    Column("file_token", Uuid),
    Column("size_bytes", BigInteger),
    Column("sha256", Text),
    Column("error_code", Text),
    Column("error_detail", Text),
    Column("request_id", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("request_hash", LargeBinary, nullable=False),
)
Index("export_member", export.c.member_id, export.c.export_id.desc())
Index("export_idempotency", export.c.member_id, export.c.idempotency_key, unique=True, postgresql_where=text("idempotency_key IS NOT NULL"))
Index("export_waiting", export.c.not_before, postgresql_where=text("state = 'queued'"))
Index("export_running", export.c.lease_until, postgresql_where=text("state = 'running'"))
Index("export_expiring", export.c.expires_at, postgresql_where=text("state = 'done'"))

_clock = func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one export until it runs out or is taken over; ``token`` proves it."""

    export_id: UUID
    token: UUID


def get_export(connection: Connection, export_id: UUID, member_id: UUID) -> Row[Any] | None:
    """One export of the member who asked for it."""
    return connection.execute(select(export).where(export.c.export_id == export_id, export.c.member_id == member_id)).first()


def get_by_idempotency_key(connection: Connection, member_id: UUID, key: str) -> Row[Any] | None:
    """The export that this key made."""
    return connection.execute(select(export).where(export.c.member_id == member_id, export.c.idempotency_key == key)).first()


def insert_export(connection: Connection, values: Mapping[str, Any]) -> Row[Any] | None:
    """A new row, or None where the idempotency key has made one already."""
    condition = text("idempotency_key IS NOT NULL")
    statement = (
        insert(export).values(**values).on_conflict_do_nothing(index_elements=["member_id", "idempotency_key"], index_where=condition)
    )
    return connection.execute(statement.returning(export)).first()


def count_waiting(connection: Connection, member_id: UUID) -> int:
    """How many of the member's exports are queued or running."""
    return connection.execute(
        select(func.count()).where(export.c.member_id == member_id, export.c.state.in_(("queued", "running")))
    ).scalar_one()


def take_export(connection: Connection, export_id: UUID, token: UUID, lease_seconds: float) -> Row[Any] | None:
    """Begin an attempt: None where the export has ended, rests, or another worker's lease still holds."""
    open_to_all = (export.c.state == "queued") & (export.c.not_before <= _clock)
    abandoned = (export.c.state == "running") & (export.c.lease_until < _clock)
    return connection.execute(
        update(export)
        .where(export.c.export_id == export_id, export.c.attempt < ATTEMPTS_MAX, open_to_all | abandoned)
        .values(
            state="running",
            attempt=export.c.attempt + 1,
            lease_token=token,
            lease_until=_clock + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds),
            started_at=func.coalesce(export.c.started_at, _clock),
            rows_done=0,
        )
        .returning(export)
    ).first()


def save_progress(connection: Connection, lease: Lease, lease_seconds: float, rows_done: int, rows_total: int | None) -> bool:
    """Renew the lease with how far the attempt is; False where the export was cancelled or taken over."""
    until = _clock + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)
    return _save(connection, lease, {"lease_until": until, "rows_done": rows_done, "rows_total": rows_total})


def save_done(connection: Connection, lease: Lease, *, rows: int, size_bytes: int, sha256: str, lifetime_hours: float) -> bool:
    """End the export with the file of this attempt; False where it was cancelled or taken over."""
    expires = _clock + func.make_interval(0, 0, 0, 0, 0, 0, lifetime_hours * 3600)
    done = {"state": "done", "file_token": lease.token, "finished_at": _clock, "expires_at": expires}
    facts = {"rows_done": rows, "rows_total": rows, "size_bytes": size_bytes, "sha256": sha256}
    return _save(connection, lease, {**done, **facts, "error_code": None, "error_detail": None})


def save_failed(connection: Connection, lease: Lease, failure: Failure) -> bool:
    """End the export with a reason."""
    return _save(connection, lease, {"state": "failed", "finished_at": _clock, **_reason(failure)})


def save_resting(connection: Connection, lease: Lease, failure: Failure, seconds: float) -> bool:
    """Give the export back to be tried again later."""
    later = _clock + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    values = {"state": "queued", "lease_token": None, "lease_until": None, "not_before": later, "rows_done": 0}
    return _save(connection, lease, {**values, **_reason(failure)})


def save_cancelled(connection: Connection, export_id: UUID) -> bool:
    """Cancel what has not ended yet."""
    statement = update(export).where(export.c.export_id == export_id, export.c.state.in_(("queued", "running")))
    return connection.execute(statement.values(state="cancelled", finished_at=_clock)).rowcount == 1


def save_expired(connection: Connection, export_ids: Sequence[UUID] | None = None) -> list[tuple[UUID, UUID]]:
    """End the life of finished files, those whose time has come or the given ones; answers (export_id, file token)."""
    due = export.c.expires_at < _clock if export_ids is None else export.c.export_id.in_(export_ids)
    statement = update(export).where(export.c.state == "done", due).values(state="expired", expires_at=_clock)
    return [(row.export_id, row.file_token) for row in connection.execute(statement.returning(export.c.export_id, export.c.file_token))]


def fail_given_up(connection: Connection, failure: Failure) -> list[Row[Any]]:
    """End the exports whose last allowed attempt was abandoned."""
    statement = (
        update(export)
        .where(export.c.state == "running", export.c.lease_until < _clock, export.c.attempt >= ATTEMPTS_MAX)
        .values(state="failed", finished_at=_clock, **_reason(failure))
    )
    return list(connection.execute(statement.returning(export)))


def list_waiting(connection: Connection, limit: int) -> list[UUID]:
    """Exports that a worker could take now, oldest first."""
    open_to_all = (export.c.state == "queued") & (export.c.not_before <= _clock)
    abandoned = (export.c.state == "running") & (export.c.lease_until < _clock)
    found = connection.execute(select(export.c.export_id).where(open_to_all | abandoned).order_by(export.c.created_at).limit(limit))
    return list(found.scalars())


def known_tokens(connection: Connection, tokens: Sequence[UUID]) -> set[UUID]:
    """Those of ``tokens`` whose file is still wanted: a finished export's, or a running attempt's."""
    finished = select(export.c.file_token).where(export.c.state == "done", export.c.file_token.in_(tokens))
    running = select(export.c.lease_token).where(export.c.state == "running", export.c.lease_token.in_(tokens))
    return {token for token in connection.execute(finished.union(running)).scalars() if token is not None}


def delete_old(connection: Connection, days: int, limit: int) -> int:
    """Forget exports that ended long ago."""
    old = (
        select(export.c.export_id)
        .where(export.c.state.in_(("failed", "cancelled", "expired")), export.c.created_at < _clock - func.make_interval(0, 0, 0, days))
        .limit(limit)
    )
    return connection.execute(delete(export).where(export.c.export_id.in_(old))).rowcount


def _save(connection: Connection, lease: Lease, values: Mapping[str, Any]) -> bool:
    statement = update(export).where(
        export.c.export_id == lease.export_id, export.c.lease_token == lease.token, export.c.state == "running"
    )
    return connection.execute(statement.values(**values)).rowcount == 1


def _reason(failure: Failure) -> dict[str, str]:
    return {"error_code": failure.code, "error_detail": failure.detail}
