"""Recycle rules of a pool, and what a rule would do before it is switched on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.clock import now
from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import pool_rule as commands
from services.customer.queries import pool_rule as queries
from services.customer.queries import recycling
from services.customer.routes.customer import MemberRef, zone
from services.customer.routes.saved_search import Broken

blueprint = Blueprint("pool_rule", __name__)

Name = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=1, le=1000)]
WarnDays = Annotated[list[int], Field(max_length=5)]
Departments = Annotated[list[UUID], Field(max_length=200)]
Tree = dict[str, Any]


class Rule(Body):
    """A rule: customers that fit ``filter`` go into the pool when nobody followed up for ``days`` days.

    ``department_ids`` empty means the customers of everybody, else of those departments and what is below them. Nothing moves before
    ``active_from`` begins. ``skip_locked``: a locked customer stays with its owner. Without ``warn_days`` owners
    are warned 7, 3 and 1 days before, as far as the rule is longer.
    """

    name: Name
    days: Days
    clock: Literal["not_followed_up"] = "not_followed_up"
    workdays: bool = False
    filter: Tree | None = None
    department_ids: Departments = Field(default_factory=list)
    skip_locked: bool = True
    warn_days: WarnDays | None = None
    active: bool = False
    active_from: date | None = None


class EditRule(Body):
    """What is to change."""

    name: Name | None = None
    days: Days | None = None
    clock: Literal["not_followed_up"] | None = None
    workdays: bool | None = None
    filter: Tree | None = None
    department_ids: Departments | None = None
    skip_locked: bool | None = None
    warn_days: WarnDays | None = None
    active: bool | None = None
    active_from: date | None = None


class Simulate(Body):
    """A rule that need not exist; ``limit`` rows of those it would move first."""

    rule: Rule
    limit: int = Field(20, ge=1, le=200)


class PoolRule(Shape):
    """A rule with its demand in words. Where its conditions are ``broken`` it moves nobody, switched on or not."""

    pool_rule_id: UUID
    pool_id: UUID
    name: str
    days: int
    clock: Literal["not_followed_up"]
    workdays: bool
    filter: Tree | None
    department_ids: list[UUID]
    skip_locked: bool
    warn_days: list[int]
    active: bool
    active_from: date | None
    words_zh: str
    words_en: str
    broken: list[Broken]


class PoolRules(Shape):
    """All rules of a pool."""

    items: list[PoolRule]


class Counts(Shape):
    """How many customers move until then, those before included."""

    now: int
    in_7_days: int
    in_14_days: int
    in_30_days: int


class OwnerCounts(Counts):
    """Of one owner."""

    member_id: UUID
    name: str


class DayCount(Shape):
    """How many move on one day; what is due already stands at today."""

    day: date
    count: int


class DueCustomer(Shape):
    """One customer: ``base_at`` is when its clock began, ``recycle_at`` when it moves."""

    customer_id: UUID
    customer_no: str
    name: str
    owner: MemberRef
    last_follow_up_at: AwareDatetime | None
    base_at: AwareDatetime
    recycle_at: AwareDatetime


class Simulation(Shape):
    """What the rule would do within 30 days from ``at`` on. ``by_owner`` holds those with most; ``items`` only what the caller may see."""

    at: AwareDatetime
    counts: Counts
    by_owner: list[OwnerCounts]
    by_day: list[DayCount]
    items: list[DueCustomer]
    words_zh: str
    words_en: str


@blueprint.get("/api/pools/<pool_id>/rules")
@endpoint(answer=PoolRules, right="customer")
def list_rules(pool_id: UUID) -> dict[str, Any]:
    """The recycle rules of a pool."""
    return {"items": queries.list_rules(engine(), call().member_id, pool_id)}


@blueprint.post("/api/pools/<pool_id>/rules")
@endpoint(body=Rule, answer=PoolRule, status=201, right="customer")
def create_rule(pool_id: UUID, body: Rule) -> dict[str, Any]:
    """Add a recycle rule."""
    return commands.create_rule(engine(), call(), pool_id, body.model_dump())


@blueprint.patch("/api/pools/<pool_id>/rules/<pool_rule_id>")
@endpoint(body=EditRule, answer=PoolRule, right="customer")
def edit_rule(pool_id: UUID, pool_rule_id: UUID, body: EditRule) -> dict[str, Any]:
    """Change a recycle rule, switch it on or off."""
    changes = body.changes("name", "days", "clock", "workdays", "department_ids", "skip_locked", "warn_days", "active")
    return commands.edit_rule(engine(), call(), pool_id, pool_rule_id, changes)


@blueprint.delete("/api/pools/<pool_id>/rules/<pool_rule_id>")
@endpoint(right="customer")
def delete_rule(pool_id: UUID, pool_rule_id: UUID) -> None:
    """Remove a recycle rule."""
    commands.delete_rule(engine(), call(), pool_id, pool_rule_id)


@blueprint.post("/api/pools/<pool_id>/simulation")
@endpoint(body=Simulate, answer=Simulation, right="customer")
def simulate_rule(pool_id: UUID, body: Simulate) -> dict[str, Any]:
    """Which customers a rule would move now and within 7, 14 and 30 days; nothing changes."""
    values = body.rule.model_dump()
    return recycling.simulate(engine(), call().member_id, pool_id, values, now=now(), zone=zone(), limit=body.limit)
