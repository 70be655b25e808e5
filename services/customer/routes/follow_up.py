"""Follow-ups: what was said to a customer, when and how, and what comes next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.web import Body, Query, Reply, Shape, call, endpoint, engine, if_match
from services.customer.commands import follow_up as commands
from services.customer.commands.follow_up import NewFollowUp
from services.customer.queries import follow_up as queries
from services.customer.routes.customer import MemberRef, zone
from services.customer.routes.customer_list import secret
from services.customer.rules.follow_up import RESULT_MAX

blueprint = Blueprint("follow_up", __name__)


class FollowUp(Shape):
    """One follow-up; ``next_contact_at`` is what was planned with it."""

    follow_up_id: UUID
    customer_id: UUID
    author: MemberRef
    method: str
    content: str
    followed_at: AwareDatetime
    result: str | None
    status_before: str | None
    status_after: str | None
    level_before: str | None
    level_after: str | None
    next_contact_at: AwareDatetime | None
    next_contact_note: str | None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    version: int


class RecordFollowUp(Body):
    """What to record; ``status`` and ``level`` are the customer's new ones."""

    method: str
    content: str
    followed_at: AwareDatetime | None = None
    result: str | None = Field(None, max_length=RESULT_MAX)
    status: str | None = None
    level: str | None = None
    next_contact_at: AwareDatetime | None = None
    next_contact_note: str | None = Field(None, max_length=500)


class EditFollowUp(Body):
    """What changes; ``next_contact_at`` null drops the plan."""

    method: str | None = None
    content: str | None = None
    followed_at: AwareDatetime | None = None
    result: str | None = Field(None, max_length=RESULT_MAX)
    next_contact_at: AwareDatetime | None = None
    next_contact_note: str | None = Field(None, max_length=500)


class FollowUpQuery(Query):
    """Which page."""

    limit: int = Field(20, ge=1, le=200)
    after: str | None = Field(None, max_length=1000)


class FollowUpList(Shape):
    """One page."""

    items: list[FollowUp]
    next: str | None


@blueprint.get("/api/customers/<customer_id>/follow_ups")
@endpoint(query=FollowUpQuery, answer=FollowUpList, right="customer")
def list_follow_ups(customer_id: UUID, query: FollowUpQuery) -> dict[str, Any]:
    """The follow-ups of a customer, the latest first."""
    return queries.list_follow_ups(engine(), call().member_id, customer_id, limit=query.limit, after=query.after or None, secret=secret())


@blueprint.post("/api/customers/<customer_id>/follow_ups")
@endpoint(body=RecordFollowUp, answer=FollowUp, status=201, right="customer")
def record(customer_id: UUID, body: RecordFollowUp) -> dict[str, Any]:
    """Record a follow-up."""
    return commands.record_follow_up(engine(), call(), customer_id, NewFollowUp(**body.model_dump()), zone=zone())


@blueprint.patch("/api/follow_ups/<follow_up_id>")
@endpoint(body=EditFollowUp, answer=FollowUp, right="customer")
def edit(follow_up_id: UUID, body: EditFollowUp) -> Reply:
    """Change one's own follow-up; with ``If-Match`` only the version that was read."""
    wanted = body.model_dump(exclude_unset=True)
    answer = commands.edit_follow_up(engine(), call(), follow_up_id, wanted, if_match=if_match(), zone=zone())
    return Reply(answer, None, {"ETag": f'"{answer["version"]}"'})


@blueprint.delete("/api/follow_ups/<follow_up_id>")
@endpoint(right="customer")
def delete(follow_up_id: UUID) -> None:
    """Delete a follow-up."""
    commands.delete_follow_up(engine(), call(), follow_up_id, zone=zone())
