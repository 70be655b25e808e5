"""Showing imports to who uploaded them: state, preview with the errors of each row, the file of rejected rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from services.common.database import reading
from services.common.problem import Kind, Problem, not_found
from services.customer.rules import customer_import as rules
from services.customer.rules import import_columns
from services.customer.store import custom_field, member, rejected_file, sheet
from services.customer.store import customer_import as store
from services.customer.store.blobs import Blobs


def shown(row: Row[Any]) -> dict[str, Any]:
    """An import as its uploader sees it."""
    names = ("import_id", "file_name", "state", "columns", "rows", "rows_done", "accepted", "rejected")
    times = ("created_at", "started_at", "finished_at")
    return {
        **{name: getattr(row, name) for name in (*names, *times)},
        "batch_id": row.batch_id,
        "error": {"code": row.error_code, "detail": row.error_detail} if row.error_code else None,
    }


def list_imports(engine: Engine, member_id: UUID, *, after: UUID | None, limit: int) -> dict[str, Any]:
    """One page of the member's imports, newest first."""
    with reading(engine) as connection:
        member.get_viewer(connection, member_id)
        rows = store.list_imports(connection, member_id, after=after, limit=limit + 1)
    more = len(rows) > limit
    return {"items": [shown(row) for row in rows[:limit]], "next": str(rows[limit - 1].import_id) if more else None}


def find_import(
    engine: Engine, blobs: Blobs, member_id: UUID, import_id: UUID, *, columns: Sequence[str | None] | None, zone: str
) -> dict[str, Any]:
    """One import. While it has not been run: the first rows, and what is wrong with them under these columns."""
    with reading(engine) as connection:
        row = _own(connection, member_id, import_id)
        if row.state != "previewed":
            return {**shown(row), "preview": [], "errors": [], "new_options": []}
        if columns is not None:
            import_columns.check_columns(columns, len(row.columns), custom_field.get_fields(connection))
        return {**shown(row), **_preview(connection, blobs, row, columns, zone)}


def _preview(connection: Connection, blobs: Blobs, row: Row[Any], columns: Sequence[str | None] | None, zone: str) -> dict[str, Any]:
    fields = [column["field"] for column in row.columns] if columns is None else list(columns)
    viewer = member.get_viewer(connection, row.member_id)
    known = store.load_known(connection, fields, may_add=viewer.is_admin, zone=zone)
    source = sheet.iterate(blobs.path(rules.rows_name(row.import_id)), after=row.header_row)
    first = [found for found, _ in zip(source, range(rules.PREVIEW_ROWS), strict=False)]
    errors: list[dict[str, Any]] = []
    new_options: dict[tuple[str, str], None] = {}
    for found in first:
        checked = rules.check(found.cells, fields, known)
        errors += [{"row": found.number, **reason} for reason in rules.as_json(checked.reasons)]
        new_options |= dict.fromkeys(checked.new_options)
    return {
        "preview": [{"row": found.number, "cells": found.cells} for found in first],
        "errors": errors,
        "new_options": [{"field": field, "label": label} for field, label in new_options],
    }


def write_rejected(engine: Engine, blobs: Blobs, member_id: UUID, import_id: UUID, file: IO[bytes], *, language: str) -> str:
    """Write the rejected rows with their reasons to ``file``, as they stood in the upload; answers the file's name."""
    with reading(engine) as connection:
        row = _own(connection, member_id, import_id)
    path = blobs.path(rules.rows_name(import_id))
    if not path.exists():
        raise Problem(Kind.GONE, "rows_gone", f"The rows of an import are kept for {rules.KEPT_DAYS} days.")
    words = rules.REJECTED_WORDS[language]
    headers = [words["row"], *(column["header"] for column in row.columns), words["reason"]]
    with engine.connect() as connection:
        custom = {one.field: one for one in custom_field.get_fields(connection)}
        reasons = dict(store.iterate_rejected(connection, import_id))
    width = len(row.columns)
    rows = (
        [str(found.number), *_padded(found.cells, width), rules.in_words(reasons[found.number], language, custom)]
        for found in sheet.iterate(path, after=row.header_row)
        if found.number in reasons
    )
    rejected_file.write(file, words["title"], headers, rows, len(reasons))
    return f"{words['title']}_{PurePath(row.file_name).stem[:80]}.xlsx"


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width]


def _own(connection: Connection, member_id: UUID, import_id: UUID) -> Row[Any]:
    member.get_viewer(connection, member_id)
    row = store.get_import(connection, import_id, member_id)
    if row is None:
        raise not_found("import")
    return row
