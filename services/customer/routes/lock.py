"""Locking and holding a customer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint

from services.common.web import Body, Reply, call, endpoint, engine
from services.customer.commands import lock as commands
from services.customer.routes.customer import Customer, zone

blueprint = Blueprint("lock", __name__)


class Nothing(Body):
    """Nothing to say."""


class Hold(Body):
    """The last day of the hold, and why."""

    until: date
    reason: str


def _reply(answer: dict[str, Any]) -> Reply:
    return Reply(answer, None, {"ETag": f'"{answer["version"]}"'})


@blueprint.post("/api/customers/<customer_id>/lock")
@endpoint(body=Nothing, answer=Customer, right="customer")
def lock(customer_id: UUID, body: Nothing) -> Reply:  # noqa: ARG001 - an empty object, refused if it is not
    """Only owner and editors may change it from now on."""
    return _reply(commands.lock_customer(engine(), call(), customer_id))


@blueprint.post("/api/customers/<customer_id>/unlock")
@endpoint(body=Nothing, answer=Customer, right="customer")
def unlock(customer_id: UUID, body: Nothing) -> Reply:  # noqa: ARG001 - an empty object, refused if it is not
    """End a lock."""
    return _reply(commands.unlock_customer(engine(), call(), customer_id))


@blueprint.post("/api/customers/<customer_id>/hold")
@endpoint(body=Hold, answer=Customer, right="customer")
def hold(customer_id: UUID, body: Hold) -> Reply:
    """Keep rules from taking it into the pool until a day is over."""
    return _reply(commands.hold_customer(engine(), call(), customer_id, until=body.until, reason=body.reason, zone=zone()))


@blueprint.post("/api/customers/<customer_id>/release_hold")
@endpoint(body=Nothing, answer=Customer, right="customer")
def release_hold(customer_id: UUID, body: Nothing) -> Reply:  # noqa: ARG001 - an empty object, refused if it is not
    """End a hold before its day."""
    return _reply(commands.release_hold(engine(), call(), customer_id, zone=zone()))
