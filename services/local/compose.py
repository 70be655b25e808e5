"""Reading docker-compose.yml: which processes there are and how each is started. Translating to this machine is in places.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
OWN_IMAGE = "gonghai"
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\})")


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the compose file, as written there (container names, container paths)."""

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    mounts: Mapping[str, str]  # container path → name of the volume
    needs: tuple[str, ...]
    one_shot: bool
    stop_grace_seconds: float
    health: tuple[str, ...] = field(default=())

    @property
    def own(self) -> bool:
        """Whether it is this project's code (and not a server of others)."""
        return self.image == OWN_IMAGE

    @property
    def listens(self) -> bool:
        """Whether it answers HTTP."""
        return "LISTEN" in self.environment


def read(environment: Mapping[str, str], file: Path = COMPOSE_FILE) -> dict[str, Service]:
    """Every service by name, in the file's order; ``${NAME:-default}`` is filled from ``environment``."""
    document = yaml.safe_load(file.read_text())
    return {name: _service(name, raw, environment) for name, raw in document["services"].items()}


def fill(text: str, environment: Mapping[str, str]) -> str:
    """Put variables into a compose text: an unset or empty one takes its default, ``$$`` is a dollar."""

    def value(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "$"
        return environment.get(match["name"]) or match["default"] or ""

    return _VARIABLE.sub(value, text)


def _service(name: str, raw: Mapping[str, Any], environment: Mapping[str, str]) -> Service:
    return Service(
        name=name,
        image=raw["image"],
        command=tuple(fill(str(part), environment) for part in raw.get("command", ())),
        environment={key: fill(str(value), environment) for key, value in raw.get("environment", {}).items()},
        mounts=dict(_mount(volume) for volume in raw.get("volumes", ())),
        needs=tuple(raw.get("depends_on", {})),
        one_shot=raw.get("restart") == "no",
        stop_grace_seconds=float(str(raw.get("stop_grace_period", "10s")).removesuffix("s")),
        health=tuple(raw.get("healthcheck", {}).get("test", ())),
    )


def _mount(text: str) -> tuple[str, str]:
    source, target = text.split(":")[:2]
    return target, source
