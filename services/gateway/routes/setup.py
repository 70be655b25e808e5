"""Making the first admin by the one-time code that the product printed when it started."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, request
from pydantic import Field

from services.common.web import Body, endpoint
from services.gateway.commands import session as commands
from services.gateway.queries.door import Door

blueprint = Blueprint("setup", __name__)


class SetUp(Body):
    """The code and the admin it makes."""

    code: str = Field(min_length=1, max_length=200)
    account: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=500)


@blueprint.post("/api/setup")
@endpoint(body=SetUp, public=True, right="anyone")
def set_up(body: SetUp) -> Any:
    """Make the first admin; 409 once there is one. Sign in afterwards."""
    door: Door = current_app.extensions["door"]
    door.check_not_foreign(request.environ)
    commands.set_up(door.services, body.model_dump(), g.request_id)
