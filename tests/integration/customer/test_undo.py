"""Undoing: what a batch did is brought back wherever nobody has changed it since; once, in time, by who did it or an admin."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.common.clock import now
from tests.support.customer import Answer, Caller, CustomerService, People, at_once, counted, create, events_of, url
from tests.support.customer_rows import count_rows, put_customers, put_participant, put_pool
from tests.support.pooling import pooled

pytestmark = pytest.mark.usefixtures("checked_events")

KEPT = "state, owner_id, previous_owner_id, pool_id, pool_entered_at, pool_reason, pool_note, times_claimed, status, level, next_contact_at"


def rows_of(service: CustomerService, customer_ids: list[Any], columns: str = KEPT) -> dict[UUID, tuple[Any, ...]]:
    """What a move or an edit may change of these customers, with participants and search tokens."""
    statement = f"""
        SELECT c.customer_id, {columns}, (SELECT array_agg(p.member_id::text || p.role ORDER BY p.member_id) FROM participant p
            WHERE p.customer_id = c.customer_id), s.open, s.tokens::text
        FROM customer c JOIN customer_search s USING (customer_id) WHERE c.customer_id = ANY(:ids)"""  # noqa: S608 - a test's own text
    with service.engine.connect() as connection:
        return {row[0]: tuple(row[1:]) for row in connection.execute(text(statement), {"ids": [UUID(str(one)) for one in customer_ids]})}


def owned(service: CustomerService, caller: Caller, count: int, **values: Any) -> list[str]:
    made = put_customers(service.engine, [{"name": f"撤销{n}", "owner_id": caller.member_id, **values} for n in range(count)])
    return [str(customer_id) for customer_id in made]


def undo(caller: Caller, batch_id: Any, key: str | None = None) -> Answer:
    return caller.post(f"/api/undo/{batch_id}", {}, {"Idempotency-Key": key} if key else None)


def assign(caller: Caller, customer_ids: list[str], owner: Caller, **values: Any) -> Any:
    return caller.post("/api/customers/assign", {"customer_ids": customer_ids, "owner_id": owner.member_id, **values}).expect(200)


# --- what comes back --------------------------------------------------------------------------------------------------------


def test_of_a_thousand_assignments_those_changed_since_stay_and_the_others_come_back(
    service: CustomerService, admin: Caller, member: Caller, other: Caller
) -> None:
    """The issue's own figures: 1,000 assigned, 30 changed since, 970 back, 30 listed with who and when."""
    ids = owned(service, member, 1000)
    before = rows_of(service, ids)
    batch = assign(admin, ids, other)
    assert (batch["done"], batch["skipped"]) == (1000, 0)
    touched = ids[::34][:30]
    for customer_id in touched:
        other.patch(f"/api/customers/{customer_id}", {"remark": "动过", "base": {"remark": None}}).expect(200)
    answer = undo(admin, batch["batch_id"]).expect(200)
    assert (answer["done"], answer["skipped"], len(answer["results"])) == (970, 30, 1000)
    listed = {result["customer_id"]: result for result in answer["results"] if not result["done"]}
    assert sorted(listed) == sorted(touched)
    for result in listed.values():
        assert (result["code"], result["by"]) == ("changed_since", {"member_id": str(other.member_id), "name": "王芳"})
        assert result["since"] is not None
    after = rows_of(service, ids)
    back = [UUID(customer_id) for customer_id in ids if customer_id not in touched]
    assert {one: after[one] for one in back} == {one: before[one] for one in back}
    assert {str(one) for one in after if after[one][1] == other.member_id} == set(touched)
    detail = admin.get(f"/api/batches/{answer['batch_id']}").expect(200)
    assert (detail["undo_of"], len(detail["results"]), detail["undo_refused"]) == (batch["batch_id"], 30, "not_undoable")


def test_an_undo_tells_one_event_for_each_that_reads_the_other_way_round(service: CustomerService, member: Caller, other: Caller) -> None:
    made = create(member)
    batch = assign(member, [made["customer_id"]], other, keep_previous_owner_as="viewer")
    answer = undo(member, batch["batch_id"]).expect(200)
    did, undid = events_of(service.engine, made)[-2:]
    assert (undid.type, undid.payload) == ("customer.undone", {"verb": "assign", "undone_batch_id": batch["batch_id"]})
    assert (str(undid.batch_id), undid.customer_version) == (answer["batch_id"], did.customer_version + 1)
    assert [(one["field"], one["before_text"], one["after_text"]) for one in undid.changes] == [("owner", "王芳", "李伟")]
    assert undid.audience == [other.member_id]


def test_the_history_of_owners_keeps_what_was_undone(member: Caller, other: Caller) -> None:
    made = create(member)
    undo(member, assign(member, [made["customer_id"]], other)["batch_id"]).expect(200)
    again, undone, first = member.get(url(made, "/ownership_history")).expect(200)["items"]
    assert (first["owner"]["name"], first["how"], first["ended_how"]) == ("李伟", "created", "assigned")
    assert (undone["owner"]["name"], undone["how"], undone["ended_how"]) == ("王芳", "assigned", "undone")
    assert (again["owner"]["name"], again["how"], again["until"]) == ("李伟", "undone", None)


def test_participants_come_back_as_they_were(service: CustomerService, people: People, member: Caller, other: Caller) -> None:
    third = people.member("第三人")
    ids = owned(service, member, 3)
    put_participant(service.engine, UUID(ids[0]), other.member_id or uuid.uuid4(), "editor", now() + timedelta(days=3))
    put_participant(service.engine, UUID(ids[1]), third, "viewer")
    before = rows_of(service, ids)
    batch = assign(member, ids, other, keep_previous_owner_as="viewer")
    assert rows_of(service, ids) != before
    assert undo(member, batch["batch_id"]).expect(200)["done"] == 3
    assert rows_of(service, ids) == before


def test_a_return_is_undone_with_all_that_the_pool_knew(service: CustomerService, member: Caller, other: Caller) -> None:
    ids = owned(service, member, 5, visibility="private")
    assign(member, ids, other)
    before = rows_of(service, ids)
    batch = other.post("/api/customers/return_to_pool", {"customer_ids": ids, "reason": "no_budget", "note": "明年"}).expect(200)
    assert undo(other, batch["batch_id"]).expect(200)["done"] == 5
    assert rows_of(service, ids) == before
    assert member.get(f"/api/customers/{ids[0]}").status == 404, "private again, in the index of those that are not open"


def test_a_claim_is_undone_into_the_place_it_had_in_the_pool_but_counts(service: CustomerService, member: Caller) -> None:
    (customer_id,) = owned(service, member, 1, owner_id=None, state="pool", pool_entered_at=now() - timedelta(days=9))
    before = rows_of(service, [customer_id], "state, owner_id, pool_entered_at, pool_reason")
    answer = member.post(f"/api/customers/{customer_id}/claim")
    answer.expect(200)
    undo(member, answer.response.headers["X-Batch-ID"]).expect(200)
    assert rows_of(service, [customer_id], "state, owner_id, pool_entered_at, pool_reason") == before
    assert member.get(f"/api/customers/{customer_id}").expect(200)["times_claimed"] == 1


def test_the_next_one_tells_its_batch_and_can_be_given_back(service: CustomerService, member: Caller) -> None:
    pool_id = put_pool(service.engine, open_to_all=True)
    (customer_id,) = pooled(service, pool_id)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [member.post(f"/api/pools/{pool_id}/next", {}, key) for _ in range(2)]
    assert [answer.expect(200)["customer_id"] for answer in answers] == [customer_id] * 2
    (batch_id,) = {answer.response.headers["X-Batch-ID"] for answer in answers}
    shown = member.get(f"/api/batches/{batch_id}").expect(200)
    assert (shown["verb"], shown["undo_refused"]) == ("claim", None)
    assert undo(member, batch_id).expect(200)["results"] == [{"customer_id": customer_id, "done": True, "version": 3}]
    assert member.post(f"/api/pools/{pool_id}/next").expect(200)["customer_id"] == customer_id, "it has its old place"


def test_an_assignment_out_of_the_pool_goes_back_into_it(service: CustomerService, admin: Caller, other: Caller) -> None:
    ids = owned(service, other, 4, owner_id=None, state="pool")
    before = rows_of(service, ids)
    assert undo(admin, assign(admin, ids, other)["batch_id"]).expect(200)["done"] == 4
    assert rows_of(service, ids) == before


@pytest.mark.parametrize("act", ["assign", "return_to_pool"])
def test_a_single_move_tells_its_batch_and_can_be_undone(member: Caller, other: Caller, act: str, service: CustomerService) -> None:
    made = create(member)
    before = rows_of(service, [made["customer_id"]])
    body = {"owner_id": other.member_id} if act == "assign" else {"reason": "other"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [member.post(url(made, f"/{act}"), body, key) for _ in range(2)]
    assert "batch_id" not in answers[0].expect(200)
    batch_id = answers[0].response.headers["X-Batch-ID"]
    assert answers[1].response.headers["X-Batch-ID"] == batch_id == str(events_of(service.engine, made)[-1].batch_id)
    assert undo(member, batch_id).expect(200)["done"] == 1
    assert rows_of(service, [made["customer_id"]]) == before


@pytest.mark.parametrize("verb", ["tag", "untag"])
def test_tags_come_back_with_who_set_them(service: CustomerService, admin: Caller, member: Caller, verb: str) -> None:
    tags = [admin.post("/api/tags", {"name": uuid.uuid4().hex[:12]}).expect(201)["tag_id"] for _ in range(2)]
    ids = owned(service, member, 3)
    admin.post("/api/customers/tag", {"customer_ids": ids[:2], "tag_ids": tags[:1]}).expect(200)
    before, set_ = rows_of(service, ids), [member.get(f"/api/customers/{one}/tags").expect(200) for one in ids]
    batch = member.post(f"/api/customers/{verb}", {"customer_ids": ids, "tag_ids": tags}).expect(200)
    assert rows_of(service, ids) != before
    answer = undo(member, batch["batch_id"]).expect(200)
    assert (answer["done"], answer["skipped"]) == (3 if verb == "tag" else 2, 0), "what had nothing to take away needs no undoing"
    assert rows_of(service, ids) == before
    assert [member.get(f"/api/customers/{one}/tags").expect(200) for one in ids] == set_
    assert events_of(service.engine, {"customer_id": ids[0]})[-1].payload["verb"] == verb


def test_a_lock_and_a_hold_that_a_return_ended_are_there_again(member: Caller) -> None:
    made = create(member)
    member.post(url(made, "/lock")).expect(200)
    locked = member.get(url(made)).expect(200)
    answer = member.post(url(made, "/return_to_pool"), {"reason": "other"})
    assert answer.expect(200)["locked_at"] is None
    undo(member, answer.response.headers["X-Batch-ID"]).expect(200)
    after = member.get(url(made)).expect(200)
    assert (after["locked_at"], after["locked_by"]) == (locked["locked_at"], locked["locked_by"])


# --- who, when, how often ---------------------------------------------------------------------------------------------------


def test_a_batch_is_undone_once(member: Caller, other: Caller, service: CustomerService) -> None:
    batch = assign(member, owned(service, member, 2), other)
    key = str(uuid.uuid4())
    first, again = undo(member, batch["batch_id"], key), undo(member, batch["batch_id"], key)
    assert first.expect(200) == again.expect(200)
    refused = undo(member, batch["batch_id"])
    assert (refused.status, refused.code) == (409, "already_undone")
    refused = undo(member, first.json["batch_id"])
    assert (refused.status, refused.code) == (409, "not_undoable")


def test_of_many_who_undo_at_once_one_does(member: Caller, admin: Caller, other: Caller, service: CustomerService) -> None:
    ids = owned(service, member, 20)
    batch = assign(member, ids, other)
    answers = at_once([lambda caller=caller: undo(caller, batch["batch_id"]) for caller in [member, admin] * 4])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 7}
    assert {event.type for one in ids for event in events_of(service.engine, {"customer_id": one})} == {
        "customer.assigned",
        "customer.undone",
    }
    assert all(len(events_of(service.engine, {"customer_id": one})) == 2 for one in ids)


def test_only_who_did_it_or_an_admin_may_undo(member: Caller, other: Caller, admin: Caller, service: CustomerService) -> None:
    batch = assign(member, owned(service, member, 1), other)
    assert undo(other, batch["batch_id"]).status == 404
    assert other.get(f"/api/batches/{batch['batch_id']}").status == 404
    assert undo(member, uuid.uuid4()).status == 404
    assert undo(admin, batch["batch_id"]).expect(200)["done"] == 1


def test_the_time_for_it_ends(member: Caller, other: Caller, service: CustomerService) -> None:
    batch = assign(member, owned(service, member, 1), other)
    with service.engine.begin() as connection:
        connection.execute(
            text("UPDATE batch SET ended_at = ended_at - interval '31 minutes' WHERE batch_id = :id"), {"id": batch["batch_id"]}
        )
    refused = undo(member, batch["batch_id"])
    assert (refused.status, refused.code, refused.json["minutes"]) == (409, "undo_expired", 30)
    assert member.get(f"/api/batches/{batch['batch_id']}").expect(200)["undo_refused"] == "undo_expired"


def test_rights_are_those_of_now(member: Caller, people: People, service: CustomerService) -> None:
    """A manager assigned; he is no manager any more: he may not take the customers back."""
    department_id = people.department()
    manager = service.as_member(people.member("经理", role="manager", department_id=department_id))
    own = service.as_member(people.member("下属", department_id=department_id))
    public, private = owned(service, own, 1), owned(service, own, 1, visibility="private")
    batch = assign(manager, public + private, member)
    assert batch["done"] == 2
    with service.engine.begin() as connection:
        connection.execute(text("UPDATE member SET role = 'member' WHERE member_id = :id"), {"id": manager.member_id})
    results = {one["customer_id"]: one["code"] for one in undo(manager, batch["batch_id"]).expect(200)["results"]}
    assert results == {public[0]: "owner_only", private[0]: "customer_not_found"}


def test_who_gave_a_private_customer_away_may_take_it_back_though_he_no_longer_sees_it(
    member: Caller, other: Caller, service: CustomerService
) -> None:
    quiet, touched = owned(service, member, 2, visibility="private")
    batch = assign(member, [quiet, touched], other)
    assert member.get(f"/api/customers/{quiet}").status == 404
    other.patch(f"/api/customers/{touched}", {"remark": "x", "base": {"remark": None}}).expect(200)
    results = {one["customer_id"]: one for one in undo(member, batch["batch_id"]).expect(200)["results"]}
    assert results[quiet]["done"] is True
    assert results[touched] == {
        "customer_id": touched, "done": False, "code": "customer_not_found",
        "detail": "There is no such customer, or it is not open to you.",
    }, "what happened to it since is none of his business"  # fmt: skip


def test_nothing_goes_back_to_an_owner_who_has_left(people: People, admin: Caller, other: Caller, service: CustomerService) -> None:
    leaver = service.as_member(people.member("离职"))
    batch = assign(admin, owned(service, leaver, 1), other)
    with service.engine.begin() as connection:
        connection.execute(text("UPDATE member SET active = false WHERE member_id = :id"), {"id": leaver.member_id})
    assert undo(admin, batch["batch_id"]).expect(200)["results"][0]["code"] == "former_owner_inactive"


def test_an_edit_and_an_undo_at_once_leave_one_or_the_other(member: Caller, other: Caller, service: CustomerService) -> None:
    """Whichever comes first: an edit that succeeded is never swallowed by the undo."""
    for _ in range(6):
        made = create(member)
        batch = assign(member, [made["customer_id"]], other)
        edit = {"remark": "同时", "base": {"remark": None}}
        undone, _ = at_once([lambda: undo(member, batch["batch_id"]), lambda: other.patch(url(made), edit)])  # noqa: B023
        shown = member.get(url(made)).expect(200)
        events = [event.type for event in events_of(service.engine, made)]
        assert shown["remark"] == "同时"
        if undone.expect(200)["done"]:
            assert (shown["owner"]["name"], events[-2:]) == ("李伟", ["customer.undone", "customer.edited"])
        else:
            assert (shown["owner"]["name"], undone.json["results"][0]["code"]) == ("王芳", "changed_since")


# --- batches as rows --------------------------------------------------------------------------------------------------------


def test_a_refused_single_move_leaves_no_batch(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(other)
    before = count_rows(service.engine, "batch")
    assert member.post(url(made, "/assign"), {"owner_id": member.member_id}).status == 403
    assert count_rows(service.engine, "batch") == before


def test_my_batches_tell_what_can_still_be_undone(service: CustomerService, people: People, other: Caller) -> None:
    me = service.as_member(people.member("批量"))
    ids = owned(service, me, 3)
    first = assign(me, ids, other)
    second = me.post("/api/customers/star", {"customer_ids": ids}).expect(200)
    page = me.get("/api/batches?limit=1").expect(200)
    assert [one["batch_id"] for one in page["items"]] == [second["batch_id"]]
    assert page["items"][0]["undo_refused"] == "not_undoable"
    (shown,) = me.get(f"/api/batches?limit=1&after={page['next']}").expect(200)["items"]
    assert (shown["batch_id"], shown["verb"], shown["done"], shown["undo_refused"]) == (first["batch_id"], "assign", 3, None)
    assert (shown["members"], shown["undo_until"] is not None) == ([{"member_id": str(other.member_id), "name": "王芳"}], True)
    undo(me, first["batch_id"]).expect(200)
    assert me.get(f"/api/batches/{first['batch_id']}").expect(200)["undo_refused"] == "already_undone"
    assert me.get("/api/batches").expect(200)["items"][0]["undo_of"] == first["batch_id"]


def test_an_undo_asks_the_database_no_more_often_for_many(service: CustomerService, member: Caller, other: Caller) -> None:
    counts = []
    for count in (2, 40):
        batch = assign(member, owned(service, member, count), other)
        with counted(service.engine) as queries:
            undo(member, batch["batch_id"]).expect(200)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
