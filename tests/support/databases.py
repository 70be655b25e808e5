"""Databases for tests: per service one template, migrated once per run, copied in some 40 ms whenever a test wants a fresh one.

The roles are those of production: tests work as ``<service>_app``, which cannot change tables; migrations run as the owner.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from services.local.prepare import prepare_database, prepare_roles
from tests.support.servers import Servers, locked

PASSWORD = "test-run"


@dataclass(slots=True)
class Databases:
    """Makes and drops databases in the run's PostgreSQL."""

    servers: Servers
    _number: itertools.count[int] = field(default_factory=itertools.count)

    def fresh(self, service: str) -> str:
        """A new, migrated, empty database of ``service``; answers the URL for SQLAlchemy as the application's role."""
        name = f"t_{service}_{os.getpid()}_{next(self._number)}"
        template = self._template(service)
        with self._superuser() as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY wal_log").format(
                    sql.Identifier(name), sql.Identifier(template), sql.Identifier(f"{service}_owner")
                )
            )
        return self.url(f"{service}_app", name)

    def empty(self, service: str) -> str:
        """A new database without any table; answers the URL as the owner (for tests of migrations)."""
        name = f"e_{service}_{os.getpid()}_{next(self._number)}"
        with self._superuser() as server:
            self._make(server, service, name)
        return self.url(f"{service}_owner", name)

    def as_owner(self, url: str) -> str:
        """The same database with the owner's rights."""
        parts = urlsplit(url)
        return self.url(f"{(parts.username or '').partition('_')[0]}_owner", parts.path[1:])

    def as_superuser(self, url: str) -> str:
        """The same database as the superuser, for psycopg (plain ``postgresql://``)."""
        return make_conninfo(self.servers.postgres, dbname=urlsplit(url).path[1:])

    def drop(self, url: str) -> None:
        """Remove a database with whoever is still in it."""
        with self._superuser() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(urlsplit(url).path[1:])))

    def url(self, role: str, database: str) -> str:
        """SQLAlchemy's URL of a role in a database."""
        place = urlsplit(self.servers.postgres)
        return f"postgresql+psycopg://{role}:{PASSWORD}@{place.hostname}:{place.port}/{database}"

    def _template(self, service: str) -> str:
        name = f"template_{service}"
        done = self.servers.folder / f"{name}.done"
        with locked(self.servers.folder / f"{name}.lock"):
            if not done.exists():
                with self._superuser() as server:
                    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
                    self._make(server, service, name)
                importlib.import_module(f"services.{service}.migrations").upgrade(self.url(f"{service}_owner", name))
                done.touch()
        return name

    def _make(self, server: psycopg.Connection, service: str, name: str) -> None:
        with self.roles_locked():
            prepare_roles(server, service, owner_password=PASSWORD, app_password=PASSWORD)
            prepare_database(server, self.servers.postgres, name, service)

    def roles_locked(self) -> contextlib.AbstractContextManager[None]:
        """Roles belong to the whole server; PostgreSQL refuses two who change one at the same time."""
        return locked(self.servers.folder / "roles.lock")

    def _superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.servers.postgres, autocommit=True)
