"""The policy as a function and as SQL are the same: over generated members, departments, customers and participants, counted."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from services.common.clock import now
from services.common.database import reading
from services.customer.rules import permission
from services.customer.rules.permission import Facts
from services.customer.rules.viewer import ROLES, Right, Role, Viewer
from services.customer.store import member as member_store
from services.customer.store import permission as store
from tests.support.customer import CustomerService, People
from tests.support.customer_rows import put_customers, put_participant, put_pool

MEMBERS, CUSTOMERS, PARTICIPATIONS = 28, 260, 420
RIGHTS: Sequence[list[Right]] = ([], ["export"], ["assign"], ["pool_admin"])


@dataclass
class Pool:
    """Whom a pool is for."""

    open_to_all: bool
    members: set[UUID] = field(default_factory=set)
    departments: set[UUID] = field(default_factory=set)
    admins: set[UUID] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)


@dataclass
class World:
    """Everything that was made, in plain values."""

    paths: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)  # department → path
    department_of: dict[UUID, UUID | None] = field(default_factory=dict)
    customers: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    participants: dict[tuple[UUID, UUID], tuple[str, datetime | None]] = field(default_factory=dict)
    pools: dict[UUID, Pool] = field(default_factory=dict)

    def path_of(self, member_id: UUID) -> tuple[UUID, ...]:
        department_id = self.department_of[member_id]
        return () if department_id is None else self.paths[department_id]

    @cached_property
    def running(self) -> dict[UUID, dict[UUID, str]]:
        """Customer → member → role of those whose time is not over."""
        found: dict[UUID, dict[UUID, str]] = defaultdict(dict)
        for (customer_id, member_id), (role, end) in self.participants.items():
            if end is None or end > now():
                found[customer_id][member_id] = role
        return found

    def facts(self, viewer: Viewer, customer_id: UUID) -> Facts:
        """The same as the store reads, found the slow way."""
        row, taking_part = self.customers[customer_id], self.running[customer_id]
        managed = any(viewer.manages(self.path_of(member_id)) for member_id in taking_part) and not viewer.is_admin
        owner_path = self.path_of(row["owner_id"]) if row["owner_id"] else ()
        role: Any = taking_part.get(viewer.member_id)
        pool_id = row["pool_id"]
        pool_open = pool_id is None or self.pools[pool_id].open_to_all
        return Facts(
            row["owner_id"], owner_path, row["state"], row["visibility"], role, managed, pool_id, pool_open, row["locked_at"] is not None
        )

    def belongs(self, viewer: Viewer, pool_id: UUID) -> bool:
        """By name, by department or as an admin of the pool."""
        found = self.pools[pool_id]
        by_department = bool(found.departments & set(self.path_of(viewer.member_id)))
        return found.open_to_all or viewer.member_id in found.members | found.admins or by_department or viewer.has("pool_admin")

    def sees(self, viewer: Viewer, customer_id: UUID) -> bool:
        """Seeing, told once more without the policy, for what pools add to it."""
        facts = self.facts(viewer, customer_id)
        if facts.visibility == "public" or permission.leads(viewer, facts) or facts.participant_role or facts.manages_participant:
            return True
        return facts.pool_id is not None and self.belongs(viewer, facts.pool_id)


@pytest.fixture(scope="module", params=[11, 23])
def world(request: pytest.FixtureRequest, service: CustomerService, people: People) -> World:
    """A generated organisation; managers with and without department, owners who have left, expired participants."""
    dice = random.Random(request.param)  # noqa: S311 - a test's dice
    made = World()
    for _ in range(9):
        parent = dice.choice([None, *made.paths])
        department_id = people.department(parent_id=parent)
        made.paths[department_id] = (*(made.paths[parent] if parent else ()), department_id)
    for number in range(MEMBERS):
        role: Role = ROLES[number % len(ROLES)] if number % 4 else "manager"
        home = dice.choice([None, *made.paths, *made.paths])
        rights = None if role == "admin" else dice.choice(RIGHTS)
        made.department_of[people.member(role=role, rights=rights, department_id=home, active=number % 9 != 8)] = home
    made.pools = _pools(dice, made, service)
    rows = [_customer(dice, made, number) for number in range(CUSTOMERS)]
    made.customers = dict(zip(put_customers(service.engine, rows), rows, strict=True))
    for _ in range(PARTICIPATIONS):
        key = dice.choice(list(made.customers)), dice.choice(list(made.department_of))
        end = dice.choice([None, now() - timedelta(minutes=1), now() + timedelta(days=1)])
        made.participants[key] = dice.choice(["editor", "viewer"]), end
        put_participant(service.engine, *key, *made.participants[key])
    return made


def _pools(dice: random.Random, made: World, service: CustomerService) -> dict[UUID, Pool]:
    """The default pool, another that is open to all, and closed ones: for members, for departments, for admins alone."""
    found = {}
    for number in range(6):
        pool = Pool(number == 0, hidden={"phone"} if number % 2 else {"level"})
        if number in (1, 2, 5):
            pool.members = set(dice.sample(list(made.department_of), 4))
        if number in (2, 3):
            pool.departments = set(dice.sample(list(made.paths), 2))
        if number in (0, 1, 4):
            pool.admins = set(dice.sample(list(made.department_of), 3))
        pool_id = put_pool(
            service.engine, member_ids=list(pool.members), department_ids=list(pool.departments), admin_ids=list(pool.admins),
            open_to_all=pool.open_to_all, hidden_fields=list(pool.hidden),
        )  # fmt: skip
        found[pool_id] = pool
    return found


def _customer(dice: random.Random, made: World, number: int) -> dict[str, Any]:
    state = dice.choice(["owned", "owned", "unassigned", "pool", "pool"])
    owner_id = dice.choice(list(made.department_of)) if state == "owned" else None
    pool_id = dice.choice(list(made.pools)) if state == "pool" else None
    visibility = dice.choice(["public", "private", "private"])
    locked_at = now() if state != "pool" and dice.random() < 0.4 else None
    row = {"name": f"公司{number}", "state": state, "owner_id": owner_id, "visibility": visibility, "pool_id": pool_id}
    return {**row, "locked_at": locked_at}


def for_each_viewer(service: CustomerService, world: World, check: Callable[[Connection, Viewer], None]) -> None:
    checked = 0
    with reading(service.engine) as connection:
        active = set(connection.execute(text("SELECT member_id FROM member WHERE active")).scalars())
        for member_id in set(world.department_of) & active:
            check(connection, member_store.get_viewer(connection, member_id))
            checked += 1
    assert checked > 20


def selected(connection: Connection, viewer: Viewer, world: World, condition: str, source: str = "customer c") -> Counter[UUID]:
    """How often each of the world's customers is among the rows."""
    rows = connection.exec_driver_sql(f"SELECT c.customer_id FROM {source} WHERE {condition}", permission.parameters(viewer))  # noqa: S608
    return Counter(customer_id for customer_id in rows.scalars() if customer_id in world.customers)


def once(customer_ids: set[UUID]) -> Counter[UUID]:
    return Counter(dict.fromkeys(customer_ids, 1))


def test_the_facts_that_are_read_are_the_facts(service: CustomerService, world: World) -> None:
    def check(connection: Connection, viewer: Viewer) -> None:
        found = store.get_facts(connection, viewer, list(world.customers))
        assert {c: known.facts.owner_department_path for c, known in found.items()} == {
            c: world.facts(viewer, c).owner_department_path for c in world.customers
        }
        for customer_id, known in found.items():
            wanted = world.facts(viewer, customer_id)
            assert known.facts.participant_role == wanted.participant_role
            for rule in (permission.leads, permission.sees, permission.sees_fully):
                assert rule(viewer, known.facts) == rule(viewer, wanted), (rule.__name__, viewer, wanted)
            for action in permission.ACTIONS:
                assert permission.refusal(action, viewer, known.facts) == permission.refusal(action, viewer, wanted)

    for_each_viewer(service, world, check)


def test_is_visible_selects_what_the_function_sees(service: CustomerService, world: World) -> None:
    seen_of_others_private = 0

    def check(connection: Connection, viewer: Viewer) -> None:
        nonlocal seen_of_others_private
        wanted = {c for c in world.customers if permission.sees(viewer, world.facts(viewer, c))}
        assert wanted == {c for c in world.customers if world.sees(viewer, c)}
        assert selected(connection, viewer, world, permission.is_visible(viewer)) == once(wanted)
        assert selected(connection, viewer, world, permission.is_visible_in_walk(viewer)) == once(wanted)
        assert set(store.find_visible(connection, viewer, list(world.customers))) == wanted
        seen_of_others_private += len(world.customers) - len(wanted)

    for_each_viewer(service, world, check)
    assert seen_of_others_private > 500, "the world hides too little to prove anything"


def test_is_projected_selects_what_is_seen_but_not_in_full(service: CustomerService, world: World) -> None:
    projected = 0

    def check(connection: Connection, viewer: Viewer) -> None:
        nonlocal projected
        known = {c: world.facts(viewer, c) for c in world.customers}
        wanted = {c for c, facts in known.items() if permission.sees(viewer, facts) and not permission.sees_fully(viewer, facts)}
        condition = f"{permission.is_visible(viewer)} AND {permission.is_projected(viewer)}"
        assert selected(connection, viewer, world, condition) == once(wanted)
        projected += len(wanted)

    for_each_viewer(service, world, check)
    assert projected > 100


@pytest.mark.parametrize("names", [("phone",), ("level",), ("phone", "level"), ("remark",)])
def test_hides_selects_what_the_pool_hides(service: CustomerService, world: World, names: tuple[str, ...]) -> None:
    hidden = 0

    def check(connection: Connection, viewer: Viewer) -> None:
        nonlocal hidden
        known = {c: world.facts(viewer, c) for c in world.customers}
        projected = {c: f for c, f in known.items() if permission.sees(viewer, f) and not permission.sees_fully(viewer, f)}
        wanted = {c for c, facts in projected.items() if facts.pool_id and world.pools[facts.pool_id].hidden & set(names)}
        assert selected(connection, viewer, world, f"{permission.is_visible(viewer)} AND {permission.hides(viewer, *names)}") == once(
            wanted
        )
        hidden += len(wanted)

    for_each_viewer(service, world, check)
    assert (hidden > 50) == (names != ("remark",))


def test_who_claims_from_a_pool_belongs_to_it(service: CustomerService, world: World) -> None:
    def check(_connection: Connection, viewer: Viewer) -> None:
        for customer_id in world.customers:
            facts = world.facts(viewer, customer_id)
            allowed = facts.pool_id is not None and world.belongs(viewer, facts.pool_id)
            assert (permission.refusal("claim", viewer, facts) is None) == allowed

    for_each_viewer(service, world, check)


def test_is_changeable_selects_what_may_be_edited(service: CustomerService, world: World) -> None:
    outcomes: Counter[str] = Counter()

    def check(connection: Connection, viewer: Viewer) -> None:
        seen = {c: facts for c in world.customers if permission.sees(viewer, facts := world.facts(viewer, c))}
        refusals = {c: permission.refusal("edit", viewer, facts) for c, facts in seen.items()}
        condition = f"{permission.is_visible(viewer)} AND {permission.is_changeable(viewer)}"
        assert selected(connection, viewer, world, condition) == once({c for c, refusal in refusals.items() if refusal is None})
        outcomes.update("open" if refusal is None else refusal.code for refusal in refusals.values())

    for_each_viewer(service, world, check)
    assert min(outcomes[name] for name in ("open", "locked", "in_pool")) > 100, outcomes


def test_the_branches_of_closed_customers_cover_what_is_seen_and_share_no_row(service: CustomerService, world: World) -> None:
    def check(connection: Connection, viewer: Viewer) -> None:
        facts = {c: world.facts(viewer, c) for c in world.customers}
        closed = {c for c, f in facts.items() if not permission.is_open(f.visibility, f.state, pool_open=f.pool_open)}
        assert selected(connection, viewer, world, "NOT c.open") == once(closed)
        found_by_search = connection.execute(text("SELECT customer_id FROM customer_search WHERE NOT open")).scalars()
        assert set(found_by_search) & set(world.customers) == closed
        wanted = {c for c in closed if permission.sees(viewer, world.facts(viewer, c))}
        found: Counter[UUID] = Counter()
        for source, condition in permission.closed_branches(viewer):
            found += selected(connection, viewer, world, condition, source)
        assert found == once(wanted)

    for_each_viewer(service, world, check)


def test_leading_is_owning_or_managing_the_owner(service: CustomerService, world: World) -> None:
    def check(connection: Connection, viewer: Viewer) -> None:
        if not viewer.is_admin:
            wanted = {c for c in world.customers if permission.leads(viewer, world.facts(viewer, c))}
            assert selected(connection, viewer, world, permission.is_led(viewer)) == once(wanted)

    for_each_viewer(service, world, check)


def test_participations_are_ones_own_and_those_of_whom_one_manages(service: CustomerService, world: World) -> None:
    def check(connection: Connection, viewer: Viewer) -> None:
        if viewer.is_admin:
            return
        wanted = {c for c, who in world.running.items() if any(m == viewer.member_id or viewer.manages(world.path_of(m)) for m in who)}
        rows = connection.exec_driver_sql(permission.taking_part(viewer), permission.parameters(viewer)).scalars()
        assert Counter(c for c in rows if c in world.customers) == once(wanted)
        assert selected(connection, viewer, world, permission.takes_part(viewer)) == once(wanted)

    for_each_viewer(service, world, check)
