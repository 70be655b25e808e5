"""Asking for an export, cancelling it, and what a worker does to its row. Building the file is in ``build_export.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from services.common import clock
from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem, not_found
from services.export.clients.customer import CustomerClient
from services.export.rules import columns as column_rules
from services.export.rules import export as rules
from services.export.store import export as store
from services.export.store.files import Files
from services.export.store.live import Live
from services.export.store.queue import Queue


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a member asks for."""

    selection: Mapping[str, Any]
    columns: Sequence[str] | None
    name: str | None
    language: str


def request_export(engine: Engine, call: Call, customer: CustomerClient, queue: Queue, wanted: Wanted, zone: str) -> Row[Any]:
    """Queue an export; the row is what counts, the message to the workers is sent after the commit and may be lost."""
    allowed = customer.authorize(call.member_id, wanted.selection)
    chosen = column_rules.choose(allowed.fields, wanted.columns, wanted.language)
    values = {
        "export_id": new_id(),
        "member_id": call.member_id,
        "name": wanted.name or rules.default_name(wanted.selection, wanted.language, clock.today(zone)),
        "language": wanted.language,
        "selection": dict(wanted.selection),
        "columns": [column.name for column in chosen],
        "request_id": call.request_id,
        "idempotency_key": call.idempotency_key,
        "request_hash": call.request_hash,
    }
    with transaction(engine) as connection:
        row, fresh = _insert(connection, call, values)
    if fresh:
        queue.hint(row.export_id)
    return row


def _insert(connection: Connection, call: Call, values: Mapping[str, Any]) -> tuple[Row[Any], bool]:
    """The new row, or the one that the same request made before."""
    if (earlier := _earlier(connection, call)) is not None:
        return earlier, False
    rules.check_waiting(store.count_waiting(connection, call.member_id))
    if (made := store.insert_export(connection, values)) is not None:
        return made, True
    if (earlier := _earlier(connection, call)) is not None:  # a conflicting row is committed when the insert returns
        return earlier, False
    raise Problem(Kind.UNAVAILABLE, "busy", "The same request is being worked on. Try again.", retry_after=1)


def _earlier(connection: Connection, call: Call) -> Row[Any] | None:
    if call.idempotency_key is None:
        return None
    found = store.get_by_idempotency_key(connection, call.member_id, call.idempotency_key)
    if found is not None and found.request_hash != call.request_hash:
        raise Problem(Kind.INVALID, "idempotency_key_reused", "This Idempotency-Key was used for another request. Send a new one.")
    return found


def cancel_export(engine: Engine, call: Call, files: Files, live: Live, export_id: UUID) -> None:
    """Cancel a waiting or running export; remove the file of a finished one. Repeating it changes nothing."""
    with transaction(engine) as connection:
        found = store.get_export(connection, export_id, call.member_id)
        if found is None:
            raise not_found("export")
        cancelled = store.save_cancelled(connection, export_id)
        removed = [] if cancelled else store.save_expired(connection, [export_id])
    for _, token in removed:
        files.remove(token)
    if cancelled or removed:
        state = rules.State.CANCELLED if cancelled else rules.State.EXPIRED
        live.publish(rules.message(export_id, call.member_id, state, found.rows_done, found.rows_total))
