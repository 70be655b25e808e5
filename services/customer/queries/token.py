"""Reading one's own access tokens; their text is not kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select

from services.common.database import reading
from services.customer.rules.token import TOKENS_MAX
from services.customer.store.member import get_viewer
from services.customer.store.token import SHOWN, access_token


def list_tokens(engine: Engine, member_id: UUID) -> dict[str, Any]:
    """The caller's tokens, newest first."""
    statement = select(*SHOWN).where(access_token.c.member_id == member_id).order_by(access_token.c.created_at.desc()).limit(TOKENS_MAX)
    with reading(engine) as connection:
        get_viewer(connection, member_id)
        return {"items": [dict(row) for row in connection.execute(statement).mappings()]}
