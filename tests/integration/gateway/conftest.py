"""A real gateway process in front of small real services that answer with what reached them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway_world import World, make_world, run_world


@pytest.fixture(scope="session")
def web_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small web build: a page with places for the nonce, a lasting asset with its compressed forms, an icon."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "assets").mkdir()
    page = '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><script nonce="__CSP_NONCE__"></script>公海'
    (folder / "index.html").write_text(page)
    (folder / "assets" / "index-Bx12_9aZ.js").write_text("console.log('plain')")
    (folder / "assets" / "index-Bx12_9aZ.js.br").write_bytes(b"brotli form")
    (folder / "assets" / "index-Bx12_9aZ.js.gz").write_bytes(b"gzip form")
    (folder / "favicon.svg").write_text("<svg/>")
    return folder


@pytest.fixture(scope="module")
def world(secrets_folder: Path, redis_url: str, web_build: Path) -> Iterator[World]:
    """Gateway and services for one test module; what a test changes it sets back."""
    yield from run_world(make_world(secrets_folder, redis_url, web_build))
