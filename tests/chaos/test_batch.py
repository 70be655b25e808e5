"""Background batches while the process that works on them is killed: each customer is done once, and the batch ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from services.local.stack import Stack
from tests.chaos.conftest import ACCOUNT, PASSWORD
from tests.support.client import Client
from tests.support.wait import wait_until

ROWS = 5_000
KILLS = 2

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Leases are short here, so that a killed worker's batch goes on soon."""
    settings = {"WORK_LEASE_SECONDS": "2", "GONGHAI_ADMIN_ACCOUNT": ACCOUNT, "GONGHAI_ADMIN_PASSWORD": PASSWORD}
    with Stack(tmp_path_factory.mktemp("chaos-batch"), env=settings) as running:
        yield running
    running.remove()


def rows_of(stack: Stack, statement: str, *values: Any) -> list[Any]:
    with psycopg.connect(stack.postgres_url("gonghai_customer")) as connection:
        return connection.execute(statement, values).fetchall()


def put_customers(stack: Stack) -> None:
    with psycopg.connect(stack.postgres_url("gonghai_customer")) as connection:
        connection.execute(
            """
            INSERT INTO customer (customer_id, customer_no, name, name_sort, state, level)
            SELECT gen_random_uuid(), 'X' || lpad(n::text, 6, '0'), '客户' || n, 'ke hu ' || lpad(n::text, 6, '0'), 'unassigned', 'B'
            FROM generate_series(1, %s) n
            """,
            [ROWS],
        )


def end_of(stack: Stack, admin: Client, batch_id: str) -> dict[str, Any]:
    """How the batch ends when its worker is killed again and again while it moves."""

    def look() -> dict[str, Any]:
        return dict(admin.get(f"/api/batches/{batch_id}").expect(200))

    done = 0
    for _ in range(KILLS):
        wait_until(lambda: look()["done"] > done, seconds=60, every=0.01, what="the next customers")  # noqa: B023 - asked at once
        stack.kill("customer-worker")
        done = look()["done"]
        assert done < ROWS, "it was quicker than its killer"
    return (
        wait_until(lambda: (found := look())["state"] not in ("queued", "running") and found, seconds=90, every=0.05, what="the end") or {}
    )


def test_a_killed_worker_does_no_customer_twice_and_leaves_none_out(stack: Stack, admin: Client) -> None:
    put_customers(stack)
    asked = admin.post("/api/customers/edit", {"view": "unassigned", "values": {"level": "A"}}).expect(202)
    first = end_of(stack, admin, asked["batch_id"])
    assert (first["state"], first["done"], first["skipped"]) == ("done", ROWS, 0)
    undone = admin.post(f"/api/undo/{asked['batch_id']}").expect(202)
    second = end_of(stack, admin, undone["batch_id"])
    assert (second["state"], second["done"], second["skipped"]) == ("done", ROWS, 0)
    events = "SELECT type, count(*), count(DISTINCT customer_id), min(customer_version) FROM event WHERE batch_id = ANY(%s) GROUP BY type"
    told = {row[0]: tuple(row[1:]) for row in rows_of(stack, events, [asked["batch_id"], undone["batch_id"]])}
    assert told == {"customer.edited": (ROWS, ROWS, 2), "customer.undone": (ROWS, ROWS, 3)}
    assert rows_of(stack, "SELECT level, version, count(*) FROM customer GROUP BY level, version") == [("B", 3, ROWS)]
