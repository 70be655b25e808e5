"""Who is asking, and what the browser needs to know about it."""

from __future__ import annotations

from typing import Any

from services.common.identity import Identity
from services.gateway.clients.services import Services
from services.gateway.clients.session import resolve_session
from services.gateway.rules import routing
from services.gateway.rules.session import Presented, Session, not_signed_in
from services.gateway.store.session import SessionMemory


def find_session(services: Services, memory: SessionMemory, shown: Presented, request_id: str) -> Session:
    """The signed-in caller, or 401."""
    session = memory.get(shown.digest(), lambda digest: resolve_session(services, digest, request_id))
    if session is None:
        raise not_signed_in()
    return session


def find_me(services: Services, identity: Identity, request_id: str) -> dict[str, Any]:
    """The signed-in member with rights and department."""
    answer: dict[str, Any] = services.ask(routing.CUSTOMER, "GET", "/internal/me", request_id=request_id, identity=identity)
    return answer
