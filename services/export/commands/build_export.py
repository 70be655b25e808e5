"""Building one export's file under a lease: take the row, stream customer's rows into a workbook, end the row. Safe to be killed anywhere.

Every write to the row carries the lease token. An attempt whose lease was lost, or whose export was cancelled, leaves no trace.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Row

from services.common import clock, logs
from services.common.database import connect, transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem
from services.export.clients.customer import ROWS_TIMEOUT_SECONDS, Authorization, CustomerClient, Rows, customer_client
from services.export.rules import about
from services.export.rules import columns as column_rules
from services.export.rules import export as rules
from services.export.store import export as store
from services.export.store import skeleton
from services.export.store.files import Files
from services.export.store.live import Live
from services.export.store.workbook import Workbook

TICK_SECONDS = 0.3  # how often progress is saved and published, and so how soon a cancellation is noticed


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a worker works with."""

    engine: Engine
    customer: CustomerClient
    files: Files
    live: Live
    zone: str
    lease_seconds: float
    lifetime_hours: float


def make_workshop(
    *,
    database_url: str,
    redis_url: str,
    customer_url: str,
    identity_key_file: Path | None,
    files_dir: Path,
    zone: str,
    lease_seconds: float,
    lifetime_hours: float,
) -> Workshop:
    """A workshop with connections of its own; made in each worker process after the fork."""
    return Workshop(
        engine=connect(database_url, pool_size=2),
        customer=customer_client(customer_url, identity_key_file, timeout_seconds=ROWS_TIMEOUT_SECONDS),
        files=Files(files_dir.resolve()),
        live=Live(redis_url),
        zone=zone,
        lease_seconds=lease_seconds,
        lifetime_hours=lifetime_hours,
    )


class LeaseLost(Exception):  # noqa: N818 - it is news, not a fault
    """The export was cancelled, or another worker took it over."""


def build_export(shop: Workshop, export_id: UUID) -> bool:
    """Make one attempt; False where there was nothing to do."""
    token = new_id()
    with transaction(shop.engine) as connection:
        job = store.take_export(connection, export_id, token, shop.lease_seconds)
    if job is None:
        return False
    lease = store.Lease(export_id, token)
    log = logs.get().bind(export_id=str(export_id), attempt=job.attempt)
    log.info("export_started")
    shop.live.publish(rules.message(export_id, job.member_id, rules.State.RUNNING, 0, None))
    try:
        rows = _attempt(shop, job, lease)
    except LeaseLost:
        log.info("export_abandoned")
    except Exception as error:  # noqa: BLE001 - the row must say how the attempt ended, whatever happened
        _end_badly(shop, job, lease, error)
    else:
        log.info("export_done", rows=rows)
    return True


def _attempt(shop: Workshop, job: Row[Any], lease: store.Lease) -> int:
    """Build the file, write the audit entry, end the row; answers the number of rows."""
    allowed = shop.customer.authorize(job.member_id, job.selection)
    columns = column_rules.choose(allowed.fields, job.columns, job.language)
    with shop.files.writing(lease.token) as file:
        with (
            shop.customer.rows(job.member_id, job.selection, job.columns, shop.zone) as rows,
            _workbook(shop, job, file, columns, allowed, rows.total) as book,
        ):
            _pour(shop, job, lease, rows, book)
        file.flush()
        digest, size = _fingerprint(file)
    try:
        _finish(shop, job, lease, rows.total, size, digest)
    except BaseException:
        shop.files.remove(lease.token)
        raise
    return rows.total


@contextmanager
def _workbook(
    shop: Workshop, job: Row[Any], file: IO[bytes], columns: list[column_rules.Column], allowed: Authorization, rows_total: int
) -> Iterator[Workbook]:
    at = clock.now().astimezone(ZoneInfo(shop.zone)).replace(tzinfo=None, microsecond=0)
    facts = about.Facts(job.name, allowed.member_name, at, shop.zone, rows_total, job.selection)
    lines = about.lines(facts, columns, [*allowed.fields, *allowed.conditions], allowed.names, job.language)
    sheet = skeleton.About(about.label("about", job.language), lines, allowed.member_name)
    book = Workbook(file, columns, sheet, title=about.label("customers", job.language), rows_total=rows_total)
    try:
        yield book
        book.close()
    except BaseException:
        book.abort()
        raise


def _pour(shop: Workshop, job: Row[Any], lease: store.Lease, rows: Rows, book: Workbook) -> None:
    """Write all rows; say how far it is, and ask whether to go on, every ``TICK_SECONDS``."""
    done = 0
    _tick(shop, job, lease, done, rows.total)
    told = time.monotonic()
    for batch in rows.batches:
        book.write(batch)
        done += len(batch[0])
        if time.monotonic() - told >= TICK_SECONDS:
            _tick(shop, job, lease, done, rows.total)
            told = time.monotonic()
    if done != rows.total:
        raise Problem(Kind.UNAVAILABLE, "rows_interrupted", "Not all rows arrived. The export is begun again.")


def _tick(shop: Workshop, job: Row[Any], lease: store.Lease, done: int, total: int) -> None:
    with transaction(shop.engine) as connection:
        held = store.save_progress(connection, lease, shop.lease_seconds, done, total)
    if not held:
        raise LeaseLost
    shop.live.publish(rules.message(job.export_id, job.member_id, rules.State.RUNNING, done, total))


def _finish(shop: Workshop, job: Row[Any], lease: store.Lease, rows: int, size: int, digest: str) -> None:
    """The audit entry comes first: there is no file to fetch that the audit does not know."""
    _tick(shop, job, lease, rows, rows)
    entry = {
        "export_id": str(job.export_id),
        "name": job.name,
        "rows": rows,
        "columns": job.columns,
        "selection": rules.scope_of(job.selection),
    }
    shop.customer.record(job.member_id, entry)
    with transaction(shop.engine) as connection:
        done = store.save_done(connection, lease, rows=rows, size_bytes=size, sha256=digest, lifetime_hours=shop.lifetime_hours)
    if not done:
        raise LeaseLost
    shop.live.publish(rules.message(job.export_id, job.member_id, rules.State.DONE, rows, rows))


def _end_badly(shop: Workshop, job: Row[Any], lease: store.Lease, error: Exception) -> None:
    failure = rules.failure_of(error)
    final = failure.final or job.attempt >= rules.ATTEMPTS_MAX
    logs.get().error("export_attempt_failed", export_id=str(job.export_id), attempt=job.attempt, code=failure.code, exc_info=error)
    with transaction(shop.engine) as connection:
        if final:
            saved = store.save_failed(connection, lease, failure)
        else:
            saved = store.save_resting(connection, lease, failure, rules.retry_seconds(job.attempt))
    if saved:
        state = rules.State.FAILED if final else rules.State.QUEUED
        shop.live.publish(rules.message(job.export_id, job.member_id, state, 0, None))


def _fingerprint(file: IO[bytes]) -> tuple[str, int]:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    return digest, file.seek(0, 2)
