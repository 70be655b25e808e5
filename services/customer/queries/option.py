"""Reading option lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.common.problem import not_found
from services.customer.rules.option import LISTS
from services.customer.store.custom_field import has_options
from services.customer.store.member import get_viewer
from services.customer.store.option import get_options


def list_options(engine: Engine, member_id: UUID) -> dict[str, Any]:
    """Every list, inactive options too: customers may still hold them, and they must be shown."""
    with reading(engine) as connection:
        get_viewer(connection, member_id)
        return {"lists": {name: [] for name in LISTS} | get_options(connection)}


def find_options(engine: Engine, member_id: UUID, name: str) -> dict[str, Any]:
    """One list; a custom field's under its key."""
    with reading(engine) as connection:
        get_viewer(connection, member_id)
        items = get_options(connection, (name,))[name]
        if not items and name not in LISTS and not has_options(connection, name):
            raise not_found("option_list")
        return {"list": name, "items": items}
