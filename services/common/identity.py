"""Who calls, between services: short-lived Ed25519-signed tokens with one audience each. Browser sessions are not here.

A token's ``iss`` is the calling service, ``aud`` the called one, ``sub`` the member it acts for (empty for the service itself).
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.common.problem import Kind, Problem

LIFETIME_SECONDS = 60
_CACHE_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """The verified caller: ``issuer`` is a service name; ``member_id`` is None when the service speaks for itself."""

    issuer: str
    member_id: UUID | None
    session_id: UUID | None = None
    scopes: tuple[str, ...] | None = None  # None: a browser session, everything the member may do

    def member(self) -> UUID:
        """The member, or 401 where a service spoke for itself."""
        if self.member_id is None:
            raise Problem(Kind.UNAUTHENTICATED, "not_signed_in", "Sign in first.")
        return self.member_id


class Signer:
    """Makes tokens as one service; the same caller and audience get the same token for half its life."""

    def __init__(self, issuer: str, key_file: Path) -> None:
        self._issuer = issuer
        self._key = OKPKey.import_key(json.loads(key_file.read_text()))
        self._made: dict[tuple[str, Identity | None], tuple[float, str]] = {}

    def token(self, audience: str, identity: Identity | None = None) -> str:
        """A token for ``audience`` acting as ``identity``'s member, or as the service itself."""
        now = time.time()
        found = self._made.get((audience, identity))
        if found and found[0] > now:
            return found[1]
        if len(self._made) > _CACHE_MAX:
            self._made.clear()
        claims: dict[str, Any] = {"iss": self._issuer, "aud": audience, "iat": int(now), "exp": int(now) + LIFETIME_SECONDS}
        if identity is not None and identity.member_id is not None:
            claims["sub"] = str(identity.member_id)
            claims["sid"] = str(identity.session_id) if identity.session_id else None
            claims["scopes"] = identity.scopes
        token = jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=["Ed25519"])
        self._made[(audience, identity)] = (now + LIFETIME_SECONDS / 2, token)
        return token


class Verifier:
    """Checks tokens meant for one service; each distinct token is verified once and remembered until it ends."""

    def __init__(self, audience: str, trusted_file: Path) -> None:
        self._audience = audience
        self._keys = {name: OKPKey.import_key(key) for name, key in json.loads(trusted_file.read_text()).items()}
        self._seen: dict[str, tuple[float, Identity]] = {}

    def verify(self, authorization: str | None, issuers: Iterable[str] | None = None) -> Identity:
        """The identity behind an ``Authorization: Bearer …`` header, or 401. ``issuers`` limits who may call."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme != "Bearer" or not token:
            raise _refused()
        now = time.time()
        found = self._seen.get(token)
        if found is None or found[0] <= now:
            found = self._check(token, now)
        if issuers is not None and found[1].issuer not in issuers:
            raise _refused()
        return found[1]

    def _check(self, token: str, now: float) -> tuple[float, Identity]:
        try:
            # The issuer inside is only a hint for which key to try; the signature decides.
            hint = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["iss"]  # padding in excess does no harm
            claims = jwt.decode(token, self._keys[hint], algorithms=["Ed25519"]).claims
            if claims["iss"] != hint or claims["aud"] != self._audience or claims["exp"] <= now:
                raise _refused()
            scopes = claims.get("scopes")
            identity = Identity(hint, _uuid(claims.get("sub")), _uuid(claims.get("sid")), tuple(scopes) if scopes is not None else None)
        except (JoseError, KeyError, ValueError, IndexError, TypeError) as error:
            raise _refused() from error
        if len(self._seen) > _CACHE_MAX:
            self._seen.clear()
        self._seen[token] = (claims["exp"], identity)
        return self._seen[token]


def make_keys(issuers: Iterable[str]) -> tuple[dict[str, str], str]:
    """Fresh private keys per issuer (JWK JSON each) and the file of trusted public keys (JSON: issuer → JWK)."""
    keys = {name: OKPKey.generate_key("Ed25519") for name in issuers}
    private = {name: json.dumps(key.as_dict(private=True)) for name, key in keys.items()}
    return private, json.dumps({name: key.as_dict(private=False) for name, key in keys.items()})


def _uuid(text: object) -> UUID | None:
    return UUID(str(text)) if text else None


def _refused() -> Problem:
    return Problem(Kind.UNAUTHENTICATED, "identity_refused", "The caller's identity was not accepted.")
