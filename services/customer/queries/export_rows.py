r"""Rows for an Excel file: everything a member selects and may see, of one moment, streamed as PostgreSQL writes it.

``COPY … TO STDOUT`` costs this service next to nothing: the text goes through as it is. Empty stands for NULL, times are seconds since
1970 of the clock on the wall in the asked zone, choices are option values. The last line is ``\.``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.database import reading
from services.common.problem import invalid
from services.customer.queries.customer_list import list_condition, select
from services.customer.queries.field import get_registry_for
from services.customer.rules import permission
from services.customer.rules.custom_field import is_key
from services.customer.rules.customer_list import Question
from services.customer.rules.export_rows import Field, described, exportable, mentioned_ids
from services.customer.rules.filter import parse_filter
from services.customer.rules.viewer import Viewer, require_right
from services.customer.store import custom_field, customer_answer, member, option
from services.customer.store.customer_tag import SHOWN_ORDER
from services.customer.store.department import department
from services.customer.store.member import get_names
from services.customer.store.names import get_names_of
from services.customer.store.recycling import VALID

CHUNK_BYTES = 128 * 1024
SECONDS_MAX = 900
_END = b"\\.\n"
_PARTICIPANTS = """
    (SELECT string_agg(m.name, '、' ORDER BY p.added_at, p.member_id) FROM participant p JOIN member m ON m.member_id = p.member_id
     WHERE p.customer_id = c.customer_id AND (p.expires_at IS NULL OR p.expires_at > now()))
"""
_TAGS = f"""
    (SELECT string_agg(t.name, '、' ORDER BY {SHOWN_ORDER})
     FROM customer_tag ct JOIN tag t ON t.tag_id = ct.tag_id LEFT JOIN tag_group g ON g.tag_group_id = t.tag_group_id
     WHERE ct.customer_id = c.customer_id)
"""  # noqa: S608 - constants only
_GATHERED = {"participants": _PARTICIPANTS, "tags": _TAGS}
# Only while it speaks of the customer as it is now, as on the screen.
_RECYCLE_AT = f"(SELECT r.recycle_at FROM recycling r {VALID} WHERE r.customer_id = c.customer_id AND r.version = c.version)"  # noqa: S608
_MEMBER_NAMES = {"owner": "o.name", "previous_owner": "po.name", "last_follow_up_by": "fb.name", "created_by": "cb.name"}
_CHOSEN = "unnest(%(customer_ids)s::uuid[]) WITH ORDINALITY AS chosen (customer_id, place) JOIN customer c USING (customer_id)"


_LINE = "v.customer_id = c.customer_id AND v.key = %(sort_key)s AND v.item = 0"
_CUSTOM_KEYS: dict[str | None, str] = {
    None: "{value} FROM custom_value v",
    "member": "m.name_sort FROM custom_value v JOIN member m ON m.member_id::text = v.text",
    "option": "o.position FROM custom_value v JOIN option o ON o.list = v.key AND o.value = v.text",
}


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection as SQL: what comes after FROM, WHERE and ORDER BY, and the values bound in it."""

    source: str
    condition: str
    order: str
    values: dict[str, Any]


def authorize(engine: Engine, member_id: UUID, selection: Mapping[str, Any] | None, *, zone: str) -> dict[str, Any]:
    """Whether the member may export this (403, 422 otherwise); with the fields there are and the names of what conditions mention."""
    with reading(engine) as connection:
        viewer = member.get_viewer(connection, member_id)
        require_right(viewer, "export")
        names: dict[str, str] = {}
        conditions: list[Field] = []
        options = option.get_options(connection)
        if selection is not None:
            _select(connection, viewer, selection, zone)
            known = get_registry_for(connection, selection)
            node = parse_filter(selection.get("filter"), known)
            conditions = described(node, known, options)
            names = _names(connection, selection) | get_names_of(connection, mentioned_ids(node))
        fields = exportable(options, custom_field.get_fields(connection))
    return {"member_name": viewer.name, "fields": fields, "conditions": conditions, "names": names}


def _names(connection: Connection, selection: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    if selection.get("owner_id"):
        found |= {str(known): name for known, name in get_names(connection, [UUID(selection["owner_id"])]).items()}
    if selection.get("department_id"):
        statement = department.select().where(department.c.department_id == UUID(selection["department_id"]))
        found |= {str(row.department_id): row.name for row in connection.execute(statement)}
    return found


@dataclass(frozen=True, slots=True)
class RowStream:
    """An open stream: how many rows it holds, and the bytes. It must be closed, read to its end or not."""

    total: int
    chunks: Iterator[bytes]
    close: Callable[[], None]


def open_rows(engine: Engine, member_id: UUID, selection: Mapping[str, Any], columns: Sequence[str], *, zone: str) -> RowStream:
    """Count and begin to read, both in one snapshot: rows that come or go meanwhile change nothing."""
    connection = engine.connect().execution_options(isolation_level="REPEATABLE READ")
    try:
        for setting in ("SET TRANSACTION READ ONLY", f"SET LOCAL statement_timeout = '{SECONDS_MAX}s'", "SET LOCAL jit = off"):
            connection.exec_driver_sql(setting)
        viewer = member.get_viewer(connection, member_id)
        require_right(viewer, "export")
        custom = custom_field.get_fields(connection) if any(map(is_key, columns)) else ()
        fields: dict[str, Field] = {field["field"]: field for field in exportable({}, custom)}
        kinds = {one.field: {"type": one.type} for one in custom}  # told apart further than the file needs
        unknown = [name for name in columns if name not in fields]
        if unknown or not columns:
            raise invalid("/columns", "unknown_field", f"{', '.join(unknown) or 'Nothing'} cannot be exported.")
        selected = _select(connection, viewer, selection, zone)
        counting = f"SELECT count(*) FROM {selected.source} WHERE {selected.condition}"  # noqa: S608 - made of constants
        total = connection.exec_driver_sql(counting, selected.values).scalar_one()
        statement = _statement(viewer, selected, [fields[name] | kinds.get(name, {}) for name in columns])
        return RowStream(total, _stream(connection, statement, selected.values | {"zone": zone}), connection.close)
    except BaseException:
        connection.close()
        raise


def _stream(connection: Connection, statement: str, values: Mapping[str, Any]) -> Iterator[bytes]:
    """PostgreSQL's lines in larger pieces, then the end mark; the connection is given back however it ends."""
    raw: Any = connection.connection.driver_connection
    with closing(connection), raw.cursor() as cursor:
        waiting: list[memoryview] = []
        size = 0
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT text, NULL '')", dict(values)) as copy:
            for line in copy:
                waiting.append(line)
                size += len(line)
                if size >= CHUNK_BYTES:
                    yield b"".join(waiting)
                    waiting.clear()
                    size = 0
        yield b"".join([*waiting, _END])


def _statement(viewer: Viewer, selected: Selected, columns: Sequence[Field]) -> str:
    projected = permission.is_projected(viewer)
    shown = [_column(field, projected) for field in columns]
    joins = customer_answer.MEMBER_JOINS + (customer_answer.POOL_JOIN if projected != "false" else "")
    return f"SELECT {', '.join(shown)} FROM {selected.source}{joins} WHERE {selected.condition} ORDER BY {selected.order}"  # noqa: S608


def _column(field: Field, projected: str) -> str:
    """SQL of one column; where the pool hides the field from this viewer, nothing."""
    name = field["field"]
    shown = _MEMBER_NAMES.get(name) or _GATHERED.get(name) or f"c.{name}"
    if is_key(name):
        shown = _custom(name, field["type"])
    elif field["type"] == "datetime":
        moment = _RECYCLE_AT if name == "recycle_at" else f"c.{name}"
        shown = f"date_part('epoch', {moment} AT TIME ZONE %(zone)s)"
    if projected == "false" or name in ("customer_no", "name"):
        return shown
    return f"CASE WHEN pl.hidden_fields @> ARRAY['{name}'] AND {projected} THEN NULL ELSE {shown} END"


def _custom(key: str, type_: str) -> str:
    """SQL of a custom field's column; ``key`` is one that the registry knows."""
    value = f"(c.custom->>'{key}')"
    if type_ == "member":
        return f"(SELECT m.name FROM member m WHERE m.member_id = {value}::uuid)"  # noqa: S608
    if type_ == "date":
        return f"date_part('epoch', {value}::date)"
    if type_ == "choices":
        each = f"jsonb_array_elements_text(c.custom->'{key}') WITH ORDINALITY AS part (value, place)"
        return f"(SELECT string_agg(part.value, E'\n' ORDER BY part.place) FROM {each})"  # noqa: S608
    return f"{value}::boolean" if type_ == "boolean" else value


def _select(connection: Connection, viewer: Viewer, selection: Mapping[str, Any], zone: str) -> Selected:
    if "customer_ids" in selection:
        values = permission.parameters(viewer) | {"customer_ids": [UUID(text) for text in selection["customer_ids"]]}
        return Selected(_CHOSEN, permission.is_visible(viewer), "chosen.place", values)
    chosen = select(connection, viewer, selection, zone=zone)
    source, condition, values = list_condition(chosen)
    order, join = _order(chosen.asked)
    return Selected(source + join, condition, order, values)


def _order(asked: Question) -> tuple[str, str]:
    """The order of the list on the screen, and the join it needs."""
    sort = asked.sort
    direction = "DESC" if sort.descending else "ASC"
    join = ""
    key = f"c.{sort.column}"
    if sort.column == "recycle_at":
        key = "(SELECT r.recycle_at FROM recycling r WHERE r.customer_id = c.customer_id)"
    if sort.custom:
        key = _CUSTOM_KEYS.get(sort.rank if sort.rank in (None, "member") else "option", "")
        key = f"(SELECT {key.format(value='v.number' if sort.type == 'numeric' else 'v.text')} WHERE {_LINE})"
    elif sort.rank is not None:
        join = f" LEFT JOIN option rank ON rank.list = '{sort.rank}' AND rank.value = c.{sort.column}"
        key = "rank.position"
    empty = f"{key} IS NULL, " if sort.nullable else ""
    tie = f", rank.value {direction}" if join else ""
    groups = ""
    if asked.view == "contact_today":
        groups = "CASE WHEN c.next_contact_at < %(day_begin)s THEN 0 WHEN c.next_contact_at < %(day_end)s THEN 1 ELSE 2 END, "
    return f"{groups}{empty}{key} {direction}{tie}, c.customer_id {direction}", join
