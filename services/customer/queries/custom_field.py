"""Reading the definitions of custom fields."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.store import custom_field, member


def list_fields(engine: Engine, member_id: UUID) -> dict[str, Any]:
    """Every custom field, retired ones too: timelines still tell of them. For active members."""
    with reading(engine) as connection:
        member.get_viewer(connection, member_id)
        return {"items": custom_field.get_rows(connection)}
