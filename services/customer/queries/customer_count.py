"""The counts of the side menu: every view, the tags and the saved searches that the member has pinned."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.queries.customer_list import count_views
from services.customer.queries.saved_search_count import count_saved_searches
from services.customer.queries.tag_count import count_tags
from services.customer.store import member, pinned_tag


def count_menu(engine: Engine, member_id: UUID, *, zone: str) -> dict[str, Any]:
    """How many customers stand behind each entry, bounded."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        views = count_views(connection, viewer, zone=zone)
        tags = count_tags(connection, viewer, pinned_tag.get_pinned(connection, viewer.member_id))
    searches = count_saved_searches(engine, viewer, zone=zone)  # apart: it may run out of time, the others never wait for it in vain
    return {"views": views, "tags": {str(tag_id): count for tag_id, count in tags.items()}, "saved_searches": searches}
