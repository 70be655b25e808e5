"""The numbers beside the choices of a quick filter: what they count, for whom, and that they stay bounded."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest

from services.customer.queries import customer_facet
from services.customer.rules import customer_facet as rules
from tests.support.customer import Caller, CustomerService, People, counted
from tests.support.customer_rows import put_customers, put_pool


def facet(caller: Caller, field: str, **parameters: Any) -> dict[str, Any]:
    """{value: number}."""
    answer = caller.get("/api/customers/facets?" + urlencode({"field": field, **parameters})).expect(200)
    return {item["value"]: item["count"]["value"] for item in answer["items"]}


def word() -> str:
    return f"面{uuid4().hex[:8]}"


def test_each_choice_is_counted_within_the_list_but_without_its_own_filter(service: CustomerService, people: People) -> None:
    me, other = people.member("甲"), people.member("乙")
    caller = service.as_member(me)
    rows = [{"name": word(), "owner_id": me, "status": s, "level": v} for s, v in (("new", "A"), ("new", "B"), ("won", "A"))]
    put_customers(service.engine, [*rows, {"name": word(), "owner_id": other, "status": "new", "level": "A"}])
    assert facet(caller, "status", view="mine") == {"new": 2, "won": 1}
    assert facet(caller, "status", view="mine", level="A") == {"new": 1, "won": 1}
    assert facet(caller, "status", view="mine", status="won") == {"new": 2, "won": 1}, "what is chosen does not hide what else there is"
    assert facet(caller, "level", view="mine", filter=json.dumps({"field": "status", "op": "is", "value": "won"})) == {"A": 1}


def test_owners_come_with_their_names_and_only_for_what_one_may_see(service: CustomerService, people: People) -> None:
    me, other, key = people.member("甲"), people.member("乙"), word()
    rows = [{"name": f"{key}{index}", "owner_id": other, "visibility": kept} for index, kept in enumerate(("public", "private"))]
    put_customers(service.engine, [*rows, {"name": f"{key}我", "owner_id": me}, {"name": f"{key}无"}])
    answer = service.as_member(me).get("/api/customers/facets?" + urlencode({"field": "owner", "q": key})).expect(200)
    assert {item["name"]: item["count"]["value"] for item in answer["items"]} == {"甲": 1, "乙": 1}
    assert facet(service.as_member(other), "owner", q=key)[str(other)] == 2
    assert facet(service.as_member(me), "owner", q=key, owner_id=str(other)) == {str(me): 1, str(other): 1}


def test_tags_and_times_of_the_latest_follow_up(member: Caller) -> None:
    key = word()
    made = [member.post("/api/customers", {"name": f"{key}{index}"}).expect(201) for index in range(3)]
    tag = member.post("/api/tags", {"name": word()}).expect(201)["tag_id"]
    for one in made[:2]:
        member.put(f"/api/customers/{one['customer_id']}/tags/{tag}").expect(200)
    member.post(f"/api/customers/{made[0]['customer_id']}/follow_ups", {"method": "call", "content": "聊了聊"}).expect(201)
    assert facet(member, "tags", view="mine", q=key) == {tag: 2}
    times = facet(member, "last_follow_up_at", view="mine", q=key)
    assert (times["relative:today"], times["last_days:30"], times["more_than_days_ago:7"], times["is_empty"]) == (1, 1, 2, 2)


@pytest.mark.parametrize("field", ["level", "tags", "last_follow_up_at"])
def test_what_a_pool_hides_is_counted_as_empty(service: CustomerService, people: People, admin: Caller, field: str) -> None:
    me = people.member("甲")
    pool_id = put_pool(service.engine, member_ids=[me], hidden_fields=[field])
    rows = [{"name": word(), "state": "pool", "pool_id": pool_id, "visibility": "private", "level": "A"}]
    ids = put_customers(service.engine, rows)
    tag = admin.post("/api/tags", {"name": word()}).expect(201)["tag_id"]
    admin.put(f"/api/customers/{ids[0]}/tags/{tag}").expect(200)
    asked = {"view": "pool", "pool_id": str(pool_id)}
    told = facet(service.as_member(me), field, **asked)
    empty = {text: int(text.startswith(("is_empty", "more_than_days_ago"))) for text in rules.FOLLOWED}
    assert told in ({}, empty)
    if field != "last_follow_up_at":
        assert sum(facet(admin, field, **asked).values()) == 1


def test_they_are_what_the_list_itself_counts(service: CustomerService, people: People) -> None:
    chance, key = random.Random(7), word()  # noqa: S311 - not for secrets
    me, others = people.member("甲"), [people.member(), people.member()]
    states = ("public", "private")
    rows = [
        {
            "name": f"{key}{i}",
            "owner_id": chance.choice([me, *others, None]),
            "visibility": chance.choice(states),
            "level": chance.choice("ABC"),
        }
        for i in range(60)
    ]
    put_customers(service.engine, rows)
    caller = service.as_member(me)
    for view in ("all", "mine", "unassigned", "starred", "team"):
        items = caller.get(f"/api/customers?view={view}&q={key}&limit=200").expect(200)["items"]
        assert facet(caller, "level", view=view, q=key) == dict(Counter(item["level"] for item in items)), view


def test_a_list_too_large_to_look_through_tells_at_least_and_leaves_rare_values_out(
    service: CustomerService, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    me: UUID = people.member("甲")
    put_customers(service.engine, [{"name": word(), "owner_id": me, "level": level} for level in "AAAAAB"])
    monkeypatch.setattr(rules, "CAPPED", 3)
    monkeypatch.setattr(customer_facet, "READ_MAX", 4)
    monkeypatch.setattr(customer_facet, "_GROUPED", customer_facet._GROUPED.replace(str(rules.READ_MAX), "4"))
    answer = service.as_member(me).get("/api/customers/facets?field=level&view=mine").expect(200)
    assert answer["complete"] is False
    assert all(item == {"value": "A", "name": None, "count": {"value": 3, "exact": False}} for item in answer["items"])


def test_a_list_that_takes_too_long_has_no_numbers(service: CustomerService, member: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    put_customers(service.engine, [{"name": word(), "level": "A"}])
    monkeypatch.setattr(customer_facet, "_GROUPED", "SELECT pg_sleep(5)::text, NULL, 1, false{name}{joins}".replace("{name}{joins}", ""))
    assert member.get("/api/customers/facets?field=level").expect(200) == {"items": [], "complete": False}


def test_one_statement_however_many_values(service: CustomerService, member: Caller) -> None:
    for field in rules.FACET_FIELDS:
        with counted(service.engine) as statements:
            member.get(f"/api/customers/facets?field={field}&view=all&q=重庆").expect(200)
        assert len(statements) <= 3, statements  # the bound of time, who asks, the numbers


def test_an_unknown_field_is_refused(member: Caller) -> None:
    assert member.get("/api/customers/facets?field=phone").status == 422
    assert member.get("/api/customers/facets").status == 422
