"""Saved searches as they are answered: with names for the ids they mention, and with what is broken in them.

However many there are, the questions to the database are the same few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common.ids import parse_id
from services.customer.rules import saved_search as rules
from services.customer.rules.field import SYSTEM, Registry, names_custom, registry
from services.customer.rules.pinyin import type_ahead
from services.customer.rules.saved_search import Fault, Known
from services.customer.rules.viewer import Viewer
from services.customer.store import custom_field, option, tag
from services.customer.store.names import get_names_of

_KEPT = (
    "saved_search_id", "name", "color", "icon", "view", "q", "filter", "sort", "columns", "shared_with", "count_shown",
    "member_ids", "department_ids", "position", "created_at", "updated_at",
)  # fmt: skip


def answers(connection: Connection, viewer: Viewer, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each row as it is answered."""
    known = get_known(connection, rows)
    names = get_names_of(connection, (UUID(one) for row in rows for one in _ids(row)))
    return [_answer(viewer, row, known, names) for row in rows]


def _answer(viewer: Viewer, row: Mapping[str, Any], known: Known, names: Mapping[str, str]) -> dict[str, Any]:
    mentioned = {one: names[one] for one in dict.fromkeys(_ids(row)) if one in names}
    return {
        **{name: row[name] for name in _KEPT},
        "search": type_ahead(row["name"]),
        "owner": {"member_id": row["owner_id"], "name": row["owner_name"]},
        "mine": row["owner_id"] == viewer.member_id,
        "may_change": rules.may_change(viewer, row["owner_id"]),
        "pinned": row["position"] is not None,
        "broken": [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in faults(row, known)],
        "names": mentioned,
    }


def faults(row: Mapping[str, Any], known: Known) -> Iterator[Fault]:
    """Everything in a saved search that no longer means anything."""
    for path, condition in rules.conditions(row["filter"]):
        yield from rules.faults_of(condition, path, known)


def get_registry(connection: Connection, *asked: Any) -> Registry:
    """The fields there are; custom ones are read only where one is mentioned."""
    return registry(custom_field.get_fields(connection)) if any(names_custom(value) for value in asked) else SYSTEM


def get_known(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Known:
    """What the conditions of these rows can be held against."""
    known = get_registry(connection, *(row["filter"] for row in rows))
    mentioned = [
        (field, value)
        for row in rows
        for _, condition in rules.conditions(row["filter"])
        if (field := known.get(str(condition["field"]))) is not None
        for _, value in rules.values_of(condition)
    ]
    options = {(field.list, value) for field, value in mentioned if field.list is not None}
    tags = {value for field, value in mentioned if field.type == "tags"}
    return Known(known, option.get_missing(connection, options) if options else (), tag.get_missing(connection, tags) if tags else ())


def _ids(row: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(one) for one in (*row["member_ids"], *row["department_ids"]))
    for _, condition in rules.conditions(row["filter"]):
        yield from (value for _, value in rules.values_of(condition) if parse_id(value) is not None)
