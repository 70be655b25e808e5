"""From the compose file's names to this machine's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from services.local import compose, plans
from services.local.compose import Service
from services.local.places import Places

HOME = Path("/home/li na/公海")


@pytest.fixture
def services() -> dict[str, Service]:
    return compose.read({"EXPORT_LIFETIME_HOURS": "", "ORGANISATION_TIMEZONE": "Asia/Tokyo"})


@pytest.fixture
def places() -> Places:
    return Places(HOME, {"postgres": "127.0.0.1:41001", "redis": ":word@127.0.0.1:41002", "customer": "127.0.0.1:41003"})


def test_names_of_containers_become_ports(services: dict[str, Service], places: Places) -> None:
    environment = places.environment(services["activity"], "activity", "127.0.0.1:41004")
    assert environment["DATABASE_URL"] == "postgresql://activity_app@127.0.0.1:41001/gonghai_activity"
    assert environment["REDIS_URL"] == "redis://:word@127.0.0.1:41002/0"
    assert environment["CUSTOMER_URL"] == "http://127.0.0.1:41003"
    assert environment["LISTEN"] == "127.0.0.1:41004"


def test_volumes_become_folders_of_the_home(services: dict[str, Service], places: Places) -> None:
    environment = places.environment(services["export-worker"], "export-worker-2", None)
    assert environment["DATABASE_PASSWORD_FILE"] == f"{HOME}/secrets/export/database_password"
    assert environment["FILES_DIR"] == f"{HOME}/exports"
    assert environment["HEARTBEAT_FILE"] == f"{HOME}/run/export-worker-2/heartbeat"


def test_owners_passwords_reach_migrations_only(services: dict[str, Service], places: Places) -> None:
    migrate = places.environment(services["customer-migrate"], "customer-migrate", None)
    assert migrate["MIGRATE_DATABASE_PASSWORD_FILE"] == f"{HOME}/secrets/migrate/customer_owner_password"
    assert "MIGRATE_DATABASE_URL" not in services["customer"].environment


def test_commands_run_by_this_python(services: dict[str, Service], places: Places) -> None:
    assert places.command(services["prepare"], "prepare") == [
        sys.executable, "-m", "services.local", "prepare", f"{HOME}/secrets",
    ]  # fmt: skip


def test_unset_and_empty_variables_take_their_default(services: dict[str, Service]) -> None:
    environment = services["export"].environment
    assert environment["EXPORT_LIFETIME_HOURS"] == "24"
    assert environment["ORGANISATION_TIMEZONE"] == "Asia/Tokyo"
    assert compose.fill("$${NAME} ${NAME:-a-b} ${OTHER}", {"OTHER": "x"}) == "${NAME} a-b x"


def test_one_alone_keeps_its_name_and_several_are_numbered() -> None:
    assert plans.names("customer", 1) == ["customer"]
    assert plans.names("customer", 3) == ["customer-1", "customer-2", "customer-3"]
    assert plans.names("customer", 0) == []
