"""Participants of a customer."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime

from services.common.problem import invalid
from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import participant as commands
from services.customer.queries import participant as queries
from services.customer.routes.customer import ParticipantChoice, ParticipantRef

blueprint = Blueprint("participant", __name__)


class ChangeParticipant(Body):
    """What changes; ``expires_at`` null takes the end away."""

    role: Literal["editor", "viewer"] | None = None
    expires_at: AwareDatetime | None = None


class ParticipantList(Shape):
    """All whose time is not over."""

    items: list[ParticipantRef]


@blueprint.get("/api/customers/<customer_id>/participants")
@endpoint(answer=ParticipantList, right="customer")
def list_participants(customer_id: UUID) -> dict[str, Any]:
    """Who takes part."""
    return {"items": queries.list_participants(engine(), call().member_id, customer_id)}


@blueprint.post("/api/customers/<customer_id>/participants")
@endpoint(body=ParticipantChoice, answer=ParticipantRef, status=201, right="customer")
def add(customer_id: UUID, body: ParticipantChoice) -> dict[str, Any]:
    """Invite a member."""
    return commands.add_participant(engine(), call(), customer_id, **body.model_dump())


@blueprint.patch("/api/customers/<customer_id>/participants/<member_id>")
@endpoint(body=ChangeParticipant, answer=ParticipantRef, right="customer")
def change(customer_id: UUID, member_id: UUID, body: ChangeParticipant) -> dict[str, Any]:
    """Change role or end of a participation."""
    wanted = body.model_dump(exclude_unset=True)
    if "role" in wanted and wanted["role"] is None:
        raise invalid("/role", "required", "The role is editor or viewer.")
    return commands.change_participant(engine(), call(), customer_id, member_id, wanted)


@blueprint.delete("/api/customers/<customer_id>/participants/<member_id>")
@endpoint(right="customer")
def remove(customer_id: UUID, member_id: UUID) -> None:
    """End a participation."""
    commands.remove_participant(engine(), call(), customer_id, member_id)
