"""The one-time code with which the first admin is made; only its hash is kept, and only the newest code counts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Column, Connection, DateTime, LargeBinary, Table, delete, func, insert

from services.customer.store import metadata

CODE_LIFETIME = timedelta(days=1)

setup_code = Table(
    "setup_code",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)


def replace_code(connection: Connection, code_hash: bytes) -> None:
    """Make this the only code."""
    connection.execute(delete(setup_code))
    connection.execute(insert(setup_code).values(code_hash=code_hash, expires_at=func.now() + CODE_LIFETIME))


def use_code(connection: Connection, code_hash: bytes) -> bool:
    """Take the code away; whether it was the right one and still good."""
    good = (setup_code.c.code_hash == code_hash) & (setup_code.c.expires_at > func.now())
    return connection.execute(delete(setup_code).where(good)).rowcount == 1
