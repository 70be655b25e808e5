"""Passwords and keys, made once and kept: each service gets a folder with what it needs and nothing else.

``postgres/`` the superuser's password · ``migrate/`` the owners' passwords (they may change tables) · ``<service>/`` the service's
own database password, its signing key, the public keys of the others, and the key for cursors and CSRF tokens that all share.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

DATABASE_SERVICES = ("customer", "activity", "export")
ISSUERS = ("gateway", "activity", "export")
SERVICES = (*DATABASE_SERVICES, "gateway")


def make(folder: Path) -> None:
    """Make what is missing under ``folder``; what is there stays."""
    for name in ("postgres", "migrate", *SERVICES):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _once(folder / "postgres" / "postgres_password", _password, mode=0o640)
    _once(folder / "postgres" / "redis_password", _password)
    for service in DATABASE_SERVICES:
        _once(folder / "migrate" / f"{service}_owner_password", _password)
        _once(folder / service / "database_password", _password)
    shared = _once(folder / "migrate" / "secret_key", lambda: secrets.token_urlsafe(48))
    for service in SERVICES:
        _once(folder / service / "secret_key", lambda: shared)
    _make_identities(folder)


def complete(folder: Path) -> bool:
    """Whether `make` would find nothing to do."""
    return all((folder / service / "identity_trusted.json").exists() for service in SERVICES)


def _make_identities(folder: Path) -> None:
    """A signing key per calling service; everyone trusts the public halves."""
    missing = [issuer for issuer in ISSUERS if not (folder / issuer / "identity_key.json").exists()]
    if missing:
        from services.common.identity import make_keys

        for issuer, made in make_keys(missing)[0].items():
            _write(folder / issuer / "identity_key.json", made)
    trusted = {}
    for issuer in ISSUERS:
        key = json.loads((folder / issuer / "identity_key.json").read_text())
        trusted[issuer] = {name: value for name, value in key.items() if name != "d"}
    for service in SERVICES:
        target = folder / service / "identity_trusted.json"
        if not target.exists() or json.loads(target.read_text()) != trusted:
            _write(target, json.dumps(trusted))


def _password() -> str:
    return secrets.token_urlsafe(24)


def _once(path: Path, make_text: Callable[[], str], *, mode: int = 0o600) -> str:
    if not path.exists():
        _write(path, make_text(), mode=mode)
    return path.read_text()


def _write(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Whole or not at all, and never readable by others in between."""
    aside = path.with_suffix(path.suffix + ".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    aside.chmod(mode)
    aside.replace(path)
