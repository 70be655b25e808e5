"""One effect per command however often it is sent: the answer is kept beside the change, in its transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Column, Connection, DateTime, Index, LargeBinary, SmallInteger, Table, Text, Uuid, func, text

from services.common.call import Call
from services.common.problem import Kind, Problem
from services.customer.store import metadata
from services.customer.store.member import get_viewer

idempotency = Table(
    "idempotency",
    metadata,
    Column("member_id", Uuid, primary_key=True),
    Column("key", Text(collation="C"), primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", SmallInteger),
    Column("answer", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)
Index("idempotency_created_at", idempotency.c.created_at)


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that the first sending of this command got."""

    status: int
    answer: bytes

    def value(self) -> Any:
        """The answer as plain values."""
        return orjson.loads(self.answer)


# A second sending waits here for the first one's transaction, then finds its row.
_TAKE = text("""
    INSERT INTO idempotency (member_id, key, request_hash) VALUES (:member_id, :key, :request_hash)
    ON CONFLICT DO NOTHING RETURNING true
""")
_GET = text("SELECT request_hash, status, answer FROM idempotency WHERE member_id = :member_id AND key = :key")
_REMEMBER = text("UPDATE idempotency SET status = :status, answer = :answer WHERE member_id = :member_id AND key = :key")
_DELETE = text("""
    DELETE FROM idempotency WHERE (member_id, key) IN
    (SELECT member_id, key FROM idempotency WHERE created_at < now() - make_interval(hours => :hours) LIMIT :limit)
""")


def take(connection: Connection, call: Call) -> Stored | None:
    """First in the transaction: None to go on, the stored answer where this command was done before; 422 for a key used otherwise."""
    if call.idempotency_key is None:
        return None
    who = {"member_id": call.member_id, "key": call.idempotency_key}
    if connection.execute(_TAKE, who | {"request_hash": call.request_hash}).first() is not None:
        return None
    row = connection.execute(_GET, who).one()
    if bytes(row.request_hash) != call.request_hash:
        message = "This Idempotency-Key was used for another request. Take a new one."
        raise Problem(Kind.INVALID, "idempotency_key_reused", message)
    get_viewer(connection, call.member_id)  # who is no longer active is not answered either
    return Stored(row.status, bytes(row.answer))


def remember(connection: Connection, call: Call, status: int, answer: Any) -> None:
    """Last in the transaction: keep the answer for whoever sends the command again."""
    if call.idempotency_key is None:
        return
    content = orjson.dumps(answer, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC)
    who = {"member_id": call.member_id, "key": call.idempotency_key}
    connection.execute(_REMEMBER, who | {"status": status, "answer": content})


def delete_old(connection: Connection, *, hours: int, limit: int) -> int:
    """Forget answers that nobody will ask for again; how many rows went."""
    return connection.execute(_DELETE, {"hours": hours, "limit": limit}).rowcount
