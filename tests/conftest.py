"""Fixtures for every test: the run's PostgreSQL and Valkey, fresh databases per service, keys. Nothing starts until it is asked for.

* ``customer_database``, ``activity_database``, ``export_database``: one per test module, as the application's role; the value is
  the URL for SQLAlchemy. ``databases.fresh("customer")`` makes another one; ``databases.as_owner(url)`` may change tables.
* ``redis_url``: an own logical database per test module, empty at its start (`FLUSHDB`, never `FLUSHALL`; pub/sub is shared by all).
* ``own_redis``: a whole Valkey for one test that flushes, stops or kills it.
* ``secrets_folder``: keys and passwords as the services get them, e.g. ``secrets_folder / "customer" / "secret_key"``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from hypothesis import settings

from services.local import keys
from services.local.setup import node_folder
from tests.support.databases import Databases
from tests.support.own_redis import OwnRedis
from tests.support.servers import Servers, locked, servers


def pytest_configure() -> None:
    """What holds for every test of the run."""
    # Playwright's own Node needs a library that a bare machine lacks; ours does not.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node_folder() / "bin" / "node"))
    # Generated tests have no deadline per example (the machine is shared) and leave nothing behind in the tree.
    settings.register_profile("shared_machine", deadline=None, database=None)
    settings.load_profile("shared_machine")


@pytest.fixture(scope="session")
def test_servers() -> Iterator[Servers]:
    """The run's servers, shared by all its workers."""
    with servers() as found:
        yield found


@pytest.fixture(scope="session")
def databases(test_servers: Servers) -> Databases:
    """Makes databases."""
    return Databases(test_servers)


@pytest.fixture(scope="module")
def customer_database(databases: Databases) -> Iterator[str]:
    """This module's customer database."""
    url = databases.fresh("customer")
    yield url
    databases.drop(url)


@pytest.fixture(scope="module")
def activity_database(databases: Databases) -> Iterator[str]:
    """This module's activity database."""
    url = databases.fresh("activity")
    yield url
    databases.drop(url)


@pytest.fixture(scope="module")
def export_database(databases: Databases) -> Iterator[str]:
    """This module's export database."""
    url = databases.fresh("export")
    yield url
    databases.drop(url)


@pytest.fixture(scope="module")
def redis_url(test_servers: Servers) -> Iterator[str]:
    """This module's logical database in the run's Valkey."""
    counter = test_servers.folder / "redis-databases"
    with locked(test_servers.folder / "redis.lock"):
        number = int(counter.read_text()) + 1 if counter.exists() else 1
        counter.write_text(str(number))
    url = f"{test_servers.redis}/{number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """A Valkey for this test alone."""
    server = OwnRedis(tmp_path / "own-redis")
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and passwords of all services."""
    folder = tmp_path_factory.mktemp("secrets")
    keys.make(folder)
    return folder
