"""The first admin: by the one-time code, by set variables, and never a second time. Its own database each test: none has an admin."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.customer.app import create_app
from services.customer.commands.setup import create_configured_admin, make_setup_code
from services.customer.settings import Settings
from tests.support.customer import Answer, CustomerService, People
from tests.support.databases import Databases

ADMIN = {"account": "boss", "name": "老板", "password": "long enough"}


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    url = databases.fresh("customer")
    yield url
    databases.drop(url)


@pytest.fixture
def empty(database: str, secrets_folder: Path) -> Iterator[CustomerService]:
    """The service with nobody in it."""
    settings = Settings(database_url=database, identity_trusted_file=secrets_folder / "customer" / "identity_trusted.json")
    app = create_app(settings)
    app.testing = True
    engine = app.extensions["engine"]
    yield CustomerService(app, engine, secrets_folder, People(engine))
    engine.dispose()


def set_up(service: CustomerService, code: str | None, **values: str) -> Answer:
    return service.as_service().post("/internal/setup", {"code": code, **ADMIN, **values})


def sign_in(service: CustomerService, account: str, password: str) -> Answer:
    body = {"account": account, "password": password, "address": "192.0.2.1", "user_agent": ""}
    return service.as_service().post("/internal/sessions", body)


def test_the_code_makes_the_first_admin_once(empty: CustomerService) -> None:
    code = make_setup_code(empty.engine)
    made = set_up(empty, code).expect(201)
    assert (made["role"], len(made["rights"])) == ("admin", 6)
    sign_in(empty, "boss", "long enough").expect(201)
    again = set_up(empty, code, account="second")
    assert (again.status, again.code) == (409, "already_set_up")
    assert make_setup_code(empty.engine) is None


def test_a_wrong_code_is_refused_and_does_not_use_up_the_right_one(empty: CustomerService) -> None:
    code = make_setup_code(empty.engine)
    answer = set_up(empty, "wrong")
    assert (answer.status, answer.code) == (403, "setup_code_wrong")
    set_up(empty, code, password="short").expect(422)
    set_up(empty, code).expect(201)


def test_only_the_newest_code_counts_and_for_a_day(empty: CustomerService) -> None:
    old, new = make_setup_code(empty.engine), make_setup_code(empty.engine)
    set_up(empty, old).expect(403)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE setup_code SET expires_at = now()")
    set_up(empty, new).expect(403)


def test_one_code_used_twice_at_once_makes_one_admin(empty: CustomerService) -> None:
    code = make_setup_code(empty.engine)
    barrier = threading.Barrier(4)
    statuses: list[int] = []

    def use(number: int) -> None:
        barrier.wait()
        statuses.append(set_up(empty, code, account=f"boss{number}").status)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 409, 409, 409]


def test_an_admin_set_by_variables_is_made_once(empty: CustomerService) -> None:
    assert create_configured_admin(empty.engine, account="root", password="long enough") is True
    assert create_configured_admin(empty.engine, account="other", password="long enough") is False
    sign_in(empty, "root", "long enough").expect(201)
    assert sign_in(empty, "other", "long enough").status == 401


def test_nobody_can_sign_in_before_the_set_up(empty: CustomerService) -> None:
    for account in ("admin", "root", "gonghai"):
        assert sign_in(empty, account, account).status == 401


def test_the_commands_migrate_and_make_or_link_the_admin(databases: Databases) -> None:
    url = databases.empty("customer")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GONGHAI_")}
    environment |= {"MIGRATE_DATABASE_URL": url, "DATABASE_URL": url}

    def run(command: str, **more: str) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-m", "services.customer", command]
        return subprocess.run(arguments, env=environment | more, capture_output=True, text=True, check=False, timeout=60)

    try:
        assert run("migrate").returncode == 0
        link = run("admin-link").stdout
        assert link.startswith("/setup?code=")
        assert len(link) > 50
        weak = run("migrate", GONGHAI_ADMIN_ACCOUNT="root", GONGHAI_ADMIN_PASSWORD="short")
        assert weak.returncode == 1
        assert "GONGHAI_ADMIN_PASSWORD" in weak.stderr
        assert "Traceback" not in weak.stderr
        assert run("migrate", GONGHAI_ADMIN_ACCOUNT="root", GONGHAI_ADMIN_PASSWORD="long enough").returncode == 0
        assert run("admin-link").stdout == ""
        assert run("fly").returncode == 2
    finally:
        databases.drop(url)
