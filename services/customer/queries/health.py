"""Whether the database answers."""

from __future__ import annotations

from sqlalchemy import Engine, text

from services.common.database import reading


def check_database(engine: Engine) -> None:
    """One trivial question; an unreachable database is a 503 ``Problem``."""
    with reading(engine) as connection:
        connection.execute(text("SELECT 1"))
