"""The background worker: long work of one kind keeps no other kind waiting, and whoever watches a batch hears how far it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import orjson
import pytest
import redis

from services.common.worker import Stopping
from services.customer.commands import run_batch
from services.customer.commands.run_batch import make_batcher
from services.customer.rules import batch as rules
from services.customer.settings import Settings
from services.customer.workers import worker
from tests.support.customer import Caller, CustomerService, People
from tests.support.customer_rows import put_customers
from tests.support.recycling import World
from tests.support.wait import wait_until


def mine(service: CustomerService, caller: Caller, count: int) -> list[str]:
    made = put_customers(service.engine, [{"name": f"进度{n}", "owner_id": caller.member_id} for n in range(count)])
    return [str(customer_id) for customer_id in made]


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """The whole worker, on a thread."""
    stopping = Stopping()
    thread = threading.Thread(target=worker.work, args=(settings, stopping))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(20)
        assert not thread.is_alive()


@pytest.mark.parametrize("long", ["make_importer", "make_batcher"])
def test_rules_move_customers_while_something_long_runs(
    service: CustomerService, people: People, world: World, monkeypatch: pytest.MonkeyPatch, long: str
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def endless(*_: Any, **__: Any) -> Any:
        def once() -> bool:
            begun.set()
            assert may_end.wait(30)
            return False

        return once

    monkeypatch.setattr(worker, long, endless)
    monkeypatch.setattr("services.customer.workers.recycling.SWEEP_SECONDS", 0.1)
    with working(service.app.extensions["settings"]):
        try:
            assert begun.wait(10)
            (customer_id,) = world.customers(people.member(), [31])
            world.rule(days=30, warn_days=[])
            wait_until(lambda: world.pooled([customer_id]), seconds=30, what="the customer to go into the pool")
        finally:
            may_end.set()


def test_whoever_watches_hears_how_far_a_batch_is(
    service: CustomerService, people: People, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE_MAX", 10)
    me = service.as_member(people.member("批量"))
    mine(service, me, 12)
    told: list[dict[str, Any]] = []
    queued = me.post("/api/customers/lock", {"view": "mine"}).expect(202)
    assert run_batch.work_once(service.engine, chunk_rows=5, tell=lambda message: told.append(dict(message)))
    whole = {"batch_id": queued["batch_id"], "member_id": str(me.member_id), "verb": "lock", "total": 12, "skipped": 0}
    assert told == [
        {**whole, "state": state, "done": done} for state, done in (("running", 5), ("running", 10), ("running", 12), ("done", 12))
    ]

    undone = me.post(f"/api/undo/{queued['batch_id']}").expect(202)["batch_id"]
    with redis.Redis.from_url(redis_url) as client, client.pubsub() as heard:
        heard.subscribe("live:batches")
        assert make_batcher(service.engine, redis_url, lease_seconds=30, stopping=lambda: False)()
        messages: list[dict[str, Any]] = []

        def ended() -> bool:
            found = heard.get_message(timeout=0.1)
            messages.extend([orjson.loads(found["data"])] if found and found["type"] == "message" else [])
            return any(message["state"] == "done" for message in messages)

        wait_until(ended, what="the end of the batch to be told")
    assert messages[-1] == {**whole, "batch_id": undone, "verb": "undo", "state": "done", "done": 12}


def test_one_that_was_cancelled_while_it_ran_says_so(service: CustomerService, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "AT_ONCE_MAX", 10)
    me = service.as_member(people.member("批量"))
    mine(service, me, 12)
    batch_id = UUID(me.post("/api/customers/lock", {"view": "mine"}).expect(202)["batch_id"])
    told: list[tuple[str, int]] = []

    def tell(message: Any) -> None:
        told.append((message["state"], message["done"]))
        if len(told) == 1:
            me.post(f"/api/batches/{batch_id}/cancel").expect(200)

    assert run_batch.work_once(service.engine, chunk_rows=5, tell=tell)
    assert told == [("running", 5), ("cancelled", 5)]


def test_a_redis_that_is_away_delays_no_batch(service: CustomerService, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "AT_ONCE_MAX", 10)
    me = service.as_member(people.member("批量"))
    mine(service, me, 12)
    batch_id = me.post("/api/customers/lock", {"view": "mine"}).expect(202)["batch_id"]
    assert make_batcher(service.engine, "redis://127.0.0.1:1/0", lease_seconds=30, stopping=lambda: False)()
    assert me.get(f"/api/batches/{batch_id}").expect(200)["state"] == "done"
