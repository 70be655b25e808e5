"""Changing option lists; admins only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import not_found
from services.customer.rules import option as rules
from services.customer.rules.viewer import require_admin
from services.customer.store import audit, member, option
from services.customer.store.custom_field import has_options


def save_options(engine: Engine, call: Call, name: str, wanted: Sequence[rules.Change]) -> dict[str, Any]:
    """Replace a list: what is given counts, in this order; what is left out becomes inactive. A custom field's list goes by its key."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        if name not in rules.LISTS and not has_options(connection, name):
            raise not_found("option_list")
        option.lock_list(connection, name)
        current = option.get_options(connection, (name,))[name]
        codes = [f"option_{new_id().hex[-12:]}" for change in wanted if change.value is None]
        revised = rules.revise(name, current, wanted, codes)
        changed = [item for item in revised if item not in current]
        option.save_options(connection, name, changed)
        if changed:
            audit.append(connection, call, "option.saved", {"list": name, "options": changed})
        return {"list": name, "items": revised}
