"""Batches over all that match: rights of the asker, at once up to 1,000, in the background beyond; killed, cancelled, taken over."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import text

from services.customer.commands.run_batch import work_once
from services.customer.rules import batch as rules
from services.customer.store import batch as batch_store
from tests.support.customer import Caller, CustomerService, People, counted, create, events_of
from tests.support.customer_rows import put_customers

pytestmark = pytest.mark.usefixtures("checked_events")


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than ten run in the background."""
    monkeypatch.setattr(rules, "AT_ONCE_MAX", 10)


@pytest.fixture
def me(service: CustomerService, people: People) -> Caller:
    """A member who owns nothing yet."""
    return service.as_member(people.member("批量"))


@pytest.fixture(autouse=True)
def nothing_left(service: CustomerService) -> Iterator[None]:
    """No batch of one test waits in the next."""
    yield
    while work_once(service.engine):
        pass


def mine(service: CustomerService, caller: Caller, count: int, **values: Any) -> list[str]:
    made = put_customers(service.engine, [{"name": f"批次{n}", "owner_id": caller.member_id, **values} for n in range(count)])
    return [str(customer_id) for customer_id in made]


def owners(service: CustomerService, customer_ids: list[str]) -> Counter[UUID | None]:
    with service.engine.connect() as connection:
        found = connection.execute(
            text("SELECT owner_id FROM customer WHERE customer_id = ANY(:ids)"), {"ids": [UUID(one) for one in customer_ids]}
        )
        return Counter(found.scalars())


def batch_of(caller: Caller, answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/api/batches/{answer['batch_id']}").expect(200)
    return found


# --- all that match ---------------------------------------------------------------------------------------------------------


def test_all_that_match_are_those_of_the_list(service: CustomerService, me: Caller, other: Caller) -> None:
    level_a, level_b = mine(service, me, 3, level="A"), mine(service, me, 2, level="B")
    mine(service, other, 2, level="A")
    answer = me.post("/api/customers/assign", {"view": "mine", "selection": {"level": "A"}, "owner_id": other.member_id}).expect(200)
    assert sorted(result["customer_id"] for result in answer["results"]) == sorted(level_a)
    assert (answer["state"], answer["done"]) == ("done", 3)
    assert owners(service, level_b) == {me.member_id: 2}
    assert batch_of(me, answer)["selection"] == {"level": "A", "view": "mine"}


def test_a_filter_narrows_it_as_the_list(service: CustomerService, me: Caller) -> None:
    chosen, _ = mine(service, me, 2, province="浙江"), mine(service, me, 2, province="江苏")
    tree = {"field": "province", "op": "is", "value": "浙江"}
    answer = me.post("/api/customers/star", {"view": "mine", "filter": tree}).expect(200)
    assert sorted(result["customer_id"] for result in answer["results"]) == sorted(chosen)
    refused = me.post("/api/customers/star", {"view": "mine", "filter": {"field": "shoe_size", "op": "is", "value": 1}})
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "field_unknown")


def test_what_the_asker_may_not_see_is_never_among_them(service: CustomerService, me: Caller, other: Caller) -> None:
    hidden = mine(service, other, 2, name="隐身公司甲乙", visibility="private")
    mine(service, me, 1, name="隐身公司甲乙")
    answer = me.post("/api/customers/star", {"view": "all", "q": "隐身公司甲乙"}).expect(200)
    assert answer["done"] == 1
    assert not {result["customer_id"] for result in answer["results"]} & set(hidden)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "selection_expected"),
        ({"customer_ids": [], "view": "mine"}, "selection_expected"),
        ({"customer_ids": []}, "empty"),
        ({"view": "mine", "q": "没有这样的名字"}, "nothing_matches"),
        ({"view": "nowhere"}, "literal_error"),
        ({"selection": {"colour": "red"}}, "extra_forbidden"),
    ],
)
def test_a_selection_that_means_nothing_is_refused(me: Caller, body: dict[str, Any], code: str) -> None:
    refused = me.post("/api/customers/star", body)
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, code)


# --- in the background ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_at_once")
def test_many_run_in_the_background_with_progress_and_can_be_undone(service: CustomerService, me: Caller, other: Caller) -> None:
    ids = mine(service, me, 25)
    answer = me.post("/api/customers/assign", {"view": "mine", "owner_id": other.member_id})
    waiting = answer.expect(202)
    assert (waiting["state"], owners(service, ids)) == ("queued", {me.member_id: 25})
    assert (batch_of(me, waiting)["state"], batch_of(me, waiting)["undo_refused"]) == ("queued", "batch_running")
    assert work_once(service.engine, chunk_rows=10)
    shown = batch_of(me, waiting)
    assert (shown["state"], shown["total"], shown["done"], shown["skipped"], shown["undo_refused"]) == ("done", 25, 25, 0, None)
    assert owners(service, ids) == {other.member_id: 25}
    undone = me.post(f"/api/undo/{waiting['batch_id']}").expect(202)
    assert me.post(f"/api/undo/{waiting['batch_id']}").code == "already_undone"
    assert work_once(service.engine, chunk_rows=10)
    assert (batch_of(me, undone)["done"], owners(service, ids)) == (25, {me.member_id: 25})
    assert not work_once(service.engine)


@pytest.mark.usefixtures("few_at_once")
def test_the_customers_are_fixed_when_it_is_asked(service: CustomerService, me: Caller, other: Caller) -> None:
    ids = mine(service, me, 12)
    waiting = me.post("/api/customers/assign", {"view": "mine", "owner_id": other.member_id}).expect(202)
    later = mine(service, me, 3)
    me.post(f"/api/customers/{ids[0]}/return_to_pool", {"reason": "other"}).expect(200)
    work_once(service.engine)
    assert owners(service, later) == {me.member_id: 3}, "what matches later was never asked for"
    shown = batch_of(me, waiting)
    assert (shown["done"], [result["code"] for result in shown["results"]]) == (11, ["in_pool"]), "rights are those of the moment"


@pytest.mark.usefixtures("few_at_once")
def test_a_worker_killed_in_the_middle_does_no_customer_twice(service: CustomerService, me: Caller, other: Caller) -> None:
    """The worker dies in its third chunk, at the latest possible moment; the next one goes on once the lease is over."""
    ids = mine(service, me, 45)
    waiting = me.post("/api/customers/assign", {"view": "mine", "owner_id": other.member_id}).expect(202)
    save, calls = batch_store.save_progress, list[int]()

    def die(*args: Any, **values: Any) -> bool:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt  # as a kill: nothing is caught, the transaction is gone
        return bool(save(*args, **values))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_store, "save_progress", die)
        with pytest.raises(KeyboardInterrupt):
            work_once(service.engine, chunk_rows=10, lease_seconds=0.0)
    assert (batch_of(me, waiting)["done"], owners(service, ids)) == (20, {me.member_id: 25, other.member_id: 20})
    assert work_once(service.engine, chunk_rows=10)
    shown = batch_of(me, waiting)
    assert (shown["state"], shown["done"], shown["skipped"]) == ("done", 45, 0)
    assert [len(events_of(service.engine, {"customer_id": one})) for one in ids] == [1] * 45


@pytest.mark.usefixtures("few_at_once")
def test_a_worker_whose_lease_went_to_another_changes_nothing(service: CustomerService, me: Caller, other: Caller) -> None:
    ids = mine(service, me, 15)
    waiting = me.post("/api/customers/assign", {"view": "mine", "owner_id": other.member_id}).expect(202)
    get, inside = batch_store.get_waiting, list[bool]()

    def overtaken(*args: Any, **values: Any) -> Any:
        if not inside:
            inside.append(work_once(service.engine))  # another worker: the lease of no seconds is over already
        return get(*args, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_store, "get_waiting", overtaken)
        work_once(service.engine, lease_seconds=0.0)
    assert (batch_of(me, waiting)["done"], owners(service, ids)) == (15, {other.member_id: 15})
    assert [len(events_of(service.engine, {"customer_id": one})) for one in ids] == [1] * 15


@pytest.mark.usefixtures("few_at_once")
def test_a_cancelled_batch_stops_and_what_is_done_can_be_undone(service: CustomerService, me: Caller, other: Caller) -> None:
    ids = mine(service, me, 30)
    waiting = me.post("/api/customers/assign", {"view": "mine", "owner_id": other.member_id}).expect(202)
    looks = iter([False, True])
    assert work_once(service.engine, chunk_rows=10, stopping=lambda: next(looks))
    assert other.post(f"/api/batches/{waiting['batch_id']}/cancel").status == 404
    for _ in range(2):
        assert me.post(f"/api/batches/{waiting['batch_id']}/cancel").expect(200)["state"] == "cancelled"
    assert not work_once(service.engine)
    assert owners(service, ids) == {me.member_id: 20, other.member_id: 10}
    assert me.post(f"/api/undo/{waiting['batch_id']}").expect(200)["done"] == 10
    assert owners(service, ids) == {me.member_id: 30}
    refused = me.post(f"/api/batches/{batch_of(me, waiting)['undone_by_batch_id']}/cancel")
    assert (refused.status, refused.code) == (409, "batch_ended")


@pytest.mark.usefixtures("few_at_once")
def test_a_batch_whose_member_was_disabled_meanwhile_fails_with_the_reason(
    service: CustomerService, me: Caller, other: Caller, admin: Caller
) -> None:
    ids = mine(service, me, 12)
    waiting = me.post("/api/customers/assign", {"view": "mine", "owner_id": other.member_id}).expect(202)
    with service.engine.begin() as connection:
        connection.execute(text("UPDATE member SET active = false WHERE member_id = :id"), {"id": me.member_id})
    assert work_once(service.engine)
    shown = batch_of(admin, waiting)
    assert (shown["state"], shown["error_code"] is not None, owners(service, ids)) == ("failed", True, {me.member_id: 12})


@pytest.mark.usefixtures("few_at_once")
def test_what_is_wrong_with_it_is_told_before_it_waits(service: CustomerService, me: Caller) -> None:
    mine(service, me, 12)
    for verb, body, code in (
        ("assign", {"owner_id": "00000000-0000-7000-8000-000000000000"}, "member_unknown"),
        ("return_to_pool", {"reason": "bored"}, "option_unknown"),
        ("edit", {"values": {"status": "bored"}}, "option_unknown"),
    ):
        refused = me.post(f"/api/customers/{verb}", {"view": "mine", **body})
        assert (refused.status, refused.json["errors"][0]["code"]) == (422, code), verb
    assert me.get("/api/batches").expect(200)["items"] == []


@pytest.mark.usefixtures("few_at_once")
def test_spreading_evenly_stays_even_over_chunks(service: CustomerService, people: People, me: Caller) -> None:
    ids = mine(service, me, 40)
    to = [people.member(f"均{n}") for n in range(3)]
    me.post("/api/customers/assign", {"view": "mine", "owner_ids": to, "strategy": "evenly"}).expect(202)
    work_once(service.engine, chunk_rows=4)
    assert sorted(owners(service, ids).values()) == [13, 13, 14]


def test_more_ids_than_a_thousand_are_still_refused(me: Caller) -> None:
    made = create(me)
    refused = me.post("/api/customers/star", {"customer_ids": [made["customer_id"]] * 1 + [str(UUID(int=n)) for n in range(1000)]})
    assert (refused.status, refused.code) == (422, "too_many")


# --- bulk edit --------------------------------------------------------------------------------------------------------------


def test_an_edit_sets_the_same_values_in_many(service: CustomerService, me: Caller, other: Caller) -> None:
    ids = mine(service, me, 3) + mine(service, me, 1, status="interested", level="A") + mine(service, other, 1, visibility="private")
    due = "2026-12-01T02:00:00Z"
    values = {"status": "interested", "level": "A", "next_contact_at": due}
    first = me.post("/api/customers/edit", {"customer_ids": ids[:3], "values": {"next_contact_at": "2026-11-30T02:00:00Z"}}).expect(200)
    answer = me.post("/api/customers/edit", {"customer_ids": ids, "values": values}).expect(200)
    assert (first["done"], answer["done"], answer["skipped"]) == (3, 4, 1)
    assert answer["results"][4]["code"] == "customer_not_found"
    shown = [me.get(f"/api/customers/{one}").expect(200) for one in ids[:4]]
    assert {(one["status"], one["level"], one["next_contact_at"]) for one in shown} == {("interested", "A", due)}
    last = events_of(service.engine, {"customer_id": ids[0]})[-1]
    assert (last.type, str(last.batch_id)) == ("customer.edited", answer["batch_id"])
    assert [one["field"] for one in last.changes] == ["status", "level", "next_contact_at"]
    assert last.changes[0]["after_text"] == "意向"
    assert [one["field"] for one in events_of(service.engine, {"customer_id": ids[3]})[-1].changes] == ["next_contact_at"]
    listed = me.get("/api/customers?view=mine&status=interested&level=A").expect(200)
    assert listed["count"]["value"] == 4, "found by its new values"


def test_an_edit_of_what_is_so_already_changes_nothing(service: CustomerService, me: Caller) -> None:
    ids = mine(service, me, 2, status="won")
    answer = me.post("/api/customers/edit", {"customer_ids": ids, "values": {"status": "won"}}).expect(200)
    assert [result["code"] for result in answer["results"]] == ["unchanged"] * 2
    assert events_of(service.engine, {"customer_id": ids[0]}) == []


def test_an_edit_asks_for_the_right_of_each(service: CustomerService, me: Caller) -> None:
    pooled = put_customers(service.engine, [{"name": "池中", "state": "pool"}])
    ids = [*mine(service, me, 1), *map(str, pooled)]
    answer = me.post("/api/customers/edit", {"customer_ids": ids, "values": {"level": "A"}}).expect(200)
    assert [result.get("code") for result in answer["results"]] == [None, "in_pool"]


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({}, "/values", "empty"),
        ({"status": "bored"}, "/values/status", "option_unknown"),
        ({"status": None}, "/values/status", "required"),
        ({"name": "同名"}, "/values/name", "extra_forbidden"),
        ({"next_contact_at": "soon"}, "/values/next_contact_at", "datetime_from_date_parsing"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(me: Caller, service: CustomerService, values: Any, pointer: str, code: str) -> None:
    refused = me.post("/api/customers/edit", {"customer_ids": mine(service, me, 1), "values": values})
    fault = refused.json["errors"][0]
    assert (refused.status, fault["pointer"], fault["code"]) == (422, pointer, code)


def test_an_undone_edit_brings_values_plans_and_search_back(service: CustomerService, me: Caller) -> None:
    ids = mine(service, me, 3, status="new", level="B")
    planned = "2026-11-30T02:00:00Z"
    me.post("/api/customers/edit", {"customer_ids": ids[:2], "values": {"next_contact_at": planned}}).expect(200)
    values = {"status": "won", "level": None, "next_contact_at": "2026-12-24T02:00:00Z"}
    batch = me.post("/api/customers/edit", {"customer_ids": ids, "values": values}).expect(200)
    assert me.post(f"/api/undo/{batch['batch_id']}").expect(200)["done"] == 3
    shown = [me.get(f"/api/customers/{one}").expect(200) for one in ids]
    assert [(one["status"], one["level"], one["next_contact_at"]) for one in shown] == [("new", "B", planned)] * 2 + [("new", "B", None)]
    assert me.get("/api/customers?view=mine&status=won").expect(200)["count"]["value"] == 0
    assert me.get("/api/customers?view=mine&status=new&level=B").expect(200)["count"]["value"] == 3
    with service.engine.connect() as connection:
        open_ = text("SELECT count(*) FROM next_contact WHERE customer_id = ANY(:ids) AND closed_at IS NULL AND due_at IS NOT NULL")
        assert connection.execute(open_, {"ids": [UUID(one) for one in ids]}).scalar_one() == 2
    events = events_of(service.engine, {"customer_id": ids[0]})
    assert [(one["field"], one["before"], one["after"]) for one in events[-1].changes] == [
        ("status", "won", "new"),
        ("level", None, "B"),
        ("next_contact_at", "2026-12-24T02:00:00Z", planned),
    ]


def test_custom_fields_are_set_in_many_and_undone(service: CustomerService, me: Caller, admin: Caller) -> None:
    number = admin.post("/api/custom_fields", {"type": "number", "label_zh": uuid.uuid4().hex[:8], "label_en": "n"}).expect(201)["key"]
    who = admin.post("/api/custom_fields", {"type": "member", "label_zh": uuid.uuid4().hex[:8], "label_en": "m"}).expect(201)["key"]
    ids = mine(service, me, 3)
    me.post("/api/customers/edit", {"customer_ids": ids[:2], "values": {"custom": {number: 7, who: me.member_id}}}).expect(200)
    batch = me.post("/api/customers/edit", {"customer_ids": ids, "values": {"custom": {number: 12.5, who: None}}}).expect(200)
    assert [me.get(f"/api/customers/{one}").expect(200)["custom"] for one in ids] == [{number: 12.5}] * 3

    def found(value: float) -> int:
        tree = json.dumps({"field": number, "op": "is", "value": value})
        return int(me.get(f"/api/customers?view=mine&filter={quote(tree)}").expect(200)["count"]["value"])

    assert (found(12.5), found(7)) == (3, 0)
    last = events_of(service.engine, {"customer_id": ids[0]})[-1]
    assert [(one["field"], one["before_text"], one["after_text"]) for one in last.changes] == [(number, "7", "12.5"), (who, "批量", None)]
    assert me.post(f"/api/undo/{batch['batch_id']}").expect(200)["done"] == 3
    shown = [me.get(f"/api/customers/{one}").expect(200)["custom"] for one in ids]
    assert shown == [{number: 7, who: str(me.member_id)}] * 2 + [{}]
    assert (found(12.5), found(7)) == (0, 2)


def test_an_edit_asks_the_database_no_more_often_for_many(service: CustomerService, me: Caller) -> None:
    counts = []
    for count in (2, 40):
        ids = mine(service, me, count)
        with counted(service.engine) as queries:
            me.post("/api/customers/edit", {"customer_ids": ids, "values": {"status": "won", "next_contact_at": None}}).expect(200)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
