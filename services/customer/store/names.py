"""What ids in conditions are called, whatever they are ids of."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, text

_NAMES = text("""
    SELECT member_id AS id, name FROM member WHERE member_id = ANY (CAST(:ids AS uuid[]))
    UNION ALL SELECT department_id, name FROM department WHERE department_id = ANY (CAST(:ids AS uuid[]))
    UNION ALL SELECT tag_id, name FROM tag WHERE tag_id = ANY (CAST(:ids AS uuid[]))
    UNION ALL SELECT pool_id, name FROM pool WHERE pool_id = ANY (CAST(:ids AS uuid[]))
""")


def get_names_of(connection: Connection, ids: Iterable[UUID]) -> dict[str, str]:
    """{id: name} of those that there are, by one query; customers are not among them: they are not everybody's to see."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    return {str(row.id): row.name for row in connection.execute(_NAMES, {"ids": wanted})}
