"""Tokens, addresses, throttling, passwords."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from services.common.problem import Problem
from services.customer.rules import password as passwords
from services.customer.rules import session as rules


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("unix", "unix"),
        ("x" * 100, "x" * 64),
    ],
)
def test_addresses_of_one_customer_count_together(address: str, key: str) -> None:
    assert rules.address_key(address) == key


def test_tokens_are_long_different_and_kept_as_hash() -> None:
    tokens = {rules.new_token() for _ in range(100)}
    assert len(tokens) == 100
    token = tokens.pop()
    assert len(token) >= 43
    assert rules.hash_token(token) == hashlib.sha256(token.encode()).digest()


def test_throttling_says_when_to_come_back() -> None:
    rules.refuse_throttled(None)
    for wait, seconds in ((timedelta(seconds=-1), 1), (timedelta(milliseconds=10), 1), (timedelta(seconds=299, milliseconds=1), 300)):
        with pytest.raises(Problem) as refused:
            rules.refuse_throttled(wait)
        assert refused.value.data["retry_after"] == seconds


def test_passwords_are_argon2id_at_the_set_cost() -> None:
    stored = passwords.hash_password("correct horse")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right("correct horse", stored)
    assert not passwords.is_right("Correct horse", stored)
    assert not passwords.is_outdated(stored)
    assert passwords.is_outdated(stored.replace("t=2", "t=1"))


def test_nobody_has_no_password_and_a_broken_hash_fits_none() -> None:
    assert not passwords.is_right("", None)
    assert not passwords.is_right("x", "not a hash")
    assert passwords._NOBODY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.is_outdated(passwords._NOBODY)
