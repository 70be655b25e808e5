"""Locking and holding customers, one or many."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint

from services.common.web import Body, Reply, call, endpoint, engine
from services.customer.commands import lock as commands
from services.customer.commands.lock import Verb
from services.customer.routes.batch import Batch, Customers, find, reply
from services.customer.routes.customer import Customer, zone
from services.customer.routes.ownership import answer_one

blueprint = Blueprint("lock", __name__)


class Nothing(Body):
    """Nothing to say."""


class Hold(Body):
    """The last day of the hold, and why."""

    until: date
    reason: str


class HoldMany(Customers):
    """Which ones, the last day of the hold, and why."""

    until: date
    reason: str


def _one(customer_id: UUID, verb: Verb) -> Reply:
    return answer_one(commands.lock_customer(engine(), call(), customer_id, verb=verb, zone=zone()))


def _many(body: Customers, verb: Verb) -> Reply:
    return reply(commands.lock_customers(engine(), call(), body.chosen(), verb=verb, zone=zone(), find=find()))


@blueprint.post("/api/customers/<customer_id>/lock")
@endpoint(body=Nothing, answer=Customer, right="customer")
def lock(customer_id: UUID, body: Nothing) -> Reply:  # noqa: ARG001 - an empty object, refused if it is not
    """Only owner and editors may change it from now on."""
    return _one(customer_id, "lock")


@blueprint.post("/api/customers/<customer_id>/unlock")
@endpoint(body=Nothing, answer=Customer, right="customer")
def unlock(customer_id: UUID, body: Nothing) -> Reply:  # noqa: ARG001 - an empty object, refused if it is not
    """End a lock."""
    return _one(customer_id, "unlock")


@blueprint.post("/api/customers/<customer_id>/hold")
@endpoint(body=Hold, answer=Customer, right="customer")
def hold(customer_id: UUID, body: Hold) -> Reply:
    """Keep rules from taking it into the pool until a day is over."""
    told = {"until": body.until, "reason": body.reason}
    return answer_one(commands.lock_customer(engine(), call(), customer_id, verb="hold", zone=zone(), **told))


@blueprint.post("/api/customers/<customer_id>/release_hold")
@endpoint(body=Nothing, answer=Customer, right="customer")
def release_hold(customer_id: UUID, body: Nothing) -> Reply:  # noqa: ARG001 - an empty object, refused if it is not
    """End a hold before its day."""
    return _one(customer_id, "release_hold")


@blueprint.post("/api/customers/lock")
@endpoint(body=Customers, answer=Batch)
def lock_many(body: Customers) -> Reply:
    """Lock many customers; a result for each."""
    return _many(body, "lock")


@blueprint.post("/api/customers/unlock")
@endpoint(body=Customers, answer=Batch)
def unlock_many(body: Customers) -> Reply:
    """End the locks of many customers; a result for each."""
    return _many(body, "unlock")


@blueprint.post("/api/customers/hold")
@endpoint(body=HoldMany, answer=Batch)
def hold_many(body: HoldMany) -> Reply:
    """Keep rules from taking many customers into the pool until a day is over; a result for each."""
    told = {"until": body.until, "reason": body.reason}
    return reply(commands.lock_customers(engine(), call(), body.chosen(), verb="hold", zone=zone(), find=find(), **told))


@blueprint.post("/api/customers/release_hold")
@endpoint(body=Customers, answer=Batch)
def release_hold_many(body: Customers) -> Reply:
    """End the holds of many customers before their day; a result for each."""
    return _many(body, "release_hold")
