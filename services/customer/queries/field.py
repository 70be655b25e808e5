"""The registry of fields as it is answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.rules.field import FIELDS
from services.customer.store import custom_field, member


def list_fields(engine: Engine, member_id: UUID) -> list[dict[str, Any]]:
    """Every field of a customer, in the order in which forms and column choices show them, the custom ones last; for active members."""
    with reading(engine) as connection:
        member.get_viewer(connection, member_id)
        fields = (*FIELDS, *custom_field.get_fields(connection))
    return [{name: value for name, value in asdict(field).items() if name != "length_max"} for field in fields]
