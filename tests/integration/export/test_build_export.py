"""The job machine: one attempt at a time, abandoned ones go on elsewhere, cancelled ones stop, every export ends."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from services.common.database import transaction
from services.export.commands import build_export as machine
from services.export.commands.build_export import Workshop, build_export
from services.export.rules import export as rules
from tests.support.wait import wait_until

Shops = Callable[..., Workshop]


def let_lease_end(engine: Engine, export_id: UUID) -> None:
    with transaction(engine) as connection:
        connection.execute(text("UPDATE export SET lease_until = now() - interval '1 s' WHERE export_id = :id"), {"id": export_id})


def let_rest_end(engine: Engine, export_id: UUID) -> None:
    with transaction(engine) as connection:
        connection.execute(text("UPDATE export SET not_before = now() WHERE export_id = :id"), {"id": export_id})


def files_of(shop: Workshop) -> list[str]:
    return sorted(path.name for path in shop.files.folder.iterdir()) if shop.files.folder.exists() else []


def test_of_many_workers_one_builds(member: Any, make_shop: Shops, customer: Any) -> None:
    export_id = member.export()
    shops = [make_shop() for _ in range(12)]
    barrier = threading.Barrier(len(shops))

    def work(shop: Workshop) -> bool:
        barrier.wait()
        return build_export(shop, export_id)

    with ThreadPoolExecutor(len(shops)) as pool:
        assert sum(pool.map(work, shops)) == 1
    assert member.get(export_id)["attempt"] == 1
    assert len(files_of(shops[0])) == 1
    assert len(customer.recorded) == 1


def test_a_worker_whose_lease_ran_out_yields_to_the_next(member: Any, make_shop: Shops, customer: Any, engine: Engine) -> None:
    """The first worker stalls, a second takes over and ends; the first wakes, and must leave the second's file alone."""
    customer.rows, customer.pause_after = 400, 200
    export_id = member.export()
    stalled, fresh = make_shop(), make_shop()
    first = threading.Thread(target=build_export, args=(stalled, export_id))
    first.start()
    assert customer.reached.wait(10)
    customer.pause_after = None
    let_lease_end(engine, export_id)
    assert build_export(fresh, export_id)
    done = member.get(export_id)
    assert (done["state"], done["attempt"], done["rows_done"]) == ("done", 2, 400)
    before = member.ask("GET", f"/api/exports/{export_id}/file").data
    customer.go_on.set()
    first.join(20)
    assert not first.is_alive()
    assert len(files_of(fresh)) == 1
    assert member.ask("GET", f"/api/exports/{export_id}/file").data == before
    assert member.get(export_id)["attempt"] == 2
    rows = list(load_workbook(BytesIO(before)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [f"C{number:06d}" for number in range(400)]


def test_a_cancelled_export_stops_while_it_runs(member: Any, make_shop: Shops, customer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "TICK_SECONDS", 0.0)
    customer.rows, customer.pause_after = 5000, 2500
    export_id = member.export()
    shop = make_shop()
    worker = threading.Thread(target=build_export, args=(shop, export_id))
    worker.start()
    assert customer.reached.wait(10)
    assert member.get(export_id)["state"] == "running"
    assert member.ask("DELETE", f"/api/exports/{export_id}").status_code == 204
    customer.go_on.set()
    worker.join(20)
    assert not worker.is_alive()
    assert member.get(export_id)["state"] == "cancelled"
    assert files_of(shop) == []
    assert customer.recorded == []


def test_progress_is_saved_and_published(member: Any, make_shop: Shops, customer: Any, redis_url: str) -> None:
    customer.rows = 50
    with redis.Redis.from_url(redis_url).pubsub() as watcher:  # type: ignore[no-untyped-call]
        watcher.subscribe("live:exports")
        wait_until(lambda: watcher.get_message(timeout=0.1), what="the subscription")
        export_id = member.export()
        build_export(make_shop(), export_id)
        states: list[str] = []

        def ended() -> bool:
            message = watcher.get_message(ignore_subscribe_messages=True, timeout=0.1)
            if message and str(export_id).encode() in message["data"]:
                states.append(message["data"].decode())
            return any('"done"' in state for state in states)

        wait_until(ended, what="the last message")
    assert '"running"' in states[0]
    assert '"rows_done":50,"rows_total":50' in states[-1]
    assert str(member.member_id) in states[-1]


@pytest.mark.parametrize("fault", ["cut", "unavailable", "fewer"])
def test_an_interrupted_attempt_rests_and_goes_on(member: Any, make_shop: Shops, customer: Any, engine: Engine, fault: str) -> None:
    customer.rows = 100
    if fault == "unavailable":
        customer.rows_refusal = (503, "database_unavailable")
    else:
        customer.cut_after = 50
    export_id = member.export()
    shop = make_shop()
    assert build_export(shop, export_id)
    resting = member.get(export_id)
    assert (resting["state"], resting["attempt"]) == ("queued", 1)
    assert resting["error"]["code"] in ("rows_interrupted", "database_unavailable")
    assert files_of(shop) == []
    assert not build_export(shop, export_id), "it must rest first"
    customer.rows_refusal, customer.cut_after = None, None
    let_rest_end(engine, export_id)
    assert build_export(shop, export_id)
    done = member.get(export_id)
    assert (done["state"], done["attempt"], done["error"]) == ("done", 2, None)


def test_five_failed_attempts_end_it_with_the_reason(member: Any, make_shop: Shops, customer: Any, engine: Engine) -> None:
    customer.rows_refusal = (503, "database_unavailable")
    export_id = member.export()
    shop = make_shop()
    for _ in range(rules.ATTEMPTS_MAX):
        assert build_export(shop, export_id)
        let_rest_end(engine, export_id)
    assert not build_export(shop, export_id)
    failed = member.get(export_id)
    assert (failed["state"], failed["attempt"], failed["error"]["code"]) == ("failed", rules.ATTEMPTS_MAX, "database_unavailable")


@pytest.mark.parametrize(("status", "code"), [(403, "export_right_missing"), (401, "identity_refused"), (422, "invalid")])
def test_a_refusal_by_customer_ends_it_at_once(member: Any, make_shop: Shops, customer: Any, status: int, code: str) -> None:
    export_id = member.export()
    customer.refusal = (status, code)
    build_export(make_shop(), export_id)
    customer.refusal = None
    failed = member.get(export_id)
    assert (failed["state"], failed["error"]["code"]) == ("failed", code)


def test_a_full_disk_ends_it_with_the_reason_and_leaves_nothing(
    member: Any, make_shop: Shops, customer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.rows = 20_000
    export_id = member.export()
    shop = make_shop()
    original = shop.files.__class__.writing

    class Full:
        """A file on a disk that is full after some bytes."""

        def __init__(self, file: Any) -> None:
            self.file, self.left = file, 20_000

        def write(self, content: bytes) -> int:
            self.left -= len(content)
            if self.left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written: int = self.file.write(content)
            return written

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

    @contextmanager
    def writing(self: Any, token: UUID) -> Any:
        with original(self, token) as file:
            yield Full(file)

    monkeypatch.setattr(shop.files.__class__, "writing", writing)
    assert build_export(shop, export_id)
    failed = member.get(export_id)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "disk_full")
    assert files_of(shop) == []


def test_a_really_full_device_ends_it_too(member: Any, make_shop: Shops) -> None:
    """/dev/full answers every write as a full disk does."""
    if not Path("/dev/full").exists():
        pytest.fail("this test needs /dev/full")
    export_id = member.export()
    shop = make_shop()

    class FullDevice:
        folder = shop.files.folder
        remove = shop.files.remove

        @contextmanager
        def writing(self, _token: UUID) -> Any:
            with Path("/dev/full").open("r+b", buffering=0) as file:
                yield file

    full = machine.Workshop(shop.engine, shop.customer, FullDevice(), shop.live, shop.zone, 30, 24)  # type: ignore[arg-type]
    assert build_export(full, export_id)
    assert member.get(export_id)["error"]["code"] == "disk_full"


def test_without_the_audit_entry_there_is_no_file(member: Any, make_shop: Shops, customer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.common.problem import Kind, Problem

    export_id = member.export()
    shop = make_shop()

    def refuse(*_: Any) -> None:
        raise Problem(Kind.UNAVAILABLE, "customer_unavailable", "down")

    monkeypatch.setattr(shop.customer.__class__, "record", refuse)
    build_export(shop, export_id)
    assert member.get(export_id)["state"] == "queued"
    assert files_of(shop) == []
    assert customer.recorded == []
