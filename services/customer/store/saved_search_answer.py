"""Saved searches as they are answered: with names for the ids they mention, and with what is broken in them.

However many there are, the questions to the database are the same few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from services.common.ids import parse_id
from services.customer.rules import saved_search as rules
from services.customer.rules.field import BY_NAME
from services.customer.rules.saved_search import Fault
from services.customer.rules.viewer import Viewer
from services.customer.store import option

_KEPT = (
    "saved_search_id", "name", "color", "icon", "view", "q", "filter", "sort", "columns", "shared_with", "count_shown",
    "member_ids", "department_ids", "position", "created_at", "updated_at",
)  # fmt: skip
_NAMES = text("""
    SELECT member_id AS id, name FROM member WHERE member_id = ANY (CAST(:ids AS uuid[]))
    UNION ALL SELECT department_id, name FROM department WHERE department_id = ANY (CAST(:ids AS uuid[]))
""")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is today for conditions to speak of."""

    options: Mapping[str, frozenset[str]]


def answers(connection: Connection, viewer: Viewer, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each row as it is answered."""
    known, names = _known(connection, rows), _names(connection, rows)
    return [_answer(viewer, row, known, names) for row in rows]


def _answer(viewer: Viewer, row: Mapping[str, Any], known: Known, names: Mapping[str, str]) -> dict[str, Any]:
    mentioned = {one: names[one] for one in dict.fromkeys(_ids(row)) if one in names}
    return {
        **{name: row[name] for name in _KEPT},
        "owner": {"member_id": row["owner_id"], "name": row["owner_name"]},
        "mine": row["owner_id"] == viewer.member_id,
        "may_change": rules.may_change(viewer, row["owner_id"]),
        "pinned": row["position"] is not None,
        "broken": [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in faults(row["filter"], known)],
        "names": mentioned,
    }


def faults(tree: Any, known: Known) -> Iterator[Fault]:
    """Everything in a tree that no longer means anything."""
    for path, condition in rules.conditions(tree):
        field = BY_NAME.get(str(condition["field"]))
        if field is None:
            yield Fault(rules.pointer_of((*path, "field")), "field_unknown", f"There is no field {condition['field']} any more.")
        elif field.list is not None:
            yield from rules.option_faults(condition, path, known.options.get(field.list, frozenset()))


def _known(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Known:
    asked = {str(condition["field"]) for row in rows for _, condition in rules.conditions(row["filter"])}
    lists = {field.list for name in asked if (field := BY_NAME.get(name)) is not None and field.list is not None}
    if not lists:
        return Known({})
    return Known({name: frozenset(one.value for one in found) for name, found in option.get_options(connection, lists).items()})


def _ids(row: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(one) for one in (*row["member_ids"], *row["department_ids"]))
    for _, condition in rules.conditions(row["filter"]):
        yield from (value for _, value in rules.values_of(condition) if parse_id(value) is not None)


def _names(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    ids = list(dict.fromkeys(UUID(one) for row in rows for one in _ids(row)))
    if not ids:
        return {}
    return {str(row.id): row.name for row in connection.execute(_NAMES, {"ids": ids})}
