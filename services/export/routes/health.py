"""Whether this process lives, and whether it can work. Asked by health checks and by the gateway's ``/api/ready``."""

from __future__ import annotations

from flask import Blueprint

from services.common.web import Shape, endpoint, engine
from services.export.queries import health as queries

blueprint = Blueprint("health", __name__)


class Health(Shape):
    """A sign of life."""

    status: str


@blueprint.get("/internal/health")
@endpoint(answer=Health, public=True, right="public")
def health() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@blueprint.get("/internal/ready")
@endpoint(answer=Health, public=True, right="public")
def ready() -> dict[str, str]:
    """This process can work: its database answers (503 where it does not)."""
    queries.check_database(engine())
    return {"status": "ok"}
