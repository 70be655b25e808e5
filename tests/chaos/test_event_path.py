"""While members make 2,000 changes, relay, consumer, Redis and PostgreSQL are killed again and again; then everything is counted.

Every acknowledged change must stand in its customer's timeline exactly once, in order, with its value; and nothing else may.
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg
import pytest
import redis
import urllib3

from services.local.stack import Stack
from tests.support.client import Answer, Client
from tests.support.wait import wait_until

CHANGES = 2000
MEMBERS = 6
CUSTOMERS_EACH = 4
KILLS = ("customer-relay", "activity-consumer", "redis", "flush", "postgres")
ROUNDS = 3
PATIENCE_SECONDS = 60.0


@dataclass
class Ledger:
    """What was answered: (customer_id, version) → the remark that the member gave."""

    acknowledged: dict[tuple[str, int], str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    repeated: int = 0


def answered(send: Callable[[], Answer], ledger: Ledger) -> Answer:
    """The first answer that is not "later" or none at all; the same request is sent again until then."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            answer = send()
        except urllib3.exceptions.HTTPError as error:
            last = repr(error)
        else:
            if answer.status not in (500, 502, 503, 504):
                return answer
            last = f"{answer.status} {answer.body[:200]!r}"
        ledger.repeated += 1
        assert time.monotonic() < until, f"no answer for {PATIENCE_SECONDS:.0f} s, the last was {last}"
        wait_a_moment()


def wait_a_moment() -> None:
    threading.Event().wait(0.05)


class Progress:
    """How many changes were begun, and whether the disturbing is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.begun = 0
        self.disturbed = threading.Event()

    def begin_one(self) -> bool:
        """Whether one more is wanted."""
        with self._lock:
            self.begun += 1
            return self.begun <= CHANGES or not self.disturbed.is_set()


class Member:
    """One member at work on customers of his own."""

    def __init__(self, client: Client, progress: Progress) -> None:
        self._client = client
        self._progress = progress
        self.ledger = Ledger()

    def work(self) -> Ledger:
        """Create, then change one after the other until enough was done."""
        customers = [self._create() for _ in range(CUSTOMERS_EACH)]
        turns = itertools.cycle(customers)
        while self._progress.begin_one():
            self._edit(next(turns))
        return self.ledger

    def _create(self) -> str:
        body = {"name": f"混沌{uuid.uuid4().hex[:10]}", "remark": "begin"}
        key = uuid.uuid4().hex
        customer = answered(lambda: self._client.post("/api/customers", body, key=key), self.ledger).expect(201)
        self._acknowledge(customer, "begin")
        return str(customer["customer_id"])

    def _edit(self, customer_id: str) -> None:
        """One change; where its answer was lost, the repeated one finds that it is there already."""
        version, remark = self.ledger.versions[customer_id], uuid.uuid4().hex
        path, headers = f"/api/customers/{customer_id}", {"If-Match": f'"{version}"'}
        answer = answered(lambda: self._client.patch(path, {"remark": remark}, headers=headers), self.ledger)
        if answer.status == 412:
            answer = answered(lambda: self._client.get(path), self.ledger)
        customer = answer.expect(200)
        assert customer["remark"] == remark, "nobody else edits this customer"
        self._acknowledge(customer, remark)

    def _acknowledge(self, customer: dict[str, Any], remark: str) -> None:
        customer_id, version = str(customer["customer_id"]), int(customer["version"])
        assert version == self.ledger.versions.get(customer_id, 0) + 1, "one change is one version"
        self.ledger.versions[customer_id] = version
        self.ledger.acknowledged[customer_id, version] = remark


def disturb(stack: Stack, progress: Progress) -> Counter[str]:
    """Kill each part several times, spread over the changes; ends when every part had its turns."""
    killed: Counter[str] = Counter()
    try:
        for what in KILLS * ROUNDS:
            if what == "flush":
                flush(stack)
            else:
                stack.kill(what)
            killed[what] += 1
            goal = progress.begun + CHANGES // (len(KILLS) * ROUNDS + 2)
            wait_until(partial(has_reached, progress, goal), seconds=60, what="work to go on")
    finally:
        progress.disturbed.set()
    return killed


def has_reached(progress: Progress, goal: int) -> bool:
    return progress.begun >= goal


def flush(stack: Stack) -> None:
    def done() -> bool:
        try:
            with redis.Redis.from_url(stack.redis_url) as client:
                return bool(client.flushall())
        except redis.RedisError:
            return False

    wait_until(done, seconds=20, what="FLUSHALL")


def pages(client: Client, customer_id: str) -> Iterator[dict[str, Any]]:
    """Every entry of a timeline, newest first."""
    before = None
    while True:
        page = client.get(f"/api/customers/{customer_id}/timeline", limit=200, before=before).expect(200)
        yield from page["items"]
        before = page["next"]
        if before is None:
            return


def recorded(stack: Stack) -> dict[str, int]:
    with psycopg.connect(stack.postgres_url("gonghai_customer")) as connection:
        return {str(row[0]): row[1] for row in connection.execute("SELECT customer_id, max(customer_version) FROM event GROUP BY 1")}


def is_caught_up(client: Client, versions: dict[str, int]) -> bool:
    for customer_id, version in versions.items():
        answer = client.get(f"/api/customers/{customer_id}/timeline", limit=1)
        if answer.status != 200 or answer.json["applied_version"] < version:
            return False
    return True


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_acknowledged_change_is_in_the_timeline_once_and_in_order(stack: Stack, admin: Client) -> None:
    progress = Progress()
    members = [Member(admin.make_member(stack.address), progress) for _ in range(MEMBERS)]
    with ThreadPoolExecutor(MEMBERS + 1) as pool:
        chaos = pool.submit(disturb, stack, progress)
        ledgers = list(pool.map(lambda member: member.work(), members))
        killed = chaos.result()
    for name in stack.names():
        stack.wait_ready(name)
    versions = {customer_id: version for ledger in ledgers for customer_id, version in ledger.versions.items()}
    begun = time.monotonic()
    wait_until(lambda: is_caught_up(admin, versions), seconds=60, what="the timelines to be complete")
    delay = time.monotonic() - begun

    acknowledged = {key: remark for ledger in ledgers for key, remark in ledger.acknowledged.items()}
    shown: dict[tuple[str, int], str] = {}
    for customer_id, version in versions.items():
        entries = list(pages(admin, customer_id))
        assert [entry["customer_version"] for entry in entries] == list(range(version, 0, -1)), "once and in order"
        assert len({entry["event_id"] for entry in entries}) == version
        for entry in entries:
            after = [change["after"] for change in entry["changes"] if change["field"] == "remark"]
            shown[customer_id, entry["customer_version"]] = after[0]
    assert shown == acknowledged
    assert recorded(stack) == versions, "nothing but what was acknowledged"
    assert len(acknowledged) >= CHANGES
    assert all(killed[what] >= ROUNDS for what in KILLS)
    repeated = sum(ledger.repeated for ledger in ledgers)
    print(  # noqa: T201 - the counts of this run, shown by -rP
        f"{len(acknowledged)} changes, {dict(killed)}, {repeated} requests sent again; complete {delay:.1f} s after the last change"
    )
