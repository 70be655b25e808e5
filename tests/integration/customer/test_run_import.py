"""Imports whose worker is killed, stalls, is cancelled or asked to stop: no row is lost and none becomes two customers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.common.database import transaction
from services.common.ids import new_id
from services.customer.commands import run_import as machine
from services.customer.store import pool
from services.customer.store.blobs import Blobs
from tests.support.customer import CustomerService, People
from tests.support.customer_rows import put_pool
from tests.support.importer import Importer, customers_of, let_lease_end, rows_of, table, unique, work


@pytest.fixture
def importer(service: CustomerService, people: People) -> Importer:
    return Importer(service, people.member("导入员"))


def many(count: int) -> bytes:
    mark = unique("批")
    return table(["名称", "邮箱"], *([f"{mark}{n:05d}", "bad" if n % 10 == 0 else f"a{n}@b.cn"] for n in range(count)))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "BATCH_ROWS", 20)


def dies_in_batch(monkeypatch: pytest.MonkeyPatch, number: int, place: str) -> None:
    """The worker dies in its ``number``-th batch: before it commits, or right after."""
    original = machine._import_batch
    seen = 0

    def dying(*arguments: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number and place == "before":
            raise SystemExit
        original(*arguments)
        if seen == number:
            raise SystemExit

    monkeypatch.setattr(machine, "_import_batch", dying)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_killed_worker_goes_on_where_it_stopped(
    importer: Importer, service: CustomerService, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    import_id = importer.upload(many(100)).expect(201)["import_id"]
    importer.post(import_id, "run").expect(202)
    with monkeypatch.context() as patch:
        dies_in_batch(patch, 3, place)
        with pytest.raises(SystemExit):
            work(service)
    half = importer.get(import_id)
    assert (half["state"], half["rows_done"]) == ("running", 40 if place == "before" else 60)
    assert not work(service), "its lease still holds"
    let_lease_end(service, import_id)
    assert work(service)
    done = importer.get(import_id)
    assert (done["state"], done["accepted"], done["rejected"]) == ("done", 90, 10)
    names = [row.name for row in customers_of(service, import_id)]
    assert len(names) == len(set(names)) == 90
    events = rows_of(service, "SELECT customer_id FROM event WHERE batch_id = :id", id=done["batch_id"])
    assert len({row.customer_id for row in events}) == len(events) == 90


@pytest.mark.usefixtures("small_batches")
def test_a_worker_that_lost_its_lease_inserts_nothing_more(
    importer: Importer, service: CustomerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first worker stalls inside a transaction; another takes over and ends; the first one's batch is rolled back."""
    import_id = importer.upload(many(60)).expect(201)["import_id"]
    importer.post(import_id, "run").expect(202)
    stalled, go_on = threading.Event(), threading.Event()
    original = machine._insert_batch

    def stalling(*arguments: Any) -> int:
        if not stalled.is_set():
            stalled.set()
            assert go_on.wait(20)
        return original(*arguments)

    monkeypatch.setattr(machine, "_insert_batch", stalling)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(work, service)
        assert stalled.wait(10)
        let_lease_end(service, import_id)
        assert work(service)
        go_on.set()
        assert first.result(20)
    done = importer.get(import_id)
    assert (done["state"], done["accepted"], done["rejected"]) == ("done", 54, 6)
    assert len(customers_of(service, import_id)) == 54
    assert len(rows_of(service, "SELECT 1 FROM event WHERE batch_id = :id", id=done["batch_id"])) == 54


@pytest.mark.usefixtures("small_batches")
def test_a_cancelled_import_stops_at_the_next_batch(importer: Importer, service: CustomerService, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = importer.upload(many(100)).expect(201)["import_id"]
    importer.post(import_id, "run").expect(202)
    original = machine._import_batch

    def cancelling(*arguments: Any) -> None:
        original(*arguments)
        importer.post(import_id, "cancel").expect(200)

    monkeypatch.setattr(machine, "_import_batch", cancelling)
    work(service)
    cancelled = importer.get(import_id)
    assert (cancelled["state"], cancelled["rows_done"]) == ("cancelled", 20)
    assert len(customers_of(service, import_id)) == cancelled["accepted"] == 18
    assert importer.post(import_id, "run").code == "import_cancelled"


@pytest.mark.usefixtures("small_batches")
def test_a_worker_asked_to_stop_gives_the_import_back(importer: Importer, service: CustomerService) -> None:
    import_id = importer.upload(many(100)).expect(201)["import_id"]
    importer.post(import_id, "run").expect(202)
    answers = iter([False, False, True])
    assert work(service, stopping=lambda: next(answers))
    assert importer.get(import_id)["rows_done"] == 40
    assert work(service), "at once, without waiting for a lease"
    assert importer.get(import_id)["state"] == "done"


@pytest.mark.usefixtures("small_batches")
def test_workers_side_by_side_take_different_imports(importer: Importer, service: CustomerService) -> None:
    made = [importer.upload(many(40)).expect(201)["import_id"] for _ in range(4)]
    for import_id in made:
        importer.post(import_id, "run").expect(202)
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda _: work(service), range(4)))
    for import_id in made:
        assert (importer.get(import_id)["state"], importer.get(import_id)["accepted"]) == ("done", 36)


def test_an_import_that_kills_every_worker_ends_with_a_reason(
    importer: Importer, service: CustomerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = importer.upload(many(20)).expect(201)["import_id"]
    importer.post(import_id, "run").expect(202)

    def die(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(machine, "_import_batch", die)
        for _ in range(5):
            with pytest.raises(SystemExit):
                work(service)
            let_lease_end(service, import_id)
    assert work(service)
    failed = importer.get(import_id)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "gave_up")


def test_rows_that_are_gone_end_it_with_a_reason(importer: Importer, service: CustomerService) -> None:
    import_id = importer.upload(many(5)).expect(201)["import_id"]
    importer.post(import_id, "run").expect(202)
    blobs: Blobs = service.app.extensions["blobs"]
    blobs.remove(f"{import_id}.rows")
    work(service)
    assert importer.get(import_id)["error"]["code"] == "file_gone"
    assert service.as_member(importer.member_id).get(f"/api/imports/{import_id}/rejected").status == 410


def test_old_uploads_and_answers_go(importer: Importer, service: CustomerService, tmp_path: Path) -> None:
    from services.customer.commands import sweep

    old = importer.upload(table(["名称"], ["甲"]), headers={"Idempotency-Key": new_id().hex}).expect(201)["import_id"]
    young = importer.upload(table(["名称"], ["乙"])).expect(201)["import_id"]
    with transaction(service.engine) as connection:
        connection.execute(text("UPDATE customer_import SET created_at = now() - interval '8 days' WHERE import_id = :id"), {"id": old})
        connection.execute(
            text("UPDATE idempotency SET created_at = now() - interval '49 hours' WHERE member_id = :id"), {"id": importer.member_id}
        )
    steps: list[Callable[[], object]] = [
        lambda: sweep.forget_uploads(service.engine),
        lambda: sweep.forget_answers(service.engine),
        lambda: sweep.remove_blobs(tmp_path),
    ]
    for step in steps:
        step()
    left = [item["import_id"] for item in service.as_member(importer.member_id).get("/api/imports").expect(200)["items"]]
    assert left == [young]
    assert rows_of(service, "SELECT 1 FROM idempotency WHERE member_id = :id", id=importer.member_id) == []


def test_rows_that_do_not_count_take_no_room_of_their_owner(service: CustomerService, people: People) -> None:
    home = people.department()
    won = {"field": "status", "op": "is", "value": "won"}
    pool_id = put_pool(service.engine, held_max=2, held_filter=won)
    with transaction(service.engine) as connection:
        pool.save_default_of(connection, pool_id, [home])
    importer = Importer(service, people.member("导入员", department_id=home))
    mark = unique("限")
    rows = [[f"{mark}{number}", label] for number, label in enumerate(["已成交", "新客户", "新客户", "新客户", "已成交"])]
    import_id = importer.upload(table(["名称", "状态"], *rows)).expect(201)["import_id"]
    importer.post(import_id, "run").expect(202)
    assert work(service)
    assert importer.get(import_id)["rejected"] == 1
    assert sorted(row.name for row in customers_of(service, import_id)) == [f"{mark}{number}" for number in (0, 1, 2, 4)], (
        "the third that counts is one too many"
    )
