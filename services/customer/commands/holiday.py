"""Setting the organisation's exceptions from the official calendar; admins only."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.problem import invalid, not_found
from services.customer.rules.calendar import FIRST_YEAR, NAME_LENGTH_MAX
from services.customer.rules.viewer import require_admin
from services.customer.store import audit, holiday, member, recycling_state

LAST_YEAR = 2100


def save_holiday(engine: Engine, call: Call, day: date, name: str, *, workday: bool) -> dict[str, Any]:
    """Say that the organisation works on a day, or does not."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise invalid("/day", "day_out_of_range", f"A day between {FIRST_YEAR} and {LAST_YEAR}.")
        name = " ".join(name.split())[:NAME_LENGTH_MAX]
        holiday.save_exception(connection, day, name, workday=workday)
        recycling_state.touch(connection)
        answer = {"day": day, "workday": workday, "name": name, "official": False}
        audit.append(connection, call, "holiday.saved", answer)
        return answer


def delete_holiday(engine: Engine, call: Call, day: date) -> None:
    """Go back to the official calendar."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        if not holiday.delete_exception(connection, day):
            raise not_found("holiday")
        recycling_state.touch(connection)
        audit.append(connection, call, "holiday.deleted", {"day": day})
