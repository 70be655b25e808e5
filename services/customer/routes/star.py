"""Stars: private marks of the caller."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint

from services.common.web import Reply, call, endpoint, engine
from services.customer.commands import star as commands
from services.customer.routes.batch import Batch, Customers, find, reply
from services.customer.routes.customer import zone

blueprint = Blueprint("star", __name__)


@blueprint.put("/api/customers/<customer_id>/star")
@endpoint(right="customer")
def star(customer_id: UUID) -> None:
    """Mark a customer."""
    commands.star_customer(engine(), call(), customer_id)


@blueprint.delete("/api/customers/<customer_id>/star")
@endpoint(right="customer")
def unstar(customer_id: UUID) -> None:
    """Take the mark away."""
    commands.unstar_customer(engine(), call(), customer_id)


@blueprint.post("/api/customers/star")
@endpoint(body=Customers, answer=Batch)
def star_many(body: Customers) -> Reply:
    """Mark many customers."""
    return reply(commands.star_customers(engine(), call(), body.chosen(), starred=True, zone=zone(), find=find()))


@blueprint.post("/api/customers/unstar")
@endpoint(body=Customers, answer=Batch)
def unstar_many(body: Customers) -> Reply:
    """Take many marks away."""
    return reply(commands.star_customers(engine(), call(), body.chosen(), starred=False, zone=zone(), find=find()))
