"""The registry of fields as it is answered, and the fields that a request can mean."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.database import reading
from services.customer.rules.field import ASIDE, SYSTEM, Field, Registry, names_custom, registry
from services.customer.rules.pinyin import fold, syllables
from services.customer.store import custom_field, member

_OWN = ("length_max", "narrowed_to")


def list_fields(engine: Engine, member_id: UUID) -> list[dict[str, Any]]:
    """Every field of a customer, in the order in which forms and column choices show them, the custom ones last; for active members."""
    with reading(engine) as connection:
        member.get_viewer(connection, member_id)
        known = get_registry(connection)
    return [_shown(one) for one in (*known.fields, *ASIDE)]


def _shown(field: Field) -> dict[str, Any]:
    values = {name: value for name, value in asdict(field).items() if name not in _OWN}
    return values | {"operators": list(field.operators), "pinyin": _pinyin(field.label_zh)}


@lru_cache(maxsize=1_024)
def _pinyin(label: str) -> str:
    """The label as it is typed: whole syllables and their first letters."""
    parts = syllables(fold(label))
    return f"{''.join(parts)} {''.join(part[:1] for part in parts)}"


def get_registry(connection: Connection) -> Registry:
    """The registry with the organisation's own fields, by one query."""
    return registry(custom_field.get_fields(connection))


def get_registry_for(connection: Connection, *asked: Any) -> Registry:
    """The registry for a request with these parameters: custom fields are read only where one of them is mentioned."""
    return get_registry(connection) if any(names_custom(value) for value in asked) else SYSTEM
