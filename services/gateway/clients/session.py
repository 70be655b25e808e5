"""Sessions as the customer service keeps them."""

from __future__ import annotations

from uuid import UUID

from services.common.identity import Identity
from services.common.problem import Kind, Problem
from services.gateway.clients.services import Services
from services.gateway.rules import routing
from services.gateway.rules.session import Session

_ASKED_AT_ONCE_MAX = 500


def resolve_session(services: Services, digest: str, request_id: str) -> Session | None:
    """The caller behind a token hash as the customer service knows it now; None where there is none."""
    try:
        answer = services.ask(
            routing.CUSTOMER, "POST", "/internal/sessions/resolve", request_id=request_id, json={"token_hash": digest}, repeatable=True
        )
    except Problem as problem:
        if problem.kind is Kind.UNAUTHENTICATED:
            return None
        raise
    scopes = answer.get("scopes")
    session_id = answer.get("session_id")
    identity = Identity(
        "gateway", UUID(answer["member_id"]), UUID(session_id) if session_id else None, tuple(scopes) if scopes is not None else None
    )
    return Session(identity, answer.get("kind", "session"))


def list_ended(services: Services, digests: list[str], request_id: str) -> set[str]:
    """Those token hashes whose session or token has ended. Asking does not prolong a session: an open window alone keeps nobody in."""
    ended: set[str] = set()
    for start in range(0, len(digests), _ASKED_AT_ONCE_MAX):
        asked = {"token_hashes": digests[start : start + _ASKED_AT_ONCE_MAX]}
        path = "/internal/sessions/ended"
        answer = services.ask(routing.CUSTOMER, "POST", path, request_id=request_id, json=asked, repeatable=True)
        ended.update(answer["ended"])
    return ended
