"""The event path with fresh databases and a Redis that a test may flush or kill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine

from services.common.database import connect
from tests.support.databases import Databases
from tests.support.event_path import EventPath, serving_feed


@pytest.fixture
def customer_engine(databases: Databases) -> Iterator[Engine]:
    """A customer database of this test's own."""
    url = databases.fresh("customer")
    engine = connect(url, pool_size=8)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def activity_engine(databases: Databases) -> Iterator[Engine]:
    """An activity database of this test's own."""
    url = databases.fresh("activity")
    engine = connect(url, pool_size=8)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def event_path(customer_engine: Engine, activity_engine: Engine, redis_url: str, secrets_folder: Path) -> Iterator[EventPath]:
    """Both ends and what lies between; no entry of another record in the streams."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    with serving_feed(customer_engine, secrets_folder) as feed:
        path = EventPath(customer_engine, activity_engine, feed, redis_url)
        yield path
        path.close()
