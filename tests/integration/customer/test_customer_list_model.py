"""Lists against a model that looks every customer through: random questions of every kind, walked to the end, in the three ways in which
a page can be found (sorted, counted by an index, walked along an order).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import insert

from services.common.clock import day_bounds, now
from services.common.database import reading, transaction
from services.common.ids import new_id
from services.customer.queries import customer_list, customer_list_statement
from services.customer.rules import permission
from services.customer.rules.customer_list import SORTS, VIEWS
from services.customer.rules.permission import Facts
from services.customer.rules.pinyin import sort_key
from services.customer.rules.pool_rule import PoolRule
from services.customer.rules.viewer import Viewer
from services.customer.store import member as member_store
from services.customer.store import next_contact, pool_rule, recycling
from services.customer.store import permission as store
from tests.support.customer import Answer, Caller, CustomerService, People
from tests.support.customer_rows import put_customers, put_participant, put_pool

CUSTOMERS = 150
QUESTIONS = 45
WORDS = ("重庆啤酒", "长沙银行", "阿里巴巴", "厦门国际", "中国石化")
STATUS = ("new", "contacted", "interested", "proposal", "won", "lost")
LEVEL = ("A", "B", "C")
CHOICES: dict[str, tuple[str, ...]] = {
    "status": STATUS, "level": LEVEL, "province": ("重庆", "湖南"), "source": ("referral", "website"), "industry": ("food", "finance"),
}  # fmt: skip
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Row = dict[str, Any]
LATER = timedelta(days=3650)
ZONE = "Asia/Shanghai"
GROUPS = ("overdue", "today", "handled")
# An order that but one view has.
OF_VIEW = {"recycle_at": "soon_recycled"}
ORDERS = [name for name in SORTS if name not in OF_VIEW]
# search text → which names, and which phones where they may be seen
SEARCHES: dict[str, Callable[[Row, bool], bool]] = {
    "庆啤": lambda row, _: "庆啤" in row["name"],
    "重庆啤酒": lambda row, _: "重庆啤酒" in row["name"],
    "cqpj": lambda row, _: "重庆啤酒" in row["name"],
    "chongqing": lambda row, _: "重庆啤酒" in row["name"],
    "alibb": lambda row, _: "阿里巴巴" in row["name"],
    "石化 中国": lambda row, _: "中国石化" in row["name"],
    "长沙yh": lambda row, _: "长沙银行" in row["name"],
    "a": lambda row, _: row["name"].startswith("阿里巴巴"),
    "1380013": lambda row, seen: seen and "1380013" in row["phone"],
    "不存在": lambda _row, _: False,
}
WAYS = {"sorted": (10_000, 5_000, 20_000), "counted by index": (10_000, 3, 9), "walked": (6, 3, 9), "walked far": (6, 3, 20_000)}


@dataclass
class World:
    """What was made, in plain values."""

    rows: dict[UUID, Row] = field(default_factory=dict)
    participants: set[tuple[UUID, UUID]] = field(default_factory=set)  # whose time is not over
    stars: set[tuple[UUID, UUID]] = field(default_factory=set)
    callers: dict[UUID, Caller] = field(default_factory=dict)
    department_id: UUID | None = None
    pools: list[UUID] = field(default_factory=list)


def _rows(dice: random.Random, owners: list[UUID], pools: Sequence[UUID | None] = (None,)) -> list[Row]:
    made = []
    for number in range(CUSTOMERS):
        state = dice.choice(["owned", "owned", "unassigned", "pool"])
        moment = BEGIN + timedelta(days=dice.randrange(8))
        row: Row = {name: dice.choice((*values, *(() if name == "status" else (None,)))) for name, values in CHOICES.items()}
        row |= {
            "name": f"{dice.choice(WORDS)}{dice.choice('甲乙丙')}", "visibility": dice.choice(["public", "private", "private"]),
            "pool_id": dice.choice(pools) if state == "pool" else None,
            "phone": f"138001{number % 4}{number:04d}", "state": state, "owner_id": dice.choice(owners) if state == "owned" else None,
            "last_follow_up_at": dice.choice([None, moment]), "next_contact_at": dice.choice(
                [None, None, moment, moment, moment + LATER, day_bounds(ZONE)[0], day_bounds(ZONE)[1]]),
            "created_at": BEGIN + timedelta(days=dice.randrange(20)), "updated_at": BEGIN + timedelta(hours=dice.randrange(20)),
            "pool_entered_at": moment if state == "pool" else None,
        }  # fmt: skip
        made.append(row)
    return made


def _put_recycling(service: CustomerService, dice: random.Random, made: World) -> None:
    """Deadlines, near and far, as the worker keeps them; some of a version that is not the customer's any more."""
    for row in made.rows.values():
        row["recycle_at"] = None
    with transaction(service.engine) as connection:
        rule = PoolRule(new_id(), made.pools[2], "规则", 30, active=True)
        pool_rule.insert_rule(connection, rule)
        for customer_id in dice.sample([found for found, row in made.rows.items() if row["state"] == "owned"], 50):
            row, near = made.rows[customer_id], dice.choice([True, True, False])
            at = now() + timedelta(hours=dice.randrange(1, 5 * 24)) + (timedelta() if near else LATER)
            version = dice.choice([1, 1, 1, 2])
            values = {"customer_id": customer_id, "owner_id": row["owner_id"], "recycle_at": at, "pool_rule_id": rule.pool_rule_id}
            connection.execute(insert(recycling.recycling).values(version=version, **values))
            if near and version == 1:
                row["recycle_at"] = at


def _put_handled(service: CustomerService, dice: random.Random, made: World) -> None:
    """Planned contacts that were closed: what was due until today and closed today is handled."""
    begin, end = day_bounds(ZONE)
    for row in made.rows.values():
        row["handled"] = False
    with transaction(service.engine) as connection:
        for customer_id in dice.sample(list(made.rows), 60):
            due, closed = dice.choice([begin - LATER, begin, end - timedelta(seconds=1), end]), dice.choice([begin, begin, begin - LATER])
            values = {"customer_id": customer_id, "member_id": next(iter(made.callers)), "due_at": due, "recorded_version": 1}
            closed_by = {"closed_by": new_id(), "closed_at": closed}
            connection.execute(insert(next_contact.next_contact).values(next_contact_id=new_id(), **values, **closed_by))
            made.rows[customer_id]["handled"] = closed == begin and due < end


def _group(row: Row) -> str | None:
    """Where a customer stands among those to be contacted today."""
    begin, end = day_bounds(ZONE)
    due = row["next_contact_at"]
    if due is not None and due < end:
        return "overdue" if due < begin else "today"
    return "handled" if row["handled"] else None


@pytest.fixture(scope="module")
def world(service: CustomerService, people: People) -> World:
    dice = random.Random(7)  # noqa: S311 - a test's dice
    made = World()
    made.department_id = top = people.department()
    below = people.department(parent_id=top)
    members = [
        people.member("成员", department_id=below), people.member("另一", department_id=below), people.member("外人"),
        people.member("经理", role="manager", department_id=top), people.member("管理员", role="admin"),
        people.member("公海", rights=["pool_admin"]),
    ]  # fmt: skip
    made.callers = {member_id: service.as_member(member_id) for member_id in members}
    made.pools = [
        put_pool(service.engine, member_ids=members[:1], hidden_fields=["level", "phone"]),
        put_pool(service.engine, department_ids=[top], admin_ids=members[2:3], hidden_fields=["mobile"]),
        put_pool(service.engine),
    ]
    rows = _rows(dice, members[:4], [None, None, *made.pools])
    made.rows = dict(zip(put_customers(service.engine, rows), rows, strict=True))
    _put_recycling(service, dice, made)
    _put_handled(service, dice, made)
    for customer_id in dice.sample(list(made.rows), 90):
        member_id, end = dice.choice(members), dice.choice([None, now() - timedelta(seconds=1), now() + timedelta(days=1)])
        put_participant(service.engine, customer_id, member_id, dice.choice(["editor", "viewer"]), end)
        if end is None or end > now():
            made.participants.add((customer_id, member_id))
    for member_id, caller in made.callers.items():
        batch = caller.post("/api/customers/star", {"customer_ids": dice.sample(list(made.rows), 60)}).expect(200)
        made.stars |= {(UUID(result["customer_id"]), member_id) for result in batch["results"] if result["done"]}
    return made


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The bounds that decide how a page is found, so small that every way is taken."""
    count_max, sorted_max, walked_max = WAYS[request.param]
    monkeypatch.setattr(customer_list, "COUNT_MAX", count_max)
    monkeypatch.setattr(customer_list_statement, "COUNT_MAX", count_max)
    monkeypatch.setattr(customer_list_statement, "SORTED_MAX", sorted_max)
    monkeypatch.setattr(customer_list_statement, "WALKED_MAX", walked_max)
    chosen: str = request.param
    return chosen


@dataclass
class Known:
    """One viewer with the facts of every customer."""

    viewer: Viewer
    facts: dict[UUID, Facts]
    world: World

    def selects(self, customer_id: UUID, asked: dict[str, str]) -> bool:
        """Whether a customer belongs to the list, looked through one by one."""
        row, facts = self.world.rows[customer_id], self.facts[customer_id]
        me = self.viewer.member_id
        taking_part = row["owner_id"] == me or (customer_id, me) in self.world.participants
        in_view = {
            "mine": row["owner_id"] == me, "participating": (customer_id, me) in self.world.participants,
            "starred": (customer_id, me) in self.world.stars, "unassigned": row["state"] == "unassigned",
            "pool": permission.belongs(self.viewer, facts), "all": True,
            "contact_today": _group(row) is not None and taking_part, "overdue": _group(row) == "overdue" and taking_part,
            "team": row["state"] == "owned" and row["owner_id"] != me and permission.leads(self.viewer, facts),
            "soon_recycled": row["recycle_at"] is not None and permission.leads(self.viewer, facts),
        }  # fmt: skip
        hidden = self.hidden(customer_id)
        if not (in_view[asked["view"]] and permission.sees(self.viewer, facts)):
            return False
        chips = all(row[name] in asked[name].split(",") and name not in hidden for name in CHOICES if name in asked)
        if "pool_id" in asked and asked["pool_id"] != str(facts.pool_id):
            return False
        owner = "owner_id" not in asked or str(row["owner_id"]) == asked["owner_id"]
        department = "department_id" not in asked or UUID(asked["department_id"]) in facts.owner_department_path
        found = "q" not in asked or SEARCHES[asked["q"]](row, not hidden & {"phone", "mobile"})
        return chips and owner and department and found

    def hidden(self, customer_id: UUID) -> set[str]:
        """The fields that the pool hides."""
        facts = self.facts[customer_id]
        if permission.sees_fully(self.viewer, facts):
            return set()
        return {name for name, pools in self.viewer.pools.hidden.items() if facts.pool_id in pools}

    def keys(self, asked: dict[str, str]) -> list[Any]:
        """The sort keys in order, empty ones last; of contact_today one group after the other."""
        rows = [row for customer_id, row in self.world.rows.items() if self.selects(customer_id, asked)]
        if asked["view"] != "contact_today":
            return self._keys(asked, rows)
        return [key for group in GROUPS for key in self._keys(asked, [row for row in rows if _group(row) == group])]

    def _keys(self, asked: dict[str, str], rows: list[Row]) -> list[Any]:
        name, _, direction = asked["sort"].partition(":")
        rank: dict[str, Callable[[Row], Any]] = {
            "name": lambda row: sort_key(row["name"]),
            "status": lambda row: STATUS.index(row["status"]),
            "level": lambda row: None if row["level"] is None else LEVEL.index(row["level"]),
        }
        key = rank.get(name)
        found = [key(row) if key else row[name] for row in rows]
        descending = direction == "desc" if direction else SORTS[name].descending
        return [*sorted((k for k in found if k is not None), reverse=descending), *(k for k in found if k is None)]

    def key_of(self, item: dict[str, Any], asked: dict[str, str]) -> Any:
        name = asked["sort"].partition(":")[0]
        if name == "name":
            return sort_key(item["name"])
        if name in ("status", "level"):
            return None if item[name] is None else (STATUS if name == "status" else LEVEL).index(item[name])
        return item[name] and datetime.fromisoformat(item[name])


@pytest.fixture
def known(service: CustomerService, world: World) -> dict[UUID, Known]:
    found = {}
    with reading(service.engine) as connection:
        for member_id in world.callers:
            viewer = member_store.get_viewer(connection, member_id)
            facts = {c: fact.facts for c, fact in store.get_facts(connection, viewer, list(world.rows)).items()}
            found[member_id] = Known(viewer, facts, world)
    return found


def ask(caller: Caller, asked: dict[str, str], **more: Any) -> Answer:
    return caller.get("/api/customers?" + urlencode({**asked, **more}))


def walk(caller: Caller, asked: dict[str, str], limit: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Every page of a list, and the count of the first."""
    page = ask(caller, asked, limit=limit).expect(200)
    items, count = page["items"], page["count"]
    while page["next"] is not None:
        assert len(page["items"]) == limit
        page = ask(caller, asked, limit=limit, after=page["next"]).expect(200)
        items += page["items"]
        assert page["items"]
    return items, count


def random_question(dice: random.Random, world: World) -> dict[str, str]:
    asked = {"view": dice.choice([*VIEWS, "all", "all"]), "sort": dice.choice(ORDERS) + dice.choice(["", ":asc", ":desc"])}
    if dice.random() < 0.5:
        asked["q"] = dice.choice(list(SEARCHES))
    for name in dice.sample(list(CHOICES), dice.choice([0, 0, 1, 1, 2])):
        asked[name] = ",".join(dice.sample(CHOICES[name], dice.randint(1, len(CHOICES[name]))))
    if dice.random() < 0.15:
        asked["owner_id"] = str(dice.choice(list(world.callers)))
    if dice.random() < 0.15:
        asked["department_id"] = str(world.department_id)
    if asked["view"] in OF_VIEW.values() and dice.random() < 0.5:
        name = next(name for name, view in OF_VIEW.items() if view == asked["view"])
        asked["sort"] = name + dice.choice(["", ":asc", ":desc"])
    if asked["view"] == "pool" and dice.random() < 0.4:
        asked["pool_id"] = str(dice.choice(world.pools))
    return asked


@pytest.mark.parametrize("seed", [1, 2])
def test_every_page_of_every_question_is_what_the_model_finds(way: str, world: World, known: dict[UUID, Known], seed: int) -> None:
    dice = random.Random(seed * 1_000 + len(way))  # noqa: S311 - a test's dice
    bound, listed = WAYS[way][0], 0
    for _ in range(QUESTIONS):
        member_id, asked = dice.choice(list(world.callers)), random_question(dice, world)
        model = known[member_id]
        if asked["sort"].partition(":")[0] in model.viewer.pools.hidden and asked["view"] in ("all", "pool", "starred"):
            assert ask(world.callers[member_id], asked).code == "sort_hidden"
            continue
        items, count = walk(world.callers[member_id], asked, dice.choice([4, 9, 30, 200]))
        case = (model.viewer.name, asked)
        wanted = {str(customer_id) for customer_id in world.rows if model.selects(customer_id, asked)}
        assert Counter(item["customer_id"] for item in items) == dict.fromkeys(wanted, 1), case
        assert [model.key_of(item, asked) for item in items] == model.keys(asked), case
        assert count == {"value": min(len(wanted), bound), "exact": len(wanted) <= bound}, case
        if asked["view"] == "contact_today":
            groups = [GROUPS.index(item["group"]) for item in items]
            assert groups == sorted(groups), case
            assert [item["group"] for item in items] == [_group(world.rows[UUID(item["customer_id"])]) for item in items], case
        for item in items:
            assert ("phone" in item) == ("phone" not in model.hidden(UUID(item["customer_id"]))), case
        listed += len(items)
    assert listed > 200, "the questions found too little to prove anything"


def test_the_counts_of_the_side_menu_are_the_lists(world: World, known: dict[UUID, Known]) -> None:
    for member_id, model in known.items():
        counts = world.callers[member_id].get("/api/customers/counts").expect(200)["views"]
        for view in VIEWS:
            of_view = [row for customer_id, row in world.rows.items() if model.selects(customer_id, {"view": view})]
            wanted = sum(view != "contact_today" or _group(row) != "handled" for row in of_view)  # the menu tells what is still to be done
            assert counts[view] == {"value": wanted, "exact": True}, (model.viewer.name, view)


@pytest.mark.parametrize("sort", [f"{name}{direction}" for name in ORDERS for direction in (":asc", ":desc")])
def test_rows_inserted_while_one_walks_neither_double_nor_push_out_others(
    way: str, service: CustomerService, people: People, sort: str
) -> None:
    if way not in ("sorted", "walked"):
        return
    dice = random.Random(sort)  # noqa: S311 - a test's dice
    caller = service.as_member(people.member())
    rows = [
        {**row, "owner_id": caller.member_id, "state": "owned", "pool_entered_at": None, "pool_id": None}
        for row in _rows(dice, [UUID(int=0)])
    ]
    there = {str(customer_id) for customer_id in put_customers(service.engine, rows[:24])}
    more = iter(rows[24:])
    asked, found = {"view": "mine", "sort": sort}, Counter[str]()
    after: dict[str, str] = {}
    for _ in range(40):
        page = ask(caller, asked, limit=5, **after).expect(200)
        found.update(item["customer_id"] for item in page["items"])
        if page["next"] is None:
            break
        after = {"after": page["next"]}
        put_customers(service.engine, [next(more), next(more)])
    assert max(found.values()) == 1
    assert there <= set(found)


def test_a_cursor_belongs_to_its_question(world: World) -> None:
    caller = next(iter(world.callers.values()))
    asked = {"view": "all", "sort": "name"}
    cursor = ask(caller, asked, limit=2).expect(200)["next"]
    spoiled = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for other in ({**asked, "sort": "name:desc"}, {**asked, "view": "pool"}, {**asked, "status": "new"}, {**asked, "q": "重庆"}):
        answer = ask(caller, other, after=cursor)
        assert (answer.status, answer.code) == (400, "cursor_refused"), other
    for text in (spoiled, "x", "é", "A" * 999, cursor + "A"):
        assert ask(caller, asked, after=text).status == 400, text
    ask(caller, asked, limit=9, after=cursor).expect(200)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("x=1", 400), ("view=all&view=mine", 400), ("view=theirs", 422), ("sort=phone", 422), ("sort=name:up", 422), ("limit=0", 422),
        ("limit=201", 422), ("limit=x", 422), ("owner_id=x", 422), ("department_id=x", 422), ("q=" + "a" * 201, 422), ("q=%00", 400),
        ("status=" + ",".join(f"s{n}" for n in range(51)), 422), ("q=%25%27%5C", 200), ("q='", 200), ("status=%25s", 200),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused_and_strange_ones_answered(world: World, query: str, status: int) -> None:
    caller = next(iter(world.callers.values()))
    assert caller.get(f"/api/customers?{query}").status == status
