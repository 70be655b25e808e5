"""Warnings before a customer is recycled: each step once, never after a follow-up; the table of deadlines that lists read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.common.clock import now
from services.customer.commands import publish_events, recycling
from services.customer.rules import calendar
from tests.support.customer import CustomerService, counted, create, url
from tests.support.recycling import ZONE, World, run

pytestmark = pytest.mark.usefixtures("checked_events")

# --- warnings -----------------------------------------------------------------------------------------------------------------


def test_each_step_is_warned_once_and_not_after_a_follow_up(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [0])
    world.rule(days=30)
    deadline = calendar.deadline(now(), 30, None, ZONE)
    for days in (8, 7, 6.5, 3, 2.5, 1, 0.5):
        world.warn(deadline - timedelta(days=days))
        world.warn(deadline - timedelta(days=days))
    warned = world.told(customer_id, "customer.recycle_warned")
    assert [event.payload["days_left"] for event in warned] == [7, 3, 1]
    assert {tuple(event.audience) for event in warned} == {(owner,)}
    world.warn(deadline + timedelta(hours=1))
    assert len(world.told(customer_id, "customer.recycle_warned")) == 3
    world.age(customer_id, 100, followed=0)
    world.warn(deadline - timedelta(days=1, hours=1))
    assert len(world.told(customer_id, "customer.recycle_warned")) == 3, "the same deadline"


def test_who_is_found_late_is_warned_once_not_three_times(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [29.5])
    world.rule(days=30)
    world.warn(now())
    (warned,) = world.told(customer_id, "customer.recycle_warned")
    assert warned.payload["days_left"] in (1, 2)
    assert world.admin.get(f"/api/customers/{customer_id}").expect(200)["version"] == warned.customer_version


# --- the table of deadlines ---------------------------------------------------------------------------------------------------


def kept(world: World, customer_id: UUID) -> Any:
    return run(
        world.engine,
        "SELECT r.* FROM recycling r JOIN customer c USING (customer_id) WHERE customer_id = :id AND r.version = c.version",
        id=customer_id,
    ).one_or_none()


def test_a_change_silences_the_kept_deadline_and_its_event_renews_it(world: World, service: CustomerService, owner: UUID) -> None:
    caller = service.as_member(owner)
    made = create(caller)
    customer_id = UUID(made["customer_id"])
    world.rule(days=30)
    world.refresh()
    first = kept(world, customer_id)
    assert first.recycle_at == calendar.deadline(now(), 30, None, ZONE)
    caller.patch(url(made), {"remark": "x", "base": {"remark": None}}).expect(200)
    assert kept(world, customer_id) is None, "not told until it is computed anew"
    with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for lane in range(8):
            while publish_events.number_events(connection, lane):
                pass
    while recycling.refresh(world.engine, now(), ZONE):
        pass
    assert kept(world, customer_id).recycle_at == first.recycle_at


def test_a_changed_calendar_moves_the_deadlines(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [0])
    world.rule(days=3, workdays=True)
    world.refresh()
    before = kept(world, customer_id).recycle_at
    day = before.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=1)
    assert world.admin.put(f"/api/holidays/{day}", {"workday": False, "name": "公司日"}).expect(200)["official"] is False
    while recycling.refresh(world.engine, now(), ZONE):
        pass
    assert kept(world, customer_id).recycle_at > before
    listed = world.admin.get(f"/api/holidays?year={day.year}").expect(200)["items"]
    assert {"day": day.isoformat(), "workday": False, "name": "公司日", "official": False} in listed
    world.admin.delete(f"/api/holidays/{day}").expect(204)
    while recycling.refresh(world.engine, now(), ZONE):
        pass
    assert kept(world, customer_id).recycle_at == before


def test_a_step_costs_the_same_number_of_queries_for_one_customer_and_for_many(world: World, owner: UUID) -> None:
    world.customers(owner, [50] * 30)
    world.rule(days=60, warn_days=[30])
    world.refresh()
    with counted(world.engine) as one:
        recycling.refresh(world.engine, now(), ZONE)
    assert len(one) <= 4, one
    with counted(world.engine) as warned:
        recycling.warn_owners(world.engine, now(), ZONE)
    assert len(warned) <= 10, warned
    with counted(world.engine) as asked:
        world.simulate()
    assert len(asked) <= 4, asked
