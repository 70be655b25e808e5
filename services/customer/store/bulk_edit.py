"""The same values in many customers: reading what they have, and writing in one statement. The customers are locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB

from services.customer.store.customer import customer

_c = customer.c


def get_values(connection: Connection, customer_ids: Sequence[UUID], names: Sequence[str]) -> dict[UUID, dict[str, Any]]:
    """customer_id → the present values of the named columns; of ``custom`` the values under their keys."""
    statement = select(_c.customer_id, *(_c[name] for name in names)).where(_c.customer_id == func.any(list(customer_ids)))
    rows = connection.execute(statement).mappings()
    return {row["customer_id"]: {name: row[name] for name in names if name != "custom"} | row.get("custom", {}) for row in rows}


def save_values(connection: Connection, customer_ids: Sequence[UUID], values: Mapping[str, Any], custom: Mapping[str, Any]) -> None:
    """Write them under the next version of each; ``custom`` beside what is in the other custom fields."""
    statement = update(customer).where(_c.customer_id == func.any(list(customer_ids)))
    if custom:
        set_ = {key: value for key, value in custom.items() if value is not None}
        emptied = cast([key for key, value in custom.items() if value is None], ARRAY(Text))
        statement = statement.values(custom=_c.custom.op("||")(cast(set_, JSONB)).op("-")(emptied))
    connection.execute(statement.values(**values, version=_c.version + 1, updated_at=func.clock_timestamp()))
