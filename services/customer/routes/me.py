"""The acting member himself: who he is (asked by the gateway), his password."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from flask import Blueprint
from pydantic import Field, SecretStr

from services.common.web import Body, call, endpoint, engine
from services.customer.commands import password as commands
from services.customer.queries import member as queries
from services.customer.routes.member import AS_TYPED, Member

blueprint = Blueprint("me", __name__)

Password = Annotated[SecretStr, Field(min_length=1, max_length=1000)]


class Me(Member):
    """The signed-in member; ``department_path`` leads from the top department down to his own."""

    department_path: list[UUID]
    managed_department_id: UUID | None


class ChangePassword(Body):
    """Both passwords as typed; spaces count."""

    model_config = AS_TYPED

    current_password: Password
    new_password: Password


@blueprint.get("/internal/me")
@endpoint(answer=Me)
def find_me() -> dict[str, object]:
    """Who I am, with rights and department."""
    return queries.find_me(engine(), call().member_id)


@blueprint.post("/api/me/password")
@endpoint(body=ChangePassword, right="browser_session")
def change_own_password(body: ChangePassword) -> None:
    """Change my password; all my other sessions end."""
    commands.change_own_password(
        engine(),
        call(),
        current_password=body.current_password.get_secret_value(),
        new_password=body.new_password.get_secret_value(),
    )
