"""The lists soon_recycled, overdue and team: whose customers they hold, in which order, with their counts, and what a row tells."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from services.common.clock import now
from services.customer.store import recycling
from tests.support.customer import Caller, CustomerService, People, counted
from tests.support.customer_rows import put_customers
from tests.support.recycling import ZONE, World, run


def ids(caller: Caller, view: str, rest: str = "") -> list[UUID]:
    return [UUID(row["customer_id"]) for row in caller.get(f"/api/customers?view={view}{rest}").expect(200)["items"]]


def count(caller: Caller, view: str) -> int:
    return int(caller.get("/api/customers/counts").expect(200)["views"][view]["value"])


@pytest.fixture
def team(service: CustomerService, people: People) -> dict[str, Any]:
    department = people.department()
    found: dict[str, Any] = {
        "boss": service.as_member(people.member("经理", role="manager", department_id=department)),
        "seller": people.member("销售", department_id=people.department(parent_id=department)),
        "stranger": people.member("外人"),
    }
    return found


def test_the_most_urgent_of_ones_own_come_first_and_say_why(world: World, service: CustomerService, team: dict[str, Any]) -> None:
    soon, sooner, later = world.customers(team["seller"], [25, 28, 2])
    (foreign,) = world.customers(team["stranger"], [27])
    rule = world.rule(name="三十天", days=30)
    world.refresh()
    seller, stranger = service.as_member(team["seller"]), service.as_member(team["stranger"])
    assert ids(seller, "soon_recycled") == [sooner, soon]
    assert ids(seller, "soon_recycled", "&sort=recycle_at:desc") == [soon, sooner]
    assert ids(stranger, "soon_recycled") == [foreign]
    assert ids(team["boss"], "soon_recycled") == [sooner, soon]
    assert set(ids(world.admin, "soon_recycled")) >= {sooner, soon, foreign}
    assert (count(seller, "soon_recycled"), count(team["boss"], "soon_recycled")) == (2, 2)
    row = seller.get("/api/customers?view=soon_recycled").expect(200)["items"][0]
    named = {name: row["recycle_rule"][name] for name in ("pool_rule_id", "name", "days", "workdays", "pool_name")}
    assert named == {"pool_rule_id": rule["pool_rule_id"], "name": "三十天", "days": 30, "workdays": False, "pool_name": "公海"}
    shown = seller.get(f"/api/customers/{later}").expect(200)
    assert shown["recycle_at"] > row["recycle_at"]


def test_pages_of_the_list_hold_each_once(world: World, service: CustomerService, team: dict[str, Any]) -> None:
    made = world.customers(team["seller"], [25] * 5)
    world.rule(days=30)
    world.refresh()
    seller = service.as_member(team["seller"])
    first = seller.get("/api/customers?view=soon_recycled&limit=3").expect(200)
    second = seller.get(f"/api/customers?view=soon_recycled&limit=3&after={first['next']}").expect(200)
    assert sorted(UUID(row["customer_id"]) for row in first["items"] + second["items"]) == sorted(made)
    assert first["count"] == {"value": 5, "exact": True}


def test_what_changed_since_takes_no_place_of_those_that_count(
    world: World, service: CustomerService, team: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    *changed, first, second = world.customers(team["seller"], [29, 29, 29, 28, 27])
    world.rule(days=30)
    world.refresh()
    run(world.engine, "UPDATE customer SET version = version + 1 WHERE customer_id = ANY(:ids)", ids=changed)
    monkeypatch.setattr(recycling, "SOON_MAX", 3)
    assert ids(service.as_member(team["seller"]), "soon_recycled") == [first, second]


def test_beyond_the_most_urgent_nothing_is_lost_to_conditions_batches_and_files(
    world: World, service: CustomerService, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = people.member("导出员", rights=["export"])
    *urgent, last = world.customers(owner, [29, 29, 29, 29, 27])
    run(world.engine, "UPDATE customer SET level = 'A' WHERE customer_id = :id", id=last)
    world.rule(days=30)
    world.refresh()
    monkeypatch.setattr(recycling, "SOON_MAX", 3)
    me = service.as_member(owner)
    assert len(ids(me, "soon_recycled")) == 3
    assert ids(me, "soon_recycled", "&level=A") == [last]
    export = Caller(service.app, service._signer("export"), owner, issuer="export")
    asked = {"selection": {"view": "soon_recycled"}, "columns": ["name"], "zone": ZONE}
    assert len(export.post("/internal/export_rows", asked).response.get_data(as_text=True).splitlines()[:-1]) == 5
    starred = me.post("/api/customers/star", {"view": "soon_recycled"}).expect(200)
    assert {UUID(one["customer_id"]) for one in starred["results"]} == {*urgent, last}


def test_the_deadline_can_be_asked_for_where_conditions_can(world: World, service: CustomerService, team: dict[str, Any]) -> None:
    sooner, soon, later = world.customers(team["seller"], [28, 25, 2])
    (without,) = world.customers(team["seller"], [2])
    rule = world.rule(days=30, filter={"field": "level", "op": "is_empty"})
    run(world.engine, "UPDATE customer SET level = 'A' WHERE customer_id = :id", id=without)
    world.refresh()
    seller = service.as_member(team["seller"])
    within = {"field": "recycle_at", "op": "next_days", "value": 3}
    for view in ("mine", "soon_recycled"):
        assert ids(seller, view, f"&filter={quote(json.dumps(within))}") == [sooner]
    assert set(ids(seller, "mine", f"&filter={quote(json.dumps({'not': within}))}")) == {soon, later, without}
    saved = {"name": "三天内", "view": "mine", "filter": within, "pinned": True, "count_shown": True}
    saved_search_id = seller.post("/api/saved_searches", saved).expect(201)["saved_search_id"]
    counts = seller.get("/api/customers/counts").expect(200)["saved_searches"]
    assert counts[saved_search_id]["value"] == 1
    starred = seller.post("/api/customers/star", {"view": "mine", "filter": within}).expect(200)
    assert [UUID(one["customer_id"]) for one in starred["results"]] == [sooner]
    listed = {one["field"]: one for one in seller.get("/api/fields").expect(200)["fields"]}
    assert "next_days" in listed["recycle_at"]["operators"]
    refused = world.admin.patch(f"/api/pools/{world.pool_id}/rules/{rule['pool_rule_id']}", {"filter": {"and": [within]}}).expect(422)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [("/filter/and/0", "rule_of_itself")]


def test_who_was_followed_up_leaves_the_list_at_once(world: World, service: CustomerService, team: dict[str, Any]) -> None:
    (customer_id,) = world.customers(team["seller"], [27])
    world.rule(days=30)
    world.refresh()
    seller = service.as_member(team["seller"])
    assert ids(seller, "soon_recycled") == [customer_id]
    seller.post(f"/api/customers/{customer_id}/follow_ups", {"method": "call", "content": "聊过了"}).expect(201)
    assert ids(seller, "soon_recycled") == []
    assert seller.get(f"/api/customers/{customer_id}").expect(200)["recycle_at"] is None
    world.refresh()
    assert ids(seller, "soon_recycled") == []
    assert seller.get(f"/api/customers/{customer_id}").expect(200)["recycle_at"] is not None


def test_a_rule_switched_off_empties_the_list_at_once(world: World, service: CustomerService, team: dict[str, Any]) -> None:
    world.customers(team["seller"], [27])
    rule = world.rule(days=30)
    world.refresh()
    world.edit(rule, active=False)
    assert ids(service.as_member(team["seller"]), "soon_recycled") == []


def test_other_lists_cannot_be_sorted_by_the_deadline(world: World) -> None:
    answer = world.admin.get("/api/customers?view=all&sort=recycle_at")
    assert (answer.status, answer.code) == (422, "sort_unknown")


def test_the_team_is_what_others_own_for_whom_one_stands(world: World, service: CustomerService, team: dict[str, Any]) -> None:
    (of_seller,) = put_customers(world.engine, [{"name": "下属的", "owner_id": team["seller"], "visibility": "private"}])
    (of_boss,) = put_customers(world.engine, [{"name": "经理的", "owner_id": team["boss"].member_id}])
    assert ids(team["boss"], "team") == [of_seller]
    assert ids(service.as_member(team["seller"]), "team") == []
    assert {of_seller, of_boss} <= set(ids(world.admin, "team", "&limit=200"))
    assert count(team["boss"], "team") == 1


def test_overdue_is_what_should_have_been_contacted_before_today(world: World, service: CustomerService, team: dict[str, Any]) -> None:
    late, _ = put_customers(
        world.engine,
        [
            {"name": "逾期", "owner_id": team["seller"], "next_contact_at": now() - timedelta(days=2)},
            {"name": "以后", "owner_id": team["seller"], "next_contact_at": now() + timedelta(days=2)},
        ],
    )
    seller = service.as_member(team["seller"])
    assert ids(seller, "overdue") == [late]
    assert count(seller, "overdue") == 1


def test_the_list_costs_two_queries(world: World, service: CustomerService, team: dict[str, Any]) -> None:
    world.customers(team["seller"], [27] * 5)
    world.rule(days=30)
    world.refresh()
    with counted(world.engine) as asked:
        ids(service.as_member(team["seller"]), "soon_recycled")
    assert len(asked) == 2, asked


def test_the_deadline_is_a_column_of_a_file_while_it_counts(world: World, service: CustomerService, people: People) -> None:
    seller = people.member("导出员", rights=["export"])
    soon, without = world.customers(seller, [25, 2])
    world.rule(days=30, filter={"field": "level", "op": "is_empty"})
    run(world.engine, "UPDATE customer SET level = 'A' WHERE customer_id = :id", id=without)
    world.refresh()
    reader = service.as_member(seller)
    export = Caller(service.app, service._signer("export"), reader.member_id, issuer="export")
    asked = {"selection": {"customer_ids": [str(soon), str(without)]}, "columns": ["recycle_at"], "zone": ZONE}

    def column() -> list[str]:
        return export.post("/internal/export_rows", asked).response.get_data(as_text=True).splitlines()[:2]

    told = datetime.fromisoformat(reader.get(f"/api/customers/{soon}").expect(200)["recycle_at"])
    first, second = column()
    assert (float(first), second) == (told.timestamp() + 8 * 3600, "")
    run(world.engine, "UPDATE customer SET version = version + 1 WHERE customer_id = :id", id=soon)
    assert column() == ["", ""], "what changed since is not told"
