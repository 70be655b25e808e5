"""Claiming within a pool's limits: exactly what the rules allow, whatever races with it, counted from the ledger."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.common import clock
from services.common.clock import now
from services.common.database import transaction
from tests.support.claimers import Place, Wish, claim_in_two_processes
from tests.support.claims import POOL, Move, by_customer, is_linearizable
from tests.support.customer import Answer, Caller, CustomerService, People, at_once, counted, create, events_of, url
from tests.support.customer_rows import put_pool
from tests.support.pooling import claim, give_back, patiently, pooled, quota

pytestmark = pytest.mark.usefixtures("checked_events")

ZONE = "Asia/Shanghai"


def ledger(service: CustomerService, pool_id: UUID) -> Counter[tuple[UUID, date]]:
    with service.engine.connect() as connection:
        rows = connection.execute(text("SELECT member_id, day FROM claim WHERE pool_id = :pool_id"), {"pool_id": pool_id})
        return Counter((row.member_id, row.day) for row in rows)


# --- who belongs ------------------------------------------------------------------------------------------------------------


def test_only_members_of_a_pool_claim_from_it(admin: Caller, service: CustomerService, people: People) -> None:
    top = people.department()
    insider, stranger = (service.as_member(people.member(department_id=home)) for home in (people.department(parent_id=top), None))
    pool_id = put_pool(service.engine, department_ids=[top])
    (private,), (public,) = pooled(service, pool_id, visibility="private"), pooled(service, pool_id)
    assert claim(stranger, private).status == 404
    refused = claim(stranger, public)
    assert (refused.status, refused.code, refused.json["rule"]) == (403, "not_pool_member", "pool_member")
    assert refused.json["who_can_change"]
    access = stranger.get(f"/api/customers/{public}/access").expect(200)["actions"]["claim"]
    assert (access["allowed"], access["code"]) == (False, "not_pool_member")
    batch = stranger.post("/api/customers/claim", {"customer_ids": [private, public]}).expect(200)
    assert [result["code"] for result in batch["results"]] == ["customer_not_found", "not_pool_member"]
    assert stranger.post(f"/api/pools/{pool_id}/next").status == 404
    claim(insider, private).expect(200)
    claim(admin, public).expect(200)
    assert sum(ledger(service, pool_id).values()) == 2


# --- limits -----------------------------------------------------------------------------------------------------------------


def test_the_quota_of_a_day_is_used_by_claims_and_given_back_by_nothing(
    service: CustomerService, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = service.as_member(people.member())
    pool_id = put_pool(service.engine, open_to_all=True, claims_per_day=2)
    ids = pooled(service, pool_id, 4)
    for customer_id in ids[:2]:
        claim(caller, customer_id).expect(200)
        give_back(caller, customer_id, pool_id).expect(200)
    refused = claim(caller, ids[2])
    begin, end = clock.day_bounds(ZONE)
    assert (refused.status, refused.code, refused.json["rule"]) == (403, "claim_quota_used", "claims_per_day")
    assert (datetime.fromisoformat(refused.json["since"]), datetime.fromisoformat(refused.json["until"])) == (begin, end)
    assert quota(caller, pool_id) == {"claims_today": 2, "claims_per_day": 2, "held": 0, "held_max": None, "exempt": False}
    assert events_of(service.engine, {"customer_id": ids[2]}) == []
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    batch = caller.post("/api/customers/claim", {"customer_ids": ids}).expect(200)
    assert [result.get("code") for result in batch["results"]] == [None, None, "claim_quota_used", "claim_quota_used"]
    assert all(result["until"] and result["rule"] == "claims_per_day" for result in batch["results"][2:])
    assert sorted(ledger(service, pool_id).values()) == [2, 2]


def test_a_claim_that_loses_uses_no_quota(service: CustomerService, people: People) -> None:
    caller, faster = (service.as_member(people.member()) for _ in range(2))
    pool_id = put_pool(service.engine, open_to_all=True, claims_per_day=1)
    first, second = pooled(service, pool_id, 2)
    claim(faster, first).expect(200)
    assert claim(caller, first).code == "already_claimed"
    claim(caller, second).expect(200)


def test_what_is_held_is_bounded_whichever_way_it_comes(admin: Caller, service: CustomerService, people: People) -> None:
    home = people.department()
    full = service.as_member(people.member("满", department_id=home))
    boss = service.as_member(people.member("经理", role="manager", department_id=home))
    pool_id = put_pool(service.engine, open_to_all=True, held_max=2)
    admin.patch(f"/api/pools/{pool_id}", {"default_of_department_ids": [str(home)]}).expect(200)
    first, second, third = pooled(service, pool_id, 3)
    claim(full, first).expect(200)
    create(full)
    refused = claim(full, second)
    assert (refused.status, refused.code, refused.json["rule"]) == (403, "held_max_reached", "held_max")
    refused = full.post("/api/customers", {"name": "又一家"})
    assert (refused.status, refused.code) == (403, "held_max_reached")
    unassigned = create(boss, owner_id=None)
    refused = boss.post(url(unassigned, "/assign"), {"owner_id": full.member_id})
    assert (refused.status, refused.code) == (403, "held_max_reached")
    batch = boss.post("/api/customers/assign", {"customer_ids": [unassigned["customer_id"]], "owner_id": full.member_id}).expect(200)
    assert batch["results"][0]["code"] == "held_max_reached"
    target = people.member("空", department_id=home)
    more = [create(boss, owner_id=None)["customer_id"] for _ in range(3)]
    spread = {"customer_ids": more, "owner_ids": [str(full.member_id), str(target)], "strategy": "evenly"}
    batch = boss.post("/api/customers/assign", spread).expect(200)
    assert sorted(result.get("code") or "" for result in batch["results"]) == ["", "", "held_max_reached"]
    give_back(full, first, pool_id).expect(200)
    claim(full, third).expect(200)
    assert quota(full, pool_id)["held"] == 2


def test_admins_are_bound_until_the_switch_says_otherwise(admin: Caller, service: CustomerService, people: People) -> None:
    chief = service.as_member(people.member())
    pool_id = put_pool(service.engine, open_to_all=True, claims_per_day=0, new_wait_hours=24, admin_ids=[chief.member_id or uuid.uuid4()])
    (customer_id,) = pooled(service, pool_id, pool_entered_at=now())
    for caller in (chief, admin):
        assert claim(caller, customer_id).code == "newly_entered_waits"
    admin.patch(f"/api/pools/{pool_id}", {"admins_exempt": True}).expect(200)
    assert claim(service.as_member(people.member()), customer_id).code == "newly_entered_waits"
    claim(chief, customer_id).expect(200)
    assert quota(chief, pool_id)["exempt"] is True


def _backdate(service: CustomerService, statement: str, **values: Any) -> None:
    with transaction(service.engine) as connection:
        connection.execute(text(statement), values)


def test_every_previous_owner_waits_not_only_the_last_one(service: CustomerService, people: People) -> None:
    one, two, third = (service.as_member(people.member()) for _ in range(3))
    pool_id = put_pool(service.engine, open_to_all=True, previous_owner_wait_days=30)
    (customer_id,) = pooled(service, pool_id)
    for caller in (one, two):
        claim(caller, customer_id).expect(200)
        give_back(caller, customer_id, pool_id).expect(200)
    for caller in (one, two):
        refused = claim(caller, customer_id)
        assert (refused.status, refused.code, refused.json["rule"]) == (403, "previous_owner_waits", "previous_owner_wait_days")
        since, until = (datetime.fromisoformat(refused.json[name]) for name in ("since", "until"))
        assert until - since == timedelta(days=30)
        assert caller.post(f"/api/pools/{pool_id}/next").code == "pool_empty"
    ended = "UPDATE ownership SET ended_at = ended_at - interval '31 days' WHERE customer_id = :c AND owner_id = :m"
    _backdate(service, ended, c=customer_id, m=one.member_id)
    claim(one, customer_id).expect(200)
    give_back(one, customer_id, pool_id).expect(200)
    claim(third, customer_id).expect(200)


def test_editing_does_not_prolong_the_wait_of_new_ones(admin: Caller, service: CustomerService, people: People) -> None:
    caller = service.as_member(people.member())
    pool_id = put_pool(service.engine, open_to_all=True, new_wait_hours=48)
    (customer_id,) = pooled(service, pool_id, pool_entered_at=now() - timedelta(hours=47))
    admin.patch(f"/api/customers/{customer_id}", {"remark": "x"}, {"If-Match": '"1"'}).expect(200)
    refused = claim(caller, customer_id)
    assert refused.code == "newly_entered_waits"
    access = caller.get(f"/api/customers/{customer_id}/access").expect(200)["actions"]["claim"]
    assert (access["allowed"], access["code"]) == (False, "newly_entered_waits")
    assert access["until"] == refused.json["until"]
    assert timedelta(minutes=55) < datetime.fromisoformat(refused.json["until"]) - now() < timedelta(minutes=61)
    _backdate(service, "UPDATE customer SET pool_entered_at = pool_entered_at - interval '2 hours' WHERE customer_id = :c", c=customer_id)
    claim(caller, customer_id).expect(200)


def test_what_goes_back_and_forth_cools_down_for_everybody(service: CustomerService, people: People) -> None:
    one, other = (service.as_member(people.member()) for _ in range(2))
    pool_id = put_pool(service.engine, open_to_all=True, cooldown_days=7)
    (customer_id,) = pooled(service, pool_id)
    claim(one, customer_id).expect(200)
    give_back(one, customer_id, pool_id).expect(200)
    refused = claim(other, customer_id)
    assert (refused.code, refused.json["rule"]) == ("cooling_down", "cooldown_days")
    _backdate(service, "UPDATE claim SET claimed_at = claimed_at - interval '8 days' WHERE customer_id = :c", c=customer_id)
    assert claim(other, customer_id).code == "cooling_down", "it was returned just now"
    _backdate(service, "UPDATE customer SET pool_entered_at = pool_entered_at - interval '8 days' WHERE customer_id = :c", c=customer_id)
    claim(other, customer_id).expect(200)


# --- the next one -----------------------------------------------------------------------------------------------------------


def test_the_next_one_is_the_oldest_that_i_may_claim_and_everybody_gets_another(service: CustomerService, people: People) -> None:
    pool_id = put_pool(service.engine, open_to_all=True)
    ids = pooled(service, pool_id, 12, visibility="private")
    callers = [service.as_member(people.member()) for _ in range(12)]
    answers = at_once([lambda c=caller: patiently(lambda: c.post(f"/api/pools/{pool_id}/next")) for caller in callers[:10]])  # type: ignore[misc]
    assert Counter(answer.expect(200)["customer_id"] for answer in answers) == dict.fromkeys(ids[:10], 1)
    assert [callers[10].post(f"/api/pools/{pool_id}/next").expect(200)["customer_id"] for _ in range(2)] == ids[10:]
    refused = callers[11].post(f"/api/pools/{pool_id}/next")
    assert (refused.status, refused.code) == (409, "pool_empty")
    assert sum(ledger(service, pool_id).values()) == 12


def test_the_next_one_keeps_to_the_quota_and_to_its_key(service: CustomerService, people: People) -> None:
    caller, pool_id = service.as_member(people.member()), put_pool(service.engine, open_to_all=True, claims_per_day=1)
    pooled(service, pool_id, 3)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, again = (caller.post(f"/api/pools/{pool_id}/next", {}, key).expect(200) for _ in range(2))
    assert first == again
    assert caller.post(f"/api/pools/{pool_id}/next").code == "claim_quota_used"
    assert caller.post(f"/api/pools/{uuid.uuid4()}/next").status == 404


# --- where returned customers go --------------------------------------------------------------------------------------------


def test_returning_goes_to_the_nearest_departments_pool_unless_another_is_named(
    admin: Caller, service: CustomerService, people: People
) -> None:
    top = people.department()
    middle = people.department(parent_id=top)
    below = people.department(parent_id=middle)
    far, near, foreign = (put_pool(service.engine, department_ids=[top]) for _ in range(3))
    admin.patch(f"/api/pools/{far}", {"default_of_department_ids": [str(top)]}).expect(200)
    admin.patch(f"/api/pools/{near}", {"default_of_department_ids": [str(middle)]}).expect(200)
    admin.patch(f"/api/pools/{foreign}", {"department_ids": []}).expect(200)
    boss = service.as_member(people.member(role="manager", department_id=top))
    for home, wanted in ((below, near), (middle, near), (top, far), (None, None)):
        owner = service.as_member(people.member(department_id=home))
        made = create(owner)
        (boss if home else owner).post(url(made, "/return_to_pool"), {"reason": "other"}).expect(200)
        event = events_of(service.engine, made)[-1]
        default = next(p for p in admin.get("/api/pools").expect(200)["items"] if p["is_default"])
        assert event.payload["pool_id"] == (str(wanted) if wanted else default["pool_id"])
    owner = service.as_member(people.member(department_id=below))
    made = create(owner)
    assert give_back(owner, made["customer_id"], foreign).code == "pool_unknown"
    give_back(owner, made["customer_id"], far).expect(200)
    assert events_of(service.engine, made)[-1].payload["pool_id"] == str(far)


def test_an_archived_pool_takes_nothing(admin: Caller, member: Caller, service: CustomerService) -> None:
    pool_id = put_pool(service.engine, open_to_all=True)
    admin.post(f"/api/pools/{pool_id}/archive").expect(200)
    assert give_back(member, create(member)["customer_id"], pool_id).code == "pool_unknown"


# --- races ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_parallel_claims_assignments_and_returns_never_exceed_and_never_fall_short(
    service: CustomerService, people: People, seed: int
) -> None:
    """A few members with few claims and little room; everybody wants everything at once, batches in opposite orders."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    pool_id = put_pool(service.engine, open_to_all=True, claims_per_day=5, held_max=4)
    ids = pooled(service, pool_id, 60)
    callers = [service.as_member(people.member()) for _ in range(6)]

    def batch(caller: Caller, order: list[str]) -> Answer:
        return patiently(lambda: caller.post("/api/customers/claim", {"customer_ids": order}))

    works: list[Callable[[], Answer]] = []
    for number in range(24):
        order = dice.sample(ids, 20)
        works.append(lambda c=callers[number % 6], o=order: batch(c, o))  # type: ignore[misc]
    answers = at_once(works)
    done: Counter[UUID | None] = Counter()
    for number, answer in enumerate(answers):
        done[callers[number % 6].member_id] += answer.expect(200)["done"]
    assert set(done.values()) == {4}, "each got what he may hold, no more and no less"
    assert sorted(ledger(service, pool_id).values()) == [4] * 6
    with service.engine.connect() as connection:
        held = text("SELECT owner_id, count(*) FROM customer WHERE pool_id IS NULL AND customer_id = ANY(CAST(:ids AS uuid[])) GROUP BY 1")
        assert {row[1] for row in connection.execute(held, {"ids": ids})} == {4}


def test_fifty_members_with_five_claims_a_day_get_exactly_these_over_two_processes_and_two_days(
    service: CustomerService, people: People, customer_database: str, tmp_path: Path
) -> None:
    """300 claims a day, some for the same customers, returns in between, and the day after the same once more."""
    dice = random.Random(5)  # noqa: S311 - a test's dice
    pool_id = put_pool(service.engine, open_to_all=True, claims_per_day=5)
    members = [people.member(f"员{number}") for number in range(50)]
    place = Place(customer_database, service.secrets, tmp_path)
    for days in (0, 1):
        ids = pooled(service, pool_id, 280)
        contested, own = ids[:40], ids[40:]
        wishes = [
            Wish(member, tuple(dice.sample([*own[at * 4 : at * 4 + 4], *dice.sample(contested, 2)], 6)), str(pool_id), at)
            for at, member in enumerate(members)
        ]
        got = claim_in_two_processes(place, wishes, clock.now() + timedelta(days=days))
        assert len(got) == 300
        assert {found.code for found in got} <= {None, "claim_quota_used", "already_claimed"}
        done = Counter(found.member_id for found in got if found.status == 200)
        day = clock.today(ZONE) + timedelta(days=days)
        written = {member: count for (member, at), count in ledger(service, pool_id).items() if at == day}
        assert written == done, "the ledger is what was answered"
        for member in members:
            codes = [found.code for found in got if found.member_id == member]
            refused = "claim_quota_used" in codes
            assert done[member] <= 5
            assert done[member] == 5 or not refused, "nobody is refused before his quota is used"
            assert refused == (codes.count("already_claimed") == 0), codes
        assert sum(done.values()) > 200
    assert len({day for _, day in ledger(service, pool_id)}) == 2


def test_claims_returns_and_assignments_of_a_customer_have_an_order(service: CustomerService, people: People) -> None:
    """What everybody was answered fits one history of each customer (checked by a checker that is tested itself)."""
    pool_id = put_pool(service.engine, open_to_all=True)
    ids = pooled(service, pool_id, 3)
    callers = [service.as_member(people.member(f"员{number}")) for number in range(6)]
    moves: list[tuple[str, Move]] = []

    def work(number: int) -> Answer:
        dice, me = random.Random(number), callers[number]  # noqa: S311 - a test's dice
        answer = None
        for _ in range(24):
            customer_id, verb = dice.choice(ids), dice.choice(["claim", "claim", "return_to_pool", "assign"])
            target = dice.choice(callers)
            begun = time.monotonic()
            if verb == "claim":
                answer = claim(me, customer_id)
            elif verb == "return_to_pool":
                answer = give_back(me, customer_id, pool_id)
            else:
                body = {"owner_id": str(target.member_id)}
                answer = patiently(lambda c=customer_id, b=body: me.post(f"/api/customers/{c}/assign", b))  # type: ignore[misc]
            move = Move(begun, time.monotonic(), verb, str(me.member_id), answer.status == 200, str(target.member_id))
            moves.append((customer_id, move))
        assert answer is not None
        return answer

    at_once([lambda n=number: work(n) for number in range(6)])  # type: ignore[misc]
    histories = by_customer(moves)
    with service.engine.connect() as connection:
        for customer_id in ids:
            found = text("SELECT owner_id FROM customer WHERE customer_id = :c")
            owner = connection.execute(found, {"c": customer_id}).scalar_one()
            assert is_linearizable(histories[customer_id], POOL, POOL if owner is None else str(owner)), histories[customer_id]
    assert sum(move.done for _, move in moves) > 5


def test_a_claim_costs_a_bounded_number_of_statements(service: CustomerService, people: People) -> None:
    caller = service.as_member(people.member())
    pool_id = put_pool(service.engine, open_to_all=True, claims_per_day=500, held_max=500, previous_owner_wait_days=1, cooldown_days=1)
    few, many = pooled(service, pool_id, 2), pooled(service, pool_id, 100)
    costs = []
    for ids in (few, many):
        with counted(service.engine) as statements:
            assert caller.post("/api/customers/claim", {"customer_ids": ids}).expect(200)["done"] == len(ids)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 20
