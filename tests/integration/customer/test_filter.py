"""Condition trees against a model that looks every customer through: list, count, export and batch selection find the same customers,
for whoever asks, whatever the pool hides from him.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from services.common import clock
from services.common.clock import now
from services.common.database import reading, transaction
from services.common.ids import new_id
from services.customer.queries import customer_list, customer_list_cover, customer_list_statement, saved_search_count
from services.customer.queries.field import get_registry
from services.customer.rules import permission
from services.customer.rules.field import SYSTEM
from services.customer.rules.permission import Facts
from services.customer.rules.pinyin import sort_key
from services.customer.rules.pool_rule import PoolRule
from services.customer.rules.viewer import Viewer
from services.customer.store import custom_field, custom_value, customer_tag, option, pool_rule, recycling
from services.customer.store import member as member_store
from services.customer.store import permission as store
from tests.support.customer import Caller, CustomerService, People, counted
from tests.support.customer_rows import put_customers, put_participant
from tests.support.filter_model import Model, Reader
from tests.support.filter_trees import trees

CUSTOMERS = 120
ZONE = "Asia/Shanghai"
HIDDEN = ("phone", "mobile", "email", "remark", "level", "province", "city", "staff_size", "next_contact_at")
NAMES = ("重庆啤酒", "重慶啤酒 有限", "Acme 科技", "ＡＣＭＥ有限公司", "长沙银行", "(中国)石化", "a.c 100%", "abc_x")
SAID = ("电话沟通 ACME", "约好重慶拜访", "没有兴趣 100%")
CHOICES: dict[str, tuple[str, ...]] = {
    "status": ("new", "interested", "won"), "level": ("A", "B", "C"), "province": ("重庆", "湖南"), "industry": ("food", "finance"),
    "source": ("referral", "website"), "kind": ("organization", "person"), "relation": ("customer", "partner"),
    "visibility": ("public", "private"), "state": ("owned", "unassigned", "pool"), "pool_reason": ("other", "overdue"),
}  # fmt: skip
BEGIN = datetime(2026, 1, 1, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
Row = dict[str, Any]
TYPES: dict[str, str] = {one.field: one.type for one in SYSTEM.by_name.values()}


@dataclass
class World:
    """What was made, in plain values by the names of fields."""

    rows: dict[UUID, Row] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)  # key → type
    options: dict[str, list[str]] = field(default_factory=dict)
    pools: list[str] = field(default_factory=list)
    tags: list[UUID] = field(default_factory=list)
    stars: set[tuple[UUID, UUID]] = field(default_factory=set)  # (member, customer)
    callers: dict[UUID, Caller] = field(default_factory=dict)
    departments: dict[UUID, frozenset[str]] = field(default_factory=dict)  # member → his department's members
    viewers: dict[UUID, Viewer] = field(default_factory=dict)
    facts: dict[UUID, dict[UUID, Facts]] = field(default_factory=dict)  # member → customer → facts

    def seen(self, member_id: UUID, customer_id: UUID) -> Row | None:
        """A customer as a member sees it, None where it is not there for him."""
        viewer, facts = self.viewers[member_id], self.facts[member_id][customer_id]
        if not permission.sees(viewer, facts):
            return None
        row = dict(self.rows[customer_id]) | {"starred": (member_id, customer_id) in self.stars}
        if permission.sees_fully(viewer, facts):
            return row
        hidden = {name for name, pools in viewer.pools.hidden.items() if facts.pool_id in pools}
        return {name: ([] if isinstance(value, list) else None) if name in hidden else value for name, value in row.items()}


def _row(dice: random.Random, number: int, members: list[UUID], pool_reason: str) -> tuple[Row, Row]:
    """The columns of a customer, and its values by field."""

    def moment() -> datetime:
        return dice.choice([BEGIN + timedelta(hours=dice.randrange(240)), now() + timedelta(days=dice.randrange(-9, 9))])

    state = dice.choice(CHOICES["state"])
    row: Row = {name: dice.choice((*values, *(() if name in ("status", "kind") else (None,)))) for name, values in CHOICES.items()}
    row |= {
        "name": dice.choice(NAMES), "short_name": dice.choice((None, *NAMES)), "state": state,
        "owner_id": dice.choice(members) if state == "owned" else None, "visibility": dice.choice(["public", "private", "private"]),
        "previous_owner_id": dice.choice([None, *members]), "created_by": dice.choice(members), "city": dice.choice([None, "重慶", "长沙"]),
        "district": None, "address": dice.choice([None, "渝北区 1 号 a.c"]), "phone": dice.choice([None, f"1380013800{number % 3}"]),
        "mobile": dice.choice([None, "13800138000"]), "email": dice.choice([None, "x_1@acme.com"]), "website": None,
        "wechat": None, "credit_code": None, "staff_size": dice.choice([None, 0, 50, 2600]), "parent_customer_id": None,
        "remark": dice.choice([None, "第一行\n重慶 100%", "ACME"]), "times_claimed": dice.choice([0, 1, 2]),
        "last_follow_up_at": dice.choice([None, moment()]), "last_follow_up_by": dice.choice([None, *members]),
        "last_follow_up_excerpt": dice.choice([None, *SAID]), "next_contact_at": dice.choice([None, moment()]), "created_at": moment(),
        "updated_at": moment(), "pool_entered_at": moment() if state == "pool" else None, "pool_note": None,
        "pool_reason": pool_reason if state == "pool" else None,
    }  # fmt: skip
    values = {name: row.get(name) for name in SYSTEM.by_name}
    values |= {"owner": row["owner_id"], "previous_owner": row["previous_owner_id"]}
    return row, values | {"participants": [], "follow_up_content": [], "tags": [], "locked": False, "held": False}


def _put_tags(service: CustomerService, member_id: UUID, dice: random.Random, ids: list[UUID]) -> dict[UUID, list[UUID]]:
    """Three tags on customers here and there."""
    caller = service.as_member(member_id)
    tags = [UUID(caller.post("/api/tags", {"name": f"标签{number}"}).expect(201)["tag_id"]) for number in range(3)]
    chosen = {tag_id: dice.sample(ids, 35) for tag_id in tags}
    with transaction(service.engine) as connection:
        pairs = [(customer_id, tag_id) for tag_id, customer_ids in chosen.items() for customer_id in customer_ids]
        customer_tag.insert_for_new(connection, pairs, by=member_id)
    return chosen


def _put_around(service: CustomerService, made: World, dice: random.Random, author_id: UUID) -> None:
    """Tags, locks and holds, parents, follow-ups."""
    ids = list(made.rows)
    for tag_id, customer_ids in _put_tags(service, author_id, dice, ids).items():
        made.tags.append(tag_id)
        for customer_id in customer_ids:
            made.rows[customer_id]["tags"].append(tag_id)
    with transaction(service.engine) as connection:
        connection.execute(text("UPDATE pool SET hidden_fields = :hidden"), {"hidden": list(HIDDEN)})
        for row in connection.execute(text("SELECT customer_id, customer_no, pool_reason, pool_id AS pool FROM customer")):
            if row.customer_id in made.rows:
                made.rows[row.customer_id] |= {name: getattr(row, name) for name in ("customer_no", "pool_reason", "pool")}
        made.pools = [str(connection.execute(text("SELECT pool_id FROM pool WHERE is_default")).scalar_one())]
        for customer_id in dice.sample([c for c in ids if made.rows[c]["state"] != "pool"], 30):
            locked, held = dice.choice([True, False]), dice.choice([None, now() - timedelta(days=1), now() + timedelta(days=1)])
            made.rows[customer_id] |= {"locked": locked, "held": held is not None and held > now()}
            statement = text("UPDATE customer SET locked_at = CASE WHEN :locked THEN now() END, hold_until = :held WHERE customer_id = :id")
            connection.execute(statement, {"locked": locked, "held": held, "id": customer_id})
        for customer_id in dice.sample(ids, 50):
            made.rows[customer_id]["parent_customer_id"] = parent = dice.choice(ids)
            statement = text("UPDATE customer SET parent_customer_id = :parent WHERE customer_id = :id")
            connection.execute(statement, {"parent": parent, "id": customer_id})
        for customer_id in dice.choices(ids, k=60):
            said = dice.choice(SAID)
            made.rows[customer_id]["follow_up_content"].append(said)
            statement = text("""INSERT INTO follow_up (follow_up_id, customer_id, author_id, method, content, followed_at, recorded_version)
                VALUES (:id, :customer_id, :author, 'call', :said, now(), 1)""")
            connection.execute(statement, {"id": new_id(), "customer_id": customer_id, "author": author_id, "said": said})


def _put_recycling(service: CustomerService, made: World, dice: random.Random) -> None:
    """Deadlines of the customers as they are, of a version that is gone, and of a rule that was switched off."""
    with transaction(service.engine) as connection:
        rules = [PoolRule(new_id(), UUID(made.pools[0]), f"规则{on}", 30, active=on) for on in (True, False)]
        for rule in rules:
            pool_rule.insert_rule(connection, rule)
        for customer_id in dice.sample([found for found, row in made.rows.items() if row["owner"]], 25):
            rule, behind = dice.choice([rules[0], rules[0], *rules]), dice.choice([0, 0, 1])
            at = dice.choice([BEGIN + timedelta(hours=dice.randrange(240)), now() + timedelta(days=dice.randrange(0, 9))])
            made.rows[customer_id]["recycle_at"] = at if rule.active and not behind else None
            version = connection.execute(text("SELECT version FROM customer WHERE customer_id = :id"), {"id": customer_id}).scalar_one()
            values = {"version": version - behind, "owner_id": made.rows[customer_id]["owner"], "pool_rule_id": rule.pool_rule_id}
            connection.execute(insert(recycling.recycling).values(customer_id=customer_id, recycle_at=at, **values))


def _put_custom(service: CustomerService, made: World, dice: random.Random, members: list[UUID]) -> None:
    """A custom field of every type, and values here and there."""
    values: dict[str, list[Any]] = {
        "text": ["重慶 ACME", "科技 100%", "x"], "number": [0, 1, 2.5, 50], "date": ["2026-01-01", "2026-01-05", "2027-01-01"],
        "choice": ["b", "a"], "choices": [["b"], ["a", "b"]], "member": [str(one) for one in members], "boolean": [True, False],
    }  # fmt: skip
    with transaction(service.engine) as connection:
        for position, kind in enumerate(values):
            row = {"type": kind, "label_zh": f"自定义{kind}", "label_en": f"Custom {kind}", "position": position}
            made.custom[str(custom_field.insert_field(connection, row)["key"])] = kind
        for key, kind in made.custom.items():
            for position, value in enumerate(["b", "a"] if kind in ("choice", "choices") else []):
                made.options.setdefault(key, []).append(value)
                rows = {"list": key, "value": value, "label_zh": value, "label_en": value, "position": position}
                connection.execute(insert(option.option).values(rows))
        fields = {one.field: one for one in custom_field.get_fields(connection)}
        for customer_id, row in made.rows.items():
            held = {key: dice.choice(values[kind]) for key, kind in made.custom.items() if dice.random() < 0.7}
            row |= {key: held.get(key, [] if kind == "choices" else None) for key, kind in made.custom.items()}
            row |= {key: date.fromisoformat(str(row[key])) for key, kind in made.custom.items() if kind == "date" and row[key]}
            statement = text("UPDATE customer SET custom = CAST(:held AS jsonb) WHERE customer_id = :id")
            connection.execute(statement, {"held": json.dumps(held), "id": customer_id})
            custom_value.save_values(connection, [(customer_id, held)], fields)


@pytest.fixture(scope="module")
def world(service: CustomerService, people: People) -> World:
    dice = random.Random(3)  # noqa: S311 - a test's dice
    made = World()
    top = people.department()
    below = people.department(parent_id=top)
    homes = {
        people.member("成员", department_id=below): below, people.member("另一", department_id=top): top, people.member("外人"): None,
        people.member("经理", role="manager", department_id=top): top, people.member("管理员", role="admin"): None,
        people.member("公海", rights=["pool_admin", "export"]): None,
    }  # fmt: skip
    members = list(homes)
    inside = {top: {m for m, home in homes.items() if home}, below: {m for m, home in homes.items() if home == below}}
    made.departments = {m: frozenset(map(str, inside[home])) if home else frozenset() for m, home in homes.items()}
    made.callers = {member_id: service.as_member(member_id) for member_id in members}
    pairs = [_row(dice, number, members, "other") for number in range(CUSTOMERS)]
    ids = put_customers(service.engine, [row for row, _ in pairs])
    made.rows = {customer_id: values for customer_id, (_, values) in zip(ids, pairs, strict=True)}
    _put_custom(service, made, dice, members)
    _put_around(service, made, dice, members[0])
    _put_recycling(service, made, dice)
    for customer_id in dice.sample(ids, 70):
        member_id, end = dice.choice(members), dice.choice([None, now() - timedelta(seconds=1), now() + timedelta(days=1)])
        put_participant(service.engine, customer_id, member_id, dice.choice(["editor", "viewer"]), end)
        if end is None or end > now():
            made.rows[customer_id]["participants"].append(member_id)
    for member_id, caller in made.callers.items():
        batch = caller.post("/api/customers/star", {"customer_ids": dice.sample(ids, 40)}).expect(200)
        made.stars |= {(member_id, UUID(result["customer_id"])) for result in batch["results"] if result["done"]}
    with reading(service.engine) as connection:
        for member_id in members:
            made.viewers[member_id] = viewer = member_store.get_viewer(connection, member_id)
            made.facts[member_id] = {c: fact.facts for c, fact in store.get_facts(connection, viewer, ids).items()}
    return made


WAYS = {"sorted": (10_000, 3_000, 20_000), "counted": (10_000, 2, 9), "walked": (5, 2, 9), "walked far": (5, 2, 20_000)}


@pytest.fixture(params=WAYS)
def bound(request: pytest.FixtureRequest) -> Iterator[int]:
    """The bounds that decide how a page is found, so small that every way is taken; answers how far is counted."""
    with pytest.MonkeyPatch.context() as patch:
        count_max, sorted_max, walked_max = WAYS[request.param]
        patch.setattr(customer_list, "COUNT_MAX", count_max)
        patch.setattr(customer_list_statement, "COUNT_MAX", count_max)
        patch.setattr(customer_list_statement, "SORTED_MAX", sorted_max)
        patch.setattr(customer_list_statement, "WALKED_MAX", walked_max)
        patch.setattr(customer_list_statement, "FEW", sorted_max)
        patch.setattr(saved_search_count, "READ_MAX", 5_000 if request.param == "sorted" else 3)
        yield count_max


def expected(world: World, member_id: UUID, tree: Any, types: dict[str, str], today: Any, view: str = "all") -> set[str]:
    model = Model(types, Reader(str(member_id), world.departments[member_id], today, ZONE))
    found = set()
    for customer_id in world.rows:
        seen = world.seen(member_id, customer_id)
        in_view = {"all": True, "pool": seen and seen["state"] == "pool", "mine": seen and seen["owner"] == member_id}[view]
        if seen is not None and in_view and model.holds(tree, seen):
            found.add(str(customer_id))
    return found


def listed(caller: Caller, asked: dict[str, Any]) -> tuple[set[str], dict[str, Any]]:
    page = caller.get("/api/customers?" + urlencode({**asked, "limit": 60})).expect(200)
    items, count = page["items"], page["count"]
    while page["next"]:
        page = caller.get("/api/customers?" + urlencode({**asked, "limit": 60, "after": page["next"]})).expect(200)
        items += page["items"]
    ids = [item["customer_id"] for item in items]
    assert len(ids) == len(set(ids))
    return set(ids), count


def exported(service: CustomerService, member_id: UUID, selection: dict[str, Any]) -> set[str]:
    caller = Caller(service.app, service._signer("export"), member_id, issuer="export")
    body = {"selection": selection, "columns": ["customer_no"], "zone": ZONE}
    answer = caller.post("/internal/export_rows", body)
    assert answer.status == 200, answer.response.get_data(as_text=True)
    return set(answer.response.get_data(as_text=True).split("\n")[:-2])


@pytest.mark.parametrize("asked_of", ["all fields", "one index", "ids beside"])
def test_list_count_export_and_batch_find_what_the_model_finds(bound: int, service: CustomerService, world: World, asked_of: str) -> None:
    with reading(service.engine) as connection:
        registry = get_registry(connection)
    fields = [one for one in registry.by_name.values() if one.operators]
    types: dict[str, str] = {one.field: one.type for one in fields}
    if asked_of == "one index":
        fields = [one for one in fields if one.field in customer_list_cover.FIELDS]
    if asked_of == "ids beside":
        fields = [one for one in fields if one.custom or one.field in ("tags", "participants", "starred", "owner", "status")]
    some = [str(customer_id) for customer_id in list(world.rows)[:5]]
    made = trees(
        fields,
        member_ids=[str(m) for m in world.callers],
        customer_ids=some,
        choices={**CHOICES, **world.options},
        tag_ids=[str(one) for one in world.tags],
        pool_ids=world.pools,
    )
    found_something = 0

    views, sorts = st.sampled_from(["all", "all", "pool", "mine"]), st.sampled_from(["updated_at", "name", "status", "last_follow_up_at"])

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
    @given(made, st.sampled_from(list(world.callers)), views, sorts)
    def compare(tree: dict[str, Any], member_id: UUID, view: str, sort: str) -> None:
        nonlocal found_something
        wanted = expected(world, member_id, tree, types, clock.today(ZONE), view)
        asked = {"view": view, "filter": json.dumps(tree), "sort": sort}
        ids, count = listed(world.callers[member_id], asked)
        assert ids == wanted, (json.dumps(tree, ensure_ascii=False), world.viewers[member_id].name, view, sort)
        assert count == {"value": min(len(wanted), bound), "exact": len(wanted) <= bound}
        numbers = {world.rows[UUID(customer_id)]["customer_no"] for customer_id in wanted}
        assert exported(service, member_id, {"view": view, "filter": tree}) == numbers if numbers else True
        with reading(service.engine) as connection:
            selection = customer_list.select(connection, world.viewers[member_id], {"view": view, "filter": tree}, zone=ZONE)
            assert set(map(str, customer_list.selected_ids(connection, selection, 1_000))) == wanted
            assert len(customer_list.selected_ids(connection, selection, 3)) == min(3, len(wanted))
            saved = {"saved_search_id": "one", "view": view, "q": None, "filter": tree}
            told = saved_search_count.count_some(connection, world.viewers[member_id], [saved], ZONE)["one"]["value"]
            assert min(told, bound) == min(len(wanted), bound)
        found_something += bool(wanted)

    compare()
    assert found_something > 10, "the trees found too little to prove anything"


def custom_keys(world: World, key: str, ids: list[str]) -> list[Any]:
    """What the rows are ordered by: numbers, days, readings, the place of an option, the name of a member."""
    kind = world.custom[key]
    held = [world.rows[UUID(customer_id)][key] for customer_id in ids]
    if kind == "choice":
        return [None if one is None else world.options[key].index(one) for one in held]
    if kind == "member":
        return [None if one is None else (sort_key(world.viewers[UUID(one)].name), one) for one in held]
    return [sort_key(one) if kind == "text" and one is not None else one for one in held]


@pytest.mark.usefixtures("bound")
def test_lists_are_in_the_order_of_every_custom_field_both_ways(world: World) -> None:
    member_id, caller = next((m, c) for m, c in world.callers.items() if world.viewers[m].is_admin)
    trees_ = [None, {"field": "kind", "op": "is", "value": "person"}, {"field": "status", "op": "is_not", "value": "won"}]
    for key in [key for key, kind in world.custom.items() if kind != "choices"]:
        for direction, tree in itertools.product((":asc", ":desc"), trees_):
            asked = {"sort": key + direction, **({"filter": json.dumps(tree)} if tree else {})}
            ids: list[str] = []
            after: dict[str, str] = {}
            while True:
                page = caller.get("/api/customers?" + urlencode({**asked, **after, "limit": 17})).expect(200)
                ids += [item["customer_id"] for item in page["items"]]
                if page["next"] is None:
                    break
                after = {"after": page["next"]}
            assert len(ids) == len(set(ids)) == len(expected(world, member_id, tree, TYPES, clock.today(ZONE)))
            keys = custom_keys(world, key, ids)
            filled = [one for one in keys if one is not None]
            assert keys == [*sorted(filled, reverse=direction == ":desc"), *[None] * (len(keys) - len(filled))], (key, direction, tree)
    assert caller.get(f"/api/customers?sort={next(k for k, kind in world.custom.items() if kind == 'choices')}").status == 422


def test_a_filter_costs_one_more_query_at_most(service: CustomerService, world: World) -> None:
    tree = {"and": [{"field": "status", "op": "is", "value": "won"}, {"field": "owner", "op": "is", "value": "my_department"}]}
    for caller in world.callers.values():
        with counted(service.engine) as statements:
            caller.get("/api/customers?" + urlencode({"filter": json.dumps(tree)})).expect(200)
        assert len(statements) <= 3, statements


def test_a_bad_filter_is_refused_everywhere_with_its_place(service: CustomerService, world: World) -> None:
    member_id, caller = next(iter(world.callers.items()))
    tree = {"and": [{"field": "status", "op": "is", "value": 1}]}
    answers = [
        caller.get("/api/customers?" + urlencode({"filter": json.dumps(tree)})),
        Caller(service.app, service._signer("export"), member_id, issuer="export").post(
            "/internal/exports/authorize", {"selection": {"view": "all", "filter": tree}}
        ),
    ]
    for answer in answers:
        assert answer.expect(422)["errors"][0]["pointer"] == "/filter/and/0/value"
    assert caller.get("/api/customers?" + urlencode({"filter": "{"})).expect(422)["errors"][0]["code"] == "filter_malformed"


def test_the_longest_list_of_texts_is_answered(service: CustomerService, world: World) -> None:
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 4_000)]
    wanted = ["".join(letters[start : start + 200]) for start in range(0, 4_000, 200)]
    tree = {"field": "remark", "op": "any_of", "value": wanted}
    with reading(service.engine) as connection:
        selection = customer_list.select(connection, next(iter(world.viewers.values())), {"filter": tree}, zone=ZONE)
        assert customer_list.selected_ids(connection, selection, 5) == []


def test_a_cursor_belongs_to_its_filter(world: World) -> None:
    caller = next(iter(world.callers.values()))
    one, other = ({"field": "kind", "op": op, "value": "person"} for op in ("is", "is_not"))
    page = caller.get("/api/customers?" + urlencode({"filter": json.dumps(one), "limit": 1})).expect(200)
    again = caller.get("/api/customers?" + urlencode({"filter": json.dumps(other), "limit": 1, "after": page["next"]}))
    assert (again.status, again.code) == (400, "cursor_refused")
    caller.get("/api/customers?" + urlencode({"filter": json.dumps(one, indent=1), "limit": 1, "after": page["next"]})).expect(200)
