"""Setting recycle rules and the calendar: who may, what is refused."""

from __future__ import annotations

import json
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


def test_a_rule_whose_conditions_broke_says_so_moves_nobody_and_can_be_switched_off(world: World, owner: UUID) -> None:
    (customer_id,) = world.customers(owner, [50])
    whole = world.rule(days=400)
    rule = world.rule(days=30, filter={"field": "level", "op": "none_of", "value": ["A"]})
    assert (whole["broken"], rule["broken"]) == ([], [])
    broken = {"and": [{"field": "level", "op": "none_of", "value": ["gone"]}, {"field": "cf_999", "op": "is_empty"}]}
    run(
        world.engine,
        "UPDATE pool_rule SET filter = CAST(:filter AS jsonb) WHERE pool_rule_id = :id",
        filter=json.dumps(broken),
        id=UUID(rule["pool_rule_id"]),
    )
    shown = {row["pool_rule_id"]: row for row in world.admin.get(f"/api/pools/{world.pool_id}/rules").expect(200)["items"]}
    assert [(fault["pointer"], fault["code"]) for fault in shown[rule["pool_rule_id"]]["broken"]] == [
        ("/filter/and/0/value/0", "option_unknown"),
        ("/filter/and/1/field", "field_unknown"),
    ]
    assert shown[whole["pool_rule_id"]]["broken"] == []
    assert customer_id not in world.sweep(), "never widened"
    path = f"/api/pools/{world.pool_id}/rules/{rule['pool_rule_id']}"
    assert world.admin.patch(path, {"days": 31}).status == 422, "not changed while it is on and broken"
    off = world.admin.patch(path, {"active": False}).expect(200)
    assert (off["active"], len(off["broken"])) == (False, 2)
    assert world.admin.patch(path, {"active": True}).status == 422
    mended = world.admin.patch(path, {"active": True, "filter": None}).expect(200)
    assert (mended["active"], mended["broken"]) == (True, [])
    assert customer_id in world.sweep()


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"field": "level", "op": "any_of", "value": ["gone"]}, "option_unknown"),
        ({"field": "tags", "op": "none_of", "value": [str(UUID(int=9))]}, "tag_unknown"),
    ],
)
def test_conditions_on_what_is_not_there_are_refused_at_their_place(world: World, condition: dict[str, Any], code: str) -> None:
    tree = {"and": [{"field": "city", "op": "is_empty"}, condition]}
    refused = world.admin.post(f"/api/pools/{world.pool_id}/simulation", {"rule": {"name": "x", "days": 9, "filter": tree}})
    assert (refused.status, refused.code) == (422, code)
    assert refused.json["errors"][0]["pointer"] == "/rule/filter/and/1/value/0"
