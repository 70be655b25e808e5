"""Setting recycle rules and the calendar: who may, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.common.clock import now
from services.customer.rules import calendar
from tests.support.customer import Answer, Caller, CustomerService, People
from tests.support.recycling import ZONE, World, run

# --- who may ------------------------------------------------------------------------------------------------------------------


def test_only_who_administers_the_pool_sets_rules(world: World, service: CustomerService, people: People, member: Caller) -> None:
    keeper = service.as_member(people.member("海主", rights=["pool_admin"]))
    path = f"/api/pools/{world.pool_id}/rules"
    made = keeper.post(path, {"name": "可以", "days": 9}).expect(201)
    assert (made["active"], made["warn_days"], made["words_zh"]) == (False, [7, 3, 1], "连续 9 天未跟进")
    sends: list[Callable[[], Answer]] = [
        lambda: member.get(path),
        lambda: member.post(path, {"name": "不行", "days": 9}),
        lambda: member.patch(f"{path}/{made['pool_rule_id']}", {"active": True}),
        lambda: member.delete(f"{path}/{made['pool_rule_id']}"),
        lambda: member.post(f"/api/pools/{world.pool_id}/simulation", {"rule": {"name": "x", "days": 9}}),
    ]
    for send in sends:
        answer = send()
        assert (answer.status, answer.code) == (403, "pool_admin_only")
    assert member.get(f"/api/pools/{UUID(int=7)}/rules").status == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "x", "days": 5, "warn_days": [7]}, "warning_too_early"),
        ({"name": " ", "days": 5}, None),
        ({"name": "x", "days": 5, "filter": {"field": "nothing", "op": "is", "value": 1}}, "field_unknown"),
        ({"name": "x", "days": 5, "filter": {"field": "owner", "op": "is", "value": "me"}}, "rule_of_nobody"),
        ({"name": "x", "days": 5, "filter": {"field": "starred", "op": "is", "value": True}}, "rule_of_nobody"),
        ({"name": "x", "days": 5, "department_ids": [str(UUID(int=5))]}, "department_unknown"),
    ],
)
def test_bad_rules_are_refused(world: World, body: dict[str, Any], code: str | None) -> None:
    answer = world.admin.post(f"/api/pools/{world.pool_id}/rules", body)
    assert answer.status == 422
    assert code is None or answer.code == code


@pytest.mark.parametrize("day", ["nonsense", "2026-13-01", "1999-01-01"])
def test_bad_days_are_refused(world: World, day: str) -> None:
    assert world.admin.put(f"/api/holidays/{day}", {"workday": True}).status in (404, 422)


def test_the_day_of_a_deadline_is_the_same_in_sql_and_python(world: World, owner: UUID) -> None:
    moment = datetime(2026, 2, 13, 1, 30, tzinfo=UTC)
    (customer_id,) = world.customers(owner, [0])
    run(world.engine, "UPDATE ownership SET began_at = :at WHERE customer_id = :id", at=moment, id=customer_id)
    run(world.engine, "UPDATE customer SET last_follow_up_at = NULL WHERE customer_id = :id", id=customer_id)
    counted_by = calendar.workdays(now().year + 6, {})
    for days in (1, 3, 5, 20):
        (found,) = [row for row in world.simulate(days=days, workdays=True)["items"] if row["customer_id"] == str(customer_id)]
        assert datetime.fromisoformat(found["recycle_at"]) == calendar.deadline(moment, days, counted_by, ZONE)
    assert calendar.last_day(date(2026, 2, 13), 2, counted_by) == date(2026, 2, 24)
