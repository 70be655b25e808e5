"""The figures of a pool: counted from what really happened, and for whom."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from services.common.clock import now, today
from tests.support.customer import Caller, CustomerService, People, counted, create
from tests.support.recycling import ZONE, World, run

pytestmark = pytest.mark.usefixtures("checked_events")


def claimed(world: World, customer_id: UUID, member_id: UUID, hours_ago: float) -> None:
    at = now() - timedelta(hours=hours_ago)
    sql = "INSERT INTO claim (pool_id, member_id, customer_id, day, claimed_at) VALUES (:pool_id, :member_id, :customer_id, :day, :at)"
    run(world.engine, sql, pool_id=world.pool_id, member_id=member_id, customer_id=customer_id, day=today(ZONE, at), at=at)


def test_figures_count_what_came_in_and_out(world: World, service: CustomerService, people: People) -> None:
    before = world.admin.get(f"/api/pools/{world.pool_id}/figures").expect(200)
    owner = people.member("李伟")
    caller = service.as_member(owner)
    back = create(caller, name="来回公司")
    for _ in range(2):
        caller.post(f"/api/customers/{back['customer_id']}/return_to_pool", {"reason": "no_budget"}).expect(200)
        caller.post(f"/api/customers/{back['customer_id']}/claim").expect(200)
    (gone,) = world.customers(owner, [50])
    world.rule(days=30)
    world.sweep()
    with counted(world.engine) as asked:
        after = world.admin.get(f"/api/pools/{world.pool_id}/figures").expect(200)
    assert len(asked) <= 3, asked
    assert len(after["days"]) == 30
    day, day_before = after["days"][-1], before["days"][-1]
    assert (day["returned"] - day_before["returned"], day["recycled"] - day_before["recycled"]) == (2, 1)
    assert {"customer_id": back["customer_id"], "name": "来回公司", "times": 2} in after["again"]["items"]
    assert str(gone) not in [row["customer_id"] for row in after["again"]["items"]]


def test_hours_are_measured_from_entering_to_claim_to_follow_up(world: World, people: People) -> None:
    owner, claimer = people.member("李伟"), people.member("王芳")
    (customer_id,) = world.customers(owner, [40])
    ended = "UPDATE ownership SET ended_at = :at, ended_how = 'recycled' WHERE customer_id = :id"
    run(world.engine, ended, at=now() - timedelta(days=300, hours=30), id=customer_id)
    claimed(world, customer_id, claimer, 300 * 24)
    followed = """INSERT INTO follow_up (follow_up_id, customer_id, author_id, method, content, followed_at, recorded_version)
        VALUES (gen_random_uuid(), :id, :author, 'call', 'x', :at, 1)"""
    run(world.engine, followed, id=customer_id, author=claimer, at=now() - timedelta(days=300) + timedelta(hours=6))
    first = today(ZONE) - timedelta(days=301)
    found = world.admin.get(f"/api/pools/{world.pool_id}/figures?from={first}&to={first + timedelta(days=2)}").expect(200)
    assert sum(day["claimed"] for day in found["days"]) == 1
    assert (found["hours_in_pool"]["count"], round(found["hours_in_pool"]["median"])) == (1, 30)
    assert (round(found["hours_to_follow_up"]["median"]), found["not_followed_up"]) == (6, 0)


def test_only_admins_of_the_pool_and_managers_read_them(world: World, service: CustomerService, people: People, member: Caller) -> None:
    path = f"/api/pools/{world.pool_id}/figures"
    manager = service.as_member(people.member("经理", role="manager", department_id=people.department()))
    assert (member.get(path).status, manager.get(path).status) == (403, 200)
    assert world.admin.get(f"/api/pools/{UUID(int=9)}/figures").status == 404


@pytest.mark.parametrize("period", ["from=2026-03-01&to=2026-02-01", "from=2020-01-01&to=2026-01-01"])
def test_a_period_without_end_is_refused(world: World, period: str) -> None:
    answer = world.admin.get(f"/api/pools/{world.pool_id}/figures?{period}")
    assert (answer.status, answer.code) == (422, "period_malformed")
