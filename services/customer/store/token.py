"""Personal access tokens, by the hash of their text. Resolving one stands with the sessions in ``session.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.common.ids import new_id
from services.customer.rules.session import EXTEND_EVERY
from services.customer.store import metadata

access_token = Table(
    "access_token",
    metadata,
    Column("token_id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
)
Index("access_token_hash", access_token.c.token_hash, unique=True)
Index("access_token_member", access_token.c.member_id, access_token.c.created_at)

SHOWN = tuple(access_token.c[name] for name in ("token_id", "name", "scopes", "created_at", "expires_at", "last_used_at"))


def count_tokens(connection: Connection, member_id: UUID) -> int:
    """How many tokens a member has."""
    return int(connection.execute(select(func.count()).where(access_token.c.member_id == member_id)).scalar_one())


def insert_token(
    connection: Connection, *, member_id: UUID, token_hash: bytes, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> dict[str, Any]:
    """Add one; answers what is shown of it."""
    values = {
        "token_id": new_id(),
        "token_hash": token_hash,
        "member_id": member_id,
        "name": name,
        "scopes": list(scopes),
        "expires_at": expires_at,
    }
    return dict(connection.execute(insert(access_token).values(values).returning(*SHOWN)).mappings().one())


def mark_used(connection: Connection, token_id: UUID) -> None:
    """Note that a token is in use, unless another request has just done so."""
    due = access_token.c.last_used_at.is_(None) | (access_token.c.last_used_at < func.now() - EXTEND_EVERY)
    connection.execute(update(access_token).where((access_token.c.token_id == token_id) & due).values(last_used_at=func.now()))


def delete_token(connection: Connection, member_id: UUID, token_id: UUID) -> bool:
    """Revoke one of the member's tokens; False where he has no such token."""
    mine = (access_token.c.member_id == member_id) & (access_token.c.token_id == token_id)
    return connection.execute(delete(access_token).where(mine)).rowcount == 1


def delete_tokens_of(connection: Connection, member_id: UUID) -> int:
    """Revoke all tokens of a member; how many there were."""
    return connection.execute(delete(access_token).where(access_token.c.member_id == member_id)).rowcount
