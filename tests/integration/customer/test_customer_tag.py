"""Tags on customers: set and taken away, one or many, kept apart from everything else, found by their tokens."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.customer import Caller, CustomerService, People, at_once, counted, create, events_of, url
from tests.support.customer_rows import FULL

pytestmark = pytest.mark.usefixtures("checked_events")


def make(caller: Caller, name: str = "", **more: Any) -> dict[str, Any]:
    """A tag; without a name it gets one of its own."""
    made: dict[str, Any] = caller.post("/api/tags", {"name": name or uuid.uuid4().hex[:12], **more}).expect(201)
    return made


def ref(tag: dict[str, Any]) -> dict[str, Any]:
    """A tag as customers and events name it."""
    return {name: tag[name] for name in ("tag_id", "name", "color")}


def at(made: dict[str, Any], tag: dict[str, Any]) -> str:
    return url(made, f"/tags/{tag['tag_id']}")


def stored(service: CustomerService, made: dict[str, Any]) -> tuple[set[str], set[str], set[bool]]:
    """The tag tokens of a customer, those that its tags ask for, and what the rows say of its openness."""
    values = {"id": made["customer_id"]}
    with service.engine.connect() as connection:
        rows = connection.execute(text("SELECT tag_id, open FROM customer_tag WHERE customer_id = :id"), values).all()
        tokens = connection.execute(
            text("SELECT tsvector_to_array(tokens) FROM customer_search WHERE customer_id = :id"), values
        ).scalar_one()
    return {token for token in tokens if token.startswith("g")}, {f"g{row.tag_id.hex}" for row in rows}, {row.open for row in rows}


def test_a_tag_is_set_once_shown_everywhere_and_taken_away(member: Caller, other: Caller, service: CustomerService) -> None:
    made, tag = create(member), make(other)
    answers = [member.put(at(made, tag)) for _ in range(2)]
    assert [(answer.expect(200)["tags"], answer.json["version"]) for answer in answers] == [([ref(tag)], 2)] * 2
    assert other.get(url(made)).expect(200)["tags"] == [ref(tag)]
    listed = other.get(f"/api/customers?q={made['customer_no']}").expect(200)["items"]
    assert [row["tags"] for row in listed] == [[ref(tag)]]
    (kept,) = other.get(url(made, "/tags")).expect(200)["items"]
    assert (kept["added_by"], kept["tag_id"]) == ({"member_id": str(member.member_id), "name": "李伟"}, tag["tag_id"])
    for _ in range(2):
        assert other.delete(at(made, tag)).expect(200)["tags"] == []
    events = events_of(service.engine, made)[1:]
    assert [(event.type, event.payload) for event in events] == [
        ("customer.tagged", {"tags": [ref(tag)]}), ("customer.untagged", {"tags": [ref(tag)]}),
    ]  # fmt: skip
    assert [event.audience for event in events] == [[], [member.member_id]]
    assert str(events[0].batch_id) == answers[0].response.headers["X-Batch-ID"]


def test_many_are_tagged_with_a_result_for_each(member: Caller, other: Caller, service: CustomerService, people: People) -> None:
    viewer = service.as_member(people.member())
    mine = create(member)
    hidden = create(other, visibility="private")
    looked_at = create(other, visibility="private", participants=[{"member_id": viewer.member_id, "role": "viewer"}])
    tags = [make(member), make(member)]
    ids = [mine["customer_id"], hidden["customer_id"], looked_at["customer_id"], str(uuid.uuid4())]
    body = {"customer_ids": ids, "tag_ids": [tag["tag_id"] for tag in tags]}
    batch = viewer.post("/api/customers/tag", body).expect(200)
    codes = [result.get("code") for result in batch["results"]]
    assert codes == [None, "customer_not_found", "participant_views_only", "customer_not_found"]
    assert (batch["done"], batch["skipped"], batch["results"][0]["version"]) == (1, 3, 2)
    assert member.get(url(mine)).expect(200)["tags"] == [ref(tag) for tag in tags]
    (event,) = events_of(service.engine, mine)[1:]
    assert (str(event.batch_id), event.payload) == (batch["batch_id"], {"tags": [ref(tag) for tag in tags]})
    again = viewer.post("/api/customers/tag", body).expect(200)
    assert (again["results"][0]["done"], again["results"][0]["version"]) == (True, 2), "nothing to do is done"
    assert viewer.post("/api/customers/untag", body).expect(200)["results"][0]["version"] == 3
    assert len(events_of(service.engine, looked_at)) == 1


def test_the_same_key_tags_once(member: Caller) -> None:
    made, tag = create(member), make(member)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"customer_ids": [made["customer_id"]], "tag_ids": [tag["tag_id"]]}
    first = member.post("/api/customers/tag", body, key).expect(200)
    member.post("/api/customers/untag", body).expect(200)
    assert member.post("/api/customers/tag", body, key).expect(200) == first
    assert member.get(url(made)).expect(200)["tags"] == []
    assert member.post("/api/customers/untag", body, key).code == "idempotency_key_reused"


def test_what_is_not_open_to_somebody_is_not_there_for_tags_either(member: Caller, other: Caller, service: CustomerService) -> None:
    hidden, tag = create(member, visibility="private"), make(other)
    member.put(at(hidden, tag)).expect(200)
    for where in (hidden, {"customer_id": str(uuid.uuid4())}):
        answers = [other.put(at(where, tag)), other.delete(at(where, tag)), other.get(url(where, "/tags"))]
        assert [(answer.status, answer.code) for answer in answers] == [(404, "customer_not_found")] * 3
    assert member.put(at(hidden, {"tag_id": str(uuid.uuid4())})).code == "tag_not_found"
    assert len(events_of(service.engine, hidden)) == 2


def test_bad_tags_are_refused_with_where(member: Caller) -> None:
    made, tag = create(member), make(member)
    member.patch(f"/api/tags/{tag['tag_id']}", {"archived": True}).expect(200)
    fresh = make(member)
    for tag_ids, code in (
        ([str(uuid.uuid4())], "tag_unknown"),
        ([fresh["tag_id"], tag["tag_id"]], "tag_archived"),
        ([str(uuid.uuid4()) for _ in range(21)], "too_many_tags_at_once"),
    ):
        answer = member.post("/api/customers/tag", {"customer_ids": [made["customer_id"]], "tag_ids": tag_ids})
        assert (answer.status, answer.code) == (422, code)
    answer = member.post("/api/customers/tag", {"customer_ids": [made["customer_id"]], "tag_ids": [fresh["tag_id"], tag["tag_id"]]})
    assert answer.json["errors"][0]["pointer"] == "/tag_ids/1"
    assert member.post("/api/customers/tag", {"customer_ids": [made["customer_id"]], "tag_ids": []}).code == "empty"
    assert member.post("/api/customers/tag", {"customer_ids": [], "tag_ids": [fresh["tag_id"]]}).code == "empty"
    assert member.put(at(made, tag)).code == "tag_archived"


def test_an_archived_tag_stays_where_it_is_and_can_be_taken_away(member: Caller) -> None:
    made, tag = create(member), make(member)
    member.put(at(made, tag)).expect(200)
    member.patch(f"/api/tags/{tag['tag_id']}", {"archived": True}).expect(200)
    assert member.get(url(made)).expect(200)["tags"] == [ref(tag) | {"archived": True}]
    assert member.get(url(made, "/tags")).expect(200)["items"][0]["archived"] is True
    assert member.delete(at(made, tag)).expect(200)["tags"] == []


def test_of_a_single_group_the_new_tag_takes_the_place_of_the_old(member: Caller, admin: Caller, service: CustomerService) -> None:
    group = admin.post("/api/tag_groups", {"name": uuid.uuid4().hex[:12], "single": True}).expect(201)["tag_group_id"]
    first, second, free = make(admin, tag_group_id=group), make(admin, tag_group_id=group), make(admin)
    made = create(member)
    for tag in (first, free):
        member.put(at(made, tag)).expect(200)
    assert member.put(at(made, second)).expect(200)["tags"] == [ref(second), ref(free)]
    assert events_of(service.engine, made)[-1].payload == {"tags": [ref(second)], "replaced": [ref(first)]}
    both = {"customer_ids": [made["customer_id"]], "tag_ids": [first["tag_id"], second["tag_id"]]}
    assert member.post("/api/customers/tag", both).code == "one_of_group"


def test_a_customer_has_a_bounded_number_of_tags(member: Caller) -> None:
    made = create(member)
    tags = [make(member)["tag_id"] for _ in range(51)]
    for part in (tags[:20], tags[20:40], tags[40:50]):
        assert member.post("/api/customers/tag", {"customer_ids": [made["customer_id"]], "tag_ids": part}).expect(200)["done"] == 1
    refused = member.put(url(made, f"/tags/{tags[50]}"))
    assert (refused.status, refused.code) == (409, "too_many_tags")


def test_who_tag_at_once_lose_nothing(member: Caller, other: Caller, admin: Caller, service: CustomerService) -> None:
    made = create(member)
    group = admin.post("/api/tag_groups", {"name": uuid.uuid4().hex[:12], "single": True}).expect(201)["tag_group_id"]
    free = [make(member) for _ in range(4)]
    single = [make(admin, tag_group_id=group) for _ in range(4)]

    def works(tags: list[dict[str, Any]]) -> list[Any]:
        return [lambda caller=caller, tag=tag: caller.put(at(made, tag)) for tag, caller in zip(tags, [member, other] * 2, strict=True)]

    assert {answer.status for answer in at_once([*works(free), *works(single)])} == {200}
    tags = {tag["tag_id"] for tag in member.get(url(made)).expect(200)["tags"]}
    assert {tag["tag_id"] for tag in free} <= tags
    assert len(tags & {tag["tag_id"] for tag in single}) == 1, "one of a single group, whoever is last"
    assert [event.customer_version for event in events_of(service.engine, made)] == list(range(1, 10))
    tokens, wanted, _ = stored(service, made)
    assert tokens == wanted


def test_an_edit_leaves_the_tags_and_their_tokens_alone(member: Caller, service: CustomerService) -> None:
    made = create(member, **{**FULL, "name": uuid.uuid4().hex})
    tag = make(member)
    member.put(at(made, tag)).expect(200)
    base = {"name": made["name"], "visibility": "private", "status": made["status"]}
    for change in ({"name": "改了名字"}, {"status": "won"}, {"visibility": "public"}):
        edited = member.patch(url(made), {**change, "base": base}).expect(200)
        assert edited["tags"] == [ref(tag)]
        tokens, wanted, is_open = stored(service, made)
        assert tokens == wanted == {f"g{UUID(tag['tag_id']).hex}"}
        assert is_open == {edited["visibility"] == "public"}
    assert member.patch(url(made), {"tags": [], "base": base}).status == 422


def test_tags_of_a_page_cost_no_query_of_their_own(member: Caller, service: CustomerService) -> None:
    made = [create(member) for _ in range(3)]
    member.get("/api/customers?view=mine").expect(200)
    with counted(service.engine) as before:
        member.get("/api/customers?view=mine").expect(200)
    body = {"customer_ids": [one["customer_id"] for one in made], "tag_ids": [make(member)["tag_id"] for _ in range(3)]}
    with counted(service.engine) as tagging:
        member.post("/api/customers/tag", body).expect(200)
    with counted(service.engine) as after:
        rows = member.get("/api/customers?view=mine").expect(200)["items"]
    assert [len(row["tags"]) for row in rows] == [3, 3, 3]
    assert (len(after), len(tagging)) == (len(before), 12), tagging  # three of them keep the batch
