"""Every change is in the events, completely: a customer rebuilt from its events alone is the customer that is shown."""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest

from services.customer.rules.field import EDITABLE
from tests.support.customer import Caller, CustomerService, People, create, events_of, url
from tests.support.customer_rows import FULL, credit_code

pytestmark = pytest.mark.usefixtures("checked_events")

TOLD = (*EDITABLE, "owner", "state")
VALUES: dict[str, list[Any]] = {
    "name": ["甲公司", "乙公司"], "short_name": ["甲", None], "status": ["contacted", "won"], "level": ["A", "B", None],
    "city": ["杭州", "", None], "remark": ["一\n二", None], "staff_size": [5, 50, None], "mobile": ["138 0013 8000", None],
    "visibility": ["public", "private"], "next_contact_at": ["2026-12-01T02:00:00Z", "2026-12-02T10:00:00+08:00", None],
    "kind": ["person", "organization"], "industry": ["food", None], "website": ["example.com", None],
}  # fmt: skip


def rebuilt(service: CustomerService, made: dict[str, Any]) -> dict[str, Any]:
    """The customer as its events tell it; each change must begin where the one before ended."""
    found: dict[str, Any] = dict.fromkeys(TOLD)
    for event in events_of(service.engine, made):
        for change in event.changes:
            if change["field"] in found:
                assert change["before"] == found[change["field"]], (event.type, change)
                found[change["field"]] = change["after"]
    return found


def shown(caller: Caller, made: dict[str, Any]) -> dict[str, Any]:
    answer = caller.get(url(made)).expect(200)
    return {name: answer[name] for name in TOLD} | {"owner": answer["owner"]["member_id"] if answer["owner"] else None}


def test_creation_tells_every_field_as_it_was_shown(member: Caller, other: Caller, service: CustomerService) -> None:
    parent = create(member, name="母公司")
    full = {**FULL, "credit_code": credit_code(), "parent_customer_id": parent["customer_id"]}
    made = create(member, **full, participants=[{"member_id": other.member_id, "role": "viewer"}])
    (event,) = events_of(service.engine, made)
    assert (event.type, event.customer_version, event.payload) == ("customer.created", 1, {"source": "form"})
    assert event.actor == {"member_id": str(member.member_id), "name": "李伟"}
    assert event.audience == [other.member_id]
    told = {change["field"]: change for change in event.changes}
    assert set(told) == {*full, "owner", "state", "participants"}
    assert all(change["before"] is None and change["before_text"] is None for change in event.changes)
    assert {name: told[name]["after"] for name in full} == full
    texts = {name: told[name]["after_text"] for name in told}
    assert texts["status"] == "意向"
    assert texts["level"] == "A 重点"
    assert texts["visibility"] == "私有"
    assert texts["next_contact_at"] == "2026-12-01 10:00"
    assert texts["owner"] == "李伟"
    assert texts["state"] == "有负责人"
    assert texts["participants"] == "王芳"
    assert texts["parent_customer_id"] == "母公司"
    assert texts["staff_size"] == "2600"


def test_an_edit_is_one_event_with_every_changed_field_before_and_after(member: Caller, service: CustomerService) -> None:
    made = create(member, **FULL)
    first, second = create(member, name="第一"), create(member, name="第二")
    member.patch(url(made), {"parent_customer_id": first["customer_id"]}, {"If-Match": '"1"'}).expect(200)
    body = {"status": "won", "level": None, "city": "重庆", "remark": "新", "parent_customer_id": second["customer_id"]}
    member.patch(url(made), body, {"If-Match": '"2"', "X-Request-ID": "one-save"}).expect(200)
    event = events_of(service.engine, made)[-1]
    assert (event.type, event.request_id, event.batch_id) == ("customer.edited", "one-save", None)
    told = {c["field"]: (c["before"], c["after"], c["before_text"], c["after_text"]) for c in event.changes}
    assert told == {
        "status": ("interested", "won", "意向", "已成交"),
        "level": ("A", None, "A 重点", None),
        "remark": ("第一行\n第二行", "新", "第一行\n第二行", "新"),
        "parent_customer_id": (first["customer_id"], second["customer_id"], "第一", "第二"),
    }


def test_the_owner_hears_of_what_others_change(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    other.patch(url(made), {"city": "杭州"}, {"If-Match": '"1"'}).expect(200)
    member.patch(url(made), {"city": "宁波"}, {"If-Match": '"2"'}).expect(200)
    assert [event.audience for event in events_of(service.engine, made)] == [[], [member.member_id], []]


def test_what_was_refused_left_no_event(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    member.patch(url(made), {"city": "杭州"}, {"If-Match": '"9"'})
    member.patch(url(made), {"email": "x"}, {"If-Match": '"1"'})
    other.patch(url(made), {"visibility": "private"}, {"If-Match": '"1"'})
    other.post(url(made, "/assign"), {"owner_id": other.member_id})
    member.post(url(made, "/follow_ups"), {"method": "x", "content": "y"})
    assert [event.type for event in events_of(service.engine, made)] == ["customer.created"]


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_a_customer_rebuilt_from_its_events_is_the_customer(service: CustomerService, people: People, seed: int) -> None:
    """Edits, moves, follow-ups and participants in any order; versions are gapless and equal the number of events."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    boss = service.as_member(people.member("主管", role="admin"))
    helper = people.member("帮手")
    made = create(boss, **{name: dice.choice(values) for name, values in VALUES.items()})

    def edit() -> None:
        body = {name: dice.choice(VALUES[name]) for name in dice.sample(list(VALUES), dice.randint(1, 4))}
        version = boss.get(url(made)).expect(200)["version"]
        boss.patch(url(made), body, {"If-Match": f'"{version}"'}).expect(200)

    def move() -> None:
        verb = dice.choice(["assign", "return_to_pool", "claim"])
        body = {"assign": {"owner_id": dice.choice([helper, boss.member_id])}, "return_to_pool": {"reason": "other"}}.get(verb, {})
        assert boss.post(url(made, f"/{verb}"), body).status in (200, 409)

    def follow_up() -> None:
        planned = dice.choice([None, "2026-12-24T02:00:00Z", "2026-12-25T02:00:00Z"])
        body = {"method": "call", "content": "聊了", "status": dice.choice(["won", "lost"]), "next_contact_at": planned}
        recorded = boss.post(url(made, "/follow_ups"), body).expect(201)
        if dice.random() < 0.4:
            boss.delete(f"/api/follow_ups/{recorded['follow_up_id']}")

    def participant() -> None:
        body = {"member_id": helper, "role": dice.choice(["viewer", "editor"])}
        assert boss.post(url(made, "/participants"), body).status in (201, 409)
        if dice.random() < 0.5:
            boss.delete(url(made, f"/participants/{helper}"))

    for _ in range(25):
        dice.choice([edit, edit, move, follow_up, participant])()
    assert rebuilt(service, made) == shown(boss, made)
    versions = [event.customer_version for event in events_of(service.engine, made)]
    assert versions == list(range(1, boss.get(url(made)).expect(200)["version"] + 1))
    assert len({event.event_id for event in events_of(service.engine, made)}) == len(versions)


def test_a_star_is_nobody_elses_business(member: Caller, service: CustomerService) -> None:
    made = create(member)
    member.put(url(made, "/star"))
    member.delete(url(made, "/star"))
    assert len(events_of(service.engine, made)) == 1
    assert member.put(f"/api/customers/{uuid.uuid4()}/star").status == 404
