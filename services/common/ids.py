"""Identifiers: UUID version 7, ordered by time of making."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUID v7."""
    return uuid7()


def parse_id(text: str) -> UUID | None:
    """The UUID written in ``text``, or None where it is none (callers answer 404)."""
    try:
        return UUID(text)
    except ValueError:
        return None
