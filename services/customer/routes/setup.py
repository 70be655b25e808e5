"""The first admin, made with the one-time code. The gateway forwards its public ``/api/setup`` here."""

from __future__ import annotations

from flask import Blueprint
from pydantic import Field, SecretStr

from services.common.web import Body, call, endpoint, engine
from services.customer.commands import setup as commands
from services.customer.routes.member import AS_TYPED, Member, Name

blueprint = Blueprint("setup", __name__)


class CreateFirstAdmin(Body):
    """The code of the printed link, and who the admin will be."""

    model_config = AS_TYPED

    code: str = Field(min_length=1, max_length=200)
    account: str = Field(max_length=64)
    name: Name
    password: SecretStr = Field(max_length=1000)


@blueprint.post("/internal/setup")
@endpoint(body=CreateFirstAdmin, answer=Member, status=201, right="gateway")
def create_first_admin(body: CreateFirstAdmin) -> dict[str, object]:
    """Make the first admin."""
    values = body.model_dump() | {"password": body.password.get_secret_value()}
    return commands.create_first_admin(engine(), call(), **values)
