"""Imports: taking an upload, running it, cancelling it. What the worker does with a running one is in ``run_import.py``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from services.common.call import Call
from services.common.database import reading, transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem, invalid, not_found
from services.customer.rules import customer_import as rules
from services.customer.rules import import_columns
from services.customer.rules.field import Field
from services.customer.rules.viewer import require_right
from services.customer.store import custom_field, idempotency, lease, member, sheet
from services.customer.store import customer_import as store
from services.customer.store.blobs import Blobs


def upload(engine: Engine, call: Call, blobs: Blobs, *, source: Path, file_name: str) -> UUID:
    """Read the file, guess its columns, keep its rows; answers the import's id. Nothing becomes a customer yet."""
    with reading(engine) as connection:
        require_right(member.get_viewer(connection, call.member_id), "import")
        custom = custom_field.get_fields(connection)
    size = source.stat().st_size
    if size > rules.FILE_BYTES_MAX:
        raise Problem(Kind.TOO_LARGE, "file_too_large", "A file has at most 20 MB. Split it.")
    call = replace(call, request_hash=_digest(source, file_name))
    import_id = new_id()
    with blobs.writing(rules.rows_name(import_id)) as target:
        count = sheet.read_table(source, target)
        header_at, header, before = _header(target)
        kept = _save(engine, call, import_id, _values(import_id, call, file_name, size, header_at, header, count - before - 1, custom))
    if kept != import_id:  # the same upload was sent before
        blobs.remove(rules.rows_name(import_id))
    return kept


def _digest(source: Path, file_name: str) -> bytes:
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(file_name.encode())
    return digest.digest()


def _header(rows: Path) -> tuple[int, list[str], int]:
    """The header's number in the file, its texts, and how many rows stand above it."""
    first = [row for row, _ in zip(sheet.iterate(rows), range(import_columns.HEADER_SEARCH_ROWS), strict=False)]
    position = import_columns.header_row([row.cells for row in first])
    return first[position].number, first[position].cells, position


def _values(
    import_id: UUID, call: Call, file_name: str, size: int, header_at: int, header: Sequence[str], rows: int, custom: Sequence[Field]
) -> dict[str, Any]:
    if rows < 1:
        raise invalid("/file", "file_empty", "The file holds a header but no rows.")
    guessed = import_columns.guess(header, custom)
    return {
        "import_id": import_id,
        "member_id": call.member_id,
        "file_name": file_name,
        "size_bytes": size,
        "columns": [{"header": text, "field": name} for text, name in zip(header, guessed, strict=True)],
        "header_row": header_at,
        "row_last": header_at,
        "rows": rows,
        "batch_id": new_id(),
        "request_id": call.request_id,
    }


def _save(engine: Engine, call: Call, import_id: UUID, values: Mapping[str, Any]) -> UUID:
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return UUID(stored.value()["import_id"])
        store.insert_import(connection, values)
        idempotency.remember(connection, call, 201, {"import_id": str(import_id)})
    return import_id


def run_import(
    engine: Engine, call: Call, import_id: UUID, *, columns: Sequence[str | None] | None, choices: Mapping[str, Any]
) -> Row[Any]:
    """Let the worker begin; repeating it changes nothing."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        require_right(viewer, "import")
        row = _lock(connection, call, import_id)
        if not rules.check_state(row.state, "run"):
            return row
        custom = custom_field.get_fields(connection)
        mapped = row.columns if columns is None else _mapped(row, columns, custom)
        import_columns.check_columns([column["field"] for column in mapped], len(row.columns), custom)
        _check_owner(connection, choices)
        return store.save_import(connection, import_id, {"state": "running", "columns": mapped, "choices": dict(choices)})


def _mapped(row: Row[Any], columns: Sequence[str | None], custom: Sequence[Field]) -> list[dict[str, Any]]:
    import_columns.check_columns(columns, len(row.columns), custom)
    padded = [*columns, *[None] * (len(row.columns) - len(columns))]
    return [{"header": column["header"], "field": name} for column, name in zip(row.columns, padded, strict=True)]


def _check_owner(connection: Connection, choices: Mapping[str, Any]) -> None:
    owner_id = choices.get("owner_id")
    if owner_id is not None:
        found = member.get_member(connection, UUID(owner_id))
        if found is None or not found.active:
            raise invalid("/owner_id", "member_unknown", "There is no such active member.")


def cancel_import(engine: Engine, call: Call, import_id: UUID) -> Row[Any]:
    """Stop it. What is imported already stays; repeating it changes nothing."""
    with transaction(engine) as connection:
        member.get_viewer(connection, call.member_id)
        row = _lock(connection, call, import_id)
        if not rules.check_state(row.state, "cancel"):
            return row
        return store.save_import(connection, import_id, {"state": "cancelled", "finished_at": lease.clock})


def _lock(connection: Connection, call: Call, import_id: UUID) -> Row[Any]:
    row = store.get_import(connection, import_id, call.member_id, lock=True)
    if row is None:
        raise not_found("import")
    return row
