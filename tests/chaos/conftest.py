"""A product of its own for tests that kill its parts, and members who keep a ledger of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.local.stack import Stack
from tests.support.client import Client

ACCOUNT, PASSWORD = "admin", "a password for chaos"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Two relays and two consumers; no exports."""
    home: Path = tmp_path_factory.mktemp("chaos-home")
    settings = {"GONGHAI_ADMIN_ACCOUNT": ACCOUNT, "GONGHAI_ADMIN_PASSWORD": PASSWORD}
    scale = {"customer-relay": 2, "activity-consumer": 2}
    with Stack(home, scale=scale, env=settings) as running:
        yield running
    running.remove()


@pytest.fixture(scope="module")
def admin(stack: Stack) -> Iterator[Client]:
    """The first admin, signed in."""
    with Client(stack.address) as client:
        client.sign_in(ACCOUNT, PASSWORD)
        yield client
