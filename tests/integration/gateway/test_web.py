"""The web build through the gateway: caching, compression, the page and its security headers; and the page that documents the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway_world import World, make_world, run_world

ASSET = "/assets/index-Bx12_9aZ.js"


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/customers?view=mine", "/customers/01890000-0000-7000-8000-00000000c001", "/admin/members", "/index.html"]
)
def test_every_page_address_answers_with_the_page(world: World, path: str) -> None:
    answer = world.ask("GET", path, token=None)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "公海" in answer.data.decode()


def test_the_page_has_a_fresh_nonce_and_a_strict_policy(world: World) -> None:
    first, second = (world.ask("GET", "/", token=None) for _ in range(2))
    policy = first.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce is not None
    assert first.data.decode().count(nonce[1]) == 2
    assert "__CSP_NONCE__" not in first.data.decode()
    assert nonce[1] not in second.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in first.headers["Permissions-Policy"]


def test_hashed_assets_last_forever_and_others_are_asked_again(world: World) -> None:
    asset = world.ask("GET", ASSET, token=None)
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert asset.headers["Content-Type"].startswith("text/javascript")
    assert world.ask("GET", "/favicon.svg", token=None).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("br, gzip", "br", b"brotli form"),
        ("gzip", "gzip", b"gzip form"),
        ("", None, b"console.log('plain')"),
        ("br;q=0, gzip", "gzip", b"gzip form"),
    ],
)
def test_compressed_forms_are_used_where_they_lie_beside(world: World, accepted: str, encoding: str | None, content: bytes) -> None:
    answer = world.ask("GET", ASSET, token=None, headers={"Accept-Encoding": accepted}, decode_content=False)
    assert (answer.headers.get("Content-Encoding"), answer.data) == (encoding, content)
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_an_unchanged_file_is_not_sent_again(world: World) -> None:
    tag = world.ask("GET", ASSET, token=None).headers["ETag"]
    again = world.ask("GET", ASSET, token=None, headers={"If-None-Match": tag})
    assert (again.status, again.data) == (304, b"")
    head = world.ask("HEAD", ASSET, token=None)
    assert (head.status, head.data, head.headers["ETag"]) == (200, b"", tag)


@pytest.mark.parametrize(
    "path",
    ["/assets/missing-12345678.js", "/favicon.ico", "/..%2f..%2fetc/passwd", "/assets/%2e%2e/%2e%2e/x.html"],
)
def test_a_missing_or_crooked_file_is_a_404(world: World, path: str) -> None:
    assert world.ask("GET", path, token=None).status == 404


def test_the_page_of_the_interface_needs_no_other_host(world: World) -> None:
    page = world.ask("GET", "/api/docs", token=None)
    assert page.status == 200
    assert not re.findall(r"https?://", page.data.decode())
    assert "unsafe" not in page.headers["Content-Security-Policy"]


@pytest.fixture(scope="module")
def unbuilt(secrets_folder: Path, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A gateway whose web front end has not been built."""
    yield from run_world(make_world(secrets_folder, redis_url, tmp_path_factory.mktemp("empty")))


def test_a_missing_build_says_what_to_do(unbuilt: World) -> None:
    answer = unbuilt.ask("GET", "/", token=None)
    assert answer.status == 503
    assert "make web" in answer.data.decode()
