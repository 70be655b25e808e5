"""docker-compose.yml: every command exists, every container is held tight, only the door is public."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.local import compose
from services.local.keys import SERVICES as SERVICES_WITH_SECRETS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
RAW: dict[str, dict[str, Any]] = DOCUMENT["services"]
OWN = [service for service in compose.read({}).values() if service.own]
PROCESSES = {
    "gateway", "customer", "customer-relay", "customer-worker", "activity", "activity-consumer", "export", "export-worker", "export-sweep",
}  # fmt: skip


def test_every_process_is_there() -> None:
    assert {service.name for service in OWN if not service.one_shot} == PROCESSES


@pytest.mark.parametrize("service", OWN, ids=lambda service: service.name)
def test_its_command_exists(service: compose.Service) -> None:
    python, dash_m, module, command, *_ = service.command
    assert (python, dash_m) == ("python", "-m")
    commands = importlib.import_module(f"{module}.__main__").COMMANDS
    assert command in commands


@pytest.mark.parametrize("name", RAW)
def test_it_may_do_no_more_than_it_must(name: str) -> None:
    service = RAW[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["cpus"]
    assert not {"privileged", "cap_add", "pid", "network_mode"} & set(service)
    assert name in {own.name for own in OWN} or service["user"] not in {"root", "0"}


@pytest.mark.parametrize("name", [name for name in RAW if RAW[name].get("restart") != "no"])
def test_it_says_whether_it_is_well(name: str) -> None:
    assert RAW[name]["healthcheck"]["test"][0] == "CMD"


def test_only_the_door_is_public() -> None:
    assert [name for name in RAW if "ports" in RAW[name]] == ["door"]
    assert RAW["door"]["networks"] == ["outside"]
    assert DOCUMENT["networks"]["inside"] == {"internal": True}
    assert {name for name in RAW if "outside" in RAW[name].get("networks", [])} == {"door", "gateway"}


def test_images_have_fixed_versions() -> None:
    for service in RAW.values():
        assert service["image"] == "gonghai" or service["image"].rpartition(":")[2][0].isdigit()


def test_secrets_are_files_of_the_service_that_needs_them() -> None:
    for service in OWN:
        for name, value in service.environment.items():
            assert "PASSWORD" not in name or name.endswith("_FILE") or name == "GONGHAI_ADMIN_PASSWORD"
            assert ":" not in value.partition("://")[2].partition("@")[0] if "@" in value else True, f"{name} holds a password"
        secrets = {volume for volume in service.mounts.values() if volume.startswith("secrets_")}
        allowed = {f"secrets_{service.command[2].rpartition('.')[2]}"}
        if service.name.endswith("-migrate"):
            allowed.add("secrets_migrate")
        if service.name not in {"keys", "prepare"}:
            assert secrets <= allowed


def test_the_image_keeps_a_folder_for_every_secret() -> None:
    dockerfile = (ROOT / "services" / "Dockerfile").read_text()
    for name in ("postgres", "migrate", *SERVICES_WITH_SECRETS):
        assert f"/secrets/{name}" in dockerfile


def test_the_image_runs_as_nobody_special_and_pulls_nothing_by_a_syntax_line() -> None:
    lines = (ROOT / "services" / "Dockerfile").read_text().splitlines()
    assert "USER gonghai" in lines
    assert not any(line.startswith("# syntax=") for line in lines)
