"""Personal access tokens of the acting member."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import token as commands
from services.customer.queries import token as queries
from services.customer.rules.token import Scope

blueprint = Blueprint("token", __name__)


class Token(Shape):
    """A token without its text."""

    token_id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewToken(Token):
    """A token just made; ``token`` is told here and nowhere else."""

    token: str


class Tokens(Shape):
    """My tokens, newest first."""

    items: list[Token]


class CreateToken(Body):
    """``read``: only reading; ``write``: everything I may; ``export``: making and fetching exports."""

    name: str = Field(min_length=1, max_length=100)
    scopes: list[Scope] = Field(min_length=1, max_length=10)
    expires_at: AwareDatetime | None = None


@blueprint.get("/api/tokens")
@endpoint(answer=Tokens)
def list_tokens() -> dict[str, object]:
    """My access tokens."""
    return queries.list_tokens(engine(), call().member_id)


@blueprint.post("/api/tokens")
@endpoint(body=CreateToken, answer=NewToken, status=201, right="browser_session")
def create_token(body: CreateToken) -> dict[str, object]:
    """Make an access token; its text is in this answer alone."""
    return commands.create_token(engine(), call(), **body.model_dump())


@blueprint.delete("/api/tokens/<token_id>")
@endpoint()
def revoke_token(token_id: UUID) -> None:
    """Revoke one of my access tokens."""
    commands.revoke_token(engine(), call(), token_id)
