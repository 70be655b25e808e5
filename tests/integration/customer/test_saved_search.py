"""Saved searches: whose they are, who sees and changes them, the order of each menu, what is broken, how many questions it takes."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import text

from services.common.database import transaction
from services.customer.commands.sweep import forget_searches
from services.customer.queries import saved_search_count
from services.customer.rules.saved_search import OWN_MAX, PINNED_MAX
from tests.support.customer import Caller, CustomerService, People, at_once, counted, create
from tests.support.customer_rows import put_customers

SEARCHES = "/api/saved_searches"
TREE = {"and": [{"field": "status", "op": "any_of", "value": ["new", "contacted"]}, {"not": {"field": "level", "op": "is", "value": "A"}}]}


def save(caller: Caller, name: str = "重点客户", **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = caller.post(SEARCHES, {"name": name, **fields}).expect(201)
    return made


def listed(caller: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(SEARCHES).expect(200)["items"]
    return found


def seen(caller: Caller) -> set[str]:
    return {one["saved_search_id"] for one in listed(caller)}


def menu(caller: Caller) -> list[str]:
    return [one["name"] for one in listed(caller) if one["pinned"]]


def at(made: dict[str, Any], rest: str = "") -> str:
    return f"{SEARCHES}/{made['saved_search_id']}{rest}"


def test_a_search_is_kept_as_it_was_saved(member: Caller) -> None:
    wanted: dict[str, Any] = {
        "name": "本周要跟进", "color": "#0958d9", "icon": "phone", "view": "mine", "q": "科技", "filter": TREE,
        "sort": "name:desc", "columns": ["name", "status", "owner"], "count_shown": False,
    }  # fmt: skip
    made = save(member, **wanted)
    assert {name: made[name] for name in wanted} == wanted
    assert (made["mine"], made["pinned"], made["may_change"], made["shared_with"], made["broken"]) == (True, True, True, "nobody", [])
    assert {"本周要跟进", "benzhouyaogenjin", "bzygj"} <= set(made["search"].split("\n"))
    assert member.get(at(made)).expect(200) == made
    assert listed(member) == [made]
    renamed = member.patch(at(made), {"name": "下周", "filter": None}).expect(200)
    assert (renamed["name"], renamed["filter"], renamed["q"]) == ("下周", None, "科技")


def test_the_same_key_twice_saves_one(member: Caller) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first, second = [member.post(SEARCHES, {"name": "一次"}, key).expect(201) for _ in range(2)]
    assert first["saved_search_id"] == second["saved_search_id"]
    assert len(listed(member)) == 1


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "POST"])
def test_a_private_one_is_not_there_for_others(member: Caller, other: Caller, admin: Caller, method: str) -> None:
    made = save(member)
    for caller in (other, admin):
        url = at(made, "/restore" if method == "POST" else "")
        answer = caller.send(method, url, {"name": "x"} if method == "PATCH" else ({} if method == "POST" else None))
        assert (answer.status, answer.code) == (404, "saved_search_not_found")
        assert made["saved_search_id"] not in seen(caller)
    assert member.get(at(made)).expect(200) == made


class Tree:
    """A department with one below it, one beside it, and a member in each."""

    def __init__(self, service: CustomerService, people: People) -> None:
        top = people.department()
        self.top, self.below, self.beside = top, people.department(parent_id=top), people.department()
        self.callers = [service.as_member(people.member(department_id=one)) for one in (self.top, self.below, self.beside)]


def test_sharing_reaches_whom_it_names_and_no_others(service: CustomerService, people: People, member: Caller, other: Caller) -> None:
    tree = Tree(service, people)
    everybody = [other, *tree.callers]

    def reached(**sharing: Any) -> list[bool]:
        member.patch(at(made), sharing).expect(200)
        return [made["saved_search_id"] in seen(caller) for caller in everybody]

    made = save(member)
    assert reached(shared_with="members", member_ids=[str(other.member_id)]) == [True, False, False, False]
    assert reached(shared_with="departments", department_ids=[str(tree.top)]) == [False, True, True, False]
    assert reached(department_ids=[str(tree.below)]) == [False, False, True, False]
    assert reached(shared_with="everyone") == [True, True, True, True]
    assert member.get(at(made)).expect(200)["department_ids"] == []
    assert reached(shared_with="nobody") == [False, False, False, False]


@pytest.mark.parametrize(
    ("sharing", "code"),
    [
        ({"shared_with": "members"}, "share_with_nobody"),
        ({"shared_with": "departments"}, "share_with_nobody"),
        ({"shared_with": "members", "member_ids": [str(uuid.uuid4())]}, "member_unknown"),
        ({"shared_with": "departments", "department_ids": [str(uuid.uuid4())]}, "department_unknown"),
        ({"shared_with": "all"}, "literal_error"),
        ({"sort": "remark"}, "sort_unknown"),
        ({"view": "nowhere"}, "literal_error"),
        ({"name": ""}, "string_too_short"),
    ],
)
def test_what_cannot_be_is_refused(member: Caller, sharing: dict[str, Any], code: str) -> None:
    assert member.post(SEARCHES, {"name": "x", **sharing}).code == code
    made = save(member)
    answer = member.patch(at(made), sharing)
    assert (answer.status, answer.code) == (422, code)
    assert member.get(at(made)).expect(200) == made


def test_a_shared_one_is_read_and_copied_but_changed_by_its_author_and_admins_alone(member: Caller, other: Caller, admin: Caller) -> None:
    made = save(member, shared_with="everyone", filter=TREE)
    theirs = other.get(at(made)).expect(200)
    assert (theirs["mine"], theirs["may_change"], theirs["pinned"]) == (False, False, False)
    for answer in (other.patch(at(made), {"name": "x"}), other.patch(at(made), {"name": "x", "pinned": True}), other.delete(at(made))):
        assert (answer.status, answer.code) == (403, "saved_search_not_yours")
        assert answer.json["who_can_change"] == [{"member_id": str(member.member_id), "name": "李伟"}]
    assert menu(other) == []
    copy = save(other, filter=theirs["filter"])
    other.patch(at(copy), {"name": "我的"}).expect(200)
    assert admin.patch(at(made), {"name": "改名"}).expect(200)["owner"] == made["owner"]
    assert member.get(at(made)).expect(200)["name"] == "改名"


def test_each_member_pins_for_himself(member: Caller, other: Caller) -> None:
    made = save(member, name="共享的", shared_with="everyone", pinned=False)
    assert (menu(member), menu(other)) == ([], [])
    assert other.patch(at(made), {"pinned": True}).expect(200)["pinned"] is True
    assert (menu(member), menu(other)) == ([], ["共享的"])
    assert other.patch(at(made), {"pinned": False}).expect(200)["pinned"] is False


def test_the_menu_stands_in_the_order_that_was_given(member: Caller, other: Caller) -> None:
    made = {name: save(member, name)["saved_search_id"] for name in ("甲", "乙", "丙", "丁")}
    foreign = save(other, "别人的")["saved_search_id"]
    assert menu(member) == ["甲", "乙", "丙", "丁"]
    wanted = [made["丁"], foreign, made["乙"], str(uuid.uuid4())]
    assert member.put(f"{SEARCHES}/order", {"saved_search_ids": wanted}).status == 204
    assert menu(member) == ["丁", "乙", "甲", "丙"]
    assert menu(other) == ["别人的"]
    save(member, "戊")
    assert menu(member) == ["丁", "乙", "甲", "丙", "戊"]


def test_a_deletion_can_be_taken_back_with_all_that_hung_on_it(member: Caller, other: Caller) -> None:
    made = save(member, "要删的", shared_with="members", member_ids=[str(other.member_id)], filter=TREE)
    other.patch(at(made), {"pinned": True}).expect(200)
    assert member.delete(at(made)).status == 204
    assert (menu(member), menu(other)) == ([], [])
    assert member.delete(at(made)).status == 404
    assert other.post(at(made, "/restore")).status == 404
    for _ in range(2):
        assert member.post(at(made, "/restore")).expect(200)["filter"] == TREE
    assert (menu(member), menu(other)) == (["要删的"], ["要删的"])


def test_old_deletions_are_forgotten(service: CustomerService, member: Caller) -> None:
    old, fresh = save(member), save(member)
    for made in (old, fresh):
        member.delete(at(made))
    with transaction(service.engine) as connection:
        aged = text("UPDATE saved_search SET deleted_at = now() - interval '25 hours' WHERE saved_search_id = :id")
        connection.execute(aged, {"id": old["saved_search_id"]})
    assert forget_searches(service.engine) is False
    assert member.post(at(old, "/restore")).status == 404
    member.post(at(fresh, "/restore")).expect(200)


def test_what_is_gone_is_shown_as_broken_and_kept(service: CustomerService, member: Caller) -> None:
    tree = {"or": [{"field": "status", "op": "any_of", "value": ["new", "ghost"]}, {"not": {"field": "cf_999999", "op": "is_empty"}}]}
    made = save(member, filter={"field": "status", "op": "is", "value": "new"})
    with transaction(service.engine) as connection:  # the field and the option go after the search was saved
        statement = text("UPDATE saved_search SET filter = CAST(:tree AS jsonb) WHERE saved_search_id = :id")
        connection.execute(statement, {"id": made["saved_search_id"], "tree": json.dumps(tree)})
    found = member.get(at(made)).expect(200)
    assert [(one["pointer"], one["code"]) for one in found["broken"]] == [
        ("/filter/or/0/value/1", "option_unknown"),
        ("/filter/or/1/not/field", "field_unknown"),
    ]
    assert found["filter"] == tree
    assert member.patch(at(made), {"name": "还在"}).expect(200)["filter"] == tree


def test_ids_get_their_names(people: People, member: Caller, other: Caller) -> None:
    department_id = people.department("华东区" + uuid.uuid4().hex[:6])
    tree = {"field": "owner", "op": "any_of", "value": [str(other.member_id), "me"]}
    made = save(member, filter=tree, shared_with="departments", department_ids=[str(department_id)])
    assert set(made["names"]) == {str(other.member_id), str(department_id)}
    assert made["names"][str(other.member_id)] == "王芳"


def test_the_questions_do_not_grow_with_the_searches(service: CustomerService, member: Caller) -> None:
    def questions() -> int:
        with counted(service.engine) as statements:
            listed(member)
        return len(statements)

    save(member, filter=TREE)
    few = questions()
    for _ in range(6):
        save(member, filter=TREE, shared_with="members", member_ids=[str(member.member_id)])
    assert questions() <= max(few, 4) + 1 <= 6


def put_many(service: CustomerService, member_id: UUID, count: int, *, pinned: bool) -> None:
    with transaction(service.engine) as connection:
        values = {"me": member_id, "count": count}
        rows = "SELECT gen_random_uuid(), :me, 'n' || n, 'all' FROM generate_series(1, :count) n"
        made = f"INSERT INTO saved_search (saved_search_id, owner_id, name, view) {rows}"
        connection.execute(text(made), values)
        if pinned:
            pins = "INSERT INTO saved_search_pin SELECT owner_id, saved_search_id, 0 FROM saved_search WHERE owner_id = :me"
            connection.execute(text(pins), values)


def test_there_is_an_end_to_how_many(service: CustomerService, member: Caller) -> None:
    put_many(service, member.member_id or uuid.uuid4(), PINNED_MAX, pinned=True)
    full = member.post(SEARCHES, {"name": "多一个"})
    assert (full.status, full.code) == (409, "too_many_pinned")
    save(member, pinned=False)
    put_many(service, member.member_id or uuid.uuid4(), OWN_MAX - PINNED_MAX - 1, pinned=False)
    assert member.post(SEARCHES, {"name": "再多一个", "pinned": False}).code == "too_many_saved_searches"


def test_many_who_pin_at_once_get_places_of_their_own(member: Caller) -> None:
    made = [save(member, pinned=False) for _ in range(6)]
    answers = at_once([lambda one=one: member.patch(at(one), {"pinned": True}) for one in made])  # type: ignore[misc]
    assert [answer.status for answer in answers] == [200] * 6, [answer.json for answer in answers]
    assert sorted(one["position"] for one in listed(member) if one["mine"]) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("tree", "pointer", "code"),
    [
        ({"and": [{"field": "cf_999999", "op": "is_empty"}]}, "/filter/and/0/field", "field_unknown"),
        ({"not": {"field": "status", "op": "any_of", "value": ["new", "ghost"]}}, "/filter/not/value", "option_unknown"),
        ({"field": "level", "op": "lt", "value": "A"}, "/filter/op", "operator_unknown"),
    ],
)
def test_conditions_that_cannot_be_asked_are_neither_saved_nor_listed(
    member: Caller, tree: dict[str, Any], pointer: str, code: str
) -> None:
    create(member)
    saved = member.post(SEARCHES, {"name": "x", "filter": tree})
    listing = member.get(f"/api/customers?{urlencode({'view': 'mine', 'filter': json.dumps(tree)})}")
    for answer in (saved, listing):
        assert (answer.status, answer.json["errors"][0]["code"]) == (422, code)
        assert answer.json["errors"][0]["pointer"].startswith(pointer)


def numbers(caller: Caller) -> dict[str, Any]:
    found: dict[str, Any] = caller.get("/api/customers/counts").expect(200)["saved_searches"]
    return found


@pytest.mark.parametrize("read_max", [5_000, 1])
def test_the_menu_counts_what_the_list_of_a_search_holds(
    service: CustomerService, member: Caller, other: Caller, read_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_search_count, "READ_MAX", read_max)
    for level, visibility in (("A", "public"), ("A", "private"), ("B", "public")):
        create(other, name=f"计数{level}", level=level, visibility=visibility)
        create(member, name=f"计数{level}", level=level, visibility=visibility)
    level_a = {"field": "level", "op": "any_of", "value": ["A"]}
    wanted: dict[str, dict[str, Any]] = {
        "mine": {"view": "mine", "filter": level_a},
        "told": {"view": "all", "filter": {"and": [level_a, {"field": "owner", "op": "is", "value": "me"}]}},
        "all": {"view": "all", "filter": {"and": [level_a, {"field": "name", "op": "contains", "value": "计数"}]}},
        "not": {"view": "mine", "filter": {"not": level_a}},
        "text": {"view": "mine", "q": "计数"},
        "plain": {"view": "mine"},
    }
    made = {name: save(member, name, **fields)["saved_search_id"] for name, fields in wanted.items()}
    hidden = save(member, count_shown=False)["saved_search_id"]
    loose = save(member, pinned=False)["saved_search_id"]
    with counted(service.engine) as statements:
        found = numbers(member)
    # viewer, views, pinned tags, saved searches, their options, their counts, and the time limit
    assert len(statements) == (7 if read_max > 1 else 8), statements  # one more for those of which the beginning does not tell
    for name, fields in wanted.items():
        asked = {key: json.dumps(value) if key == "filter" else value for key, value in fields.items()}
        assert found[made[name]] == member.get(f"/api/customers?{urlencode(asked)}").expect(200)["count"], name
    assert found[made["mine"]]["value"] == 2
    assert not {hidden, loose} & set(found)


def test_a_rare_hit_far_from_the_beginning_is_counted_by_an_index(
    service: CustomerService, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_search_count, "READ_MAX", 10)
    monkeypatch.setattr(saved_search_count, "MENU_COUNT_MAX", 4)
    me = service.as_member(people.member("数数"))
    rows = [{"name": f"远{n}", "owner_id": me.member_id, "level": "C" if n in (40, 47) else "A"} for n in range(50)]
    put_customers(service.engine, rows)
    wanted = {"C": (2, True), "A": (4, False)}
    made = {one: save(me, one, view="mine", filter={"field": "level", "op": "is", "value": one})["saved_search_id"] for one in wanted}
    with counted(service.engine) as statements:
        found = numbers(me)
    assert {one: (found[made[one]]["value"], found[made[one]]["exact"]) for one in wanted} == wanted
    of_list = [statement.count("total AS (") for statement in statements if "s0_" in statement]
    assert of_list == [0, 1], "only the rare one is asked again"


def test_a_broken_search_has_no_number(service: CustomerService, member: Caller) -> None:
    whole, broken = save(member), save(member, filter=TREE)
    gone = {"not": {"field": "status", "op": "is", "value": "ghost"}}
    with transaction(service.engine) as connection:
        statement = text("UPDATE saved_search SET filter = CAST(:tree AS jsonb) WHERE saved_search_id = :id")
        connection.execute(statement, {"id": broken["saved_search_id"], "tree": json.dumps(gone)})
    assert set(numbers(member)) == {whole["saved_search_id"]}


def test_a_shared_search_counts_what_its_viewer_sees(member: Caller, other: Caller) -> None:
    create(member, visibility="private")
    mine = {"field": "owner", "op": "any_of", "value": ["me"]}
    made = save(member, view="all", filter=mine, shared_with="members", member_ids=[str(other.member_id)])
    other.patch(at(made), {"pinned": True}).expect(200)
    assert (numbers(member)[made["saved_search_id"]]["value"], numbers(other)[made["saved_search_id"]]["value"]) == (1, 0)
