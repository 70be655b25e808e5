"""Reading the tree of departments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.rules.department import DEPARTMENTS_MAX
from services.customer.store.department import department, select_departments
from services.customer.store.member import get_viewer


def list_departments(engine: Engine, member_id: UUID) -> dict[str, Any]:
    """All departments, parents before children, siblings in their order; there are never more than ``DEPARTMENTS_MAX``."""
    statement = select_departments().order_by(department.c.position, department.c.name, department.c.department_id).limit(DEPARTMENTS_MAX)
    with reading(engine) as connection:
        get_viewer(connection, member_id)
        rows = [dict(row) for row in connection.execute(statement).mappings()]
    return {"items": sorted(rows, key=lambda row: len(row["path"]))}
