"""Redis is down for a while: members sign in, read, edit, return, claim and follow up as before; timelines come from the record."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import Any

import pytest
import redis

from services.local.stack import Stack
from tests.chaos.conftest import ACCOUNT, PASSWORD
from tests.support.client import Client
from tests.support.wait import wait_until

AWAY_SECONDS = 12.0
SLOWEST_SECONDS = 3.0


class Day:
    """One member at work; every answer must be a good one, and none may be slow."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.customers: list[str] = []
        self.seconds: list[float] = []

    def go_round(self) -> None:
        """Create, edit, return to the pool, claim, follow up, read."""
        customer = self._do(
            "POST", "/api/customers", {"name": f"无缓存{len(self.customers)}", "phone": f"1380013{len(self.customers):04d}"}
        )
        path = f"/api/customers/{customer['customer_id']}"
        self.customers.append(customer["customer_id"])
        self._do("PATCH", path, {"remark": "没有缓存也能改", "base": {"remark": customer["remark"]}})
        self._do("POST", f"{path}/return_to_pool", {"reason": "no_budget"})
        self._do("POST", f"{path}/claim", {})
        self._do("POST", f"{path}/follow_ups", {"method": "call", "content": "照常跟进"})
        assert self._do("GET", path)["version"] == 5
        assert self._do("GET", "/api/customers?view=mine&limit=5")["items"]

    def _do(self, method: str, path: str, body: Any = None) -> Any:
        begun = time.monotonic()
        answer = self._client.send(method, path, body=body)
        self.seconds.append(time.monotonic() - begun)
        return answer.expect()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_without_redis_the_day_goes_on(stack: Stack, admin: Client) -> None:
    day = Day(admin.make_member(stack.address))
    day.go_round()
    stack.take_down("redis", kill=True)
    try:
        until = time.monotonic() + AWAY_SECONDS
        while time.monotonic() < until:
            day.go_round()
            with Client(stack.address) as newcomer:
                newcomer.sign_in(ACCOUNT, PASSWORD)
        while_away = len(day.customers)
        wait_until(lambda: all(is_told(admin, customer_id) for customer_id in day.customers), seconds=20, what="timelines without a stream")
    finally:
        stack.bring_up("redis")
    day.go_round()
    wait_until(lambda: is_told(admin, day.customers[-1]), seconds=10, what="the timeline with the stream")
    assert while_away >= 3
    assert max(day.seconds) < SLOWEST_SECONDS, sorted(day.seconds)[-5:]


def applied_version(client: Client, customer_id: str) -> int:
    return int(client.get(f"/api/customers/{customer_id}/timeline").expect(200)["applied_version"])


def is_longer(done: list[str], goal: int) -> bool:
    return len(done) >= goal


def is_told(client: Client, customer_id: str) -> bool:
    """Whether the timeline holds the five things that were done, in order."""
    page = client.get(f"/api/customers/{customer_id}/timeline").expect(200)
    types = [entry["type"] for entry in reversed(page["items"])]
    whole = ["customer.created", "customer.edited", "customer.returned_to_pool", "customer.claimed", "follow_up.recorded"]
    assert types == whole[: len(types)]
    return types == whole


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_emptied_redis_under_load_loses_nothing(stack: Stack, admin: Client) -> None:
    client = admin.make_member(stack.address)
    stop, done = threading.Event(), list[str]()

    def write() -> None:
        while not stop.is_set():
            done.append(client.create_customer()["customer_id"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with redis.Redis.from_url(stack.redis_url) as connection:
            for flushed in range(10):
                goal = len(done) + 8
                wait_until(partial(is_longer, done, goal), seconds=30, what=f"work after {flushed} times")
                connection.execute_command("FLUSHALL")
    finally:
        stop.set()
        writer.join()
    wait_until(lambda: all(applied_version(client, customer_id) == 1 for customer_id in done), seconds=15, what="all timelines")
    assert len(done) >= 80
