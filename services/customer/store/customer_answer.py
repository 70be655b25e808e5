"""Customers as they are answered: the columns, the names beside them, and what stays hidden from whom. Lists are in ``queries``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common.problem import not_found
from services.customer.rules import permission
from services.customer.rules.viewer import Viewer
from services.customer.store import recycling
from services.customer.store.customer_tag import SHOWN_ORDER

# Plain columns of a list row, then what one customer's page has beside.
ROW_COLUMNS = (
    "customer_id", "customer_no", "name", "short_name", "kind", "relation", "status", "level", "industry", "source", "province", "city",
    "district", "phone", "mobile", "email", "website", "wechat", "credit_code", "staff_size", "parent_customer_id", "visibility", "state",
    "pool_entered_at", "pool_reason", "pool_note", "times_claimed", "last_follow_up_at", "last_follow_up_excerpt", "next_contact_at",
    "locked_at", "hold_until", "hold_reason", "held_at", "created_at", "updated_at", "version",
)  # fmt: skip
PAGE_COLUMNS = (*ROW_COLUMNS, "address", "remark")

# (name in the answer, column, alias of the member)
_MEMBERS = (
    ("owner", "owner_id", "o"),
    ("previous_owner", "previous_owner_id", "po"),
    ("last_follow_up_by", "last_follow_up_by", "fb"),
    ("created_by", "created_by", "cb"),
    ("locked_by", "locked_by", "lb"),
    ("held_by", "held_by", "hb"),
)
_NAMES = ", ".join(f"c.{column}, {alias}.name" for _, column, alias in _MEMBERS)

# Retired fields stay out; who asks for one customer or two hundred reads their keys once.
_CUSTOM = "c.custom - (SELECT coalesce(array_agg(f.key), ARRAY[]::text[]) FROM custom_field f WHERE NOT f.active)"
_LOOKED_UP = ", ".join(
    f"c.{column}, (SELECT m.name FROM member m WHERE m.member_id = c.{column})"  # noqa: S608 - constants only
    for _, column, _ in _MEMBERS
)
_HIDDEN = "(SELECT pl.hidden_fields FROM pool pl WHERE pl.pool_id = c.pool_id)"

MEMBER_JOINS = "".join(f" LEFT JOIN member {alias} ON {alias}.member_id = c.{column}" for _, column, alias in _MEMBERS)
POOL_JOIN = " LEFT JOIN pool pl ON pl.pool_id = c.pool_id"
_STARRED = "EXISTS (SELECT 1 FROM star s WHERE s.member_id = %(me)s AND s.customer_id = c.customer_id)"
_TAGS = f"""
    (SELECT coalesce(json_agg(CASE WHEN t.archived_at IS NULL
                                  THEN json_build_object('tag_id', t.tag_id, 'name', t.name, 'color', t.color)
                                  ELSE json_build_object('tag_id', t.tag_id, 'name', t.name, 'color', t.color, 'archived', true) END
                              ORDER BY {SHOWN_ORDER}), '[]')
     FROM customer_tag ct JOIN tag t ON t.tag_id = ct.tag_id LEFT JOIN tag_group g ON g.tag_group_id = t.tag_group_id
     WHERE ct.customer_id = c.customer_id)
"""  # noqa: S608 - constants only
_PARTICIPANTS = """
    (SELECT coalesce(json_agg(json_build_object('member_id', p.member_id, 'name', m.name, 'role', p.role, 'expires_at', p.expires_at)
                              ORDER BY p.added_at, p.member_id), '[]')
     FROM participant p JOIN member m ON m.member_id = p.member_id
     WHERE p.customer_id = c.customer_id AND (p.expires_at IS NULL OR p.expires_at > now()))
"""


def _columns(names: Sequence[str]) -> str:
    """SQL of plain columns; a hold that is over counts as none, without anybody having to end it."""
    return ", ".join(f"CASE WHEN c.{name} > now() THEN c.{name} END" if name == "hold_until" else f"c.{name}" for name in names)


def row_select(viewer: Viewer) -> str:
    """SQL: what ``row_answer`` reads of ``c`` alone: columns, members, starred, tags, custom values, hidden fields.

    Names are looked up row by row: of a page's few rows that is as fast as joins, and PostgreSQL plans it in half the time.
    """
    projected = permission.is_projected(viewer)
    hidden = "NULL" if projected == "false" else f"CASE WHEN {projected} THEN {_HIDDEN} END"
    return f"{_columns(ROW_COLUMNS)}, {_LOOKED_UP}, {recycling.SHOWN}, {_STARRED}, {_TAGS}, {_CUSTOM}, {hidden}"


def row_answer(values: Sequence[Any]) -> dict[str, Any]:
    """One row of ``row_select`` as the answer; hidden fields are absent, not empty."""
    return _answer(ROW_COLUMNS, values)


def _answer(columns: tuple[str, ...], values: Sequence[Any]) -> dict[str, Any]:
    at = len(columns)
    answer = dict(zip(columns, values, strict=False))
    for name, _, _ in _MEMBERS:
        answer[name] = None if values[at] is None else {"member_id": values[at], "name": values[at + 1]}
        at += 2
    answer |= recycling.answer(values[at])
    at += 1
    answer["starred"], answer["tags"] = values[at], values[at + 1]
    custom = answer["custom"] = values[at + 2]
    if answer["hold_until"] is None:
        answer |= dict.fromkeys(("hold_reason", "held_by", "held_at"))
    if values[at + 3]:
        answer["hidden_fields"] = list(values[at + 3])
    for hidden in values[at + 3] or ():
        answer.pop(hidden, None)
        custom.pop(hidden, None)
    return answer


_SHOW = f"""
    SELECT {_columns(PAGE_COLUMNS)}, {_NAMES}, {recycling.SHOWN}, {_STARRED}, {_TAGS}, {_CUSTOM},
        CASE WHEN {{projected}} THEN pl.hidden_fields END, {_PARTICIPANTS}
    FROM customer c{MEMBER_JOINS}{POOL_JOIN}
    WHERE c.customer_id = %(customer_id)s AND {{visible}}
"""  # noqa: S608 - constants only


def find_shown(connection: Connection, viewer: Viewer, customer_id: UUID) -> dict[str, Any] | None:
    """The whole customer as ``viewer`` may see it, by one query; None where it is not there for him."""
    statement = _SHOW.format(projected=permission.is_projected(viewer), visible=permission.is_visible(viewer))
    return _shown(connection, statement, permission.parameters(viewer) | {"customer_id": customer_id})


def get_shown(connection: Connection, viewer: Viewer, customer_id: UUID) -> dict[str, Any]:
    """The customer that the viewer has just changed: shown once more even if the change took it out of his sight."""
    statement = _SHOW.format(projected=permission.is_projected(viewer), visible="true")
    answer = _shown(connection, statement, permission.parameters(viewer) | {"customer_id": customer_id})
    if answer is None:
        raise not_found("customer")
    return answer


def _shown(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    row = connection.exec_driver_sql(statement, dict(parameters)).one_or_none()
    if row is None:
        return None
    return _answer(PAGE_COLUMNS, row) | {"participants": row[-1]}
