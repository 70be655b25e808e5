"""The types of events there are: one JSON Schema and one example per type and version. The schemas are the truth, this reads them."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.common.events.envelope import NewEvent

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class EventType:
    """One type in one version."""

    type: str
    version: int
    schema: dict[str, Any]
    example: dict[str, Any]

    @property
    def payload(self) -> dict[str, Any]:
        """The JSON Schema of the payload."""
        found: dict[str, Any] = self.schema["properties"]["payload"]
        return found


@functools.cache
def event_types() -> dict[tuple[str, int], EventType]:
    """Every type and version."""
    found = {}
    for path in sorted((FOLDER / "schemas").glob("*.*.json")):
        name, _, version = path.stem.rpartition(".")
        found[name, int(version)] = EventType(name, int(version), _read(path), _read(FOLDER / "examples" / path.name))
    return found


def envelope_schema() -> dict[str, Any]:
    """What all events have in common."""
    return _read(FOLDER / "schemas" / "envelope.json")


def check(event: NewEvent) -> None:
    """Refuse, before it is written, an event that no schema knows, or whose payload has a member too many or too few."""
    known = event_types().get((event.type, event.version))
    if known is None:
        raise ValueError(f"there is no event {event.type} in version {event.version}; add its schema and example")
    given = event.payload.keys()
    unknown, missing = given - known.payload["properties"].keys(), set(known.payload.get("required", ())) - given
    if unknown or missing:
        raise ValueError(f"payload of {event.type}: unknown {sorted(unknown)}, missing {sorted(missing)}")


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found
