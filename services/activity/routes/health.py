"""Whether this process lives, and whether it can work. Asked by health checks and by the gateway's ``/api/ready``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from pydantic import AwareDatetime

from services.activity.queries import health as queries
from services.common.web import Shape, endpoint, engine

blueprint = Blueprint("health", __name__)


class Health(Shape):
    """A sign of life."""

    status: str


class Lane(Shape):
    """How far a lane is: ``lag`` counts events of the record (as last seen at ``checked_at``) that are not applied yet."""

    lane: int
    applied: int
    head: int
    lag: int
    checked_at: AwareDatetime | None


class ParkedEvent(Shape):
    """An event that could not be applied and was put aside."""

    lane: int
    position: int
    event_id: str | None
    type: str | None
    attempts: int
    error: str
    parked_at: AwareDatetime


class Ready(Shape):
    """This service can work; what is behind or put aside is told, and is no reason to send nobody here."""

    status: str
    lag: int
    lanes: list[Lane]
    parked: int
    parked_events: list[ParkedEvent]


@blueprint.get("/internal/health")
@endpoint(answer=Health, public=True, right="public")
def health() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@blueprint.get("/internal/ready")
@endpoint(answer=Ready, public=True, right="public")
def ready() -> dict[str, Any]:
    """This process can work: its database answers (503 where it does not). Tells the lag of every lane and what is parked."""
    return queries.find_state(engine())
