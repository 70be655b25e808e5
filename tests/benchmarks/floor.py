"""The floor: a bare Flask and psycopg route on its own table; no sign-in, no rights, no events, one process, no gateway.

``python -m tests.benchmarks.floor`` serves it (LISTEN, DATABASE_URL); ``Floor`` fills the table, starts and measures it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from flask import Flask, Response, request
from psycopg.rows import dict_row

from services.common import server
from services.common.settings import ServiceSettings
from services.common.web import to_json
from services.local.stack import Stack
from tests.benchmarks.asker import Asker
from tests.benchmarks.measure import Measured, measure_with
from tests.benchmarks.processes import Cpu, family_cpu
from tests.support.wait import wait_until

COLUMNS = (
    "customer_id, customer_no, name, name_sort, status, level, industry, source, province, phone, mobile, visibility, state, owner_id, "
    "last_follow_up_at, last_follow_up_excerpt, next_contact_at, created_at, updated_at, version"
)
TABLE = """
    CREATE TABLE floor (
        customer_id uuid PRIMARY KEY, customer_no text, name text NOT NULL, name_sort text COLLATE "C", status text, level text,
        industry text, source text, province text, phone text, mobile text, visibility text, state text, owner_id uuid,
        last_follow_up_at timestamptz, last_follow_up_excerpt text, next_contact_at timestamptz,
        created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), version bigint DEFAULT 1)
"""
LIST = f"SELECT {COLUMNS} FROM floor"  # noqa: S608 - constants
STATEMENTS = {
    "latest": f"{LIST} ORDER BY last_follow_up_at DESC NULLS LAST, customer_id DESC LIMIT 20",
    "name": f"{LIST} ORDER BY name_sort, customer_id LIMIT 20",
    "chips": f"{LIST} WHERE status = 'interested' AND province = '广东' ORDER BY last_follow_up_at DESC NULLS LAST LIMIT 20",
    "one": f"{LIST} WHERE customer_id = %(id)s",
}


def create_app(url: str) -> Flask:
    """The bare app; one connection per thread."""
    import threading

    app, local = Flask("floor", static_folder=None), threading.local()

    def connection() -> psycopg.Connection[dict[str, object]]:
        if not hasattr(local, "connection"):
            local.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row, prepare_threshold=2)
        kept: psycopg.Connection[dict[str, object]] = local.connection
        return kept

    @app.get("/floor/<name>")
    def read(name: str) -> Response:
        rows = connection().execute(STATEMENTS[name].encode(), dict(request.args)).fetchall()
        return Response(to_json({"items": rows}), content_type="application/json")

    @app.patch("/floor/<customer_id>")
    def change(customer_id: str) -> Response:
        connection().execute(
            "UPDATE floor SET level = %s, version = version + 1 WHERE customer_id = %s", [request.get_json()["level"], customer_id]
        )
        return Response(b"{}", content_type="application/json")

    @app.post("/floor")
    def create() -> Response:
        connection().execute(
            "INSERT INTO floor (customer_id, name, name_sort) VALUES (gen_random_uuid(), %(name)s, %(name)s)", request.get_json()
        )
        return Response(b"{}", 201, content_type="application/json")

    return app


@dataclass
class Floor:
    """A running floor."""

    stack: Stack
    pid: int
    asker: Asker

    def measure(self, name: str, method: str, path: str, body: object = None, times: int = 400) -> Measured:
        """One of its routes, with the same meter as the product: its own process and all of PostgreSQL."""

        def used() -> Cpu:
            return Cpu(family_cpu(self.pid), sum(family_cpu(pid) for pid in self.stack.pids("postgres")))

        return measure_with(f"floor: {name}", lambda _: self.asker.json(method, path, body), used, times=times)


@contextmanager
def running(stack: Stack) -> Iterator[Floor]:
    """The floor on a copy of the product's customers, in a database of its own."""
    url = _fill(stack)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "LISTEN": f"127.0.0.1:{port}", "DATABASE_URL": url}
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.floor"], env=environment)
    asker = Asker(f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: _answers(asker), seconds=20, what="the floor to answer")
        yield Floor(stack, process.pid, asker)
    finally:
        process.terminate()
        process.wait(30)


def _answers(asker: Asker) -> bool:
    try:
        return asker.ask("GET", "/floor/name")[0] == 200
    except OSError:
        asker.close()
        return False


def _fill(stack: Stack) -> str:
    with psycopg.connect(stack.postgres_url(), autocommit=True) as server_wide:
        server_wide.execute("DROP DATABASE IF EXISTS gonghai_floor")
        server_wide.execute("CREATE DATABASE gonghai_floor")
    url = stack.postgres_url("gonghai_floor")
    with psycopg.connect(stack.postgres_url("gonghai_customer")) as source, psycopg.connect(url, autocommit=True) as target:
        target.execute(TABLE)
        with (
            source.cursor().copy(f"COPY (SELECT {COLUMNS} FROM customer) TO STDOUT".encode()) as out,  # noqa: S608 - constants
            target.cursor().copy(f"COPY floor ({COLUMNS}) FROM STDIN".encode()) as into,
        ):
            for part in out:
                into.write(part)
        target.execute("CREATE INDEX ON floor (last_follow_up_at DESC NULLS LAST, customer_id DESC)")
        target.execute("CREATE INDEX ON floor (name_sort, customer_id)")
        target.execute("CREATE INDEX ON floor (status, province, last_follow_up_at DESC NULLS LAST)")
        target.execute("VACUUM (ANALYZE) floor")
    return url


if __name__ == "__main__":
    chosen = ServiceSettings()
    server.serve(lambda: create_app(chosen.database_url), chosen)
