"""The same values in many customers: reading what they have, and writing in one statement. The customers are locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from services.customer.store.customer import customer

_c = customer.c


def get_values(connection: Connection, customer_ids: Sequence[UUID], names: Sequence[str]) -> dict[UUID, dict[str, Any]]:
    """customer_id → the present values of the named columns."""
    statement = select(_c.customer_id, *(_c[name] for name in names)).where(_c.customer_id == func.any(list(customer_ids)))
    return {row["customer_id"]: {name: row[name] for name in names} for row in connection.execute(statement).mappings()}


def save_values(connection: Connection, customer_ids: Sequence[UUID], values: Mapping[str, Any]) -> None:
    """Write them under the next version of each."""
    statement = update(customer).where(_c.customer_id == func.any(list(customer_ids)))
    connection.execute(statement.values(**values, version=_c.version + 1, updated_at=func.clock_timestamp()))
