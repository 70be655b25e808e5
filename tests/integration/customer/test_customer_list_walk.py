"""Every list equals the slow way: all customers filtered and sorted in Python, page by page, whichever way the statement takes.

The bounds are set so low that collecting, walking, bounded walks that end early and their fallback all happen with few customers.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.common import clock
from services.common.clock import now
from services.common.database import reading, transaction
from services.customer.queries import customer_list, customer_list_statement
from services.customer.rules import permission
from services.customer.rules.customer_list import VIEWS, Question, question
from services.customer.rules.permission import Facts
from services.customer.rules.pinyin import sort_key
from services.customer.rules.viewer import Viewer
from services.customer.store import member as member_store
from services.customer.store import permission as permission_store
from services.customer.store import star
from tests.support.customer import CustomerService, People
from tests.support.customer_rows import put_customers, put_participant

CUSTOMERS = 150
SECRET = b"cursor secret of a test, 32 bytes"
ZONE = "Asia/Shanghai"
NAMES = ("重庆啤酒", "重庆机电", "长沙银行", "阿里巴巴", "朝阳科技", "东方科技", "南方科技", "IBM中国", "曾氏兄弟", "绿城")
SORTS = ("last_follow_up_at", "name", "created_at", "level", "status", "next_contact_at", "updated_at", "pool_entered_at")
NARROWED: tuple[dict[str, str], ...] = (
    {}, {}, {"q": "科技"}, {"q": "重庆"}, {"q": "重"}, {"q": "8000"}, {"q": "13800138000"}, {"q": "科技", "status": "new,won"},
    {"q": "科技", "province": "西藏"}, {"status": "new"}, {"status": "won,lost", "level": "A,B"}, {"province": "重庆"}, {"q": "c"},
)  # fmt: skip
ASIDE = ("overdue", "soon_recycled", "team")  # have tests of their own
STATUSES = ("new", "contacted", "won", "lost")


@dataclass
class World:
    """Everything that was made, in plain values."""

    customers: dict[UUID, dict[str, Any]]
    viewers: list[Viewer]
    starred: set[tuple[UUID, UUID]]
    facts: dict[UUID, dict[UUID, Facts]]


@pytest.fixture(scope="module")
def world(service: CustomerService, people: People) -> World:
    """Customers of all kinds, an admin, managers of a large and a small department, members, one with the pool right."""
    dice = random.Random(5)  # noqa: S311 - a test's dice
    top = people.department()
    below = people.department(parent_id=top)
    ids = [
        people.member(role="admin"),
        people.member(role="manager", department_id=top),
        people.member(role="manager", department_id=below),
        people.member(department_id=below),
        people.member(department_id=top, rights=["pool_admin"]),
        people.member(),
    ]
    rows = [_customer(dice, ids) for _ in range(CUSTOMERS)]
    customers = dict(zip(put_customers(service.engine, rows), rows, strict=True))
    for customer_id in dice.sample(list(customers), 60):
        ended = dice.choice([None, None, now() - timedelta(minutes=1)])
        put_participant(service.engine, customer_id, dice.choice(ids), "viewer", ended)
    starred = {(dice.choice(ids), customer_id) for customer_id in dice.sample(list(customers), 50)}
    with transaction(service.engine) as connection:
        for member_id, customer_id in starred:
            star.insert_stars(connection, member_id, [customer_id])
    with reading(service.engine) as connection:
        viewers = [member_store.get_viewer(connection, member_id) for member_id in ids]
        facts = {
            viewer.member_id: {c: known.facts for c, known in permission_store.get_facts(connection, viewer, list(customers)).items()}
            for viewer in viewers
        }
    return World(customers, viewers, starred, facts)


def _customer(dice: random.Random, members: list[UUID]) -> dict[str, Any]:
    state = dice.choice(["owned", "owned", "owned", "unassigned", "pool"])
    moment = now() - timedelta(days=dice.randint(1, 9))
    status = dice.choice(STATUSES)
    return {
        "name": dice.choice(NAMES) + dice.choice(["", "甲", "乙", "丙", "丁"]),
        "state": state,
        "owner_id": dice.choice(members) if state == "owned" else None,
        "visibility": dice.choice(["public", "private"]),
        "status": status,
        "level": dice.choice(["A", "B", "C", None]),
        "province": dice.choice(["重庆", "西藏", None]),
        "mobile": dice.choice(["13800138000", "13912348000", None]),
        "last_follow_up_at": None if status == "new" else moment + timedelta(hours=dice.randint(0, 3)),
        "next_contact_at": dice.choice([None, moment, now() + timedelta(days=dice.randint(0, 3))]),
        "created_at": moment,
        "updated_at": moment + timedelta(hours=dice.randint(0, 5)),
        "pool_entered_at": moment if state == "pool" else None,
    }


@pytest.fixture(params=[(4, 3, 6), (40, 2, 15), (10_000, 3_000, 20_000)], ids=["tiny", "small", "real"])
def bounds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Counted, sorted and walked at most; answers how far is counted exactly."""
    counted, sorted_, walked = request.param
    monkeypatch.setattr(customer_list, "COUNT_MAX", counted)
    monkeypatch.setattr(customer_list_statement, "COUNT_MAX", counted)
    monkeypatch.setattr(customer_list_statement, "SORTED_MAX", sorted_)
    monkeypatch.setattr(customer_list_statement, "WALKED_MAX", walked)
    monkeypatch.setattr(customer_list_statement, "FEW", sorted_)
    return int(counted)


def test_every_list_is_what_filtering_and_sorting_everything_gives(service: CustomerService, world: World, bounds: int) -> None:
    dice = random.Random(bounds)  # noqa: S311 - a test's dice
    views = [view for view in VIEWS if view not in ASIDE]
    asked = list(itertools.product(world.viewers, views, SORTS, (":asc", ":desc")))
    for viewer, view, sort, direction in dice.sample(asked, 170):
        parameters = {"view": view, "sort": sort + direction, **dice.choice(NARROWED)}
        expected = _expected(world, viewer, question(parameters))
        found, count = _all_pages(service, viewer, parameters, limit=dice.choice([3, 7]))
        assert found == expected, (viewer.role, parameters)
        assert count == {"value": min(len(expected), bounds), "exact": len(expected) <= bounds}, (viewer.role, parameters)


def _all_pages(service: CustomerService, viewer: Viewer, parameters: dict[str, str], *, limit: int) -> tuple[list[UUID], dict[str, Any]]:
    found: list[UUID] = []
    after: str | None = None
    count: dict[str, Any] = {}
    while True:
        page = customer_list.list_customers(
            service.engine, viewer.member_id, parameters, limit=limit, after=after, zone=ZONE, secret=SECRET
        )
        count = count or page["count"]
        found += [item["customer_id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            return found, count


def _expected(world: World, viewer: Viewer, asked: Question) -> list[UUID]:
    hits = [
        (customer_id, row)
        for customer_id, row in world.customers.items()
        if permission.sees(viewer, world.facts[viewer.member_id][customer_id])
        and _in_view(world, viewer, asked.view, customer_id, row)
        and _fits(row, asked, full=permission.sees_fully(viewer, world.facts[viewer.member_id][customer_id]))
    ]
    key = _key(asked)
    hits.sort(key=lambda hit: hit[0], reverse=asked.sort.descending)
    filled = [hit for hit in hits if key(hit[1]) is not None]
    filled.sort(key=lambda hit: key(hit[1]), reverse=asked.sort.descending)
    ordered = [*filled, *(hit for hit in hits if key(hit[1]) is None)]
    if asked.view == "contact_today":
        ordered.sort(key=lambda hit: 0 if hit[1]["next_contact_at"] < _day(0) else 1)
    return [customer_id for customer_id, _ in ordered]


def _day(days: int) -> datetime:
    begin, end = clock.day_bounds(ZONE)
    return end if days else begin


def _in_view(world: World, viewer: Viewer, view: str, customer_id: UUID, row: dict[str, Any]) -> bool:
    mine = row["owner_id"] == viewer.member_id
    participating = world.facts[viewer.member_id][customer_id].participant_role is not None
    due = row["next_contact_at"] is not None and row["next_contact_at"] < _day(1)
    belongs: dict[str, bool] = {
        "all": True,
        "mine": mine,
        "participating": participating,
        "starred": (viewer.member_id, customer_id) in world.starred,
        "unassigned": row["state"] == "unassigned",
        "pool": row["state"] == "pool",
        "contact_today": (mine or participating) and due,
    }
    return belongs[view]


def _fits(row: dict[str, Any], asked: Question, *, full: bool) -> bool:
    if any(row[name] not in values for name, values in asked.chips.items()):
        return False
    if not asked.text:
        return True
    if asked.text == "c":
        return sort_key(row["name"]).startswith("c")
    if asked.text.isdigit():
        return full and asked.text in (row["mobile"] or "")
    return asked.text in row["name"]


def _key(asked: Question) -> Callable[[dict[str, Any]], Any]:
    name = asked.sort.name
    if name == "name":
        return lambda row: sort_key(row["name"]).encode()
    if name == "status":
        order = ["new", "contacted", "interested", "proposal", "negotiating", "won", "maintained", "lost", "invalid"]
        return lambda row: order.index(row["status"])
    return lambda row: row[name]
