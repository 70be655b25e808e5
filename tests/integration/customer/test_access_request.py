"""Asking for access: who may, once, whom it reaches, who decides, what a yes makes, and that it ends by itself."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import text

from services.common.database import transaction
from tests.support.customer import Caller, CustomerService, People, at_once, create, events_of, url

pytestmark = pytest.mark.usefixtures("checked_events")


def ask(caller: Caller, made: dict[str, Any], role: str = "editor", status: int = 201) -> dict[str, Any]:
    answer: dict[str, Any] = caller.post(url(made, "/access_requests"), {"role": role, "message": "我在跟进"}).expect(status)
    return answer


def at(asked: dict[str, Any], verb: str) -> str:
    return f"/api/access_requests/{asked['access_request_id']}/{verb}"


def expire(service: CustomerService, asked: dict[str, Any]) -> None:
    with transaction(service.engine) as connection:
        statement = text("UPDATE access_request SET expires_at = now() - interval '1 second' WHERE access_request_id = :it")
        connection.execute(statement, {"it": asked["access_request_id"]})


def test_who_is_locked_out_asks_the_owner_says_yes_and_he_edits(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    member.post(url(made, "/lock")).expect(200)
    edit = {"city": "杭州", "base": {"city": None}}
    assert other.patch(url(made), edit).status == 423
    asked = ask(other, made)
    assert (asked["state"], asked["role"], asked["message"]) == ("open", "editor", "我在跟进")
    event = events_of(service.engine, made)[-1]
    assert (event.type, event.audience) == ("customer.access_requested", [member.member_id])
    granted = member.post(at(asked, "approve")).expect(200)
    assert (granted["state"], granted["decided_by"]["member_id"]) == ("granted", str(member.member_id))
    assert other.patch(url(made), edit).expect(200)["city"] == "杭州"
    event = events_of(service.engine, made)[-2]
    assert (event.type, event.audience) == ("customer.access_granted", [other.member_id])
    assert member.get(url(made, "/access_requests")).expect(200)["items"] == []


def test_the_same_request_twice_is_one_and_another_role_takes_its_place(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    first = ask(other, made)
    assert ask(other, made, status=200) == first
    second = ask(other, made, "viewer")
    assert second["access_request_id"] != first["access_request_id"]
    assert [found["role"] for found in member.get(url(made, "/access_requests")).expect(200)["items"]] == ["viewer"]
    assert (member.post(at(first, "approve")).code, len(events_of(service.engine, made))) == ("access_request_decided", 3)


def test_asking_at_the_same_moment_is_one_request(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    answers = at_once([lambda: other.post(url(made, "/access_requests"), {}) for _ in range(6)])
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 200, 200, 201]
    assert len({answer.json["access_request_id"] for answer in answers}) == 1
    assert len(events_of(service.engine, made)) == 2


def test_one_decision_counts(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    asked = ask(other, made)
    answers = at_once([lambda: member.post(at(asked, "approve")), lambda: member.post(at(asked, "decline"), {"note": "不必"})])
    assert sorted(answer.status for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status == 409)
    assert refused.code == "access_request_decided"
    assert refused.json["by"] == {"member_id": str(member.member_id), "name": "李伟"}
    assert len(events_of(service.engine, made)) == 3


def test_a_request_is_open_for_14_days_and_can_be_asked_again(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    asked = ask(other, made)
    expire(service, asked)
    assert other.get(url(made, "/access_requests")).expect(200)["items"] == []
    assert [member.post(at(asked, verb)).code for verb in ("approve", "decline")] == ["access_request_expired"] * 2
    assert ask(other, made)["access_request_id"] != asked["access_request_id"]


def test_only_who_decides_sees_all_requests_and_decides_them(
    member: Caller, other: Caller, service: CustomerService, people: People
) -> None:
    third = service.as_member(people.member("赵敏"))
    made = create(member)
    asked, own = ask(other, made), ask(third, made)
    assert [found["access_request_id"] for found in third.get(url(made, "/access_requests")).expect(200)["items"]] == [
        own["access_request_id"]
    ]
    assert len(member.get(url(made, "/access_requests")).expect(200)["items"]) == 2
    for verb in ("approve", "decline"):
        refused = third.post(at(asked, verb))
        assert (refused.status, refused.code, refused.json["who_can_change"][0]["name"]) == (403, "owner_only", "李伟")


def test_a_private_customer_is_not_there_to_ask_for(member: Caller, other: Caller, admin: Caller) -> None:
    made = create(member, visibility="private")
    for where in (made, {"customer_id": str(uuid.uuid4())}):
        assert other.post(url(where, "/access_requests"), {}).code == "customer_not_found"
        assert other.get(url(where, "/access_requests")).code == "customer_not_found"
    public = create(member)
    asked = ask(other, public)
    member.patch(url(public), {"visibility": "private", "base": {"visibility": "public"}}).expect(200)
    assert other.post(at(asked, "approve")).code == "access_request_not_found"
    assert other.post(at({"access_request_id": str(uuid.uuid4())}, "approve")).code == "access_request_not_found"
    admin.post(at(asked, "approve")).expect(200)
    assert other.get(url(public)).status == 200


def test_who_has_the_access_need_not_ask(member: Caller, other: Caller) -> None:
    made = create(member, participants=[{"member_id": other.member_id, "role": "viewer"}])
    assert member.post(url(made, "/access_requests"), {}).code == "access_not_needed"
    assert other.post(url(made, "/access_requests"), {"role": "viewer"}).code == "access_not_needed"
    asked = ask(other, made)
    member.post(at(asked, "approve")).expect(200)
    assert member.get(url(made)).expect(200)["participants"][0]["role"] == "editor"
    assert other.post(url(made, "/access_requests"), {"role": "viewer"}).code == "access_not_needed"


def test_a_new_owner_is_told_what_is_open_and_decides_it(member: Caller, other: Caller, service: CustomerService, people: People) -> None:
    third = service.as_member(people.member("赵敏"))
    made = create(member)
    asked, of_the_new_owner = ask(third, made), ask(other, made)
    member.post(url(made, "/assign"), {"owner_id": other.member_id}).expect(200)
    told = events_of(service.engine, made)[-1].payload["access_requests"]
    assert [found["access_request_id"] for found in told] == [asked["access_request_id"]]
    assert member.post(at(asked, "approve")).code == "owner_only"
    other.post(at(asked, "approve")).expect(200)
    assert other.post(at(of_the_new_owner, "approve")).code == "is_owner"


def test_a_customer_in_the_pool_is_claimed_not_asked_for(member: Caller, other: Caller) -> None:
    made = create(member)
    asked = ask(other, made)
    member.post(url(made, "/return_to_pool"), {"reason": "other"}).expect(200)
    refused = other.post(url(made, "/access_requests"), {})
    assert (refused.status, refused.code) == (409, "in_pool")
    other.post(url(made, "/claim")).expect(200)
    assert other.post(at(asked, "approve")).code == "access_request_decided"


def test_admins_decide_where_nobody_owns_it(admin: Caller, other: Caller, service: CustomerService) -> None:
    made = create(admin, owner_id=None)
    asked = ask(other, made)
    assert admin.member_id in events_of(service.engine, made)[-1].audience
    admin.post(at(asked, "approve")).expect(200)


def test_the_same_key_twice_is_one_answer(member: Caller, other: Caller, service: CustomerService) -> None:
    made, key = create(member), {"Idempotency-Key": str(uuid.uuid4())}
    first = other.post(url(made, "/access_requests"), {"role": "editor"}, key).expect(201)
    assert other.post(url(made, "/access_requests"), {"role": "editor"}, key).expect(201) == first
    answers = [member.post(at(first, "approve"), {}, {"Idempotency-Key": str(first["access_request_id"])}).expect(200) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(events_of(service.engine, made)) == 3


@pytest.mark.parametrize("body", [{"role": "owner"}, {"message": "长" * 501}, {"more": 1}])
def test_what_cannot_be_asked_is_refused(member: Caller, other: Caller, body: dict[str, Any]) -> None:
    assert other.post(url(create(member), "/access_requests"), body).status == 422
