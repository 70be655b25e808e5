"""How long a session lasts and when signing in is throttled. Tokens are opaque; only their SHA-256 is ever stored."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from datetime import timedelta

from services.common.problem import Kind, Problem

IDLE = timedelta(days=14)
LIFETIME = timedelta(days=90)
EXTEND_EVERY = timedelta(minutes=5)

FAILURES_MAX = 10
FAILURE_WINDOW = timedelta(minutes=5)


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is stored of a token. Without salt: the token itself is random, and it must be found by its hash."""
    return hashlib.sha256(token.encode()).digest()


def address_key(address: str) -> str:
    """What failures are counted by: an IPv4 address, or the /64 network that one IPv6 customer holds; other text as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def refuse_throttled(wait: timedelta | None) -> None:
    """Refuse with 429 while ``wait`` (the time until the tenth newest failure is old enough) is left."""
    if wait is not None:
        seconds = max(1, round(wait.total_seconds() + 0.5))
        message = "Too many failed attempts to sign in. Wait a few minutes and try again."
        raise Problem(Kind.TOO_MANY, "too_many_attempts", message, retry_after=seconds)


def sign_in_failed() -> Problem:
    """The one answer for a wrong password, an unknown account and a disabled member."""
    return Problem(Kind.UNAUTHENTICATED, "sign_in_failed", "The account or the password is not right.")


def not_signed_in() -> Problem:
    """The answer for a session or token that is unknown, ended or expired."""
    return Problem(Kind.UNAUTHENTICATED, "not_signed_in", "Sign in first.")


def require_browser_session(scopes: tuple[str, ...] | None) -> None:
    """Refuse what only the member himself may do, not a script with one of his tokens."""
    if scopes is not None:
        raise Problem(
            Kind.FORBIDDEN, "session_required", "Sign in with a browser to do this; an access token is not enough.", rule="session_required"
        )
