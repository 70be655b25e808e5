"""Reading sessions without touching them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from services.common.database import reading
from services.customer.store.session import find_ended


def list_ended(engine: Engine, token_hashes: Sequence[str]) -> dict[str, Any]:
    """Which of these tokens are nobody's any more. Asking prolongs nothing: an open window alone keeps nobody signed in."""
    with reading(engine) as connection:
        return {"ended": [found.hex() for found in find_ended(connection, [bytes.fromhex(given) for given in token_hashes])]}
