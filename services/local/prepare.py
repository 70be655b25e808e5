"""Databases and roles, made as the superuser; may be repeated. Tables are made by each service's own `migrate`.

Every service gets one database with two roles: ``<service>_owner`` may change tables, ``<service>_app`` may only use them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from services.local.keys import DATABASE_SERVICES

WAIT_SECONDS = 60.0


def prepare(superuser: str, secrets: Path) -> None:
    """Make what is missing for all services, and set the passwords to those in ``secrets``."""
    with _connect(superuser) as server:
        server.execute("SELECT pg_advisory_lock(20261123)")
        for service in DATABASE_SERVICES:
            prepare_roles(
                server,
                service,
                owner_password=(secrets / "migrate" / f"{service}_owner_password").read_text(),
                app_password=(secrets / service / "database_password").read_text(),
            )
            prepare_database(server, superuser, f"gonghai_{service}", service)


def prepare_roles(server: Connection, service: str, *, owner_password: str, app_password: str) -> None:
    """The two roles of one service."""
    for role, password in ((f"{service}_owner", owner_password), (f"{service}_app", app_password)):
        known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        server.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                verb, sql.Identifier(role), sql.Literal(password)
            )
        )


def prepare_database(server: Connection, superuser: str, database: str, service: str) -> None:
    """One database that only its service's two roles can enter."""
    owner, app, name = sql.Identifier(f"{service}_owner"), sql.Identifier(f"{service}_app"), sql.Identifier(database)
    # Outside PostgreSQL 16's rules a superuser who is not one by name (managed servers) must belong to the role he gives to.
    server.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
    if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'").format(name, owner)
        )
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    server.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, app))
    with psycopg.connect(make_conninfo(superuser, dbname=database), autocommit=True) as inside:
        grant(inside, service)


def grant(inside: Connection, service: str) -> None:
    """What the application's role may do in this database: rows, never tables; also with tables that are made later."""
    owner, app = sql.Identifier(f"{service}_owner"), sql.Identifier(f"{service}_app")
    for statement in (
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {app}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
        "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {app}",
    ):
        inside.execute(sql.SQL(statement).format(owner=owner, app=app))


def superuser_from(environment: Mapping[str, str]) -> str:
    """The superuser's connection text from POSTGRES_URL and, where it is set, POSTGRES_PASSWORD_FILE."""
    password_file = environment.get("POSTGRES_PASSWORD_FILE")
    if password_file:
        return make_conninfo(environment["POSTGRES_URL"], password=Path(password_file).read_text().strip())
    return make_conninfo(environment["POSTGRES_URL"])


def _connect(superuser: str) -> Connection:
    """Connect, waiting for a server that is only just starting."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return psycopg.connect(superuser, autocommit=True, connect_timeout=5)
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
