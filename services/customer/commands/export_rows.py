"""The audit entry of an export: who took which rows out, with which columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from services.common.call import Call
from services.common.database import transaction
from services.customer.store import audit, member


def record_export(engine: Engine, call: Call, entry: Mapping[str, Any]) -> None:
    """Write it, once per export however often it is told."""
    with transaction(engine) as connection:
        member.get_viewer(connection, call.member_id)
        if not audit.exists_for_export(connection, call.member_id, entry["export_id"]):
            audit.append(connection, call, "customers.exported", dict(entry))
