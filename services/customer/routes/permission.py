"""What the caller may do with a customer, and for other services: what he may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.queries import permission as queries
from services.customer.routes.customer import MemberRef, zone

blueprint = Blueprint("permission", __name__)


class ActionAccess(Shape):
    """Whether an action is open, and if not: why, since when and by whom, until when, who can change it; the pool and
    how much its limit is.
    """

    allowed: bool
    code: str | None = None
    rule: str | None = None
    detail: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    by: MemberRef | None = None
    who_can_change: list[MemberRef] | None = None
    pool: str | None = None
    limit: int | None = None


class Actions(Shape):
    """All actions there are."""

    view: ActionAccess
    edit: ActionAccess
    tag: ActionAccess
    follow_up: ActionAccess
    comment: ActionAccess
    assign: ActionAccess
    return_to_pool: ActionAccess
    claim: ActionAccess
    lock: ActionAccess
    hold: ActionAccess
    visibility: ActionAccess
    participants: ActionAccess
    export: ActionAccess
    delete: ActionAccess


class Access(Shape):
    """What the caller may do."""

    actions: Actions


class HiddenFields(Shape):
    """The fields that the caller may not see."""

    hidden_fields: list[str]


class VisibleQuestion(Body):
    """Which customers."""

    customer_ids: list[UUID] = Field(max_length=100)


class Visible(Shape):
    """Those that the caller may see, what is hidden of them, and their names (where those are not hidden)."""

    visible: list[UUID]
    hidden_fields: dict[str, list[str]]
    names: dict[str, str]


@blueprint.get("/api/customers/<customer_id>/access")
@endpoint(answer=Access, right="customer")
def list_access(customer_id: UUID) -> dict[str, Any]:
    """Each action with allowed or the reason."""
    return {"actions": queries.list_access(engine(), call().member_id, customer_id, zone=zone())}


@blueprint.get("/internal/customers/<customer_id>/visible")
@endpoint(answer=HiddenFields, right="customer")
def find_hidden_fields(customer_id: UUID) -> dict[str, Any]:
    """Whether the caller may see the customer (404 if not), and without which fields."""
    return {"hidden_fields": queries.find_hidden_fields(engine(), call().member_id, customer_id)}


@blueprint.post("/internal/customers/visible")
@endpoint(body=VisibleQuestion, answer=Visible)
def find_visible(body: VisibleQuestion) -> dict[str, Any]:
    """Those of at most 100 customers that the caller may see."""
    found = queries.find_visible(engine(), call().member_id, body.customer_ids)
    return {
        "visible": list(found),
        "hidden_fields": {str(customer_id): one.hidden for customer_id, one in found.items() if one.hidden},
        "names": {str(customer_id): one.name for customer_id, one in found.items() if "name" not in one.hidden},
    }
