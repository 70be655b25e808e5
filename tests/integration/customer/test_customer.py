"""Creating and showing a customer. Editing is in ``test_customer_edit.py``."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.common.clock import now
from services.customer.rules.field import BY_NAME, CHOICES, EDITABLE
from tests.support.customer import Caller, CustomerService, People, at_once, counted, create, events_of, url
from tests.support.customer_rows import FULL, count_rows, credit_code, put_customers, put_participant

pytestmark = pytest.mark.usefixtures("checked_events")

HIDDEN = {"phone", "mobile", "email", "wechat", "address", "remark"}


# --- creating ---------------------------------------------------------------------------------------------------------------


def test_a_name_is_enough(member: Caller) -> None:
    made = member.post("/api/customers", {"name": "重庆啤酒"}).expect(201)
    assert made["customer_no"].startswith("C0")
    assert made["status"] == "new"
    assert made["visibility"] == "public"
    assert made["state"] == "owned"
    assert made["owner"] == {"member_id": str(member.member_id), "name": "李伟"}
    assert made["version"] == 1
    assert member.get(f"/api/customers/{made['customer_id']}").expect(200) == made


def test_every_field_that_people_enter_is_kept_and_shown(member: Caller) -> None:
    parent = create(member)
    full = {**FULL, "credit_code": credit_code(), "parent_customer_id": parent["customer_id"]}
    assert set(full) == set(EDITABLE)
    answer = member.post("/api/customers", full)
    made = answer.expect(201)
    assert {name: made[name] for name in full} == full
    assert made["created_by"] == made["owner"]
    assert answer.response.headers["ETag"] == '"1"'
    assert member.get(url(made)).expect(200) == made


def test_the_owner_may_be_somebody_else_or_nobody(member: Caller, other: Caller) -> None:
    given = create(member, owner_id=other.member_id)
    assert given["owner"]["name"] == "王芳"
    unassigned = create(member, owner_id=None)
    assert (unassigned["state"], unassigned["owner"]) == ("unassigned", None)


def test_participants_are_invited_while_creating(member: Caller, other: Caller) -> None:
    expires_at = (now() + timedelta(days=3)).replace(microsecond=0)
    made = create(member, participants=[{"member_id": other.member_id, "role": "editor", "expires_at": expires_at.isoformat()}])
    (shown,) = made["participants"]
    assert (shown["member_id"], shown["name"], shown["role"]) == (str(other.member_id), "王芳", "editor")
    assert datetime.fromisoformat(shown["expires_at"]) == expires_at


def test_people_who_cannot_own_or_take_part_are_refused(member: Caller, people: People) -> None:
    gone, active = people.member(active=False), people.member()
    past = (now() - timedelta(seconds=1)).isoformat()

    def refused(**fields: Any) -> str:
        answer = member.post("/api/customers", {"name": "某公司", **fields})
        assert answer.status in (409, 422)
        return answer.code

    assert refused(owner_id=gone) == "member_inactive"
    assert refused(owner_id=uuid.uuid4()) == "member_unknown"
    assert refused(participants=[{"member_id": gone, "role": "viewer"}]) == "member_inactive"
    assert refused(participants=[{"member_id": uuid.uuid4(), "role": "viewer"}]) == "member_unknown"
    assert refused(participants=[{"member_id": member.member_id, "role": "viewer"}]) == "is_owner"
    assert refused(participants=[{"member_id": active, "role": "viewer"}] * 2) == "participant_repeated"
    assert refused(participants=[{"member_id": active, "role": "viewer", "expires_at": past}]) == "expires_in_the_past"


def test_numbers_are_unique_and_rise(member: Caller) -> None:
    numbers = [create(member)["customer_no"] for _ in range(5)]
    assert sorted(set(numbers)) == numbers


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "required"),
        ({"status": ""}, "required"),
        ({"name": "长" * 201}, "too_long"),
        ({"email": "nobody"}, "email_malformed"),
        ({"website": "javascript:alert(1)"}, "website_malformed"),
        ({"credit_code": "91330100799655058A"}, "credit_code_checksum"),
        ({"staff_size": -1}, "out_of_range"),
        ({"staff_size": "12"}, "int_type"),
        ({"visibility": "secret"}, "literal_error"),
        ({"next_contact_at": "2026-12-01T02:00:00"}, "timezone_aware"),
        ({"parent_customer_id": str(uuid.uuid4())}, "customer_unknown"),
        ({"parent_customer_id": "x"}, "uuid_parsing"),
        ({"next_contact_at": "0001-01-01T00:00:00+14:00"}, "out_of_range"),
        ({"next_contact_at": "9999-12-31T23:00:00-12:00"}, "out_of_range"),
        *(({field.field: "不存在"}, "option_unknown") for field in CHOICES),
        *(({name: "长" * (BY_NAME[name].length_max + 1)}, "too_long") for name in EDITABLE if BY_NAME[name].length_max),
    ],
)
def test_a_wrong_value_is_refused_by_create_and_edit_alike(
    member: Caller, service: CustomerService, fields: dict[str, Any], code: str
) -> None:
    made = create(member)
    before = count_rows(service.engine, "customer"), count_rows(service.engine, "event"), count_rows(service.engine, "customer_search")
    for answer in (
        member.post("/api/customers", {"name": "某公司", **fields}),
        member.patch(url(made), fields, {"If-Match": '"1"'}),
    ):
        assert answer.status == 422, answer.json
        assert answer.code == code
        assert answer.json["errors"][0]["pointer"] == f"/{next(iter(fields))}"
    assert (
        count_rows(service.engine, "customer"),
        count_rows(service.engine, "event"),
        count_rows(service.engine, "customer_search"),
    ) == before


@pytest.mark.parametrize(
    "name",
    ["customer_id", "customer_no", "state", "created_by", "created_at", "version", "previous_owner", "last_follow_up_at", "owner", "x"],
)
def test_what_people_do_not_enter_is_refused(member: Caller, name: str) -> None:
    assert member.post("/api/customers", {"name": "某公司", name: None}).code == "extra_forbidden"
    assert member.patch(url(create(member)), {name: None}, {"If-Match": '"1"'}).code == "extra_forbidden"


def test_the_owner_is_not_changed_by_an_edit(member: Caller) -> None:
    assert member.patch(url(create(member)), {"owner_id": str(member.member_id)}, {"If-Match": '"1"'}).code == "extra_forbidden"


# --- once however often it is sent ------------------------------------------------------------------------------------------


def test_the_same_key_twice_makes_one_customer_and_gives_the_same_answer(member: Caller, service: CustomerService) -> None:
    body, key = {**FULL, "participants": []}, {"Idempotency-Key": str(uuid.uuid4())}
    before = count_rows(service.engine, "customer")
    first, second = member.post("/api/customers", body, key), member.post("/api/customers", body, key)
    assert second.expect(201) == first.expect(201)
    assert second.response.headers["ETag"] == '"1"'
    assert count_rows(service.engine, "customer") == before + 1
    assert len(events_of(service.engine, first.json)) == 1


def test_the_same_key_at_once_makes_one_customer(member: Caller, service: CustomerService) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    before = count_rows(service.engine, "customer")
    answers = at_once([lambda: member.post("/api/customers", {"name": "双击"}, key)] * 12)
    assert len({answer.expect(201)["customer_id"] for answer in answers}) == 1
    assert count_rows(service.engine, "customer") == before + 1


def test_the_same_key_with_another_body_is_refused(member: Caller, service: CustomerService) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    member.post("/api/customers", {"name": "甲"}, key).expect(201)
    before = count_rows(service.engine, "customer")
    answer = member.post("/api/customers", {"name": "乙"}, key)
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert count_rows(service.engine, "customer") == before


def test_a_key_belongs_to_one_member(member: Caller, other: Caller) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = [caller.post("/api/customers", {"name": "甲"}, key).expect(201) for caller in (member, other)]
    assert made[0]["customer_id"] != made[1]["customer_id"]


def test_a_refused_creation_does_not_use_its_key_up(member: Caller) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert member.post("/api/customers", {"name": ""}, key).status == 422
    member.post("/api/customers", {"name": "甲"}, key).expect(201)


# --- seeing -----------------------------------------------------------------------------------------------------------------


def test_what_is_not_there_and_what_is_private_are_the_same_answer_and_nothing_happens(
    member: Caller, other: Caller, service: CustomerService
) -> None:
    made = create(member, visibility="private")
    before = count_rows(service.engine, "event")
    missing = {"customer_id": str(uuid.uuid4())}
    for answers in (
        [other.get(url(where)) for where in (made, missing)],
        [other.patch(url(where), {"name": "乙"}, {"If-Match": '"1"'}) for where in (made, missing)],
    ):
        contents = [{**answer.expect(404), "request_id": None} for answer in answers]
        assert contents[0] == contents[1]
    assert other.patch(url(made), {"name": "乙"}).status == 404  # before any talk of If-Match
    assert count_rows(service.engine, "event") == before
    assert member.get(url(made)).expect(200) == made


def test_participants_managers_and_admins_see_private_customers(service: CustomerService, people: People, admin: Caller) -> None:
    top = people.department()
    below = people.department(parent_id=top)
    owner = service.as_member(people.member(department_id=below))
    manager = service.as_member(people.member(role="manager", department_id=top))
    stranger = service.as_member(people.member(role="manager", department_id=people.department()))
    guest, expired = service.as_member(people.member()), service.as_member(people.member())
    made = create(owner, visibility="private")
    put_participant(service.engine, UUID(made["customer_id"]), guest.member_id or uuid.uuid4(), "viewer")
    put_participant(service.engine, UUID(made["customer_id"]), expired.member_id or uuid.uuid4(), "editor", now() - timedelta(seconds=1))
    assert [who.get(url(made)).status for who in (owner, manager, guest, admin)] == [200] * 4
    assert [who.get(url(made)).status for who in (stranger, expired)] == [404] * 2


def test_in_the_pool_the_hidden_fields_of_a_private_customer_are_absent(service: CustomerService, people: People, member: Caller) -> None:
    values = {**FULL, "next_contact_at": None, "state": "pool"}
    (private,) = put_customers(service.engine, [values])
    (public,) = put_customers(service.engine, [{**values, "visibility": "public"}])
    pool_admin = service.as_member(people.member(rights=["pool_admin"]))
    assert not HIDDEN & member.get(f"/api/customers/{private}").expect(200).keys()
    assert member.get(f"/api/customers/{public}").expect(200).keys() >= HIDDEN
    assert pool_admin.get(f"/api/customers/{private}").expect(200).keys() >= HIDDEN
    refused = member.patch(f"/api/customers/{private}", {"remark": "x"}, {"If-Match": '"1"'})
    assert (refused.status, refused.code) == (403, "in_pool")
    assert "remark" not in pool_admin.patch(f"/api/customers/{private}", {"city": "万州"}, {"If-Match": '"1"'}).expect(200)["city"]


def test_one_page_costs_two_questions(member: Caller, service: CustomerService) -> None:
    made = create(member)
    with counted(service.engine) as statements:
        member.get(url(made)).expect(200)
    assert len(statements) <= 2, statements


def test_a_disabled_member_does_nothing_and_is_not_told_what_he_once_did(service: CustomerService, people: People, admin: Caller) -> None:
    gone = service.as_member(people.member())
    key = {"Idempotency-Key": str(uuid.uuid4())}
    gone.post("/api/customers", {"name": "某"}, key).expect(201)
    admin.patch(f"/api/members/{gone.member_id}", {"active": False}).expect(200)
    assert gone.post("/api/customers", {"name": "某"}, key).status == 401
    assert gone.post("/api/customers", {"name": "某"}).status == 401


def test_times_are_utc_whatever_offset_they_came_in(member: Caller) -> None:
    made = create(member, next_contact_at="2026-12-01T10:00:00+08:00")
    assert made["next_contact_at"] == "2026-12-01T02:00:00Z"
    assert datetime.fromisoformat(made["created_at"]).tzinfo == UTC
