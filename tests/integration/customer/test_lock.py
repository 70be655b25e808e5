"""Locking and holding: who may, what it keeps from others, what ends it, what the record tells."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from services.common.clock import now
from tests.support.customer import Caller, CustomerService, at_once, counted, create, events_of, url
from tests.support.customer_rows import put_customers

pytestmark = pytest.mark.usefixtures("checked_events")


def edit(caller: Caller, made: dict[str, Any], city: str = "杭州") -> Any:
    return caller.patch(url(made), {"city": city}, {"If-Match": str(caller.get(url(made)).expect(200)["version"])})


def day(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def test_a_locked_customer_is_changed_by_its_owner_and_editors_only(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    locked = member.post(url(made, "/lock")).expect(200)
    assert (locked["locked_by"]["member_id"], locked["version"]) == (str(member.member_id), 2)
    assert locked["locked_at"]
    for refused in (edit(other, made), other.post(url(made, "/follow_ups"), {"method": "call", "content": "聊了"})):
        assert (refused.status, refused.code, refused.json["by"]) == (423, "locked", locked["locked_by"])
        assert (refused.json["since"], refused.json["rule"]) == (locked["locked_at"], "locked")
        assert refused.json["who_can_change"] == [locked["locked_by"]]
    edit(member, made).expect(200)
    member.post(url(made, "/participants"), {"member_id": other.member_id, "role": "editor"}).expect(201)
    edit(other, made, "宁波").expect(200)
    event = events_of(service.engine, made)[1]
    assert (event.type, [(c["field"], c["after"], c["after_text"]) for c in event.changes]) == (
        "customer.locked",
        [("locked", True, "已锁定")],
    )


def test_what_was_said_to_a_locked_customer_stays_as_it_is_for_others(member: Caller, other: Caller) -> None:
    made = create(member)
    said = other.post(url(made, "/follow_ups"), {"method": "call", "content": "聊了"}).expect(201)
    member.post(url(made, "/lock")).expect(200)
    where = f"/api/follow_ups/{said['follow_up_id']}"
    for refused in (other.patch(where, {"content": "改了"}), other.delete(where)):
        assert (refused.status, refused.code) == (423, "locked")
    member.post(url(made, "/unlock")).expect(200)
    other.patch(where, {"content": "改了"}).expect(200)
    assert other.delete(where).status == 204


def test_a_locked_customer_is_tagged_by_its_owner_and_editors_only(member: Caller, other: Caller, admin: Caller) -> None:
    made, free = create(member), create(member)
    tag = admin.post("/api/tags", {"name": uuid.uuid4().hex[:12]}).expect(201)
    member.post(url(made, "/lock")).expect(200)
    refused = other.put(url(made, f"/tags/{tag['tag_id']}"))
    assert (refused.status, refused.code, refused.json["by"]["member_id"]) == (423, "locked", str(member.member_id))
    batch = other.post(
        "/api/customers/tag", {"customer_ids": [made["customer_id"], free["customer_id"]], "tag_ids": [tag["tag_id"]]}
    ).expect(200)
    assert [(found["done"], found.get("code")) for found in batch["results"]] == [(False, "locked"), (True, None)]
    assert member.put(url(made, f"/tags/{tag['tag_id']}")).expect(200)["tags"]


def test_locking_twice_and_unlocking_twice_is_once(member: Caller, service: CustomerService) -> None:
    made = create(member)
    first, second = (member.post(url(made, "/lock")).expect(200) for _ in range(2))
    assert (first["locked_at"], first["version"]) == (second["locked_at"], second["version"])
    assert [member.post(url(made, "/unlock")).expect(200)["locked_at"] for _ in range(2)] == [None, None]
    assert [event.type for event in events_of(service.engine, made)][1:] == ["customer.locked", "customer.unlocked"]


def test_only_who_stands_as_owner_locks_and_holds(member: Caller, other: Caller) -> None:
    made = create(member, participants=[{"member_id": other.member_id, "role": "editor"}])
    private = create(member, visibility="private")
    for action, body in (("/lock", {}), ("/unlock", {}), ("/hold", {"until": day(3), "reason": "等"}), ("/release_hold", {})):
        refused = other.post(url(made, action), body)
        assert (refused.status, refused.code) == (403, "owner_only")
        assert other.post(url(private, action), body).status == 404


def test_a_lock_and_an_edit_at_the_same_moment_are_one_after_the_other(member: Caller, other: Caller, service: CustomerService) -> None:
    outcomes = set()
    body = {"city": "杭州", "base": {"city": None}}
    for _ in range(12):
        made = create(member)
        locked, edited = at_once([partial(member.post, url(made, "/lock")), partial(other.patch, url(made), body)])
        assert locked.status == 200
        types = [event.type for event in events_of(service.engine, made)][1:]
        wanted = ["customer.edited", "customer.locked"] if edited.status == 200 else ["customer.locked"]
        assert (edited.status in (200, 423), types) == (True, wanted)
        outcomes.add(edited.status)
    assert outcomes <= {200, 423}


def test_a_batch_leaves_locked_unassigned_ones_and_says_so(service: CustomerService, admin: Caller, other: Caller) -> None:
    giver = service.as_member(service.people.member("分配人", rights=["assign"]))
    locked, free = put_customers(service.engine, [{"name": "甲"}, {"name": "乙"}])
    admin.post(f"/api/customers/{locked}/lock").expect(200)
    body = {"customer_ids": [locked, free], "owner_id": other.member_id}
    results = giver.post("/api/customers/assign", body).expect(200)["results"]
    assert [(found["done"], found.get("code")) for found in results] == [(False, "locked"), (True, None)]
    assert giver.post(f"/api/customers/{locked}/assign", {"owner_id": other.member_id}).status == 423


def test_a_return_to_the_pool_ends_lock_and_hold_and_tells_it(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    member.post(url(made, "/lock")).expect(200)
    member.post(url(made, "/hold"), {"until": day(10), "reason": "等预算"}).expect(200)
    returned = member.post(url(made, "/return_to_pool"), {"reason": "other"}).expect(200)
    assert [returned[name] for name in ("locked_at", "locked_by", "hold_until", "hold_reason", "held_by")] == [None] * 5
    fields = {change["field"]: change["after"] for change in events_of(service.engine, made)[-1].changes}
    assert fields == {"owner": None, "state": "pool", "locked": False, "hold_until": None, "hold_reason": None}
    claimed = other.post(url(made, "/claim")).expect(200)
    assert (claimed["locked_at"], claimed["hold_until"]) == (None, None)


def test_an_assignment_keeps_lock_and_hold(member: Caller, other: Caller) -> None:
    made = create(member)
    member.post(url(made, "/lock")).expect(200)
    member.post(url(made, "/hold"), {"until": day(10), "reason": "等预算"}).expect(200)
    moved = member.post(url(made, "/assign"), {"owner_id": other.member_id}).expect(200)
    assert (moved["locked_by"]["member_id"], moved["hold_reason"]) == (str(member.member_id), "等预算")
    assert edit(member, made).status == 423


def test_a_hold_has_a_day_and_a_reason_and_a_second_one_takes_its_place(member: Caller, service: CustomerService) -> None:
    made = create(member)
    held = member.post(url(made, "/hold"), {"until": day(10), "reason": " 等  预算 "}).expect(200)
    assert (held["hold_reason"], held["held_by"]["member_id"]) == ("等 预算", str(member.member_id))
    assert datetime.fromisoformat(held["hold_until"]) > now() + timedelta(days=8)
    again = member.post(url(made, "/hold"), {"until": day(20), "reason": "等 预算"}).expect(200)
    assert again["hold_until"] > held["hold_until"]
    same = member.post(url(made, "/hold"), {"until": day(20), "reason": "等 预算"}).expect(200)
    assert same["version"] == again["version"] == 3
    assert member.post(url(made, "/release_hold")).expect(200)["hold_until"] is None
    assert member.post(url(made, "/release_hold")).expect(200)["version"] == 4
    types = [(event.type, [change["field"] for change in event.changes]) for event in events_of(service.engine, made)][1:]
    both = ["hold_until", "hold_reason"]
    assert types == [("customer.held", both), ("customer.held", ["hold_until"]), ("customer.hold_released", both)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"until": "2020-01-01", "reason": "等"}, "hold_in_the_past"),
        ({"until": "9999-12-31", "reason": "等"}, "hold_too_long"),
        ({"until": day(367), "reason": "等"}, "hold_too_long"),
        ({"until": day(2), "reason": "  "}, "required"),
        ({"until": day(2), "reason": "长" * 501}, "too_long"),
        ({"until": "soon", "reason": "等"}, "date_from_datetime_parsing"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(member: Caller, body: dict[str, str], code: str) -> None:
    made = create(member)
    answer = member.post(url(made, "/hold"), body)
    assert (answer.status, answer.code) == (422, code)
    assert member.post(url(made, "/hold"), {"until": day(364), "reason": "等"}).status == 200


def test_a_hold_that_is_over_shows_nowhere(member: Caller, service: CustomerService) -> None:
    over = {"hold_until": now() - timedelta(seconds=1), "hold_reason": "等", "held_by": member.member_id, "held_at": now()}
    customer_id = put_customers(service.engine, [{"name": "某公司", "owner_id": member.member_id, **over}])[0]
    row = next(row for row in member.get("/api/customers?view=mine").expect(200)["items"] if UUID(row["customer_id"]) == customer_id)
    page = member.get(f"/api/customers/{customer_id}").expect(200)
    for found in (row, page):
        assert [found[name] for name in ("hold_until", "hold_reason", "held_by", "held_at")] == [None] * 4
    assert member.post(f"/api/customers/{customer_id}/release_hold").expect(200)["version"] == page["version"]


def test_the_same_key_twice_is_one_lock_and_a_bounded_number_of_queries(member: Caller, service: CustomerService) -> None:
    made, key = create(member), {"Idempotency-Key": str(uuid.uuid4())}
    with counted(service.engine) as statements:
        first = member.post(url(made, "/lock"), {}, key).expect(200)
    assert len(statements) <= 10, statements
    assert member.post(url(made, "/lock"), {}, key).expect(200) == first
    assert len(events_of(service.engine, made)) == 2


def test_a_bulk_edit_leaves_locked_ones_and_says_so(member: Caller, other: Caller) -> None:
    locked, free = create(member), create(member)
    member.post(url(locked, "/lock")).expect(200)
    body = {"customer_ids": [locked["customer_id"], free["customer_id"]], "values": {"level": "B"}}
    results = other.post("/api/customers/edit", body).expect(200)["results"]
    assert [(found["done"], found.get("code")) for found in results] == [(False, "locked"), (True, None)]
    assert member.get(url(locked)).expect(200)["level"] is None
