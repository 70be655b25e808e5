"""Marking notifications as read."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Engine

from services.activity.store import notification as store
from services.common.database import transaction


def mark_read(engine: Engine, member_id: UUID, notification_ids: Sequence[UUID] | None) -> None:
    """These, or (None) all of the member's; what is read already, or somebody else's, changes nothing."""
    with transaction(engine) as connection:
        store.mark_read(connection, member_id, notification_ids)
