"""Reading saved searches: all that a member has or is shown, and one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.common.problem import not_found
from services.customer.store import member, saved_search, saved_search_answer

LISTED_MAX = 1_000


def list_saved_searches(engine: Engine, member_id: UUID) -> dict[str, Any]:
    """All: pinned ones in their order, then the member's own, then those shared with him."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        rows = saved_search.get_saved_searches(connection, viewer, limit=LISTED_MAX)
        return {"items": saved_search_answer.answers(connection, viewer, rows)}


def find_saved_search(engine: Engine, member_id: UUID, saved_search_id: UUID) -> dict[str, Any]:
    """One."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        found = saved_search.get_saved_search(connection, viewer, saved_search_id)
        if found is None:
            raise not_found("saved_search")
        return saved_search_answer.answers(connection, viewer, [found])[0]
