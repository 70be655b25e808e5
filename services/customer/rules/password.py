"""Passwords: which are acceptable, and their argon2id hashes. Throttling is in ``session.py``."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.common.problem import invalid

LENGTH_MIN = 8
LENGTH_MAX = 200

# 19 MiB, two passes, one lane: 84 ms a sign-in; the library's default takes 486.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hash takes 19 MiB while it is computed, and more at once than cores are not faster: a Monday morning must not eat the memory.
_AT_ONCE = threading.BoundedSemaphore(4)
# The hash of a thrown-away random text, made with the same cost: verified for accounts that do not exist, so that those take as long.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$nxU2cG/hmmkeKGFjDookiQ$u4VFoWvCPSXs9jvzKUUMkRde2tP8YO8mdwKbHLmA0LQ"


def check_new_password(password: str, account: str, pointer: str = "/password") -> None:
    """Refuse a password that is too short, too long, or the account itself."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        raise invalid(pointer, "password_length", f"A password has {LENGTH_MIN} to {LENGTH_MAX} characters.")
    if password.casefold() == account.casefold():
        raise invalid(pointer, "password_is_account", "The password must differ from the account.")


def hash_password(password: str) -> str:
    """An argon2id hash with a fresh salt."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether ``password`` belongs to ``password_hash``; None (no such account) takes the same time and is never right."""
    try:
        with _AT_ONCE:
            _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with another cost than today's."""
    return _HASHER.check_needs_rehash(password_hash)
