"""The history of the tables. ``upgrade`` brings a database to the newest version; the versions are raw SQL in ``versions/``."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from services.common.settings import sqlalchemy_url

_LOCK = 7_204_312_001  # any number, the same for everyone who migrates this service
_FOLDER = Path(__file__).parent


def upgrade(url: str) -> None:
    """Apply every missing version, each in its own transaction; several callers at once take turns."""
    engine = create_engine(sqlalchemy_url(url), connect_args={"connect_timeout": 5})
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard, engine.connect() as connection:
            guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            # A change that cannot get its table quickly must fail rather than make every reader queue behind it.
            connection.execute(text("SET lock_timeout = '5s'"))
            connection.execute(text("SET statement_timeout = '10min'"))
            connection.commit()
            command.upgrade(config(connection), "head")
    finally:
        engine.dispose()


def config(connection: Connection) -> Config:
    """Alembic's configuration without an ini file; ``env.py`` finds the connection in it."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made
