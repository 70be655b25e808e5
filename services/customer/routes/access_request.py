"""Asking for access to a customer, and the owner's answer."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime

from services.common.web import Body, Reply, Shape, call, endpoint, engine
from services.customer.commands import access_request as commands
from services.customer.queries import access_request as queries
from services.customer.routes.customer import MemberRef

blueprint = Blueprint("access_request", __name__)


class AskForAccess(Body):
    """As what one wants to take part, and why."""

    role: Literal["editor", "viewer"] = "editor"
    message: str | None = None


class Grant(Body):
    """Nothing to say."""


class Decline(Body):
    """A word to the asker."""

    note: str | None = None


class AccessRequest(Shape):
    """A request and what became of it; one that nobody answers expires after 14 days."""

    access_request_id: UUID
    customer_id: UUID
    member: MemberRef
    role: Literal["editor", "viewer"]
    message: str | None
    state: Literal["open", "granted", "declined", "withdrawn", "expired"]
    asked_at: AwareDatetime
    expires_at: AwareDatetime
    decided_at: AwareDatetime | None
    decided_by: MemberRef | None
    note: str | None


class AccessRequestList(Shape):
    """The open ones, oldest first."""

    items: list[AccessRequest]


@blueprint.get("/api/customers/<customer_id>/access_requests")
@endpoint(answer=AccessRequestList, right="customer")
def list_access_requests(customer_id: UUID) -> dict[str, Any]:
    """Open requests: all for who decides them, one's own for others."""
    return {"items": queries.list_open_requests(engine(), call().member_id, customer_id)}


@blueprint.post("/api/customers/<customer_id>/access_requests")
@endpoint(body=AskForAccess, answer=AccessRequest, status=201, right="customer")
def ask(customer_id: UUID, body: AskForAccess) -> Reply:
    """Ask the owner to take part; 200 with the open request where the same was asked for already."""
    status, answer = commands.ask_for_access(engine(), call(), customer_id, role=body.role, message=body.message)
    return Reply(answer, status)


@blueprint.post("/api/access_requests/<access_request_id>/approve")
@endpoint(body=Grant, answer=AccessRequest, right="customer")
def approve(access_request_id: UUID, body: Grant) -> dict[str, Any]:  # noqa: ARG001 - an empty object, refused if it is not
    """Let the asker take part."""
    return commands.grant_access(engine(), call(), access_request_id)


@blueprint.post("/api/access_requests/<access_request_id>/decline")
@endpoint(body=Decline, answer=AccessRequest, right="customer")
def decline(access_request_id: UUID, body: Decline) -> dict[str, Any]:
    """Refuse a request."""
    return commands.decline_access(engine(), call(), access_request_id, note=body.note)
