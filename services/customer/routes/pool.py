"""Pools: which there are, how the caller stands to them, and (for admins) what they are like."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.web import Body, Query, Reply, Shape, call, endpoint, engine
from services.customer.commands import claim as claim_commands
from services.customer.commands import pool as commands
from services.customer.queries import pool as queries
from services.customer.routes.customer import Customer, MemberRef, zone
from services.customer.routes.customer_list import Count
from services.customer.routes.ownership import answer_one
from services.customer.rules.pool import PEOPLE_MAX

blueprint = Blueprint("pool", __name__)

Limit = Annotated[int, Field(ge=0, le=100_000)]
Days = Annotated[int, Field(ge=0, le=3660)]
Ids = Annotated[list[UUID], Field(max_length=PEOPLE_MAX)]


class DepartmentRef(Shape):
    """A department beside a pool."""

    department_id: UUID
    name: str


class Quota(Shape):
    """What the caller has used of a pool's limits; null is no limit. ``exempt``: the limits do not bind the caller."""

    claims_today: int
    claims_per_day: int | None
    held: int
    held_max: int | None
    exempt: bool


class Pool(Shape):
    """A pool. ``admin``: the caller is one of its admins. Members and departments are shown to admins of the organisation."""

    pool_id: UUID
    name: str
    description: str | None
    position: int
    is_default: bool
    open_to_all: bool
    hidden_fields: list[str]
    claims_per_day: int | None
    held_max: int | None
    held_filter: dict[str, Any] | None
    previous_owner_wait_days: int
    new_wait_hours: int
    cooldown_days: int
    admins_exempt: bool
    archived_at: AwareDatetime | None
    created_at: AwareDatetime
    quota: Quota
    admin: bool
    customers: Count
    admins: list[MemberRef]
    members: list[MemberRef] | None = None
    departments: list[DepartmentRef] | None = None
    default_of: list[DepartmentRef] | None = None


class Pools(Shape):
    """Pools in their order."""

    items: list[Pool]


class PoolQuery(Query):
    """Archived ones instead of those in use."""

    archived: bool = False


class EditPool(Body):
    """What is to change. Lists of people are replaced as a whole; null takes a limit away."""

    name: str | None = Field(None, min_length=1, max_length=60)
    description: str | None = Field(None, max_length=500)
    position: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    open_to_all: bool | None = None
    hidden_fields: list[str] | None = Field(None, max_length=200)
    claims_per_day: Limit | None = None
    held_max: Limit | None = None
    held_filter: dict[str, Any] | None = None
    previous_owner_wait_days: Days | None = None
    new_wait_hours: Annotated[int, Field(ge=0, le=24 * 366)] | None = None
    cooldown_days: Days | None = None
    admins_exempt: bool | None = None
    member_ids: Ids | None = None
    department_ids: Ids | None = None
    admin_ids: Ids | None = None
    default_of_department_ids: Ids | None = None


class CreatePool(EditPool):
    """A new pool; for its members alone unless it is open to all."""

    name: str = Field(min_length=1, max_length=60)


class ArchivePool(Body):
    """Which pool takes the customers that are in it."""

    target_pool_id: UUID | None = None


class RestorePool(Body):
    """Nothing to say."""


class Next(Body):
    """Nothing to say."""


# Null means "no limit" or "no text" for these; for the others it would mean nothing.
_NULLABLE = ("description", "claims_per_day", "held_max", "held_filter")


def _sent(body: EditPool) -> dict[str, Any]:
    return body.changes(*(name for name in EditPool.model_fields if name not in _NULLABLE))


def _show(pool_id: UUID) -> dict[str, Any]:
    return queries.find_pool(engine(), call().member_id, pool_id, zone=zone())


@blueprint.get("/api/pools")
@endpoint(query=PoolQuery, answer=Pools)
def list_pools(query: PoolQuery) -> dict[str, Any]:
    """The pools that the caller belongs to; admins see all."""
    return queries.list_pools(engine(), call().member_id, zone=zone(), archived=query.archived)


@blueprint.post("/api/pools")
@endpoint(body=CreatePool, answer=Pool, status=201, right="admin")
def create_pool(body: CreatePool) -> dict[str, Any]:
    """Add a pool."""
    return _show(commands.create_pool(engine(), call(), _sent(body)))


@blueprint.get("/api/pools/<pool_id>")
@endpoint(answer=Pool, right="customer")
def show_pool(pool_id: UUID) -> dict[str, Any]:
    """One pool; 404 where it is not the caller's."""
    return _show(pool_id)


@blueprint.patch("/api/pools/<pool_id>")
@endpoint(body=EditPool, answer=Pool, right="admin")
def edit_pool(pool_id: UUID, body: EditPool) -> dict[str, Any]:
    """Change a pool: its name, who belongs to it, what it hides, its limits."""
    commands.edit_pool(engine(), call(), pool_id, _sent(body))
    return _show(pool_id)


@blueprint.post("/api/pools/<pool_id>/archive")
@endpoint(body=ArchivePool, answer=Pool, right="admin")
def archive_pool(pool_id: UUID, body: ArchivePool) -> dict[str, Any]:
    """Take a pool out of use; what is in it moves to another one."""
    commands.archive_pool(engine(), call(), pool_id, target_id=body.target_pool_id)
    return _show(pool_id)


@blueprint.post("/api/pools/<pool_id>/restore")
@endpoint(body=RestorePool, answer=Pool, right="admin")
def restore_pool(pool_id: UUID, body: RestorePool) -> dict[str, Any]:  # noqa: ARG001 - an empty object, refused if it is not
    """Take an archived pool into use again."""
    commands.restore_pool(engine(), call(), pool_id)
    return _show(pool_id)


@blueprint.post("/api/pools/<pool_id>/next")
@endpoint(body=Next, answer=Customer, right="customer")
def claim_next(pool_id: UUID, body: Next) -> Reply:  # noqa: ARG001 - an empty object, refused if it is not
    """Claim the customer that has been in the pool longest of those that the caller may claim; 409 where there is none."""
    return answer_one(claim_commands.claim_next(engine(), call(), pool_id, zone=zone()))
