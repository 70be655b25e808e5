"""Participants: inviting, changing, ending, expiring, and who may."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.common.clock import now
from tests.support.customer import Caller, CustomerService, People, create, events_of, url
from tests.support.customer_rows import put_participant

pytestmark = pytest.mark.usefixtures("checked_events")


def at(made: dict[str, Any], caller: Caller) -> str:
    return url(made, f"/participants/{caller.member_id}")


def test_an_invited_member_sees_a_private_customer_from_the_next_request_on(
    member: Caller, other: Caller, service: CustomerService
) -> None:
    made = create(member, visibility="private")
    assert other.get(url(made)).status == 404
    added = member.post(url(made, "/participants"), {"member_id": other.member_id, "role": "viewer"}).expect(201)
    assert added == {"member_id": str(other.member_id), "name": "王芳", "role": "viewer", "expires_at": None}
    shown = other.get(url(made)).expect(200)
    assert (shown["participants"], shown["version"]) == ([added], 2)
    assert other.get(url(made, "/participants")).expect(200)["items"] == [added]
    event = events_of(service.engine, made)[-1]
    assert (event.type, event.payload, event.audience) == ("customer.participant_added", added, [other.member_id])


def test_role_and_end_are_changed_apart(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member, participants=[{"member_id": other.member_id, "role": "viewer"}])
    end = (now() + timedelta(days=2)).replace(microsecond=0)
    changed = member.patch(at(made, other), {"expires_at": end.isoformat()}).expect(200)
    assert (changed["role"], datetime.fromisoformat(changed["expires_at"])) == ("viewer", end)
    changed = member.patch(at(made, other), {"role": "editor"}).expect(200)
    assert (changed["role"], datetime.fromisoformat(changed["expires_at"])) == ("editor", end)
    assert member.patch(at(made, other), {"expires_at": None}).expect(200)["expires_at"] is None
    assert member.patch(at(made, other), {"role": "editor"}).expect(200)["role"] == "editor"
    types = [event.type for event in events_of(service.engine, made)]
    assert types == ["customer.created", *["customer.participant_changed"] * 3], "the last change changed nothing"
    assert member.patch(at(made, other), {"role": None}).status == 422


def test_a_participation_ends_by_itself(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member, visibility="private")
    put_participant(service.engine, UUID(made["customer_id"]), other.member_id or uuid.uuid4(), "editor", now() - timedelta(seconds=1))
    assert other.get(url(made)).status == 404
    assert member.get(url(made)).expect(200)["participants"] == []
    member.post(url(made, "/participants"), {"member_id": other.member_id, "role": "viewer"}).expect(201)
    assert other.get(url(made)).status == 200


def test_an_end_lies_ahead(member: Caller, other: Caller) -> None:
    made = create(member)
    for end, code in ((now() - timedelta(seconds=1), "expires_in_the_past"), ("9999-12-31T23:00:00-12:00", "out_of_range")):
        text = end if isinstance(end, str) else end.isoformat()
        answer = member.post(url(made, "/participants"), {"member_id": other.member_id, "role": "viewer", "expires_at": text})
        assert (answer.status, answer.code) == (422, code)


def test_who_cannot_take_part(member: Caller, other: Caller, people: People) -> None:
    made = create(member, participants=[{"member_id": other.member_id, "role": "viewer"}])

    def refused(member_id: Any) -> tuple[int, str]:
        answer = member.post(url(made, "/participants"), {"member_id": member_id, "role": "editor"})
        return answer.status, answer.code

    assert refused(other.member_id) == (409, "already_participant")
    assert refused(member.member_id) == (409, "is_owner")
    assert refused(people.member(active=False)) == (422, "member_inactive")
    assert refused(uuid.uuid4()) == (422, "member_unknown")


def test_a_participant_may_leave_and_nobody_else_may_send_him_away_but_who_leads(
    member: Caller, other: Caller, people: People, service: CustomerService
) -> None:
    third = service.as_member(people.member("赵敏"))
    invited = [{"member_id": who.member_id, "role": "editor"} for who in (other, third)]
    made = create(member, visibility="private", participants=invited)
    refused = other.delete(at(made, third))
    assert (refused.status, refused.code) == (403, "owner_only")
    assert other.delete(at(made, other)).status == 204
    assert other.get(url(made)).status == 404
    assert member.delete(at(made, third)).status == 204
    assert member.delete(at(made, third)).status == 404
    assert [event.type for event in events_of(service.engine, made)][1:] == ["customer.participant_removed"] * 2


def test_inviting_is_for_who_leads_and_strangers_learn_nothing(member: Caller, other: Caller, service: CustomerService) -> None:
    public, private = create(member), create(member, visibility="private")
    body = {"member_id": other.member_id, "role": "editor"}
    assert other.post(url(public, "/participants"), body).code == "owner_only"
    assert other.patch(at(public, other), {"role": "editor"}).code == "owner_only"
    missing = {"customer_id": str(uuid.uuid4())}
    for where in (private, missing):
        answers = [
            other.post(url(where, "/participants"), body), other.patch(at(where, other), {"role": "editor"}),
            other.delete(at(where, other)), other.get(url(where, "/participants")),
        ]  # fmt: skip
        assert [(answer.status, answer.code) for answer in answers] == [(404, "customer_not_found")] * 4
    assert len(events_of(service.engine, private)) == 1


def test_an_invitation_sent_twice_with_its_key_is_one(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [member.post(url(made, "/participants"), {"member_id": other.member_id, "role": "viewer"}, key).expect(201) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(events_of(service.engine, made)) == 2
