"""The migrations make exactly the tables that the store describes, also when many start at once."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from services.activity import store
from services.activity.migrations import upgrade
from tests.support.databases import Databases

PARTITIONS = {"timeline_1", "timeline_2"}


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    url = databases.empty("activity")
    yield url
    databases.drop(url)


def test_tables_and_migrations_agree(activity_database: str) -> None:
    for module in pkgutil.iter_modules(store.__path__):
        importlib.import_module(f"{store.__name__}.{module.name}")
    engine = create_engine(activity_database)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name not in PARTITIONS}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), store.metadata)
    engine.dispose()
    assert differences == []


def test_many_who_migrate_at_once_take_turns(empty_database: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, [empty_database] * 3))
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
    engine.dispose()


def test_the_application_cannot_change_tables(activity_database: str) -> None:
    engine = create_engine(activity_database)
    with engine.connect() as connection:
        for statement in ("CREATE TABLE mine (x int)", "ALTER TABLE timeline ADD COLUMN x int", "DROP TABLE parked", "TRUNCATE position"):
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                connection.execute(text(statement))
            connection.rollback()
    engine.dispose()
