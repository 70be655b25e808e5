"""Assigning, returning, claiming: who may, what becomes of it, what is told, and that a race has one winner."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.common.clock import now
from services.customer.rules.ownership import BATCH_MAX
from tests.support.customer import Answer, Caller, CustomerService, People, at_once, create, events_of, url
from tests.support.customer_rows import FULL, count_rows, put_customers, put_participant

pytestmark = pytest.mark.usefixtures("checked_events")


@pytest.fixture(scope="module")
def manager(service: CustomerService, people: People) -> Caller:
    """Calls as one who may give out what has no owner."""
    return service.as_member(people.member("经理", role="manager", department_id=people.department()))


def pooled(service: CustomerService, count: int = 1, **values: Any) -> list[dict[str, Any]]:
    made = put_customers(service.engine, [{"name": f"公海{number}", "state": "pool", **values} for number in range(count)])
    return [{"customer_id": str(customer_id)} for customer_id in made]


def history(caller: Caller, made: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = caller.get(url(made, "/ownership_history")).expect(200)["items"]
    return items


def ref(caller: Caller, name: str) -> dict[str, str]:
    return {"member_id": str(caller.member_id), "name": name}


def patiently(send: Callable[[], Answer]) -> Answer:
    """As a client does where a crowd gets 503 with Retry-After for want of connections."""
    for _ in range(200):
        answer = send()
        if answer.status != 503:
            return answer
    raise AssertionError("503 two hundred times")


# --- claiming ---------------------------------------------------------------------------------------------------------------


def test_claiming_takes_a_customer_out_of_the_pool(member: Caller, other: Caller) -> None:
    made = create(other, **FULL)
    other.post(url(made, "/return_to_pool"), {"reason": "no_budget", "note": "明年再说"}).expect(200)
    answer = member.post(url(made, "/claim"))
    claimed = answer.expect(200)
    assert answer.response.headers["ETag"] == '"3"'
    assert (claimed["state"], claimed["owner"], claimed["visibility"]) == ("owned", ref(member, "李伟"), "private")
    assert (claimed["previous_owner"], claimed["times_claimed"]) == (ref(other, "王芳"), 1)
    assert [claimed[name] for name in ("pool_entered_at", "pool_reason", "pool_note")] == [None] * 3
    assert {name: claimed[name] for name in FULL} == FULL
    latest, first = history(member, made)
    assert (latest["owner"], latest["how"], latest["by"], latest["until"]) == (ref(member, "李伟"), "claimed", ref(member, "李伟"), None)
    assert (first["owner"], first["how"], first["ended_how"], first["ended_by"]) == (
        ref(other, "王芳"),
        "created",
        "returned_to_pool",
        ref(other, "王芳"),
    )
    assert (first["reason"], first["note"]) == ("no_budget", "明年再说")
    assert datetime.fromisoformat(first["from"]) < datetime.fromisoformat(first["until"]) < datetime.fromisoformat(latest["from"])
    assert other.get(url(made)).status == 404, "private again, and no longer his"


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_of_a_hundred_who_claim_at_once_one_wins_and_the_others_are_told_who(
    service: CustomerService, people: People, visibility: str
) -> None:
    (made,) = pooled(service, visibility=visibility)
    callers = [service.as_member(people.member(f"抢{number}")) for number in range(100)]
    answers = at_once([lambda caller=caller: patiently(lambda: caller.post(url(made, "/claim"))) for caller in callers])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 99}
    winner = next(answer.json["owner"] for answer in answers if answer.status == 200)
    for lost in (answer for answer in answers if answer.status == 409):
        assert lost.code == "already_claimed"
        assert lost.json["by"] == (winner if visibility == "public" else None)
        assert abs(now() - datetime.fromisoformat(lost.json["since"])).total_seconds() < 60
    who = next(caller for caller, answer in zip(callers, answers, strict=True) if answer.status == 200)
    assert [(period["owner"], period["until"]) for period in history(who, made)] == [(winner, None)]
    assert [event.type for event in events_of(service.engine, made)] == ["customer.claimed"]
    assert who.get(url(made)).expect(200)["version"] == 2


def test_many_who_claim_many_at_once_share_them_without_rest_or_double(service: CustomerService, people: People) -> None:
    """Batches in different orders over the same customers: no deadlock, every customer won once."""
    made = pooled(service, 40)
    callers = [service.as_member(people.member()) for _ in range(8)]

    def claim(number: int) -> Answer:
        ids = [found["customer_id"] for found in made]
        random.Random(number).shuffle(ids)  # noqa: S311 - a test's dice
        return callers[number].post("/api/customers/claim", {"customer_ids": ids})

    answers = at_once([lambda number=number: claim(number) for number in range(8)])  # type: ignore[misc]
    results = [result for answer in answers for result in answer.expect(200)["results"]]
    won = Counter(result["customer_id"] for result in results if result["done"])
    assert won == dict.fromkeys((found["customer_id"] for found in made), 1)
    assert {result["code"] for result in results if not result["done"]} == {"already_claimed"}


def test_what_is_not_in_the_pool_cannot_be_claimed(member: Caller, other: Caller) -> None:
    owned, unassigned = create(member), create(member, owner_id=None)
    refused = other.post(url(owned, "/claim"))
    assert (refused.status, refused.code, refused.json["by"]) == (409, "already_claimed", ref(member, "李伟"))
    refused = other.post(url(unassigned, "/claim"))
    assert (refused.status, refused.code) == (409, "not_in_pool")
    assert other.post(url(create(member, visibility="private"), "/claim")).status == 404
    assert other.post(f"/api/customers/{uuid.uuid4()}/claim").status == 404


def test_a_claim_sent_twice_with_its_key_is_one_claim(service: CustomerService, member: Caller) -> None:
    (made,) = pooled(service)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [member.post(url(made, "/claim"), {}, key) for _ in range(2)]
    assert answers[0].expect(200) == answers[1].expect(200)
    assert len(events_of(service.engine, made)) == 1


def test_a_participant_who_claims_is_no_participant_any_more(service: CustomerService, member: Caller) -> None:
    (made,) = pooled(service)
    put_participant(service.engine, UUID(made["customer_id"]), member.member_id or uuid.uuid4(), "viewer")
    assert member.post(url(made, "/claim")).expect(200)["participants"] == []


# --- returning --------------------------------------------------------------------------------------------------------------


def test_returning_clears_the_owner_and_keeps_the_rest(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member, participants=[{"member_id": other.member_id, "role": "editor"}], next_contact_at="2026-12-01T02:00:00Z")
    other.put(url(made, "/star"))
    after = member.post(url(made, "/return_to_pool"), {"reason": "unreachable"}).expect(200)
    assert (after["state"], after["owner"], after["previous_owner"]) == ("pool", None, ref(member, "李伟"))
    assert (after["pool_reason"], after["pool_note"], after["version"]) == ("unreachable", None, 2)
    assert abs(now() - datetime.fromisoformat(after["pool_entered_at"])).total_seconds() < 60
    assert after["participants"] == made["participants"]
    assert other.get(url(made)).expect(200)["starred"] is True
    event = events_of(service.engine, made)[-1]
    told = {"reason": "unreachable", "reason_text": "联系不上", "note": None, "pool_name": "公海"}
    assert (event.type, {**event.payload, "pool_id": None}) == ("customer.returned_to_pool", {**told, "pool_id": None})
    assert {change["field"]: (change["before_text"], change["after_text"]) for change in event.changes} == {
        "owner": ("李伟", None), "state": ("有负责人", "公海"),
    }  # fmt: skip


@pytest.mark.parametrize("reason", ["overdue", "", "x"])
def test_only_reasons_that_people_may_give_are_taken(member: Caller, reason: str) -> None:
    assert member.post(url(create(member), "/return_to_pool"), {"reason": reason}).code == "option_unknown"


def test_returning_is_for_who_leads(member: Caller, other: Caller, admin: Caller) -> None:
    made = create(member)
    refused = other.post(url(made, "/return_to_pool"), {"reason": "other"})
    assert (refused.status, refused.code, refused.json["who_can_change"]) == (403, "owner_only", [ref(member, "李伟")])
    admin.post(url(made, "/return_to_pool"), {"reason": "other"}).expect(200)
    refused = member.post(url(made, "/return_to_pool"), {"reason": "other"})
    assert (refused.status, refused.code) == (409, "already_in_pool")


def test_there_is_no_other_pool(member: Caller) -> None:
    answer = member.post(url(create(member), "/return_to_pool"), {"reason": "other", "pool_id": str(uuid.uuid4())})
    assert (answer.status, answer.code) == (422, "pool_unknown")


# --- assigning --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", ["viewer", "editor", None])
def test_assigning_may_keep_the_previous_owner_as_participant(
    member: Caller, other: Caller, service: CustomerService, keep: str | None
) -> None:
    made = create(member, visibility="private", participants=[{"member_id": other.member_id, "role": "viewer"}])
    body = {"owner_id": other.member_id, **({"keep_previous_owner_as": keep} if keep else {})}
    after = member.post(url(made, "/assign"), body).expect(200)
    assert (after["owner"], after["previous_owner"], after["version"]) == (ref(other, "王芳"), ref(member, "李伟"), 2)
    kept = [{**ref(member, "李伟"), "role": keep, "expires_at": None}] if keep else []
    assert after["participants"] == kept, "the new owner takes part no longer, the previous one where he was kept"
    assert member.get(url(made)).status == (200 if keep else 404)
    event = events_of(service.engine, made)[-1]
    assert event.payload == {"previous_state": "owned", **({"keep_previous_owner_as": keep} if keep else {})}
    assert event.audience == [other.member_id]


def test_who_may_assign(member: Caller, other: Caller, manager: Caller, people: People) -> None:
    target = people.member("接手")
    owned, unassigned, private = create(member), create(member, owner_id=None), create(member, visibility="private")
    refused = other.post(url(owned, "/assign"), {"owner_id": target})
    assert (refused.status, refused.code) == (403, "owner_only")
    refused = other.post(url(unassigned, "/assign"), {"owner_id": target})
    assert (refused.status, refused.code, refused.json["rule"]) == (403, "assign_right_missing", "right_assign")
    assert other.post(url(private, "/assign"), {"owner_id": target}).status == 404
    assert manager.post(url(unassigned, "/assign"), {"owner_id": target}).expect(200)["owner"]["name"] == "接手"


def test_whom_one_may_assign_to(member: Caller, people: People) -> None:
    made = create(member)
    for owner_id, code in ((people.member(active=False), "member_inactive"), (uuid.uuid4(), "member_unknown")):
        answer = member.post(url(made, "/assign"), {"owner_id": owner_id})
        assert (answer.status, answer.code) == (422, code)
    answer = member.post(url(made, "/assign"), {"owner_id": member.member_id})
    assert (answer.status, answer.code) == (409, "already_owner")


# --- batches ----------------------------------------------------------------------------------------------------------------


def test_a_batch_gives_a_result_per_row_and_invisible_ids_are_unknown_ids(
    member: Caller, other: Caller, service: CustomerService, people: People
) -> None:
    target = people.member("接手")
    mine, theirs, hidden = create(member), create(other), create(other, visibility="private")
    his = create(member, owner_id=target)
    unknown = {"customer_id": str(uuid.uuid4())}
    ids = [found["customer_id"] for found in (theirs, mine, unknown, hidden, his, mine)]
    batch = member.post("/api/customers/assign", {"customer_ids": ids, "owner_id": target}).expect(200)
    results = {result["customer_id"]: result for result in batch["results"]}
    assert list(results) == ids[:5], "in the order asked for, each once"
    assert (batch["done"], batch["skipped"]) == (1, 4)
    assert results[mine["customer_id"]] == {"customer_id": mine["customer_id"], "done": True, "version": 2}
    assert results[theirs["customer_id"]]["code"] == "owner_only"
    assert results[his["customer_id"]]["code"] == "owner_only"
    gone, concealed = ({**results[found["customer_id"]], "customer_id": None} for found in (unknown, hidden))
    assert gone == concealed
    assert other.get(url(hidden)).expect(200) == hidden
    event = events_of(service.engine, mine)[-1]
    assert (str(event.batch_id), event.type) == (batch["batch_id"], "customer.assigned")


@pytest.mark.parametrize("verb", ["assign", "return_to_pool", "claim", "star", "unstar"])
def test_invisible_and_unknown_ids_are_the_same_to_every_batch(member: Caller, other: Caller, service: CustomerService, verb: str) -> None:
    hidden, unknown = create(other, visibility="private"), {"customer_id": str(uuid.uuid4())}
    bodies: dict[str, dict[str, Any]] = {"assign": {"owner_id": member.member_id}, "return_to_pool": {"reason": "other"}}
    more = bodies.get(verb, {})
    ids = [found["customer_id"] for found in (hidden, unknown)]
    before = count_rows(service.engine, "event"), count_rows(service.engine, "star")
    first, second = member.post(f"/api/customers/{verb}", {"customer_ids": ids, **more}).expect(200)["results"]
    assert {**first, "customer_id": None} == {**second, "customer_id": None}
    assert (first["done"], first["code"]) == (False, "customer_not_found")
    assert (count_rows(service.engine, "event"), count_rows(service.engine, "star")) == before
    assert other.get(url(hidden)).expect(200) == hidden


def test_returning_and_claiming_many_tells_each_why(member: Caller, other: Caller) -> None:
    mine, theirs = [create(member) for _ in range(3)], create(other)
    ids = [found["customer_id"] for found in (*mine, theirs)]
    batch = member.post("/api/customers/return_to_pool", {"customer_ids": ids, "reason": "other", "note": "整理"}).expect(200)
    assert [result.get("code") for result in batch["results"]] == [None, None, None, "owner_only"]
    again = member.post("/api/customers/return_to_pool", {"customer_ids": ids[:1], "reason": "other"}).expect(200)
    assert again["results"][0]["code"] == "already_in_pool"
    batch = other.post("/api/customers/claim", {"customer_ids": ids}).expect(200)
    assert [result.get("code") for result in batch["results"]] == [None, None, None, "already_claimed"]
    assert (batch["done"], batch["skipped"]) == (3, 1)
    assert [result["version"] for result in batch["results"][:3]] == [3, 3, 3]


def test_evenly_means_the_same_number_to_each(member: Caller, people: People) -> None:
    targets = [people.member(f"组员{number}") for number in range(3)]
    ids = [create(member)["customer_id"] for _ in range(8)]
    member.post("/api/customers/assign", {"customer_ids": ids, "owner_ids": targets, "strategy": "evenly"}).expect(200)
    owners = Counter(member.get(f"/api/customers/{found}").expect(200)["owner"]["member_id"] for found in ids)
    assert sorted(owners.values()) == [2, 3, 3]
    assert set(owners) == {str(target) for target in targets}


@pytest.mark.parametrize("verb", ["assign", "return_to_pool", "claim", "star"])
def test_a_batch_has_bounds(member: Caller, verb: str) -> None:
    bodies: dict[str, dict[str, Any]] = {"assign": {"owner_id": member.member_id}, "return_to_pool": {"reason": "other"}}
    more = bodies.get(verb, {})
    for ids, code in (([], "empty"), ([uuid.uuid4() for _ in range(BATCH_MAX + 1)], "too_many")):
        answer = member.post(f"/api/customers/{verb}", {"customer_ids": ids, **more})
        assert answer.status == 422
        assert answer.json["errors"][0]["code"] == code


def test_a_batch_sent_twice_with_its_key_is_one_batch(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    body = {"customer_ids": [made["customer_id"]], "owner_id": other.member_id}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [member.post("/api/customers/assign", body, key).expect(200) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(events_of(service.engine, made)) == 2


def test_a_new_owner_who_is_wrong_moves_nothing(member: Caller, service: CustomerService) -> None:
    made = create(member)
    body = {"customer_ids": [made["customer_id"]], "owner_ids": [member.member_id, uuid.uuid4()], "strategy": "evenly"}
    assert member.post("/api/customers/assign", body).status == 422
    assert len(events_of(service.engine, made)) == 1


# --- any order of moves -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_done_in_whatever_order_history_and_events_tell_it(service: CustomerService, people: People, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    callers = [service.as_member(people.member(rights=["assign"])) for _ in range(3)]
    made = create(callers[0])
    owner: Caller | None = callers[0]
    owners = [str(callers[0].member_id)]
    for _ in range(25):
        who, target = dice.choice(callers), dice.choice(callers)
        verb = dice.choice(["assign", "return_to_pool", "claim"])
        bodies: dict[str, Any] = {"assign": {"owner_id": target.member_id}, "return_to_pool": {"reason": "other"}, "claim": {}}
        allowed = {"assign": who is owner and target is not owner, "return_to_pool": who is owner, "claim": owner is None}[verb]
        answer = who.post(url(made, f"/{verb}"), bodies[verb])
        assert (answer.status == 200) == allowed, (verb, answer.json)
        if allowed:
            owner = {"assign": target, "return_to_pool": None, "claim": who}[verb]
            owners += [str(owner.member_id)] if owner else []
    periods = history(callers[0], made)[::-1]
    assert [period["owner"]["member_id"] for period in periods] == owners
    assert [period["until"] is None for period in periods] == [*[False] * (len(periods) - 1), owner is not None]
    ends = [moment for period in periods for moment in (period["from"], period["until"]) if moment]
    assert ends == sorted(ends)
    told = [change["after"] for event in events_of(service.engine, made) for change in event.changes if change["field"] == "owner"]
    assert [found for found in told if found] == owners
    assert [event.customer_version for event in events_of(service.engine, made)] == list(range(1, len(events_of(service.engine, made)) + 1))
