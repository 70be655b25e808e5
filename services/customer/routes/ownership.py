"""Assigning, returning to the pool, claiming, and the history of owners."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.problem import invalid
from services.common.web import Body, Reply, Shape, call, endpoint, engine
from services.customer.commands import claim as claim_commands
from services.customer.commands import ownership as commands
from services.customer.queries import ownership as queries
from services.customer.routes.batch import Batch, Customers, find, reply
from services.customer.routes.customer import Customer, MemberRef, zone

blueprint = Blueprint("ownership", __name__)


class Assign(Body):
    """Who owns it from now on, and whether the previous owner stays as a participant."""

    owner_id: UUID
    keep_previous_owner_as: Literal["viewer", "editor"] | None = None


class ReturnToPool(Body):
    """Why it goes into the pool."""

    reason: str
    note: str | None = Field(None, max_length=1000)
    pool_id: UUID | None = None


class Claim(Body):
    """Nothing to say."""


class AssignMany(Customers):
    """One owner, or several with the strategy ``evenly``."""

    owner_id: UUID | None = None
    owner_ids: list[UUID] = Field([], max_length=200)
    strategy: Literal["one", "evenly"] | None = None
    keep_previous_owner_as: Literal["viewer", "editor"] | None = None


class ReturnManyToPool(Customers):
    """Why they go into the pool."""

    reason: str
    note: str | None = Field(None, max_length=1000)
    pool_id: UUID | None = None


class OwnershipPeriod(Shape):
    """One owner's time."""

    owner: MemberRef
    from_: AwareDatetime = Field(alias="from")
    until: AwareDatetime | None
    how: Literal["created", "assigned", "claimed", "imported", "undone"]
    by: MemberRef | None
    ended_how: Literal["assigned", "returned_to_pool", "recycled", "undone"] | None
    ended_by: MemberRef | None
    reason: str | None
    note: str | None


class OwnershipHistory(Shape):
    """All owners, the latest first."""

    items: list[OwnershipPeriod]


def answer_one(answer: dict[str, Any]) -> Reply:
    """The customer, with the batch that undoes it in a header."""
    batch_id = answer.pop("batch_id")
    return Reply(answer, None, {"ETag": f'"{answer["version"]}"', "X-Batch-ID": str(batch_id)})


@blueprint.post("/api/customers/<customer_id>/assign")
@endpoint(body=Assign, answer=Customer, right="customer")
def assign(customer_id: UUID, body: Assign) -> Reply:
    """Give a customer to another owner."""
    keep_as = body.keep_previous_owner_as
    return answer_one(commands.assign_customer(engine(), call(), customer_id, owner_id=body.owner_id, keep_as=keep_as, zone=zone()))


@blueprint.post("/api/customers/<customer_id>/return_to_pool")
@endpoint(body=ReturnToPool, answer=Customer, right="customer")
def return_to_pool(customer_id: UUID, body: ReturnToPool) -> Reply:
    """Put a customer into the pool."""
    answer = commands.return_customer(
        engine(), call(), customer_id, reason=body.reason, note=body.note or None, pool_id=body.pool_id, zone=zone()
    )
    return answer_one(answer)


@blueprint.post("/api/customers/<customer_id>/claim")
@endpoint(body=Claim, answer=Customer, right="customer")
def claim(customer_id: UUID, body: Claim) -> Reply:  # noqa: ARG001 - an empty object, refused if it is not
    """Take a customer out of the pool; 409 says who was faster, 403 which limit of the pool refuses it and until when."""
    return answer_one(claim_commands.claim_customer(engine(), call(), customer_id, zone=zone()))


@blueprint.post("/api/customers/assign")
@endpoint(body=AssignMany, answer=Batch)
def assign_many(body: AssignMany) -> Reply:
    """Give many customers to one owner or evenly to several; a result for each."""
    if (body.owner_id is None) == (not body.owner_ids):
        raise invalid("/owner_id", "owner_expected", "Send owner_id, or owner_ids with a strategy.")
    owner_ids = body.owner_ids or ([body.owner_id] if body.owner_id else [])
    strategy = body.strategy or ("one" if len(owner_ids) == 1 else "evenly")
    keep_as = body.keep_previous_owner_as
    answer = commands.assign_customers(
        engine(), call(), body.chosen(), owner_ids=owner_ids, strategy=strategy, keep_as=keep_as, zone=zone(), find=find()
    )
    return reply(answer)


@blueprint.post("/api/customers/return_to_pool")
@endpoint(body=ReturnManyToPool, answer=Batch)
def return_many_to_pool(body: ReturnManyToPool) -> Reply:
    """Put many customers into the pool; a result for each."""
    answer = commands.return_customers(
        engine(), call(), body.chosen(), reason=body.reason, note=body.note or None, pool_id=body.pool_id, zone=zone(), find=find()
    )
    return reply(answer)


@blueprint.post("/api/customers/claim")
@endpoint(body=Customers, answer=Batch)
def claim_many(body: Customers) -> Reply:
    """Take many customers out of the pool; a result for each."""
    return reply(claim_commands.claim_customers(engine(), call(), body.chosen(), zone=zone(), find=find()))


@blueprint.get("/api/customers/<customer_id>/ownership_history")
@endpoint(answer=OwnershipHistory, right="customer")
def list_ownership(customer_id: UUID) -> dict[str, Any]:
    """Who owned the customer, and why it changed hands."""
    return {"items": queries.list_ownership(engine(), call().member_id, customer_id)}
