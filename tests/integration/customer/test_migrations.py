"""The migrations make exactly the tables that the store describes, on an empty database, also when many start at once."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from services.customer import migrations, store
from services.customer.migrations import upgrade
from tests.support.databases import Databases


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    url = databases.empty("customer")
    yield url
    databases.drop(url)


def test_tables_and_migrations_agree(customer_database: str) -> None:
    for module in pkgutil.iter_modules(store.__path__):
        importlib.import_module(f"{store.__name__}.{module.name}")
    engine = create_engine(customer_database)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": False}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, store.metadata)
    engine.dispose()
    assert differences == []


def test_the_history_is_one_line() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert len(script.get_bases()) == 1
    assert len(script.get_heads()) == 1


def test_many_who_migrate_at_once_take_turns(empty_database: str) -> None:
    failures: list[Exception] = []

    def run() -> None:
        try:
            upgrade(empty_database)
        except Exception as error:  # noqa: BLE001 - told below, in the main thread
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM option")).scalar_one() > 0
    engine.dispose()


def test_the_application_cannot_change_tables(customer_database: str) -> None:
    engine = create_engine(customer_database)
    with engine.connect() as connection:
        for statement in ("CREATE TABLE mine (x int)", "ALTER TABLE member ADD COLUMN x int", "DROP TABLE audit", "TRUNCATE member"):
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                connection.execute(text(statement))
            connection.rollback()
    engine.dispose()
