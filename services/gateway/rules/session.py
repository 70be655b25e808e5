"""Who a request is from, as far as it can be told without asking: cookie names, token hashes, CSRF, scopes, addresses. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from services.common.identity import Identity
from services.common.problem import Kind, Problem

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SECURE_COOKIE: Final = "__Host-gonghai"
_PLAIN_COOKIE: Final = "gonghai"
_TOKEN_LENGTH_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in caller; ``kind`` is ``session`` (browser) or ``token`` (script)."""

    identity: Identity
    kind: str


@dataclass(frozen=True, slots=True)
class Presented:
    """What a request shows as its right to be here."""

    token: str
    from_cookie: bool

    def digest(self) -> str:
        """The hash that stands for the token everywhere else."""
        return hashlib.sha256(self.token.encode()).hexdigest()


def cookie_name(*, secure: bool) -> str:
    """``__Host-`` where TLS is on, so that no other host and no plain connection can set it."""
    return _SECURE_COOKIE if secure else _PLAIN_COOKIE


def presented(authorization: str | None, cookie_header: str | None, *, secure: bool) -> Presented:
    """The bearer token, or else the session cookie; 401 where there is neither."""
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() == "bearer" and _sound(token):
            return Presented(token, from_cookie=False)
        raise not_signed_in()
    token = cookie_value(cookie_header or "", cookie_name(secure=secure))
    if _sound(token):
        return Presented(token, from_cookie=True)
    raise not_signed_in()


def cookie_value(header: str, name: str) -> str:
    """The value of one cookie of a Cookie header, empty where it is missing or given twice."""
    found = [value for key, _, value in (part.strip().partition("=") for part in header.split(";")) if key == name]
    return found[0] if len(found) == 1 else ""


def _sound(token: str) -> bool:
    return 0 < len(token) <= _TOKEN_LENGTH_MAX and token.isascii() and token.isprintable()


def not_signed_in() -> Problem:
    """The one 401 of the door."""
    return Problem(Kind.UNAUTHENTICATED, "not_signed_in", "Sign in first.")


def csrf_token(secret_key: bytes, token: str) -> str:
    """What the page must send back as X-CSRF-Token with every unsafe request of this session."""
    digest = hmac.new(secret_key, b"csrf" + token.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def check_csrf(secret_key: bytes, token: str, given: str | None) -> None:
    """Refuse an unsafe cookie request without the right X-CSRF-Token."""
    if not given or not given.isascii() or not hmac.compare_digest(csrf_token(secret_key, token), given):
        raise Problem(Kind.FORBIDDEN, "csrf_token_wrong", "The page is out of date. Reload it and try again.", rule="csrf")


def check_origin(origin: str | None, host: str | None, origins: frozenset[str], *, required: bool = True) -> None:
    """Refuse an unsafe request that another site's page sent. Without ``origins`` the origin must have the request's own host."""
    if origin is None and not required:
        return
    if origin and _same_origin(origin, host, origins):
        return
    raise Problem(Kind.FORBIDDEN, "origin_refused", "This request came from another site's page.", rule="same_origin")


def _same_origin(origin: str, host: str | None, origins: frozenset[str]) -> bool:
    if origins:
        return origin in origins
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc == host and not parts.path


def check_scope(identity: Identity, method: str) -> None:
    """A token that may only read is refused on everything that could change something."""
    if identity.scopes is None or method in SAFE_METHODS or "write" in identity.scopes:
        return
    raise Problem(Kind.FORBIDDEN, "scope_missing", "This token may only read. Make one with the scope write.", rule="token_scope")


def client_address(remote: str, forwarded_for: str | None, trusted_proxies: int) -> str:
    """The client's address: what the outermost trusted proxy saw. Anything further left was written by the client itself."""
    if trusted_proxies <= 0 or not forwarded_for:
        return remote
    parts = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    return parts[-min(trusted_proxies, len(parts))][:64] if parts else remote


def is_secure(scheme: str, forwarded_proto: str | None, trusted_proxies: int) -> bool:
    """Whether the browser's side of the connection is TLS."""
    if trusted_proxies > 0 and forwarded_proto:
        return forwarded_proto.split(",")[-1].strip().lower() == "https"
    return scheme == "https"
