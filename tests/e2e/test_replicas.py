"""The product with two processes each of customer, activity and gateway: one truth, whoever answers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from services.local.stack import Stack
from tests.support.client import Answer, Client
from tests.support.wait import wait_until

ACCOUNT, PASSWORD = "admin", "the admin of two of each"
CLAIMS = 100
VALUES = {"email": "a@example.com", "website": "https://example.com"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home: Path = tmp_path_factory.mktemp("replicas-home")
    settings = {"GONGHAI_ADMIN_ACCOUNT": ACCOUNT, "GONGHAI_ADMIN_PASSWORD": PASSWORD}
    scale = {"customer": 2, "activity": 2, "gateway": 2, "export-worker": 0, "export-sweep": 0, "customer-worker": 0}
    with Stack(home, scale=scale, env=settings) as running:
        yield running
    running.remove()


@pytest.fixture(scope="module")
def admin(stack: Stack) -> Iterator[Client]:
    with Client(stack.address) as client:
        client.sign_in(ACCOUNT, PASSWORD)
        yield client


def question(stack: Stack, database: str, sql: str, *values: object) -> list[tuple[object, ...]]:
    parts = urlsplit(stack.postgres_url(database))
    with psycopg.connect(urlunsplit(parts._replace(scheme="postgresql"))) as connection:
        return connection.execute(sql.encode(), values).fetchall()


def test_a_hundred_claims_at_once_have_one_winner(stack: Stack, admin: Client) -> None:
    customer_id = admin.create_customer(name="百人争一")["customer_id"]
    admin.return_to_pool(customer_id)
    members = [admin.make_member(stack.address, name=f"争{n}") for n in range(10)]
    barrier = threading.Barrier(CLAIMS)

    def claim(number: int) -> tuple[str, Answer]:
        member = members[number % len(members)]
        with Client(stack.address) as client:
            client.csrf_token, client._cookie, client.member = member.csrf_token, member._cookie, member.member
            client.get("/api/session").expect(200)
            barrier.wait(60)
            return client.member_id, client.claim(customer_id)

    with ThreadPoolExecutor(CLAIMS) as pool:
        answers = list(pool.map(claim, range(CLAIMS)))
    statuses = Counter(answer.status for _, answer in answers)
    assert statuses == {200: 1, 409: CLAIMS - 1}, statuses
    winner = next(member_id for member_id, answer in answers if answer.status == 200)
    refusals = [answer.json for _, answer in answers if answer.status == 409]
    assert {(one["code"], one["by"]["member_id"]) for one in refusals} == {("already_claimed", winner)}
    rows = question(stack, "gonghai_customer", "SELECT how, ended_at IS NULL FROM ownership WHERE customer_id = %s", customer_id)
    assert Counter(rows) == {("created", False): 1, ("claimed", True): 1}


def test_the_claims_reached_both_customer_processes(stack: Stack) -> None:
    assert len(stack.pids("customer")) == 2
    assert len(stack.pids("gateway")) == 2


def test_a_session_ended_at_one_gateway_is_over_at_the_other_within_a_second(stack: Stack, admin: Client) -> None:
    member = admin.make_member(stack.address)
    cookie = member._cookie

    def statuses() -> set[int]:
        found = set()
        for _ in range(4):  # a fresh connection each, so that both gateways are asked
            with Client(stack.address) as other:
                other._cookie = cookie
                found.add(other.get("/api/customers").status)
        return found

    assert statuses() == {200}
    streams = [member.listen("counts") for _ in range(4)]
    member.sign_out()
    wait_until(lambda: statuses() == {401}, seconds=1.5, what="both gateways to refuse")
    wait_until(lambda: all(one.ended_at for one in streams), seconds=5.5, what="all streams to end")


def test_members_edit_the_same_customer_through_different_processes(stack: Stack, admin: Client) -> None:
    customer = admin.create_customer(name="十六人同改")
    customer_id = customer["customer_id"]
    fields = ["address", "remark", "website", "short_name", "city", "district", "email", "wechat"]

    def edit(field: str) -> int:
        with Client(stack.address) as client:
            client.csrf_token, client._cookie = admin.csrf_token, admin._cookie
            return client.patch(f"/api/customers/{customer_id}", {field: VALUES.get(field, field), "base": {field: None}}).status

    with ThreadPoolExecutor(len(fields)) as pool:
        assert set(pool.map(edit, fields)) == {200}
    now = admin.get(f"/api/customers/{customer_id}").expect(200)
    assert now["version"] == customer["version"] + len(fields)
    assert all(now[field] for field in fields)
    entries = admin.timeline_to(customer_id, now["version"])
    assert [entry["customer_version"] for entry in entries] == list(range(now["version"], 0, -1))
