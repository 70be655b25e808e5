"""Sessions, for the gateway alone: sign in, resolve a token, sign out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from flask import Blueprint
from pydantic import Field, SecretStr

from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import session as commands
from services.customer.queries import session as queries
from services.customer.routes.member import AS_TYPED, Member

blueprint = Blueprint("session", __name__)


TokenHash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SignIn(Body):
    """Account and password as typed, and where from."""

    model_config = AS_TYPED

    account: str = Field(max_length=200)
    password: SecretStr = Field(max_length=1000)
    address: str = Field(max_length=200)
    user_agent: str = Field("", max_length=20_000)


class SignedIn(Shape):
    """A new session; ``session_token`` is told here and nowhere else."""

    session_token: str
    session_id: UUID
    expires_at: datetime
    member: Member


class ResolveToken(Body):
    """The SHA-256 of a cookie's or bearer's token, in hex."""

    token_hash: TokenHash


class ResolvedToken(Shape):
    """Who stands behind a token; an access token's id stands in ``session_id``."""

    member_id: UUID
    session_id: UUID
    scopes: list[str] | None
    kind: Literal["session", "token"]


class ListEnded(Body):
    """SHA-256 hashes of tokens, in hex."""

    token_hashes: list[TokenHash] = Field(max_length=1000)


class Ended(Shape):
    """Those that belong to no live session or token."""

    ended: list[str]


class EndSession(Body):
    """Which session."""

    session_id: UUID


@blueprint.post("/internal/sessions")
@endpoint(body=SignIn, answer=SignedIn, status=201, right="gateway")
def sign_in(body: SignIn) -> dict[str, object]:
    """Begin a session."""
    password = body.password.get_secret_value()
    return commands.sign_in(engine(), call(), account=body.account, password=password, address=body.address, user_agent=body.user_agent)


@blueprint.post("/internal/sessions/resolve")
@endpoint(body=ResolveToken, answer=ResolvedToken, right="gateway")
def resolve_token(body: ResolveToken) -> dict[str, object]:
    """Who stands behind a token, or 401."""
    return commands.resolve(engine(), bytes.fromhex(body.token_hash))


@blueprint.post("/internal/sessions/ended")
@endpoint(body=ListEnded, answer=Ended, right="gateway")
def list_ended(body: ListEnded) -> dict[str, object]:
    """Which tokens have ended; for open live streams."""
    return queries.list_ended(engine(), body.token_hashes)


@blueprint.post("/internal/sessions/end")
@endpoint(body=EndSession, right="gateway")
def end_session(body: EndSession) -> None:
    """Sign out."""
    commands.end(engine(), call(), body.session_id)
