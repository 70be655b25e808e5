"""Fixtures for tests of the whole product: one product for the run, a client that speaks to it as a browser does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.client import Client
from tests.support.servers import Product
from tests.support.servers import product as shared_product


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The run's product, shared by all its workers: never stop, kill or flush parts of it (tests/chaos has its own)."""
    with shared_product() as found:
        yield found


@pytest.fixture(scope="session")
def admin(product: Product) -> Iterator[Client]:
    """The first admin, signed in."""
    with Client(product.address) as client:
        client.sign_in(product.account, product.password)
        yield client


@pytest.fixture
def new_member(product: Product, admin: Client) -> Iterator[Callable[..., Client]]:
    """Makes a member (``new_member(role="manager", name="李娜")``) and answers with its client, signed in."""
    clients: list[Client] = []

    def make(**fields: object) -> Client:
        client = admin.make_member(product.address, **fields)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def member(new_member: Callable[..., Client]) -> Client:
    """A fresh ordinary member, signed in."""
    return new_member()
