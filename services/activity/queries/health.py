"""Whether the database answers, how far each lane is behind the record, what is parked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from services.activity.store.position import SHOWN
from services.common.database import reading

_LANES = text("SELECT lane, applied, head, greatest(head - applied, 0) AS lag, checked_at FROM position ORDER BY lane")
_SHOWN_PARKED = f"FROM parked WHERE generation = {SHOWN} AND parked_at IS NOT NULL"
_PARKED = text(
    "SELECT lane, position, attempts, error, parked_at, envelope::json ->> 'event_id' AS event_id, envelope::json ->> 'type' AS type "
    + _SHOWN_PARKED
    + " ORDER BY parked_at, lane, position LIMIT 20"
)
_COUNT = text("SELECT count(*) " + _SHOWN_PARKED)


def find_state(engine: Engine) -> dict[str, Any]:
    """The lanes, the number of parked events and the first of them; an unreachable database is a 503 ``Problem``."""
    with reading(engine) as connection:
        lanes = [dict(row) for row in connection.execute(_LANES).mappings()]
        parked = [dict(row) for row in connection.execute(_PARKED).mappings()]
        count = connection.execute(_COUNT).scalar_one()
    return {"status": "ok", "lanes": lanes, "lag": sum(lane["lag"] for lane in lanes), "parked": count, "parked_events": parked}
