"""Whether the gateway lives, and whether all behind it can work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g

from services.common.web import Reply, Shape, endpoint
from services.gateway.queries.door import Door
from services.gateway.queries.readiness import list_readiness

blueprint = Blueprint("health", __name__)


class Health(Shape):
    """A sign of life."""

    status: str


class ServiceState(Shape):
    """One service's word on itself."""

    service: str
    ready: bool
    detail: Any = None


class Ready(Shape):
    """``ready`` only when every service is."""

    ready: bool
    services: list[ServiceState]


@blueprint.get("/api/health")
@endpoint(answer=Health, public=True, right="anyone")
def get_health() -> dict[str, str]:
    """Answers as long as the gateway itself works."""
    return {"status": "ok"}


@blueprint.get("/internal/health")
@endpoint(answer=Health, public=True, right="anyone")
def get_internal_health() -> dict[str, str]:
    """The same, where the container's health check asks it."""
    return {"status": "ok"}


@blueprint.get("/api/ready")
@endpoint(answer=Ready, public=True, right="anyone")
def get_ready() -> Reply:
    """200 when every service behind the gateway can work, else 503 with the list of what cannot."""
    door: Door = current_app.extensions["door"]
    found = list_readiness(door.services, g.request_id)
    ready = all(one.ready for one in found)
    answer = {"ready": ready, "services": [{"service": s.service, "ready": s.ready, "detail": s.detail} for s in found]}
    return Reply(answer) if ready else Reply(answer, 503, {"Retry-After": "2"})
