"""Editing a customer: what merges, what conflicts, what is refused, and what many do at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.common.clock import now
from services.customer.rules.field import EDITABLE
from tests.support.customer import Answer, Caller, CustomerService, People, at_once, create, events_of, url
from tests.support.customer_rows import FULL, credit_code, put_participant

pytestmark = pytest.mark.usefixtures("checked_events")


# --- editing ----------------------------------------------------------------------------------------------------------------


def test_an_edit_changes_only_what_is_sent(member: Caller) -> None:
    made = create(member, **FULL)
    answer = member.patch(url(made), {"city": "万州", "remark": None}, {"If-Match": '"1"'})
    after = answer.expect(200)
    assert answer.response.headers["ETag"] == '"2"'
    assert after == {**made, "city": "万州", "remark": None, "version": 2, "updated_at": after["updated_at"]}
    assert after["updated_at"] > made["updated_at"]
    assert member.get(url(made)).expect(200) == after


def test_an_edit_says_what_it_started_from(member: Caller) -> None:
    made = create(member)
    assert member.patch(url(made), {"city": "万州"}).status == 428
    member.patch(url(made), {"city": "万州"}, {"If-Match": '"1"'}).expect(200)
    for stale in ('"1"', '"9"', "x", '""', "*"):
        answer = member.patch(url(made), {"city": "涪陵"}, {"If-Match": stale})
        assert (answer.status, answer.code) == (412, "version_mismatch"), stale
    assert member.patch(url(made), {"city": "涪陵"}, {"If-Match": 'W/"2"'}).expect(200)["version"] == 3
    incomplete = member.patch(url(made), {"city": "北碚", "level": "A"}, {})
    assert incomplete.status == 428
    assert member.patch(url(made), {"city": "北碚", "level": "A", "base": {"city": "涪陵"}}).code == "base_incomplete"


def test_different_fields_merge(member: Caller, other: Caller) -> None:
    made = create(member)
    member.patch(url(made), {"city": "万州", "base": {"city": None}}).expect(200)
    after = other.patch(
        url(made), {"level": "A", "staff_size": 5, "base": {"level": None, "staff_size": None}}, {"If-Match": '"1"'}
    ).expect(200)
    assert (after["city"], after["level"], after["staff_size"], after["version"]) == ("万州", "A", 5, 3)


def test_the_same_field_is_a_conflict_with_all_three_values_and_changes_nothing(member: Caller, other: Caller) -> None:
    made = create(member, city="重庆")
    member.patch(url(made), {"city": "万州", "base": {"city": "重庆"}}).expect(200)
    answer = other.patch(url(made), {"city": "涪陵", "level": "A", "base": {"city": "重庆", "level": None}})
    assert (answer.status, answer.code) == (409, "edit_conflict")
    (conflict,) = answer.json["conflicts"]
    assert {name: conflict[name] for name in ("field", "mine", "theirs", "base")} == {
        "field": "city", "mine": "涪陵", "theirs": "万州", "base": "重庆",
    }  # fmt: skip
    assert conflict["by"] == {"member_id": str(member.member_id), "name": "李伟"}
    assert abs(now() - datetime.fromisoformat(conflict["at"])) < timedelta(minutes=1)
    assert answer.json["version"] == 2
    shown = other.get(url(made)).expect(200)
    assert (shown["level"], shown["version"]) == (None, 2)


def test_two_who_want_the_same_agree(member: Caller, other: Caller) -> None:
    made = create(member)
    member.patch(url(made), {"city": "万州", "base": {"city": None}}).expect(200)
    assert other.patch(url(made), {"city": "万州", "base": {"city": None}}).expect(200)["version"] == 2


@pytest.mark.parametrize("name", [name for name in EDITABLE if name not in ("name", "visibility", "credit_code", "parent_customer_id")])
def test_a_base_as_it_was_shown_fits_for_every_field(member: Caller, name: str) -> None:
    made = create(member, **FULL)
    wanted = {"kind": "person", "status": "won"}.get(name)
    after = member.patch(url(made), {name: wanted, "base": {name: made[name]}}).expect(200)
    assert (after[name], after["version"]) == (wanted, 2)


def test_what_changes_nothing_makes_no_version_and_no_event(member: Caller, service: CustomerService) -> None:
    made = create(member, **FULL)
    for body in ({}, {"city": "重庆"}, {"city": " 重庆 "}, {"mobile": "138 0013 8000"}, {name: made[name] for name in FULL}):
        assert member.patch(url(made), body, {"If-Match": '"1"'}).expect(200) == made
    assert len(events_of(service.engine, made)) == 1


def test_an_option_that_is_no_longer_in_use_stays_where_it_is(member: Caller, admin: Caller) -> None:
    made = create(member, industry="tourism")
    items = admin.get("/api/options/industry").expect(200)["items"]
    kept = [{name: item[name] for name in ("value", "label_zh", "label_en")} for item in items if item["value"] != "tourism"]
    admin.put("/api/options/industry", {"items": kept}).expect(200)
    after = member.patch(url(made), {"industry": "tourism", "city": "三亚"}, {"If-Match": '"1"'}).expect(200)
    assert (after["industry"], after["city"]) == ("tourism", "三亚")
    assert member.post("/api/customers", {"name": "某", "industry": "tourism"}).code == "option_inactive"


def test_visibility_is_for_who_leads(member: Caller, other: Caller) -> None:
    made = create(member)
    refused = other.patch(url(made), {"visibility": "private", "base": {"visibility": "public"}})
    assert (refused.status, refused.code) == (403, "owner_only")
    assert refused.json["who_can_change"] == [{"member_id": str(member.member_id), "name": "李伟"}]
    assert other.patch(url(made), {"visibility": "public", "city": "万州"}, {"If-Match": '"1"'}).expect(200)["city"] == "万州"
    member.patch(url(made), {"visibility": "private"}, {"If-Match": '"2"'}).expect(200)
    assert other.get(url(made)).status == 404


def test_viewers_may_not_edit_and_editors_may(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member, visibility="private", participants=[{"member_id": other.member_id, "role": "viewer"}])
    refused = other.patch(url(made), {"city": "万州"}, {"If-Match": '"1"'})
    assert (refused.status, refused.code, refused.json["rule"]) == (403, "participant_views_only", "participant_viewer")
    put_participant(service.engine, UUID(made["customer_id"]), other.member_id or uuid.uuid4(), "editor")
    other.patch(url(made), {"city": "万州"}, {"If-Match": '"1"'}).expect(200)


# --- credit codes and parents -----------------------------------------------------------------------------------------------


def test_a_credit_code_belongs_to_one_customer_and_its_holder_is_named_to_who_may_see_it(member: Caller, other: Caller) -> None:
    for visibility in ("public", "private"):
        code = credit_code()
        holder = create(member, credit_code=code, visibility=visibility)
        mine = create(other)
        for answer in (
            other.post("/api/customers", {"name": "乙", "credit_code": code.lower()}),
            other.patch(url(mine), {"credit_code": code}, {"If-Match": '"1"'}),
        ):
            assert (answer.status, answer.code) == (409, "credit_code_taken")
            shown = {name: holder[name] for name in ("customer_id", "customer_no", "name")}
            assert answer.json.get("customer") == (shown if visibility == "public" else None)
            assert visibility == "public" or holder["customer_no"] not in answer.response.get_data(as_text=True)


def test_of_many_who_enter_the_same_credit_code_at_once_one_succeeds(member: Caller) -> None:
    code = credit_code()
    answers = at_once([lambda: member.post("/api/customers", {"name": "抢注", "credit_code": code})] * 8)
    assert sorted(answer.status for answer in answers) == [201, *[409] * 7]


def test_a_parent_is_one_that_its_setter_may_see(member: Caller, other: Caller) -> None:
    hidden, mine = create(member, visibility="private"), create(other)
    for parent_id in (hidden["customer_id"], str(uuid.uuid4())):
        answer = other.patch(url(mine), {"parent_customer_id": parent_id}, {"If-Match": '"1"'})
        assert (answer.status, answer.code) == (422, "customer_unknown")


def test_nothing_stands_below_itself(member: Caller) -> None:
    top = create(member)
    middle = create(member, parent_customer_id=top["customer_id"])
    bottom = create(member, parent_customer_id=middle["customer_id"])
    for parent in (top, middle, bottom):
        answer = member.patch(url(top), {"parent_customer_id": parent["customer_id"]}, {"If-Match": '"1"'})
        assert (answer.status, answer.code) == (422, "parent_circle")


def test_parents_set_at_once_never_make_a_circle(member: Caller) -> None:
    ring = [create(member) for _ in range(6)]

    def under(child: dict[str, Any], parent: dict[str, Any]) -> Callable[[], Answer]:
        return lambda: member.patch(url(child), {"parent_customer_id": parent["customer_id"]}, {"If-Match": '"1"'})

    answers = at_once([under(ring[i], ring[(i + 1) % len(ring)]) for i in range(len(ring))])
    assert sorted(answer.status for answer in answers) == [*[200] * 5, 422]


# --- many at once -----------------------------------------------------------------------------------------------------------


def test_sixteen_editors_at_once_lose_nothing(member: Caller, service: CustomerService, people: People) -> None:
    """Each appends his own letter to the remark again and again, merging by base; nothing may be lost, versions have no gap."""
    made = create(member, remark="")
    editors = [service.as_member(people.member()) for _ in range(16)]
    rounds = 2

    def edit(editor: Caller, letter: str) -> Answer:
        done = 0
        for _ in range(2_000):
            shown = editor.get(url(made)).expect(200)
            base = shown["remark"]
            answer = editor.patch(url(made), {"remark": (base or "") + letter, "base": {"remark": base}})
            assert answer.status in (200, 409), answer.json
            done += answer.status == 200
            if done == rounds:
                return answer
        raise AssertionError(f"{letter} succeeded {done} times only")

    at_once([lambda editor=editor, number=number: edit(editor, chr(97 + number)) for number, editor in enumerate(editors)])  # type: ignore[misc]
    after = member.get(url(made)).expect(200)
    assert sorted(after["remark"]) == sorted(chr(97 + number) for number in range(16) for _ in range(rounds))
    told = events_of(service.engine, made)
    assert [event.customer_version for event in told] == list(range(1, 16 * rounds + 2))
    assert after["version"] == 16 * rounds + 1
    remarks = [next(change for change in event.changes if change["field"] == "remark") for event in told[1:]]
    assert [change["before"] for change in remarks] == [None, *(change["after"] for change in remarks[:-1])]
    assert remarks[-1]["after"] == after["remark"]


def test_sixteen_editors_of_different_fields_all_succeed_at_once(member: Caller, service: CustomerService, people: People) -> None:
    made = create(member)
    names = ["short_name", "city", "district", "address", "wechat", "remark", "staff_size", "level", "industry", "source", "province",
             "relation", "status", "website", "email", "mobile"]  # fmt: skip
    wanted = {**FULL, "name": "某公司"}

    def change(name: str) -> Callable[[], Answer]:
        editor = service.as_member(people.member())
        return lambda: editor.patch(url(made), {name: wanted[name], "base": {name: made[name]}})

    assert [answer.status for answer in at_once([change(name) for name in names])] == [200] * 16
    after = member.get(url(made)).expect(200)
    assert {name: after[name] for name in names} == {name: wanted[name] for name in names}
    assert after["version"] == 17
    assert [event.customer_version for event in events_of(service.engine, made)] == list(range(1, 18))
