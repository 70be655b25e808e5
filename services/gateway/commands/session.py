"""Signing in and out on behalf of a browser. Passwords, throttling and session rows are the customer service's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.common.identity import Identity
from services.gateway.clients.services import Services
from services.gateway.clients.session import resolve_session
from services.gateway.rules import routing
from services.gateway.rules.session import Presented
from services.gateway.store.session import SessionMemory


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the cookie's token and who it is for."""

    token: str
    expires_at: str
    identity: Identity


def sign_in(services: Services, *, account: str, password: str, address: str, user_agent: str, request_id: str) -> SignedIn:
    """Open a session; 401 where account or password is wrong, 429 after too many tries."""
    asked = {"account": account, "password": password, "address": address, "user_agent": user_agent}
    answer = services.ask(routing.CUSTOMER, "POST", "/internal/sessions", request_id=request_id, json=asked)
    identity = Identity("gateway", UUID(answer["member"]["member_id"]), UUID(answer["session_id"]))
    return SignedIn(answer["session_token"], answer["expires_at"], identity)


def sign_out(services: Services, memory: SessionMemory, shown: Presented, request_id: str) -> None:
    """End the session now; other gateway processes notice within the second that they remember it. Signing out twice is fine."""
    digest = shown.digest()
    session = resolve_session(services, digest, request_id)
    if session is not None and session.kind == "session" and session.identity.session_id is not None:
        ended = {"session_id": str(session.identity.session_id)}
        services.ask(routing.CUSTOMER, "POST", "/internal/sessions/end", request_id=request_id, json=ended, repeatable=True)
    memory.forget(digest)


def set_up(services: Services, asked: dict[str, Any], request_id: str) -> Any:
    """Make the first admin by the one-time code; 409 once there is one."""
    return services.ask(routing.CUSTOMER, "POST", "/internal/setup", request_id=request_id, identity=Identity("gateway", None), json=asked)
