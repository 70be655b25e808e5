"""Showing exports to who asked for them, and the file to fetch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row, select

from services.common import clock
from services.common.database import reading
from services.common.problem import Kind, Problem, not_found
from services.export.clients.customer import CustomerClient
from services.export.rules import export as rules
from services.export.store.export import export, get_export
from services.export.store.files import Files


@dataclass(frozen=True, slots=True)
class Page:
    """Some exports, newest first, and where to go on."""

    items: list[dict[str, Any]]
    next: str | None


@dataclass(frozen=True, slots=True)
class Download:
    """A finished file and what it is called."""

    path: Path
    name: str
    sha256: str


def shown(row: Row[Any]) -> dict[str, Any]:
    """An export as its asker sees it."""
    return {
        "export_id": row.export_id,
        "name": row.name,
        "state": row.state,
        "rows_done": row.rows_done,
        "rows_total": row.rows_total,
        "attempt": row.attempt,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "expires_at": row.expires_at,
        "file_name": rules.file_name(row.name),
        "size_bytes": row.size_bytes,
        "error": {"code": row.error_code, "detail": row.error_detail} if row.error_code else None,
        "columns": row.columns,
        "scope": rules.scope_of(row.selection),
    }


def list_exports(engine: Engine, member_id: UUID, *, state: str | None, after: UUID | None, limit: int) -> Page:
    """One page of the member's own exports."""
    statement = select(export).where(export.c.member_id == member_id).order_by(export.c.export_id.desc()).limit(limit + 1)
    if state is not None:
        statement = statement.where(export.c.state == state)
    if after is not None:
        statement = statement.where(export.c.export_id < after)
    with reading(engine) as connection:
        rows = connection.execute(statement).all()
    more = len(rows) > limit
    return Page([shown(row) for row in rows[:limit]], str(rows[limit - 1].export_id) if more else None)


def find_export(engine: Engine, member_id: UUID, export_id: UUID) -> dict[str, Any]:
    """One export of the member."""
    return shown(_own(engine, member_id, export_id))


def find_file(engine: Engine, customer: CustomerClient, files: Files, member_id: UUID, export_id: UUID) -> Download:
    """The file for its asker, who must still hold the export right; 410 once it has expired."""
    row = _own(engine, member_id, export_id)
    if row.state in ("queued", "running"):
        raise Problem(Kind.CONFLICT, "export_not_finished", "The file is not finished yet.", state=row.state)
    if row.state in ("failed", "cancelled"):
        raise Problem(Kind.CONFLICT, "export_has_no_file", "This export ended without a file. Export again.", state=row.state)
    path = files.path(row.file_token)
    if row.state == "expired" or row.expires_at <= clock.now() or not path.exists():
        raise Problem(Kind.GONE, "export_expired", "The file has expired. Export again.")
    customer.authorize(member_id, None)
    return Download(path, rules.file_name(row.name), row.sha256)


def _own(engine: Engine, member_id: UUID, export_id: UUID) -> Row[Any]:
    with reading(engine) as connection:
        row = get_export(connection, export_id, member_id)
    if row is None:
        raise not_found("export")
    return row
