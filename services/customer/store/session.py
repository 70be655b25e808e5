"""Browser sessions, found by the hash of their token, and failed attempts to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
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
    text,
)

from services.common.ids import new_id
from services.customer.rules.session import EXTEND_EVERY, FAILURE_WINDOW, FAILURES_MAX, IDLE, LIFETIME
from services.customer.store import metadata

session = Table(
    "session",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
)
Index("session_token_hash", session.c.token_hash, unique=True)
Index("session_member", session.c.member_id)
Index("session_expires_at", session.c.expires_at)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("attempt_id", Uuid, primary_key=True),
    Column("account_key", Text(collation="C"), nullable=False),
    Column("address", Text(collation="C"), nullable=False),
    Column("attempted_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)
Index("sign_in_attempt_account", sign_in_attempt.c.account_key, sign_in_attempt.c.attempted_at)
Index("sign_in_attempt_address", sign_in_attempt.c.address, sign_in_attempt.c.attempted_at)
Index("sign_in_attempt_time", sign_in_attempt.c.attempted_at)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who stands behind a token: a browser session (``session_id``) or an access token (then it holds the token's id)."""

    member_id: UUID
    session_id: UUID
    scopes: tuple[str, ...] | None
    kind: Literal["session", "token"]
    extension_due: bool


# One question for both kinds: two index look-ups. Disabling a member deletes both, and is checked here once more.
_RESOLVE = text("""
    SELECT s.member_id, s.session_id AS id, NULL::text[] AS scopes, 'session' AS kind, s.last_seen_at < now() - :every AS due
    FROM session s JOIN member m USING (member_id)
    WHERE s.token_hash = :token_hash AND s.expires_at > now() AND m.active
    UNION ALL
    SELECT t.member_id, t.token_id, t.scopes, 'token', coalesce(t.last_used_at < now() - :every, true)
    FROM access_token t JOIN member m USING (member_id)
    WHERE t.token_hash = :token_hash AND (t.expires_at IS NULL OR t.expires_at > now()) AND m.active
""")


def find_by_token(connection: Connection, token_hash: bytes) -> Resolved | None:
    """The live session or access token with this hash whose member is active."""
    row = connection.execute(_RESOLVE, {"token_hash": token_hash, "every": EXTEND_EVERY}).one_or_none()
    if row is None:
        return None
    return Resolved(row.member_id, row.id, None if row.scopes is None else tuple(row.scopes), row.kind, row.due)


_ENDED = text("""
    SELECT given.token_hash FROM unnest(CAST(:token_hashes AS bytea[])) AS given (token_hash)
    WHERE NOT EXISTS (
        SELECT 1 FROM session s JOIN member m USING (member_id)
        WHERE s.token_hash = given.token_hash AND s.expires_at > now() AND m.active
    ) AND NOT EXISTS (
        SELECT 1 FROM access_token t JOIN member m USING (member_id)
        WHERE t.token_hash = given.token_hash AND (t.expires_at IS NULL OR t.expires_at > now()) AND m.active
    )
""")


def find_ended(connection: Connection, token_hashes: Sequence[bytes]) -> list[bytes]:
    """Those hashes that belong to no live session or access token of an active member."""
    return [bytes(row.token_hash) for row in connection.execute(_ENDED, {"token_hashes": list(token_hashes)})]


def insert_session(connection: Connection, *, member_id: UUID, token_hash: bytes, address: str, user_agent: str) -> tuple[UUID, datetime]:
    """Begin a session; its id and when it ends without use."""
    session_id = new_id()
    values = {
        "session_id": session_id,
        "token_hash": token_hash,
        "member_id": member_id,
        "expires_at": func.now() + IDLE,
        "ends_at": func.now() + LIFETIME,
        "address": address,
        "user_agent": user_agent[:300],
    }
    expires_at: datetime = connection.execute(insert(session).values(values).returning(session.c.expires_at)).scalar_one()
    return session_id, expires_at


_EXTEND = text("""
    WITH extended AS (
        UPDATE session SET last_seen_at = now(), expires_at = least(now() + :idle, ends_at)
        WHERE session_id = :session_id AND last_seen_at < now() - :every
        RETURNING member_id
    )
    UPDATE member SET last_seen_at = now() FROM extended WHERE member.member_id = extended.member_id
""")


def extend_session(connection: Connection, session_id: UUID) -> None:
    """Note that the session is in use, unless another request has just done so."""
    connection.execute(_EXTEND, {"session_id": session_id, "idle": IDLE, "every": EXTEND_EVERY})


def delete_session(connection: Connection, session_id: UUID) -> UUID | None:
    """End one session; whose it was, None where there was none."""
    found: UUID | None = connection.execute(
        delete(session).where(session.c.session_id == session_id).returning(session.c.member_id)
    ).scalar_one_or_none()
    return found


def delete_sessions_of(connection: Connection, member_id: UUID, *, besides: UUID | None = None) -> int:
    """End all sessions of a member, but the one he is just using; how many there were."""
    condition = session.c.member_id == member_id
    if besides is not None:
        condition &= session.c.session_id != besides
    return connection.execute(delete(session).where(condition)).rowcount


def lock_attempts(connection: Connection, account_key: str, address: str) -> None:
    """Outcomes for the same account or address are counted one after another until the transaction ends."""
    for key in sorted((f"account {account_key}", f"address {address}")):
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 7_204_311))))


_WAIT = text("""
    SELECT greatest(
        (SELECT attempted_at FROM sign_in_attempt WHERE account_key = :account_key AND attempted_at > clock_timestamp() - :within
         ORDER BY attempted_at DESC OFFSET :before LIMIT 1),
        (SELECT attempted_at FROM sign_in_attempt WHERE address = :address AND attempted_at > clock_timestamp() - :within
         ORDER BY attempted_at DESC OFFSET :before LIMIT 1)
    ) + :within - clock_timestamp()
""")


def throttled_for(connection: Connection, account_key: str, address: str) -> timedelta | None:
    """How long signing in is still refused for this account or address; None while it is not."""
    values: dict[str, Any] = {"account_key": account_key, "address": address, "within": FAILURE_WINDOW, "before": FAILURES_MAX - 1}
    wait: timedelta | None = connection.execute(_WAIT, values).scalar_one()
    return wait


def insert_failure(connection: Connection, account_key: str, address: str) -> None:
    """Count one failed attempt."""
    values = {"attempt_id": new_id(), "account_key": account_key, "address": address}
    connection.execute(insert(sign_in_attempt).values(values))


_DELETE_SESSIONS = text("DELETE FROM session WHERE session_id IN (SELECT session_id FROM session WHERE expires_at <= now() LIMIT :limit)")
_DELETE_ATTEMPTS = text("""
    DELETE FROM sign_in_attempt WHERE attempt_id IN
    (SELECT attempt_id FROM sign_in_attempt WHERE attempted_at <= now() - CAST(:within AS interval) LIMIT :limit)
""")


def delete_expired(connection: Connection, limit: int) -> int:
    """Remove sessions that have ended and failures that no longer count; how many rows, at most ``limit`` of each."""
    sessions = connection.execute(_DELETE_SESSIONS, {"limit": limit}).rowcount
    return sessions + connection.execute(_DELETE_ATTEMPTS, {"limit": limit, "within": FAILURE_WINDOW}).rowcount
