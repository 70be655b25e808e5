"""Recycling: what a simulation says is what the sweep does; each move once, with one event; warnings before; who was touched stays."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from services.common.clock import now
from services.customer.commands import recycling
from services.customer.rules import calendar
from services.customer.store import event as record
from tests.support.customer import People
from tests.support.customer_rows import put_customers
from tests.support.recycling import ZONE, World, run

pytestmark = pytest.mark.usefixtures("checked_events")

# --- simulation = sweep -------------------------------------------------------------------------------------------------------


def test_a_simulated_rule_switched_on_with_the_clock_moved_moves_exactly_those_each_with_one_event(world: World, owner: UUID) -> None:
    made = world.customers(owner, [100, 45, 25, 10, 100, 100], [None, None, None, None, 5, 40])
    told = world.simulate(days=30)
    assert (told["counts"]["now"], told["counts"]["in_7_days"], told["counts"]["in_30_days"]) == (3, 4, 6)
    assert [row["owner"]["member_id"] for row in told["items"]] == [str(owner)] * 6
    world.rule(days=30)
    assert set(world.sweep()) == {made[0], made[1], made[5]} == world.pooled(made)
    later = now() + timedelta(days=30)
    simulated = {UUID(row["customer_id"]) for row in told["items"] if datetime.fromisoformat(row["recycle_at"]) <= later}
    world.warn(now() + timedelta(days=5))
    assert set(world.sweep(later)) == simulated - {made[0], made[1], made[5]}
    assert world.pooled(made) == set(made)
    for customer_id in made:
        (recycled,) = world.told(customer_id, "customer.recycled")
        assert (recycled.audience, recycled.actor) == ([owner], {"member_id": None, "name": "系统"})
        assert (recycled.payload["rule"], recycled.payload["reason"], recycled.payload["pool_name"]) == ("规则", "overdue", "公海")
        assert [(change["field"], change["after"]) for change in recycled.changes] == [("owner", None), ("state", "pool")]
    assert world.told(made[2], "customer.recycle_warned"), "warned before it went"
    assert world.sweep(later) == [], "nothing is moved twice"


def test_a_recycled_customer_tells_its_history_and_its_reason(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [50])
    world.rule(name="五十天", days=20)
    world.sweep()
    shown = world.admin.get(f"/api/customers/{customer_id}").expect(200)
    assert (shown["state"], shown["pool_reason"], shown["pool_note"], shown["previous_owner"]["member_id"]) == (
        "pool",
        "overdue",
        "五十天",
        str(owner),
    )
    (period,) = world.admin.get(f"/api/customers/{customer_id}/ownership_history").expect(200)["items"]
    assert (period["ended_how"], period["ended_by"], period["reason"]) == ("recycled", None, "overdue")


def test_for_random_customers_and_rules_the_sweep_moves_what_the_simulation_said(world: World, people: People) -> None:
    choose = random.Random(20261125)  # noqa: S311 - the same world each time
    departments = [people.department() for _ in range(2)]
    owners = [people.member(f"成员{n}", department_id=choose.choice([None, *departments])) for n in range(5)]
    home = {row.member_id: row.department_id for row in run(world.engine, "SELECT member_id, department_id FROM member")}
    ages = [choose.uniform(0, 120) for _ in range(150)]
    followed = [choose.choice([None, choose.uniform(0, 100)]) for _ in ages]
    belongs = [choose.choice(owners) for _ in ages]
    made = []
    for who, age, at in zip(belongs, ages, followed, strict=True):
        made += world.customers(who, [age], [at])
    for workdays, days, departments_of in [(True, 12, departments[:1]), (False, 40, []), (True, 30, departments)]:
        rule: dict[str, Any] = {"days": days, "workdays": workdays, "department_ids": [str(one) for one in departments_of]}
        counted_by = calendar.workdays(now().year + 6, {}) if workdays else None
        standing = world.states(made)
        expected = {
            customer_id
            for customer_id, age, at, who in zip(made, ages, followed, belongs, strict=True)
            if standing[customer_id] == "owned"
            and (not departments_of or home[who] in departments_of)
            and calendar.deadline(now() - timedelta(days=min(age, age if at is None else at)), days, counted_by, ZONE) <= now()
        }
        told = world.simulate(limit=200, **rule)
        simulated = {UUID(row["customer_id"]) for row in told["items"] if datetime.fromisoformat(row["recycle_at"]) <= now()}
        assert simulated == expected
        assert told["counts"]["now"] == len(expected)
        created = world.rule(**rule)
        assert set(world.sweep()) == expected
        world.edit(created, active=False)


def test_of_several_rules_the_earliest_deadline_wins_and_is_named(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [10])
    world.rule(name="长", days=60)
    world.rule(name="短", days=5)
    world.sweep()
    (recycled,) = world.told(customer_id, "customer.recycled")
    assert recycled.payload["rule"] == "短"


# --- who stays ----------------------------------------------------------------------------------------------------------------


def test_one_touched_after_it_was_found_stays(world: World, owner: UUID) -> None:
    stays, goes = world.customers(owner, [50, 50])
    world.rule(days=30)
    world.refresh()
    due = {found for _, found in recycling.find_due(world.engine, now())}
    assert due >= {stays, goes}
    world.admin.post(f"/api/customers/{stays}/follow_ups", {"method": "call", "content": "刚联系过"}).expect(201)
    assert [recycling.recycle_customer(world.engine, one, now(), ZONE) for one in (stays, goes)] == [False, True]
    assert world.pooled([stays, goes]) == {goes}
    assert not world.told(stays, "customer.recycled")


def test_one_that_somebody_is_changing_is_left_for_the_next_time(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [50])
    world.rule(days=30)
    world.refresh()
    with world.engine.begin() as connection:
        connection.execute(text("SELECT 1 FROM customer WHERE customer_id = :id FOR UPDATE"), {"id": customer_id})
        assert not recycling.recycle_customer(world.engine, customer_id, now(), ZONE)
    assert recycling.recycle_customer(world.engine, customer_id, now(), ZONE)


def test_a_rule_switched_off_or_not_yet_begun_moves_nothing(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [50])
    begins = (now().astimezone(ZoneInfo(ZONE)) + timedelta(days=7)).date()
    rule = world.rule(days=30, active_from=begins.isoformat())
    assert world.sweep() == []
    assert world.simulate(days=30, active_from=begins.isoformat())["counts"]["now"] == 0
    off = world.edit(rule, active=False)
    begun = datetime.combine(begins, time(), ZoneInfo(ZONE))
    assert (off["active"], world.sweep(begun)) == (False, [])
    world.edit(rule, active=True)
    assert world.sweep(begun - timedelta(seconds=1)) == []
    assert world.sweep(begun) == [customer_id]


def test_those_of_nobody_and_those_in_the_pool_are_no_business_of_rules(world: World) -> None:
    made = put_customers(world.engine, [{"name": "无主"}, {"name": "公海", "state": "pool"}])
    world.rule(days=1)
    assert not set(made) & set(world.sweep(now() + timedelta(days=400)))
    assert list(world.states(made).values()) == ["unassigned", "pool"]


def test_one_on_hold_stays_until_the_hold_ends(world: World, owner: UUID) -> None:
    held, free = world.customers(owner, [50, 50])
    until = now() + timedelta(days=20)
    run(world.engine, "UPDATE customer SET hold_until = :until WHERE customer_id = :id", until=until, id=held)
    told = {row["customer_id"]: datetime.fromisoformat(row["recycle_at"]) for row in world.simulate()["items"]}
    assert told[str(held)] == until
    world.rule(days=30)
    assert (free in (moved := world.sweep()), held in moved) == (True, False)
    assert held not in world.sweep(until - timedelta(seconds=1))
    assert held in world.sweep(until)


def test_a_locked_one_stays_where_the_rule_says_so(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [50])
    lock = "UPDATE customer SET locked_at = clock_timestamp(), locked_by = :by WHERE customer_id = :id"
    run(world.engine, lock, by=owner, id=customer_id)
    rule = world.rule(days=30)
    assert customer_id not in world.sweep()
    world.edit(rule, skip_locked=False)
    assert customer_id in world.sweep()
    assert world.admin.get(f"/api/customers/{customer_id}").expect(200)["locked_at"] is None


def test_the_event_tells_the_lock_and_the_hold_that_end_with_it(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [50])
    kept = """UPDATE customer SET locked_at = clock_timestamp(), locked_by = :by, held_by = :by, hold_until = :until, hold_reason = '等招标'
        WHERE customer_id = :id"""
    run(world.engine, kept, by=owner, until=now() - timedelta(days=1), id=customer_id)
    world.rule(days=30, skip_locked=False)
    assert world.sweep() == [customer_id]
    (recycled,) = world.told(customer_id, "customer.recycled")
    told = {change["field"]: (change["before_text"], change["after"]) for change in recycled.changes}
    assert told["locked"] == ("已锁定", False)
    assert told["hold_reason"] == ("等招标", None)
    assert told["hold_until"][1] is None


def test_only_those_that_fit_the_conditions_go(world: World, owner: UUID) -> None:
    fits, other, changed = world.customers(owner, [50, 50, 50])
    run(world.engine, "UPDATE customer SET level = 'C', status = 'interested' WHERE customer_id = ANY(:ids)", ids=[fits, changed])
    tree = {"and": [{"field": "level", "op": "is", "value": "C"}, {"not": {"field": "status", "op": "is", "value": "won"}}]}
    told = world.simulate(filter=tree)
    assert {fits, changed} == {UUID(row["customer_id"]) for row in told["items"] if UUID(row["customer_id"]) in (fits, other, changed)}
    world.rule(days=30, filter=tree)
    world.rule(name="长", days=300, filter={"field": "level", "op": "is_empty"})
    world.refresh()
    run(world.engine, "UPDATE customer SET status = 'won' WHERE customer_id = :id", id=changed)
    assert [recycling.recycle_customer(world.engine, one, now(), ZONE) for one in (fits, other, changed)] == [True, False, False]


# --- several at once, killed half-way -----------------------------------------------------------------------------------------


def test_two_sweeps_at_once_move_each_customer_once(world: World, owner: UUID) -> None:
    made = world.customers(owner, [50] * 40)
    world.rule(days=30)
    world.refresh()
    moved: list[UUID] = []

    def sweep() -> None:
        for _, found in recycling.find_due(world.engine, now(), limit=100):
            if recycling.recycle_customer(world.engine, found, now(), ZONE):
                moved.append(found)

    threads = [threading.Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(moved) == Counter(made)
    assert all(len(world.told(customer_id, "customer.recycled")) == 1 for customer_id in made)


def test_a_sweep_killed_half_way_is_finished_by_the_next(world: World, owner: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world.customers(owner, [50] * 6)
    world.rule(days=30)
    append: Callable[..., None] = record.append
    calls = iter(range(100))

    def dying(*arguments: Any) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt
        append(*arguments)

    monkeypatch.setattr(record, "append", dying)
    with pytest.raises(KeyboardInterrupt):
        world.sweep()
    assert len(world.pooled(made)) == 3
    monkeypatch.setattr(record, "append", append)
    world.sweep()
    assert world.pooled(made) == set(made)
    assert all(len(world.told(customer_id, "customer.recycled")) == 1 for customer_id in made)
