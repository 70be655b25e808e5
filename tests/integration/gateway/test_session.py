"""Signing in and out, cookies, CSRF: the whole matrix."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway_world import TOKEN, World, make_world, run_world


@pytest.fixture(scope="module")
def behind_tls(secrets_folder: Path, redis_url: str, web_build: Path) -> Iterator[World]:
    """The same behind one proxy that ends TLS."""
    yield from run_world(make_world(secrets_folder, redis_url, web_build, TRUSTED_PROXIES="1"))


def own_origin(world: World) -> str:
    return world.url


def sign_in(world: World, account: str = "zhang", **headers: str) -> tuple[str, str, str]:
    answer = world.ask("POST", "/api/session", token=None, json={"account": account, "password": "right"}, headers=headers)
    assert answer.status == 200, answer.data
    cookie = answer.headers["Set-Cookie"]
    return cookie.partition(";")[0], answer.json()["csrf_token"], cookie


def test_signing_in_sets_a_cookie_that_scripts_of_the_page_cannot_read(world: World) -> None:
    _, csrf, cookie = sign_in(world)
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    assert cookie.startswith("gonghai=")
    assert "Secure" not in flags
    assert len(csrf) > 40


def test_under_tls_the_cookie_is_bound_to_the_host(behind_tls: World) -> None:
    _, _, cookie = sign_in(behind_tls, **{"X-Forwarded-Proto": "https"})
    assert cookie.startswith("__Host-gonghai=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")[1:]}
    assert "Domain" not in cookie
    plain = behind_tls.ask("GET", "/api/session", token=None, headers={"Cookie": "gonghai=" + TOKEN, "X-Forwarded-Proto": "https"})
    assert plain.status == 401  # the plain name could have been set by anybody on the way
    assert "Strict-Transport-Security" in behind_tls.ask("GET", "/api/customers", headers={"X-Forwarded-Proto": "https"}).headers


def test_without_a_trusted_proxy_its_headers_are_just_words(world: World) -> None:
    _, _, cookie = sign_in(world, **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "6.6.6.6"})
    assert cookie.startswith("gonghai=")
    assert "address 6.6.6.6" not in world.seen()
    assert world.seen()["address 127.0.0.1"] >= 1


def test_the_address_is_what_the_trusted_proxy_saw(behind_tls: World) -> None:
    sign_in(behind_tls, **{"X-Forwarded-For": "6.6.6.6, 203.0.113.9"})
    assert behind_tls.seen().get("address 203.0.113.9") == 1
    assert "address 6.6.6.6" not in behind_tls.seen()


def test_a_wrong_password_is_a_401(world: World) -> None:
    answer = world.ask("POST", "/api/session", token=None, json={"account": "zhang", "password": "wrong"})
    assert (answer.status, answer.json()["code"]) == (401, "sign_in_failed")
    assert "Set-Cookie" not in answer.headers


def test_who_am_i(world: World) -> None:
    cookie, csrf, _ = sign_in(world)
    answer = world.ask("GET", "/api/session", token=None, headers={"Cookie": cookie})
    assert answer.json()["member"]["name"] == "张三"
    assert answer.json()["csrf_token"] == csrf
    assert answer.json()["organisation"] == {"timezone": "Asia/Shanghai"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert world.ask("GET", "/api/session").json()["csrf_token"] is None  # a script needs none


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("origin", "token", "status"),
    [
        ("own", "own", 200),
        ("own", None, 403),
        ("own", "wrong", 403),
        ("own", "of another", 403),
        (None, "own", 403),
        ("null", "own", 403),
        ("http://evil.example", "own", 403),
        ("evil with own as prefix", "own", 403),
        ("own with path", "own", 403),
        ("", "own", 403),
    ],
)
def test_unsafe_requests_with_a_cookie_need_origin_and_token(
    world: World, method: str, origin: str | None, token: str | None, status: int
) -> None:
    cookie, csrf, _ = sign_in(world)
    _, other, _ = sign_in(world, "li")
    own = own_origin(world)
    origins = {"own": own, "evil with own as prefix": own + ".evil.example", "own with path": own + "/x"}
    tokens = {"own": csrf, "wrong": csrf[:-1] + ("A" if csrf[-1] != "A" else "B"), "of another": other}
    headers = {"Cookie": cookie}
    if origin is not None:
        headers["Origin"] = origins.get(origin, origin)
    if token is not None:
        headers["X-CSRF-Token"] = tokens[token]
    before = world.seen()
    assert world.ask(method, "/api/customers", token=None, headers=headers, body=b"{}").status == status
    if status == 403:
        assert {k: v for k, v in world.seen().items() if k != "resolve"} == {k: v for k, v in before.items() if k != "resolve"}


def test_reading_with_a_cookie_needs_neither(world: World) -> None:
    cookie, _, _ = sign_in(world)
    assert world.ask("GET", "/api/customers", token=None, headers={"Cookie": cookie, "Origin": "http://evil.example"}).status == 200


def test_an_access_token_needs_neither(world: World) -> None:
    assert world.ask("POST", "/api/customers", body=b"{}").status == 200


def test_another_site_cannot_sign_a_browser_in(world: World) -> None:
    answer = world.ask(
        "POST", "/api/session", token=None, json={"account": "zhang", "password": "right"}, headers={"Origin": "http://evil.example"}
    )
    assert (answer.status, answer.json()["code"]) == (403, "origin_refused")


def test_signing_out_ends_the_session_at_once(world: World) -> None:
    cookie, csrf, _ = sign_in(world, "leaving")
    assert world.ask("DELETE", "/api/session", token=None, headers={"Cookie": cookie}).status == 403
    answer = world.ask("DELETE", "/api/session", token=None, headers={"Cookie": cookie, "X-CSRF-Token": csrf, "Origin": own_origin(world)})
    assert answer.status == 204
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert world.ask("GET", "/api/customers", token=None, headers={"Cookie": cookie}).status == 401
    world.stop("customer")
    world.start("customer")


def test_a_session_ended_elsewhere_is_over_within_a_second(world: World) -> None:
    cookie, _, _ = sign_in(world, "gone")
    assert world.ask("GET", "/api/customers", token=None, headers={"Cookie": cookie}).status == 200
    world.control("end_session", cookie.partition("=")[2])
    ended_at = time.monotonic()
    while world.ask("GET", "/api/customers", token=None, headers={"Cookie": cookie}).status == 200:
        assert time.monotonic() - ended_at < 1.1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer nobody"},
        {"Authorization": "Bearer " + "x" * 300},
        {"Authorization": "Bearer nobody", "Cookie": f"gonghai={TOKEN}"},
        {"Cookie": "gonghai=nobody"},
        {"Cookie": f"gonghai={TOKEN}; gonghai=other"},
    ],
)
def test_who_shows_nothing_sound_is_not_signed_in(world: World, headers: dict[str, str]) -> None:
    answer = world.ask("GET", "/api/customers", token=None, headers=headers)
    assert (answer.status, answer.json()["code"]) == (401, "not_signed_in")
