"""Tags of customers: setting them and taking them away, on one or on many; who set them and when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime

from services.common.web import Reply, Shape, call, endpoint, engine
from services.customer.commands import customer_tag as commands
from services.customer.commands.customer_tag import Verb
from services.customer.queries import tag as queries
from services.customer.routes.batch import Batch, Customers, find, reply
from services.customer.routes.customer import Customer, MemberRef, TagRef, zone

blueprint = Blueprint("customer_tag", __name__)


class TagCustomers(Customers):
    """Which tags on which customers."""

    tag_ids: list[UUID]


class SetTag(TagRef):
    """A tag of a customer, who set it and when."""

    added_by: MemberRef | None
    added_at: AwareDatetime


class SetTags(Shape):
    """The tags of a customer in their order."""

    items: list[SetTag]


def _one(customer_id: UUID, tag_id: UUID, verb: Verb) -> Reply:
    answer, batch_id = commands.tag_customer(engine(), call(), customer_id, tag_id, verb=verb, zone=zone())
    return Reply(answer, None, {"ETag": f'"{answer["version"]}"', "X-Batch-ID": str(batch_id)})


@blueprint.get("/api/customers/<customer_id>/tags")
@endpoint(answer=SetTags, right="customer")
def list_tags(customer_id: UUID) -> dict[str, Any]:
    """The tags of a customer."""
    return {"items": queries.list_of_customer(engine(), call().member_id, customer_id)}


@blueprint.put("/api/customers/<customer_id>/tags/<tag_id>")
@endpoint(answer=Customer, right="customer")
def tag(customer_id: UUID, tag_id: UUID) -> Reply:
    """Set a tag; in a group that allows one it takes the place of the other."""
    return _one(customer_id, tag_id, "tag")


@blueprint.delete("/api/customers/<customer_id>/tags/<tag_id>")
@endpoint(answer=Customer, right="customer")
def untag(customer_id: UUID, tag_id: UUID) -> Reply:
    """Take a tag away."""
    return _one(customer_id, tag_id, "untag")


@blueprint.post("/api/customers/tag")
@endpoint(body=TagCustomers, answer=Batch)
def tag_many(body: TagCustomers) -> Reply:
    """Set tags on many customers; a result for each."""
    return reply(commands.tag_customers(engine(), call(), body.chosen(), body.tag_ids, verb="tag", zone=zone(), find=find()))


@blueprint.post("/api/customers/untag")
@endpoint(body=TagCustomers, answer=Batch)
def untag_many(body: TagCustomers) -> Reply:
    """Take tags away from many customers; a result for each."""
    return reply(commands.tag_customers(engine(), call(), body.chosen(), body.tag_ids, verb="untag", zone=zone(), find=find()))
