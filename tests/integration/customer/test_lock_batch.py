"""Locking and holding many customers at once, ending both, and undoing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.common.clock import now, today
from services.common.database import transaction
from services.customer.commands.run_batch import work_once
from services.customer.rules import batch as rules
from tests.support.customer import Caller, CustomerService, People, counted, create, events_of, url
from tests.support.customer_rows import put_customers

pytestmark = pytest.mark.usefixtures("checked_events")

KEPT = "locked_at, locked_by, hold_until, hold_reason, held_by, held_at"
UNTIL = (today("Asia/Shanghai") + timedelta(days=10)).isoformat()
HOLD = {"until": UNTIL, "reason": "等预算"}
# verb → what it is told, and how a customer is so that it changes something
VERBS: dict[str, tuple[dict[str, str], bool]] = {
    "lock": ({}, False), "unlock": ({}, True), "hold": (HOLD, False), "release_hold": ({}, True),
}  # fmt: skip


@pytest.fixture
def me(service: CustomerService, people: People) -> Caller:
    """A member who owns nothing yet."""
    return service.as_member(people.member("锁定"))


def mine(service: CustomerService, caller: Caller, count: int, *, kept: bool = False, **values: Any) -> list[str]:
    """Customers of the caller; ``kept``: locked and on hold."""
    if kept:
        who = {"locked_by": caller.member_id, "held_by": caller.member_id}
        moment = now()
        values |= {"locked_at": moment, "hold_until": moment + timedelta(days=5), "hold_reason": "原因", "held_at": moment, **who}
    made = put_customers(service.engine, [{"name": f"锁定{n}", "owner_id": caller.member_id, **values} for n in range(count)])
    return [str(customer_id) for customer_id in made]


def rows_of(service: CustomerService, customer_ids: list[str]) -> list[tuple[Any, ...]]:
    statement = f"SELECT {KEPT} FROM customer WHERE customer_id = ANY(:ids) ORDER BY customer_id"  # noqa: S608 - a test's own text
    with service.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), {"ids": [UUID(one) for one in customer_ids]})]


def test_each_has_its_result(service: CustomerService, me: Caller, other: Caller) -> None:
    (free,), (locked,) = mine(service, me, 1), mine(service, me, 1, kept=True)
    (foreign,), (unseen,) = mine(service, other, 1), mine(service, other, 1, visibility="private")
    (pooled,) = mine(service, me, 1, owner_id=None, state="pool")
    wanted = [free, locked, foreign, unseen, pooled]
    for verb, body in (("lock", {}), ("hold", HOLD)):
        answer = me.post(f"/api/customers/{verb}", {"customer_ids": wanted, **body}).expect(200)
        codes = [result.get("code") for result in answer["results"]]
        assert codes == [None, None, "owner_only", "customer_not_found", "in_pool"], verb
        assert (answer["done"], answer["skipped"]) == (2, 3)
        assert all(result["detail"] for result in answer["results"] if not result["done"])
    told = events_of(service.engine, {"customer_id": free})
    assert [(one.type, len(one.changes)) for one in told] == [("customer.locked", 1), ("customer.held", 2)]
    assert told[1].payload == HOLD
    again = events_of(service.engine, {"customer_id": locked})
    assert [one.type for one in again] == ["customer.held"], "it was locked already"
    assert told[1].batch_id == again[0].batch_id
    assert me.get(f"/api/customers/{free}").expect(200)["hold_reason"] == "等预算"


@pytest.mark.parametrize("verb", VERBS)
def test_all_that_match_wait_for_the_worker_and_come_back_where_nobody_was_since(
    service: CustomerService, me: Caller, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE_MAX", 10)
    body, kept = VERBS[verb]
    ids = sorted(mine(service, me, 12, kept=kept, level="A"))
    aside = mine(service, me, 2, kept=kept, level="B")
    before, left = rows_of(service, ids), rows_of(service, aside)
    queued = me.post(f"/api/customers/{verb}", {"view": "mine", "selection": {"level": "A"}, **body})
    batch_id = queued.expect(202)["batch_id"]
    assert rows_of(service, ids) == before
    assert work_once(service.engine, chunk_rows=5)
    assert me.get(f"/api/batches/{batch_id}").expect(200)["done"] == 12
    assert all(now_ != then for now_, then in zip(rows_of(service, ids), before, strict=True))
    assert rows_of(service, aside) == left
    with transaction(service.engine) as connection:  # somebody was there
        connection.execute(text("UPDATE customer SET version = version + 1 WHERE customer_id = :id"), {"id": ids[3]})
    undone = me.post(f"/api/undo/{batch_id}").expect(202)["batch_id"]
    assert work_once(service.engine, chunk_rows=5)
    shown = me.get(f"/api/batches/{undone}").expect(200)
    assert (shown["done"], [(one["customer_id"], one["code"]) for one in shown["results"]]) == (11, [(ids[3], "changed_since")])
    assert rows_of(service, [one for one in ids if one != ids[3]]) == before[1:]


@pytest.mark.parametrize("verb", VERBS)
def test_a_single_one_tells_its_batch_and_can_be_undone(service: CustomerService, me: Caller, verb: str) -> None:
    body, kept = VERBS[verb]
    ids = mine(service, me, 1, kept=kept)
    before = rows_of(service, ids)
    answer = me.post(f"/api/customers/{ids[0]}/{verb}", body)
    assert "batch_id" not in answer.expect(200)
    assert me.post(f"/api/undo/{answer.response.headers['X-Batch-ID']}").expect(200)["done"] == 1
    assert rows_of(service, ids) == before
    told = events_of(service.engine, {"customer_id": ids[0]})
    assert (told[-1].type, told[-1].payload["verb"]) == ("customer.undone", verb)
    assert [(one["before"], one["after"]) for one in told[1].changes] == [(one["after"], one["before"]) for one in told[0].changes]


def test_a_hold_that_cannot_be_is_refused_before_anything_waits(me: Caller) -> None:
    made = create(me)
    for wrong, code in (({"until": "2020-01-01"}, "hold_in_the_past"), ({"reason": " "}, "required")):
        refused = me.post("/api/customers/hold", {"customer_ids": [made["customer_id"]], **HOLD, **wrong})
        assert (refused.status, refused.code) == (422, code)
    assert me.get("/api/batches").expect(200)["items"] == []
    assert me.get(url(made)).expect(200)["version"] == 1


def test_it_asks_the_database_no_more_often_for_many(service: CustomerService, me: Caller) -> None:
    for verb, (body, kept) in VERBS.items():
        counts = []
        for count in (2, 40):
            ids = mine(service, me, count, kept=kept)
            with counted(service.engine) as statements:
                me.post(f"/api/customers/{verb}", {"customer_ids": ids, **body}).expect(200)
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 12, (verb, counts)
