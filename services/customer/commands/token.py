"""Making and revoking personal access tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.call import Call
from services.common.clock import now
from services.common.database import transaction
from services.common.problem import not_found
from services.customer.rules import token as rules
from services.customer.rules.session import hash_token, require_browser_session
from services.customer.store import audit, member, token


def create_token(engine: Engine, call: Call, *, name: str, scopes: Sequence[rules.Scope], expires_at: datetime | None) -> dict[str, Any]:
    """Make a token; its text is in this answer and nowhere afterwards.

    For that reason the answer is not kept under an idempotency key either: a repeated call makes another token.
    """
    require_browser_session(call.identity.scopes)
    rules.check_expiry(expires_at, now())
    text = rules.new_token()
    with transaction(engine) as connection:
        member.get_viewer(connection, call.member_id)
        member.get_member(connection, call.member_id, lock=True)  # the limit holds under parallel calls too
        rules.refuse_too_many(token.count_tokens(connection, call.member_id))
        made = token.insert_token(
            connection,
            member_id=call.member_id,
            token_hash=hash_token(text),
            name=name,
            scopes=rules.ordered(scopes),
            expires_at=expires_at,
        )
        audit.append(connection, call, "token.created", {"token_id": made["token_id"], "name": name, "scopes": made["scopes"]})
    return made | {"token": text}


def revoke_token(engine: Engine, call: Call, token_id: UUID) -> None:
    """Take one of the caller's own tokens away; it ends with its next use."""
    with transaction(engine) as connection:
        member.get_viewer(connection, call.member_id)
        if not token.delete_token(connection, call.member_id, token_id):
            raise not_found("token")
        audit.append(connection, call, "token.revoked", {"token_id": token_id})
