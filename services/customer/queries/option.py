"""Reading option lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.rules.option import LISTS, OptionList
from services.customer.store.member import get_viewer
from services.customer.store.option import get_options


def list_options(engine: Engine, member_id: UUID) -> dict[str, Any]:
    """Every list, inactive options too: customers may still hold them, and they must be shown."""
    with reading(engine) as connection:
        get_viewer(connection, member_id)
        return {"lists": get_options(connection, LISTS)}


def find_options(engine: Engine, member_id: UUID, name: OptionList) -> dict[str, Any]:
    """One list."""
    with reading(engine) as connection:
        get_viewer(connection, member_id)
        return {"list": name, "items": get_options(connection, (name,))[name]}
