"""Cookies, tokens, origins, addresses: the pure part."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.identity import Identity
from services.common.problem import Problem
from services.gateway.rules import session as rules

KEY = b"k" * 32


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_csrf_token_fits_its_session_alone(one: str, other: str) -> None:
    rules.check_csrf(KEY, one, rules.csrf_token(KEY, one))
    if one != other:
        with pytest.raises(Problem):
            rules.check_csrf(KEY, one, rules.csrf_token(KEY, other))


@pytest.mark.parametrize("given_token", [None, "", "x", "é" * 43])
def test_a_missing_or_strange_csrf_token_is_refused(given_token: str | None) -> None:
    with pytest.raises(Problem):
        rules.check_csrf(KEY, "token", given_token)


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://crm.example:8000", "crm.example:8000", True),
        ("https://crm.example", "crm.example", True),
        ("http://crm.example", "crm.example:8000", False),
        ("http://crm.example.evil", "crm.example", False),
        ("http://evil@crm.example", "crm.example", False),
        ("ftp://crm.example", "crm.example", False),
        ("null", "null", False),
        ("http://", "", False),
        ("http://crm.example/", "crm.example", False),
    ],
)
def test_an_origin_must_have_the_requests_host(origin: str, host: str, *, allowed: bool) -> None:
    if allowed:
        rules.check_origin(origin, host, frozenset())
    else:
        with pytest.raises(Problem):
            rules.check_origin(origin, host, frozenset())


def test_named_origins_replace_the_host() -> None:
    rules.check_origin("https://crm.example", "inside:8000", frozenset({"https://crm.example"}))
    with pytest.raises(Problem):
        rules.check_origin("http://inside:8000", "inside:8000", frozenset({"https://crm.example"}))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("gonghai=abc", "abc"),
        ("a=b; gonghai=abc ; c=d", "abc"),
        ("gonghai=abc; gonghai=def", ""),
        ("xgonghai=abc", ""),
        ("gonghai", ""),
        ("", ""),
        ('gonghai="a=b"', '"a=b"'),
    ],
)
def test_one_cookie_is_read_and_two_are_none(header: str, value: str) -> None:
    assert rules.cookie_value(header, "gonghai") == value


@given(authorization=st.text(), cookie=st.text(), secure=st.booleans())
def test_whatever_is_presented_it_is_a_sound_token_or_a_401(authorization: str, cookie: str, *, secure: bool) -> None:
    for shown in (authorization, None):
        with contextlib.suppress(Problem):
            found = rules.presented(shown, cookie, secure=secure)
            assert found.token.isascii()
            assert 0 < len(found.token) <= 200


@pytest.mark.parametrize(
    ("scopes", "method", "allowed"),
    [
        (None, "DELETE", True),
        (("read",), "GET", True),
        (("read",), "HEAD", True),
        (("read",), "POST", False),
        (("read", "write"), "POST", True),
        ((), "PATCH", False),
        (("export",), "POST", False),
    ],
)
def test_a_scope_limits_what_a_token_may_do(scopes: tuple[str, ...] | None, method: str, *, allowed: bool) -> None:
    identity = Identity("gateway", None, None, scopes)
    if allowed:
        rules.check_scope(identity, method)
    else:
        with pytest.raises(Problem) as refused:
            rules.check_scope(identity, method)
        assert refused.value.code == "scope_missing"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        (None, 1, "10.0.0.9"),
        ("1.1.1.1", 0, "10.0.0.9"),
        ("6.6.6.6, 1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1"),
        ("1.1.1.1", 3, "1.1.1.1"),
        (" , ", 1, "10.0.0.9"),
    ],
)
def test_only_trusted_proxies_are_believed_about_the_address(forwarded: str | None, proxies: int, address: str) -> None:
    assert rules.client_address("10.0.0.9", forwarded, proxies) == address


@pytest.mark.parametrize(
    ("scheme", "forwarded", "proxies", "secure"),
    [
        ("http", "https", 0, False),
        ("http", "https", 1, True),
        ("http", None, 1, False),
        ("https", None, 0, True),
        ("https", "http", 1, False),
    ],
)
def test_only_trusted_proxies_are_believed_about_tls(scheme: str, forwarded: str | None, proxies: int, *, secure: bool) -> None:
    assert rules.is_secure(scheme, forwarded, proxies) is secure
