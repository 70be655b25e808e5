"""Signing in, who am I, signing out. The cookie lives here; sessions themselves are the customer service's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint, current_app, g, request
from pydantic import Field, WithJsonSchema

from services.common import clock
from services.common.web import Body, Reply, Shape, endpoint
from services.gateway.commands import session as commands
from services.gateway.queries import session as queries
from services.gateway.queries.door import Door
from services.gateway.rules import session as rules

blueprint = Blueprint("session", __name__)

# The customer service's shape of the signed-in member; the merged document puts it in (openapi.py).
ME_SCHEMA = {"type": "object", "x-schema-of": "customer /internal/me"}


class SignIn(Body):
    """Account and password."""

    account: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=500)


class Organisation(Shape):
    """What is the same for everybody."""

    timezone: str


class SignedIn(Shape):
    """Who is signed in. ``csrf_token`` belongs into X-CSRF-Token of every unsafe request; null with an access token."""

    member: Annotated[dict[str, Any], WithJsonSchema(ME_SCHEMA)]
    csrf_token: str | None
    organisation: Organisation


@blueprint.post("/api/session")
@endpoint(body=SignIn, answer=SignedIn, public=True, right="anyone")
def sign_in(body: SignIn) -> Reply:
    """Sign in with account and password; sets the session cookie."""
    door, environ = _door(), request.environ
    door.check_not_foreign(environ)
    signed_in = commands.sign_in(
        door.services, account=body.account, password=body.password, address=door.address(environ),
        user_agent=request.headers.get("User-Agent", "")[:300], request_id=g.request_id,
    )  # fmt: skip
    seconds = max(0, int((datetime.fromisoformat(signed_in.expires_at) - clock.now()).total_seconds()))
    cookie = _cookie(signed_in.token, seconds, secure=door.is_secure(environ))
    member = queries.find_me(door.services, signed_in.identity, g.request_id)
    return Reply(_answer(member, rules.csrf_token(door.secret_key, signed_in.token)), headers={"Set-Cookie": cookie})


@blueprint.get("/api/session")
@endpoint(answer=SignedIn, public=True)
def get_session() -> dict[str, Any]:
    """Who is signed in, with rights, and the token that unsafe requests need."""
    door = _door()
    shown = door.presented(request.environ)
    identity = queries.find_session(door.services, door.memory, shown, g.request_id).identity
    token = rules.csrf_token(door.secret_key, shown.token) if shown.from_cookie else None
    return _answer(queries.find_me(door.services, identity, g.request_id), token)


@blueprint.delete("/api/session")
@endpoint(public=True)
def sign_out() -> Reply:
    """End this session everywhere and drop the cookie."""
    door, environ = _door(), request.environ
    shown = door.presented(environ)
    if shown.from_cookie:
        door.check_own_page(environ, shown)
    commands.sign_out(door.services, door.memory, shown, g.request_id)
    return Reply(None, 204, {"Set-Cookie": _cookie("", 0, secure=door.is_secure(environ))})


def _answer(member: dict[str, Any], csrf_token: str | None) -> dict[str, Any]:
    return {"member": member, "csrf_token": csrf_token, "organisation": {"timezone": current_app.extensions["timezone"]}}


def _cookie(token: str, seconds: int, *, secure: bool) -> str:
    flags = "; Secure" if secure else ""
    return f"{rules.cookie_name(secure=secure)}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{flags}"


def _door() -> Door:
    found: Door = current_app.extensions["door"]
    return found
