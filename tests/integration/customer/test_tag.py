"""Managing tags: names, groups, archive, merge, pins, counts, and who may."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.customer.commands import tag_merge
from services.customer.rules import tag as rules
from tests.support.customer import Answer, Caller, CustomerService, People, at_once, create, events_of, url
from tests.support.customer_rows import put_customers

pytestmark = pytest.mark.usefixtures("checked_events")


def name() -> str:
    return uuid.uuid4().hex[:12]


def make(caller: Caller, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = caller.post("/api/tags", {"name": name(), **fields}).expect(201)
    return made


def ref(tag: dict[str, Any]) -> dict[str, Any]:
    return {field: tag[field] for field in ("tag_id", "name", "color")}


def put(caller: Caller, made: dict[str, Any], tag: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller.put(url(made, f"/tags/{tag['tag_id']}")).expect(200)
    return found


def names_of(caller: Caller, made: dict[str, Any]) -> list[str]:
    return [tag["name"] for tag in caller.get(url(made)).expect(200)["tags"]]


def test_names_read_alike_are_the_same_name(member: Caller) -> None:
    word = name()
    tag = make(member, name=f" 重点{word} ")
    assert (tag["name"], tag["color"] in rules.PALETTE, tag["may_edit"]) == (f"重点{word}", True, True)
    assert {f"zhongdian{word}", f"zd{word}"} <= set(tag["search"].split("\n"))
    for other in (f"重点{word.upper()}", f"重點{word}"):
        answer = member.post("/api/tags", {"name": other})
        assert (answer.status, answer.code, answer.json["tag"]) == (409, "tag_name_taken", ref(tag))
    for bad, code in (("，", "tag_name_malformed"), ("a、b", "tag_name_malformed"), ("x" * 31, "too_long"), ("\u200b", "required")):
        assert member.post("/api/tags", {"name": bad}).code == code, bad


def test_two_who_make_the_same_tag_at_once_make_one(member: Caller, other: Caller) -> None:
    body = {"name": name()}
    answers = at_once([partial(caller.post, "/api/tags", body) for caller in (member, other) * 3])
    assert sorted(answer.status for answer in answers) == [201, *[409] * 5]


def test_who_may_manage_tags(member: Caller, other: Caller, admin: Caller, service: CustomerService, people: People) -> None:
    manager = service.as_member(people.member(role="manager", department_id=people.department()))
    tag, target = make(member), make(member)
    path = f"/api/tags/{tag['tag_id']}"
    assert other.patch(path, {"name": name()}).code == "tag_of_others"
    assert member.patch(path, {"name": name(), "color": "#123456"}).expect(200)["color"] == "#123456"
    group = manager.post("/api/tag_groups", {"name": name()}).expect(201)["tag_group_id"]
    assert member.patch(path, {"tag_group_id": group}).code == "tag_managers_only"
    assert member.post(f"{path}/merge", {"into": target["tag_id"]}).code == "tag_managers_only"
    for caller in (manager, admin):
        assert caller.patch(path, {"tag_group_id": group, "name": name()}).expect(200)["tag_group_id"] == group
    assert manager.post(f"{path}/merge", {"into": target["tag_id"]}).expect(200)["moved"] == 0
    assert manager.patch(path, {"archived": False}).code == "tag_not_found", "what was merged away does not come back"


def test_an_archived_tag_frees_its_name_and_comes_back_under_another(member: Caller) -> None:
    tag = make(member)
    path = f"/api/tags/{tag['tag_id']}"
    assert member.patch(path, {"archived": True}).expect(200)["archived_at"] is not None
    listed = member.get("/api/tags").expect(200)["items"]
    assert tag["tag_id"] not in [item["tag_id"] for item in listed]
    archived = member.get("/api/tags?archived=true").expect(200)["items"]
    assert tag["tag_id"] in [item["tag_id"] for item in archived]
    make(member, name=tag["name"])
    assert member.patch(path, {"archived": False}).code == "tag_name_taken"
    assert member.patch(path, {"archived": False, "name": name()}).expect(200)["archived_at"] is None


def test_order_and_groups(admin: Caller, member: Caller) -> None:
    group = admin.post("/api/tag_groups", {"name": name()}).expect(201)
    tags = [make(admin, tag_group_id=group["tag_group_id"]) for _ in range(3)]
    ids = [tag["tag_id"] for tag in reversed(tags)]
    assert admin.put("/api/tags/order", {"tag_ids": ids}).status == 204
    listed = [tag["tag_id"] for tag in member.get("/api/tags").expect(200)["items"] if tag["tag_group_id"] == group["tag_group_id"]]
    assert listed == ids
    assert admin.put("/api/tags/order", {"tag_ids": [str(uuid.uuid4())]}).code == "tag_unknown"
    groups = [found["tag_group_id"] for found in admin.get("/api/tag_groups").expect(200)["items"]]
    assert admin.put("/api/tag_groups/order", {"tag_group_ids": groups[::-1]}).status == 204
    assert [found["tag_group_id"] for found in admin.get("/api/tag_groups").expect(200)["items"]] == groups[::-1]
    assert admin.delete(f"/api/tag_groups/{group['tag_group_id']}").status == 204
    kept = [tag for tag in member.get("/api/tags").expect(200)["items"] if tag["tag_id"] in ids]
    assert [tag["tag_group_id"] for tag in kept] == [None] * 3


def test_a_group_becomes_single_only_where_nobody_has_two(admin: Caller, member: Caller) -> None:
    group = admin.post("/api/tag_groups", {"name": name()}).expect(201)["tag_group_id"]
    first, second, made = make(admin, tag_group_id=group), make(admin, tag_group_id=group), create(member)
    for tag in (first, second):
        put(member, made, tag)
    refused = admin.patch(f"/api/tag_groups/{group}", {"single": True})
    assert (refused.status, refused.code, refused.json["customers"]) == (409, "several_of_group", 1)
    member.delete(url(made, f"/tags/{first['tag_id']}")).expect(200)
    assert admin.patch(f"/api/tag_groups/{group}", {"single": True}).expect(200)["single"] is True
    third = make(admin)
    put(member, made, third)
    assert admin.patch(f"/api/tags/{third['tag_id']}", {"tag_group_id": group}).code == "several_of_group"


def test_a_merge_moves_every_customer_once_and_keeps_who_set_the_tag(admin: Caller, member: Caller, service: CustomerService) -> None:
    source, target = make(admin), make(admin)
    only, both = create(member), create(member, visibility="private")
    for made in (only, both):
        put(member, made, source)
    put(member, both, target)
    member.put("/api/pinned_tags", {"tag_ids": [source["tag_id"]]}).expect(200)
    merged = admin.post(f"/api/tags/{source['tag_id']}/merge", {"into": target["tag_id"]}).expect(200)
    assert (merged["moved"], merged["moving"]) == (2, False)
    assert names_of(member, only) == names_of(member, both) == [target["name"]]
    (kept,) = member.get(url(only, "/tags")).expect(200)["items"]
    assert kept["added_by"]["member_id"] == str(member.member_id)
    assert events_of(service.engine, only)[-1].payload == {"tags": [ref(target)], "replaced": [ref(source)], "merged": True}
    last = events_of(service.engine, both)[-1]
    assert (last.type, last.payload, str(last.batch_id)) == (
        "customer.untagged",
        {"tags": [ref(source)], "merged": True},
        merged["batch_id"],
    )
    assert [tag["tag_id"] for tag in member.get("/api/pinned_tags").expect(200)["items"]] == [target["tag_id"]]
    assert admin.post(f"/api/tags/{target['tag_id']}/merge", {"into": source["tag_id"]}).code == "tag_archived"


def test_stored_searches_follow_a_merge(admin: Caller, member: Caller) -> None:
    source, target = make(admin), make(admin)
    tree = {"not": {"field": "tags", "op": "any_of", "value": [source["tag_id"]]}}
    saved = member.post("/api/saved_searches", {"name": name(), "view": "all", "filter": tree}).expect(201)
    admin.post(f"/api/tags/{source['tag_id']}/merge", {"into": target["tag_id"]}).expect(200)
    kept = member.get(f"/api/saved_searches/{saved['saved_search_id']}").expect(200)["filter"]
    assert kept == {"not": {"field": "tags", "op": "any_of", "value": [target["tag_id"]]}}


def test_what_a_merge_leaves_is_moved_in_the_background(admin: Caller, service: CustomerService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MERGE_BATCH", 2)
    source, target = make(admin), make(admin)
    ids = put_customers(service.engine, [{"name": name()} for _ in range(5)])
    body = {"customer_ids": [str(customer_id) for customer_id in ids], "tag_ids": [source["tag_id"]]}
    admin.post("/api/customers/tag", body).expect(200)
    merged = admin.post(f"/api/tags/{source['tag_id']}/merge", {"into": target["tag_id"]}).expect(200)
    assert (merged["moved"], merged["moving"]) == (2, True)
    assert [tag["merging"] for tag in admin.get("/api/tags").expect(200)["items"] if tag["tag_id"] == target["tag_id"]] == [True]
    while tag_merge.continue_merge(service.engine):
        pass
    for customer_id in ids:
        assert names_of(admin, {"customer_id": customer_id}) == [target["name"]]
        assert len(events_of(service.engine, {"customer_id": customer_id})) == 2
    with service.engine.connect() as connection:
        found = connection.execute(text("SELECT moved, finished_at FROM tag_merge WHERE tag_id = :id"), {"id": source["tag_id"]}).one()
    assert (found.moved, found.finished_at is not None) == (5, True)


def test_merging_while_others_tag_loses_nothing(admin: Caller, member: Caller, service: CustomerService) -> None:
    source, target = make(admin), make(admin)
    made = [create(member) for _ in range(6)]
    works: list[Callable[[], Answer]] = [partial(member.put, url(one, f"/tags/{source['tag_id']}")) for one in made]
    works.insert(3, partial(admin.post, f"/api/tags/{source['tag_id']}/merge", {"into": target["tag_id"]}))
    answers = at_once(works)
    assert {answer.status for answer in answers} <= {200, 422}, "after the merge the tag can no longer be set"
    answers.pop(3).expect(200)
    for one, answer in zip(made, answers, strict=True):
        assert names_of(member, one) == ([target["name"]] if answer.status == 200 else [])
    with service.engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM customer_tag WHERE tag_id = :id"), {"id": source["tag_id"]}).scalar_one()
    assert left == 0


def test_a_new_customer_brings_its_tags(member: Caller, service: CustomerService) -> None:
    tags = [make(member), make(member)]
    made = create(member, tag_ids=[tag["tag_id"] for tag in tags])
    assert made["tags"] == [ref(tag) for tag in tags]
    (event,) = events_of(service.engine, made)
    assert event.changes[-1]["field"] == "tags"
    assert event.changes[-1]["after_text"] == "、".join(tag["name"] for tag in tags)
    refused = member.post("/api/customers", {"name": "某公司", "tag_ids": [str(uuid.uuid4())]})
    assert (refused.status, refused.code) == (422, "tag_unknown")


def test_pinned_tags_are_counted_as_far_as_one_sees(member: Caller, other: Caller, admin: Caller, service: CustomerService) -> None:
    department = service.people.department()
    manager = service.as_member(service.people.member(role="manager", department_id=department))
    led = service.as_member(service.people.member(department_id=department))
    tag, unused = make(member), make(member)
    public, private, of_led = create(member), create(member, visibility="private"), create(led, visibility="private")
    for caller, made in ((member, public), (member, private), (led, of_led)):
        put(caller, made, tag)
    for caller, seen in ((member, 2), (other, 1), (led, 2), (manager, 2), (admin, 3)):
        pinned = caller.put("/api/pinned_tags", {"tag_ids": [unused["tag_id"], tag["tag_id"]]}).expect(200)
        assert [item["tag_id"] for item in pinned["items"]] == [unused["tag_id"], tag["tag_id"]]
        counts = caller.get("/api/customers/counts").expect(200)["tags"]
        assert counts == {unused["tag_id"]: {"value": 0, "exact": True}, tag["tag_id"]: {"value": seen, "exact": True}}
        used = caller.get("/api/tags?usage=true").expect(200)["items"]
        assert [item["usage"]["value"] for item in used if item["tag_id"] == tag["tag_id"]] == [seen]
    member.patch(f"/api/tags/{unused['tag_id']}", {"archived": True}).expect(200)
    assert list(member.get("/api/customers/counts").expect(200)["tags"]) == [tag["tag_id"]]
    assert member.put("/api/pinned_tags", {"tag_ids": [unused["tag_id"]]}).code == "tag_unknown"


def test_a_pool_that_hides_tags_hides_them_everywhere(admin: Caller, member: Caller, other: Caller) -> None:
    tag, made = make(member), create(member, visibility="private")
    put(member, made, tag)
    pool = admin.post("/api/pools", {"name": name(), "hidden_fields": ["tags"], "open_to_all": True}).expect(201)
    member.post(url(made, "/return_to_pool"), {"reason": "no_interest", "pool_id": pool["pool_id"]}).expect(200)
    assert "tags" not in other.get(url(made)).expect(200)
    assert other.get(url(made, "/tags")).expect(200)["items"] == []
    asked = quote(json.dumps({"field": "tags", "op": "any_of", "value": [tag["tag_id"]]}))
    for caller, seen in ((other, 0), (admin, 1)):
        caller.put("/api/pinned_tags", {"tag_ids": [tag["tag_id"]]}).expect(200)
        assert caller.get(f"/api/customers?view=all&filter={asked}").expect(200)["count"]["value"] == seen
        assert caller.get("/api/customers/counts").expect(200)["tags"][tag["tag_id"]]["value"] == seen
        listed = caller.get(f"/api/customers?view=pool&q={made['customer_no']}").expect(200)["items"]
        assert [row.get("tags") for row in listed] == [[ref(tag)] if seen else None]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["tag", "untag", "name", "visibility", "assign", "pool", "claim"]),
        st.integers(0, 3),
        st.lists(st.integers(0, 4), min_size=1),
    ),
    min_size=3,
    max_size=10,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_tokens_and_openness_follow_whatever_happens(admin: Caller, service: CustomerService, steps: list[Any]) -> None:
    tags = [make(admin)["tag_id"] for _ in range(5)]
    made = [create(admin, name=name(), visibility=visibility) for visibility in ("public", "private") * 2]
    for verb, at, chosen in steps:
        one = made[at]
        if verb in ("tag", "untag"):
            body = {"customer_ids": [one["customer_id"] for one in made[at:]], "tag_ids": [tags[index] for index in chosen]}
            admin.post(f"/api/customers/{verb}", body).expect(200)
        elif verb in ("name", "visibility"):
            now = admin.get(url(one)).expect(200)
            value = name() if verb == "name" else {"public": "private", "private": "public"}[now["visibility"]]
            admin.patch(url(one), {verb: value, "base": {verb: now[verb]}}).expect(200)
        elif verb == "pool":
            admin.post(url(one, "/return_to_pool"), {"reason": "no_interest"})
        else:
            admin.post(url(one, f"/{verb}"), {"owner_id": str(admin.member_id)} if verb == "assign" else {})
    with service.engine.connect() as connection:
        wrong = connection.execute(text(WRONG), {"ids": [one["customer_id"] for one in made]}).all()
    assert wrong == []


WRONG = """
    SELECT c.customer_id, s.tokens FROM customer c JOIN customer_search s USING (customer_id)
    WHERE c.customer_id = ANY(CAST(:ids AS uuid[])) AND (
        (SELECT coalesce(array_agg(t ORDER BY t), '{}') FROM unnest(tsvector_to_array(s.tokens)) t WHERE t LIKE 'g%')
        <> (SELECT coalesce(array_agg(g ORDER BY g), '{}')
            FROM (SELECT 'g' || replace(tag_id::text, '-', '') AS g FROM customer_tag ct WHERE ct.customer_id = c.customer_id) q)
        OR EXISTS (SELECT 1 FROM customer_tag ct WHERE ct.customer_id = c.customer_id AND ct.open <> c.open))
"""
