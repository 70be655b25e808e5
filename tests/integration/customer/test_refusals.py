"""Refusals beside the policy are complete too: the rule, since when, by whom, who can change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.common.clock import now
from tests.support.customer import Answer, Caller, CustomerService, People, create, url
from tests.support.customer_rows import credit_code


def name_of(caller: Caller, name: str) -> dict[str, str]:
    return {"member_id": str(caller.member_id), "name": name}


def told(answer: Answer, status: int, code: str, rule: str) -> dict[str, Any]:
    content: dict[str, Any] = answer.json
    assert (answer.status, answer.code, content["rule"]) == (status, code, rule)
    assert datetime.fromisoformat(content["since"]) <= now()
    return content


def test_a_follow_up_of_somebody_else_names_its_author_and_the_owner(
    member: Caller, other: Caller, service: CustomerService, people: People
) -> None:
    third = service.as_member(people.member("赵敏"))
    made = create(member)
    said = other.post(url(made, "/follow_ups"), {"method": "call", "content": "聊了"}).expect(201)
    where = f"/api/follow_ups/{said['follow_up_id']}"
    author, owner = name_of(other, "王芳"), name_of(member, "李伟")
    edited = told(third.patch(where, {"content": "改了"}), 403, "author_only", "follow_up_author")
    assert (edited["by"], edited["who_can_change"]) == (author, [author])
    deleted = told(third.delete(where), 403, "author_or_owner_only", "follow_up_author")
    assert (deleted["by"], deleted["who_can_change"]) == (author, [author, owner])


def test_a_field_changed_by_two_names_who_was_faster_and_when(member: Caller, other: Caller) -> None:
    made = create(member)
    other.patch(url(made), {"city": "杭州", "base": {"city": None}}).expect(200)
    refused = told(member.patch(url(made), {"city": "宁波", "base": {"city": None}}), 409, "edit_conflict", "edit_same_field")
    assert refused["by"] == name_of(other, "王芳")


def test_inviting_twice_names_who_invited_first(member: Caller, other: Caller) -> None:
    made = create(member, participants=[{"member_id": other.member_id, "role": "viewer"}])
    answer = member.post(url(made, "/participants"), {"member_id": other.member_id, "role": "editor"})
    refused = told(answer, 409, "already_participant", "participant_once")
    assert (refused["by"], refused["who_can_change"]) == (name_of(member, "李伟"), [name_of(member, "李伟")])


def test_a_credit_code_that_is_taken_names_the_owner_of_the_other_customer(member: Caller, other: Caller) -> None:
    code = credit_code()
    create(member, credit_code=code)
    refused = told(other.post("/api/customers", {"name": "某", "credit_code": code}), 409, "credit_code_taken", "credit_code_unique")
    assert refused["who_can_change"] == [name_of(member, "李伟")]


def test_asking_where_it_makes_no_sense_says_since_when_and_by_whom(member: Caller, other: Caller) -> None:
    made = create(member)
    needless = told(member.post(url(made, "/access_requests"), {}), 409, "access_not_needed", "access_request")
    assert needless["who_can_change"] == [name_of(member, "李伟")]
    member.post(url(made, "/return_to_pool"), {"reason": "other"}).expect(200)
    in_pool = told(other.post(url(made, "/access_requests"), {}), 409, "in_pool", "pool_member")
    assert in_pool["by"] == name_of(member, "李伟")
