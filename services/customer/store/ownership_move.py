"""Moving customers between owners and the pool: set-based statements on locked rows, and the claim that decides by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

# A lock and a hold are the owner's; they end with his ownership. Recycling is a return too.
_OPENED = "locked_at = NULL, locked_by = NULL, hold_until = NULL, hold_reason = NULL, held_by = NULL, held_at = NULL"
_OUT_OF_POOL = "pool_id = NULL, pool_entered_at = NULL, pool_reason = NULL, pool_note = NULL"

_ASSIGN = f"""
    UPDATE customer c SET state = 'owned', owner_id = a.owner_id, previous_owner_id = coalesce(c.owner_id, c.previous_owner_id),
        {_OUT_OF_POOL}, version = c.version + 1, updated_at = clock_timestamp()
    FROM unnest(%(customer_ids)s::uuid[], %(owner_ids)s::uuid[]) AS a (customer_id, owner_id)
    WHERE c.customer_id = a.customer_id
"""  # noqa: S608 - constants only
_RETURN = f"""
    UPDATE customer SET state = 'pool', previous_owner_id = coalesce(owner_id, previous_owner_id), owner_id = NULL, pool_id = %(pool_id)s,
        pool_entered_at = clock_timestamp(), pool_reason = %(reason)s, pool_note = %(note)s,
        {_OPENED}, version = version + 1, updated_at = clock_timestamp()
    WHERE customer_id = ANY(%(customer_ids)s::uuid[])
"""  # noqa: S608 - constants only
# In the pool everybody may claim, and nobody is there to grant a request.
_CLOSE_REQUESTS = """
    UPDATE access_request SET state = 'withdrawn', decided_at = clock_timestamp()
    WHERE customer_id = ANY(%(customer_ids)s::uuid[]) AND state = 'open'
"""
# One conditional update decides: whoever comes second waits for the row, sees that it is no longer in the pool and gets nothing.
_CLAIM = f"""
    WITH free AS (
        SELECT customer_id FROM customer WHERE customer_id = ANY(%(customer_ids)s::uuid[]) AND state = 'pool'
        ORDER BY customer_id FOR NO KEY UPDATE
    )
    UPDATE customer c SET state = 'owned', owner_id = %(owner_id)s, times_claimed = c.times_claimed + 1,
        {_OUT_OF_POOL}, version = c.version + 1, updated_at = clock_timestamp()
    FROM free WHERE c.customer_id = free.customer_id AND c.state = 'pool'
    RETURNING c.customer_id, c.version, c.previous_owner_id,
        (SELECT m.name FROM member m WHERE m.member_id = c.previous_owner_id) AS previous_owner_name
"""  # noqa: S608 - constants only


def assign(connection: Connection, customer_ids: Sequence[UUID], owner_ids: Sequence[UUID]) -> None:
    """Give each customer to the owner beside it."""
    connection.exec_driver_sql(_ASSIGN, {"customer_ids": list(customer_ids), "owner_ids": list(owner_ids)})


def return_to_pool(connection: Connection, customer_ids: Sequence[UUID], *, pool_id: UUID, reason: str, note: str | None) -> None:
    """Put customers into a pool."""
    values: dict[str, Any] = {"customer_ids": list(customer_ids), "pool_id": pool_id, "reason": reason, "note": note}
    connection.exec_driver_sql(_RETURN, values)
    connection.exec_driver_sql(_CLOSE_REQUESTS, {"customer_ids": list(customer_ids)})


def claim(connection: Connection, customer_ids: Sequence[UUID], owner_id: UUID) -> list[Any]:
    """Take out of the pool what is still in it: rows of customer_id, version, previous_owner_id, previous_owner_name."""
    return list(connection.exec_driver_sql(_CLAIM, {"customer_ids": list(customer_ids), "owner_id": owner_id}))
