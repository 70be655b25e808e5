"""Customers that do not count towards what a member may hold: by the conditions of a pool, whichever way they come."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from services.customer.commands.run_batch import work_once
from services.customer.rules import batch as batch_rules
from tests.support.customer import Answer, Caller, CustomerService, People, at_once, create
from tests.support.customer_rows import put_customers, put_pool
from tests.support.pooling import claim, patiently, pooled, quota

pytestmark = pytest.mark.usefixtures("checked_events")

WON: dict[str, Any] = {"field": "status", "op": "is", "value": "won"}


def _excepting(admin: Caller, service: CustomerService, people: People, held_max: int) -> tuple[UUID, UUID]:
    """A department and its pool, where customers that are won do not count."""
    home, pool_id = people.department(), put_pool(service.engine, open_to_all=True)
    body = {"held_max": held_max, "held_filter": WON, "default_of_department_ids": [str(home)]}
    assert admin.patch(f"/api/pools/{pool_id}", body).expect(200)["held_filter"] == WON
    return home, pool_id


def test_customers_that_do_not_count_take_no_room_whichever_way_they_come(admin: Caller, service: CustomerService, people: People) -> None:
    home, pool_id = _excepting(admin, service, people, 1)
    caller = service.as_member(people.member(department_id=home))
    boss = service.as_member(people.member("经理", role="manager", department_id=home))
    won, plain = pooled(service, pool_id, 2, status="won"), pooled(service, pool_id, 2, status="new")
    claim(caller, plain[0]).expect(200)
    claim(caller, won[0]).expect(200)
    assert quota(caller, pool_id)["held"] == 1
    assert claim(caller, plain[1]).code == "held_max_reached"
    create(caller, status="won")
    refused = caller.post("/api/customers", {"name": "又一家"})
    assert (refused.status, refused.code) == (403, "held_max_reached")
    given = [create(boss, owner_id=None, status=status)["customer_id"] for status in ("new", "won")]
    batch = boss.post("/api/customers/assign", {"customer_ids": given, "owner_id": caller.member_id}).expect(200)
    assert {result["customer_id"]: result.get("code") for result in batch["results"]} == {given[0]: "held_max_reached", given[1]: None}
    assert quota(caller, pool_id)["held"] == 1
    admin.patch(f"/api/pools/{pool_id}", {"held_filter": None}).expect(200)
    assert quota(caller, pool_id)["held"] == 4
    assert claim(caller, won[1]).code == "held_max_reached"


def test_room_for_what_counts_is_neither_exceeded_nor_wasted_by_a_race(admin: Caller, service: CustomerService, people: People) -> None:
    home, pool_id = _excepting(admin, service, people, 3)
    caller = service.as_member(people.member(department_id=home))
    boss = service.as_member(people.member("经理", role="manager", department_id=home))
    ids = {status: pooled(service, pool_id, 10, status=status) for status in ("won", "new")}
    given = [create(boss, owner_id=None, status=status)["customer_id"] for status in ("won", "new") * 3]

    def assign(customer_id: str) -> Answer:
        return patiently(lambda: boss.post(f"/api/customers/{customer_id}/assign", {"owner_id": caller.member_id}))

    wanted = [customer_id for pair in zip(*ids.values(), strict=True) for customer_id in pair]
    works = [*(partial(claim, caller, customer_id) for customer_id in wanted), *(partial(assign, customer_id) for customer_id in given)]
    answers = at_once(works)
    assert {answer.code for answer in answers if answer.status != 200} == {"held_max_reached"}
    assert quota(caller, pool_id)["held"] == 3
    with service.engine.connect() as connection:
        held = text("SELECT status, count(*) FROM customer WHERE owner_id = :me GROUP BY status")
        assert {row[0]: row[1] for row in connection.execute(held, {"me": caller.member_id})} == {"won": 13, "new": 3}


def test_the_next_one_of_who_is_full_is_the_oldest_that_does_not_count(admin: Caller, service: CustomerService, people: People) -> None:
    home, pool_id = _excepting(admin, service, people, 1)
    caller, other = (service.as_member(people.member(department_id=home)) for _ in range(2))
    line = [pooled(service, pool_id, 1, status=status)[0] for status in ("new", "new", "won", "new", "won", "new")]

    def next_of(who: Caller) -> Answer:
        return who.post(f"/api/pools/{pool_id}/next")

    assert [next_of(caller).expect(200)["customer_id"] for _ in range(3)] == [line[0], line[2], line[4]]
    refused = next_of(caller)
    assert (refused.status, refused.code) == (403, "held_max_reached")
    assert next_of(other).expect(200)["customer_id"] == line[1]
    admin.patch(f"/api/pools/{pool_id}", {"claims_per_day": 3}).expect(200)
    pooled(service, pool_id, 1, status="won")
    assert next_of(caller).code == "claim_quota_used"


def test_who_may_take_no_more_keeps_nobody_else_from_the_next_one(admin: Caller, service: CustomerService, people: People) -> None:
    home, pool_id = _excepting(admin, service, people, 0)
    (only,) = pooled(service, pool_id, 1, status="new")
    admin.patch(f"/api/pools/{pool_id}", {"admins_exempt": True}).expect(200)
    full = service.as_member(people.member(department_id=home))
    asked: list[str] = []
    taken: list[Answer] = []

    def while_limits_are_read(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "WITH l AS" in statement and not asked:
            asked.append(statement)
            taken.append(admin.post(f"/api/pools/{pool_id}/next"))

    event.listen(service.engine, "before_cursor_execute", while_limits_are_read)
    try:
        refused = full.post(f"/api/pools/{pool_id}/next")
    finally:
        event.remove(service.engine, "before_cursor_execute", while_limits_are_read)
    assert refused.code == "already_claimed"
    assert taken[0].expect(200)["customer_id"] == only


@pytest.mark.parametrize(
    ("tree", "code", "pointer"),
    [
        ({"field": "created_by", "op": "is", "value": "me"}, "rule_of_nobody", "/held_filter"),
        ({"field": "starred", "op": "is", "value": True}, "rule_of_nobody", "/held_filter"),
        ({"and": [WON, {"field": "locked", "op": "is", "value": True}]}, "field_of_moves", "/held_filter/and/1"),
        ({"field": "nothing", "op": "is", "value": 1}, "field_unknown", "/held_filter"),
    ],
)
def test_conditions_that_cannot_decide_are_refused(admin: Caller, service: CustomerService, tree: Any, code: str, pointer: str) -> None:
    refused = admin.patch(f"/api/pools/{put_pool(service.engine)}", {"held_filter": tree})
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, code)
    assert refused.json["errors"][0]["pointer"].startswith(pointer)


def test_a_condition_whose_field_is_gone_excepts_nothing(service: CustomerService, people: People) -> None:
    gone = {"field": "cf_999999", "op": "is_empty"}
    pool_id = put_pool(service.engine, open_to_all=True, held_max=1, held_filter=gone)
    caller = service.as_member(people.member())
    first, second = pooled(service, pool_id, 2)
    claim(caller, first).expect(200)
    assert claim(caller, second).code == "held_max_reached"


def test_undoing_gives_nobody_more_than_he_may_hold(admin: Caller, service: CustomerService, people: People) -> None:
    home, pool_id = _excepting(admin, service, people, 2)
    boss = service.as_member(people.member("经理", role="manager", department_id=home))
    caller, other = (service.as_member(people.member(department_id=home)) for _ in range(2))
    mine = [create(caller, status=status)["customer_id"] for status in ("new", "new", "won")]
    answer = boss.post("/api/customers/assign", {"customer_ids": mine, "owner_id": other.member_id}).expect(200)
    create(caller)
    undone = boss.post(f"/api/undo/{answer['batch_id']}").expect(200)
    codes = {result["customer_id"]: result.get("code") for result in undone["results"]}
    assert codes[mine[2]] is None, "it does not count"
    assert sorted(codes[found] or "" for found in mine[:2]) == ["", "held_max_reached"]
    assert quota(caller, pool_id)["held"] == 2
    given_back = other.post("/api/customers/return_to_pool", {"customer_ids": [c for c in mine[:2] if codes[c]], "reason": "other"}).expect(
        200
    )
    admin.patch(f"/api/pools/{pool_id}", {"held_max": 0}).expect(200)
    undone = other.post(f"/api/undo/{given_back['batch_id']}").expect(200)
    assert [result["code"] for result in undone["results"]] == ["held_max_reached"]


def test_an_exchange_of_members_who_are_full_is_undone_as_a_whole(admin: Caller, service: CustomerService, people: People) -> None:
    home, pool_id = _excepting(admin, service, people, 5)
    boss = service.as_member(people.member("经理", role="manager", department_id=home))
    callers = [service.as_member(people.member(department_id=home)) for _ in range(3)]
    mine = [create(caller)["customer_id"] for caller in callers]
    owners = [callers[at].member_id for at in (1, 2, 0)]
    body = {"customer_ids": mine, "owner_ids": owners, "strategy": "evenly"}
    moved = boss.post("/api/customers/assign", body).expect(200)
    assert moved["done"] == 3
    admin.patch(f"/api/pools/{pool_id}", {"held_max": 1}).expect(200)
    undone = boss.post(f"/api/undo/{moved['batch_id']}").expect(200)
    assert (undone["done"], undone["skipped"]) == (3, 0), undone
    assert [boss.get(f"/api/customers/{found}").expect(200)["owner"]["member_id"] for found in mine] == [str(c.member_id) for c in callers]


def test_an_exchange_in_the_background_is_undone_though_its_parts_stand_far_apart(
    admin: Caller, service: CustomerService, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_rules, "AT_ONCE_MAX", 10)
    home, pool_id = _excepting(admin, service, people, 50)
    boss = service.as_member(people.member("经理", role="manager", department_id=home))
    owners = [people.member(department_id=home) for _ in range(2)]
    ids = sorted(put_customers(service.engine, [{"name": f"互换{n}", "owner_id": owners[n // 6]} for n in range(12)]))
    moved = boss.post("/api/customers/assign", {"view": "team", "owner_ids": owners[::-1], "strategy": "evenly"}).expect(202)
    assert work_once(service.engine, chunk_rows=4)

    def held() -> list[UUID]:
        with service.engine.connect() as connection:
            found = connection.execute(
                text("SELECT owner_id FROM customer WHERE customer_id = ANY(:ids) ORDER BY customer_id"), {"ids": ids}
            )
            return list(found.scalars())

    assert held() == [owners[1]] * 6 + [owners[0]] * 6
    admin.patch(f"/api/pools/{pool_id}", {"held_max": 6}).expect(200)
    undone = boss.post(f"/api/undo/{moved['batch_id']}").expect(202)["batch_id"]
    told: list[tuple[int, int]] = []
    assert work_once(service.engine, chunk_rows=4, tell=lambda message: told.append((message["done"], message["skipped"])))
    assert told == [(0, 4), (4, 4), (4, 8), (12, 0), (12, 0)], "those without room at first are asked again, together"
    shown = boss.get(f"/api/batches/{undone}").expect(200)
    assert (shown["state"], shown["done"], shown["results"]) == ("done", 12, [])
    assert held() == [owners[0]] * 6 + [owners[1]] * 6
