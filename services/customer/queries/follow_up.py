"""The follow-ups of a customer, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.database import reading
from services.common.problem import not_found
from services.customer.rules import cursor
from services.customer.rules.cursor import Bookmark
from services.customer.rules.customer import plain
from services.customer.store import follow_up, member
from services.customer.store import permission as permission_store


def list_follow_ups(engine: Engine, member_id: UUID, customer_id: UUID, *, limit: int, after: str | None, secret: bytes) -> dict[str, Any]:
    """A page, by when they happened, the latest first."""
    asked = f"follow_ups {customer_id}"
    bookmark = cursor.decode(after, asked, secret) if after else None
    begin = (datetime.fromisoformat(bookmark.key), bookmark.customer_id) if bookmark else None
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        if not permission_store.find_visible(connection, viewer, [customer_id]):
            raise not_found("customer")
        items = follow_up.list_shown(connection, customer_id, after=begin, limit=limit + 1)
    following = None
    if len(items) > limit:
        last = items[limit - 1]
        following = cursor.encode(Bookmark(plain(last["followed_at"]), last["follow_up_id"]), asked, secret)
    return {"items": items[:limit], "next": following}
