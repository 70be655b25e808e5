"""What a personal access token may be: scopes, expiry, how many. What a scope opens is enforced at the gateway."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from services.common.problem import Kind, Problem, invalid

Scope = Literal["read", "write", "export"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
TOKENS_MAX = 50


def new_token() -> str:
    """256 random bits behind a prefix by which a leaked token can be recognised."""
    return "gonghai_" + secrets.token_urlsafe(32)


def ordered(scopes: Sequence[Scope]) -> list[Scope]:
    """Each scope once, in the usual order."""
    return [scope for scope in SCOPES if scope in scopes]


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    """An expiry must lie ahead."""
    if expires_at is not None and expires_at <= now:
        raise invalid("/expires_at", "expiry_past", "The expiry must lie in the future.")


def refuse_too_many(count: int) -> None:
    """A member has at most ``TOKENS_MAX`` tokens."""
    if count >= TOKENS_MAX:
        raise Problem(Kind.CONFLICT, "too_many_tokens", f"You have {TOKENS_MAX} tokens. Revoke one first.", rule="too_many_tokens")
