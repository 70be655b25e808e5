"""Exports while their worker, Redis and the customer service are killed: each ends, and a finished one has exactly one right file."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from python_calamine import CalamineWorkbook

from services.local.stack import Stack
from tests.support.client import Client
from tests.support.wait import wait_until

ACCOUNT, PASSWORD = "admin", "a password for chaos"
ROWS = 40_000
ROUNDS = 2

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Leases and sweeps are short here, so that a killed worker's export goes on soon."""
    settings = {"EXPORT_LEASE_SECONDS": "3", "EXPORT_SWEEP_SECONDS": "1"}
    signing = {"GONGHAI_ADMIN_ACCOUNT": ACCOUNT, "GONGHAI_ADMIN_PASSWORD": PASSWORD}
    with Stack(tmp_path_factory.mktemp("chaos-export"), env=settings | signing) as running:
        yield running
    running.remove()


@pytest.fixture(scope="module")
def admin(stack: Stack) -> Iterator[Client]:
    """The first admin, with ``ROWS`` customers to export."""
    with psycopg.connect(stack.postgres_url("gonghai_customer")) as connection:
        connection.execute(
            """
            INSERT INTO customer (customer_id, customer_no, name, name_sort, state)
            SELECT gen_random_uuid(), 'X' || lpad(n::text, 6, '0'), '客户' || n, 'ke hu ' || lpad(n::text, 6, '0'), 'unassigned'
            FROM generate_series(1, %s) n
            """,
            [ROWS],
        )
    with Client(stack.address) as client:
        client.sign_in(ACCOUNT, PASSWORD)
        yield client


class Asked:
    """One export and what is known of it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.name = uuid.uuid4().hex
        asked = {"view": "unassigned", "sort": "name", "columns": ["customer_no", "name", "created_at", "status"], "name": self.name}
        self.export_id: str = client.post("/api/exports", asked).expect(202)["export_id"]

    def look(self) -> dict[str, Any]:
        return dict(self._client.get(f"/api/exports/{self.export_id}").expect(200))

    def wait_half_way(self) -> None:
        """Some rows are written and some are not; where the attempt was quicker than that, it has ended."""
        wait_until(lambda: self.look()["rows_done"] > 0, seconds=60, every=0.01, what="the first rows")

    def wait_done(self) -> dict[str, Any]:
        found = wait_until(lambda: (e := self.look())["state"] in ("done", "failed") and e, seconds=120, every=0.1, what="the export's end")
        assert found
        assert found["state"] == "done", found
        return dict(found)

    def numbers(self) -> list[str]:
        content = bytes(self._client.get(f"/api/exports/{self.export_id}/file").expect(200))
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [str(row[0]) for row in sheet.to_python()[1:]]


def finished_files(stack: Stack) -> set[Path]:
    return set(stack.home.folder.rglob("exports/**/*.xlsx"))


def flush(stack: Stack) -> None:
    with redis.Redis.from_url(stack.redis_url) as client:
        client.flushall()


EXPECTED = [f"X{number:06d}" for number in range(1, ROWS + 1)]


def check(stack: Stack, asked: Asked, before: set[Path]) -> dict[str, Any]:
    """Done, and in its file every row once, in order.

    An attempt killed between its file's last name and the word that it is finished leaves a file that no export knows (swept later), so
    there are at most as many files more as there were attempts.
    """
    done = asked.wait_done()
    assert (done["rows_done"], done["rows_total"]) == (ROWS, ROWS)
    assert asked.numbers() == EXPECTED
    new = finished_files(stack) - before
    assert done["size_bytes"] in [file.stat().st_size for file in new]
    assert len(new) <= done["attempt"]
    return done


def cancelled(admin: Client) -> Asked:
    """An export cancelled while it ran; one that was quicker than its cancelling is asked for again."""
    for _ in range(30):
        asked = Asked(admin)
        asked.wait_half_way()
        admin.delete(f"/api/exports/{asked.export_id}").expect(204)
        if asked.look()["state"] == "cancelled":
            return asked
    raise AssertionError("thirty exports ended before they could be cancelled")


def test_a_killed_worker_and_a_flushed_redis_delay_an_export_and_no_more(stack: Stack, admin: Client) -> None:
    for _ in range(ROUNDS):
        before = finished_files(stack)
        asked = Asked(admin)
        asked.wait_half_way()
        stack.kill("export-worker")
        flush(stack)
        check(stack, asked, before)


def test_a_worker_killed_again_and_again_ends_it_all_the_same(stack: Stack, admin: Client) -> None:
    before = finished_files(stack)
    asked = Asked(admin)
    for _ in range(2):
        asked.wait_half_way()
        stack.kill("export-worker")
        stack.wait_ready("export-worker")
    done = check(stack, asked, before)
    assert 1 <= done["attempt"] <= 5


def test_a_message_lost_before_any_worker_saw_it_is_found_by_the_sweep(stack: Stack, admin: Client) -> None:
    before = finished_files(stack)
    stack.take_down("export-worker", kill=True)
    asked = Asked(admin)
    flush(stack)
    stack.bring_up("export-worker")
    assert check(stack, asked, before)["attempt"] == 1


def test_exports_asked_for_without_redis_are_built_when_it_is_back(stack: Stack, admin: Client) -> None:
    before = finished_files(stack)
    stack.take_down("redis", kill=True)
    try:
        asked = Asked(admin)
        assert asked.look()["state"] == "queued"
    finally:
        stack.bring_up("redis")
    check(stack, asked, before)


@pytest.mark.parametrize("part", ["customer", "export-sweep", "export"])
def test_another_process_killed_half_way_changes_nothing(stack: Stack, admin: Client, part: str) -> None:
    before = finished_files(stack)
    asked = Asked(admin)
    asked.wait_half_way()
    stack.kill(part)
    stack.wait_ready(part)

    def signed_in() -> bool:
        return admin.get(f"/api/exports/{asked.export_id}").status == 200

    wait_until(signed_in, seconds=30, what=f"an answer after {part} was killed")
    check(stack, asked, before)


def test_a_cancelled_export_stays_cancelled_whatever_happens(stack: Stack, admin: Client) -> None:
    asked = cancelled(admin)
    before = finished_files(stack)
    stack.kill("export-worker")
    flush(stack)
    stack.wait_ready("export-worker")
    follower = Asked(admin)
    check(stack, follower, before)
    assert asked.look()["state"] == "cancelled"


def test_a_worker_asked_to_stop_ends_its_export_first(stack: Stack, admin: Client) -> None:
    before = finished_files(stack)
    asked = Asked(admin)
    asked.wait_half_way()
    restart: Callable[[str], None] = stack.restart
    restart("export-worker")
    assert check(stack, asked, before)["attempt"] == 1
