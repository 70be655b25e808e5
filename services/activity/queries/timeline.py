"""Reading the timeline of one customer: by keyset, newest first, two statements whatever is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Engine, RowMapping, text

from services.activity.rules.timeline import fold, hides_payload, without_hidden
from services.activity.store.position import SHOWN
from services.common.database import reading

_OF_CUSTOMER = f"generation = {SHOWN} AND customer_id = :customer_id"
_APPLIED = text(
    f"SELECT customer_version FROM timeline WHERE {_OF_CUSTOMER} ORDER BY customer_version DESC LIMIT 1"  # noqa: S608 - constants
)
# JSON columns as text: they go into the answer unparsed.
_COLUMNS = "event_id, type, kind, occurred_at, actor::text AS actor, changes::text AS changes, payload::text AS payload"
# Who may not see a field must not find its values: then only the words beside the changes and the open changes are searched.
_OPEN_CHANGES = (
    "EXISTS (SELECT FROM jsonb_array_elements(changes) AS change WHERE NOT (change ->> 'field' = ANY (:hidden))"
    " AND strpos(lower(normalize(concat_ws(' ', change ->> 'before_text', change ->> 'after_text'), NFKC)), :q) > 0)"
)


def list_timeline(
    engine: Engine,
    customer_id: UUID,
    *,
    before: int | None,
    kinds: Sequence[str],
    member_id: UUID | None,
    q: str,
    hidden: frozenset[str],
    limit: int,
) -> dict[str, Any]:
    """A page of entries below version ``before``, the bookmark of the next one, and the customer's last applied version."""
    where, values = _conditions(customer_id, before, kinds, member_id, q, hidden)
    page = text(
        f"SELECT {_COLUMNS}, customer_version, batch_id FROM timeline WHERE {where}"  # noqa: S608 - made of constants
        " ORDER BY customer_version DESC LIMIT :limit"
    )
    with reading(engine) as connection:
        applied = connection.execute(_APPLIED, {"customer_id": customer_id}).scalar_one_or_none()
        rows = connection.execute(page, {**values, "limit": limit + 1}).mappings().all()
    items = [_item(row, hidden) for row in rows[:limit]]
    following = str(items[-1]["customer_version"]) if len(rows) > limit else None
    return {"items": items, "next": following, "applied_version": applied or 0}


def _conditions(
    customer_id: UUID, before: int | None, kinds: Sequence[str], member_id: UUID | None, q: str, hidden: frozenset[str]
) -> tuple[str, dict[str, Any]]:
    where, values = [_OF_CUSTOMER], dict[str, Any](customer_id=customer_id)
    if before is not None:
        where.append("customer_version < :before")
        values["before"] = before
    if kinds:
        where.append("kind = ANY (:kinds)")
        values["kinds"] = list(kinds)
    if member_id is not None:
        where.append("actor ->> 'member_id' = :member_id")
        values["member_id"] = str(member_id)
    if q:
        where.append(f"(strpos(words, :q) > 0 OR {_OPEN_CHANGES if hidden else 'strpos(change_words, :q) > 0'})")
        values["q"] = fold(q)
        if hidden:
            values["hidden"] = sorted(hidden)
    return " AND ".join(where), values


def _item(row: RowMapping, hidden: frozenset[str]) -> dict[str, Any]:
    item = dict(row)
    item["actor"] = orjson.Fragment(row["actor"])
    item["payload"] = {} if hides_payload(row["type"], hidden) else orjson.Fragment(row["payload"])
    item["changes"] = without_hidden(orjson.loads(row["changes"]), hidden) if hidden else orjson.Fragment(row["changes"])
    return item
