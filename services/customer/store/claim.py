"""The ledger of claims: append-only, one row for each customer that somebody claimed; returning one takes nothing back."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Identity, Index, Table, Uuid, func

from services.customer.store import metadata

claim = Table(
    "claim",
    metadata,
    Column("claim_id", BigInteger, Identity(always=True), primary_key=True),
    Column("pool_id", Uuid, ForeignKey("pool.pool_id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("member.member_id"), nullable=False),
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("claimed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)
Index("claim_quota", claim.c.member_id, claim.c.pool_id, claim.c.day)
Index("claim_pool", claim.c.pool_id, claim.c.claimed_at)
Index("claim_customer", claim.c.customer_id, claim.c.claimed_at)
