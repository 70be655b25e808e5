"""What customers are found by: one row of tokens each, kept in the transaction that changes its name, number, phones or openness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from services.customer.rules.permission import is_open
from services.customer.rules.search import CHOICE_LETTERS, Document, document
from services.customer.store import custom_value, customer_tag, metadata

SEARCHED = ("name", "short_name", "phone", "mobile", "customer_no", *CHOICE_LETTERS)

customer_search = Table(
    "customer_search",
    metadata,
    Column("customer_id", Uuid, ForeignKey("customer.customer_id"), primary_key=True),
    Column("open", Boolean, nullable=False),
    Column("tokens", TSVECTOR, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("pinyin", Text, nullable=False),
    Column("digits", Text, nullable=False),
)
Index("customer_search_open", customer_search.c.tokens, postgresql_using="gin", postgresql_where=customer_search.c.open)
Index("customer_search_closed", customer_search.c.tokens, postgresql_using="gin", postgresql_where=~customer_search.c.open)

# Tokens travel as lines: a token holds no line feed, and a list of lists would cost more to send than to find.
_INSERT = """
    INSERT INTO customer_search (customer_id, open, tokens, name_key, pinyin, digits)
    SELECT customer_id, open, array_to_tsvector(string_to_array(tokens, E'\\n')), name_key, pinyin, digits
    FROM unnest(
        %(customer_id)s::uuid[], %(open)s::boolean[], %(tokens)b::text[], %(name_key)b::text[], %(pinyin)b::text[], %(digits)b::text[]
    ) AS s (customer_id, open, tokens, name_key, pinyin, digits)
"""
_SAVE = text(f"""
    UPDATE customer_search
    SET tokens = array_to_tsvector(string_to_array(:tokens, E'\\n')) || {customer_tag.TOKENS.format(customer_id=":customer_id")},
        name_key = :name_key, pinyin = :pinyin, digits = :digits
    WHERE customer_id = :customer_id
""")  # noqa: S608 - constants only
# Each choice has a letter of its own: the tokens that begin with it go, those of the present values come.
_SAVE_CHOICES = """
    UPDATE customer_search s
    SET tokens = ts_delete(s.tokens, ARRAY(SELECT t FROM unnest(tsvector_to_array(s.tokens)) t WHERE left(t, 1) = ANY(%(letters)s)))
        || array_to_tsvector(array_remove(ARRAY[{values}]::text[], NULL))
    FROM customer c WHERE c.customer_id = ANY(%(customer_ids)s::uuid[]) AND s.customer_id = c.customer_id
"""
_SAVE_STATE = text(f"""
    WITH followed AS ({custom_value.FOLLOW_OPEN}), tags_followed AS ({customer_tag.FOLLOW_OPEN})
    UPDATE customer_search s SET open = c.open,
        tokens = ts_delete(s.tokens, ARRAY['xowned', 'xunassigned', 'xpool']) || array_to_tsvector(ARRAY['x' || c.state])
    FROM customer c
    WHERE c.customer_id = ANY(:customer_ids) AND s.customer_id = c.customer_id
        AND (s.open <> c.open OR NOT s.tokens @@ ('x' || c.state)::tsquery)
""")  # noqa: S608 - constants only


def document_of(row: Mapping[str, Any]) -> Document:
    """What a customer with these values is found by."""
    return document(
        name=row["name"],
        short_name=row.get("short_name"),
        customer_no=row["customer_no"],
        phones=(row.get("phone"), row.get("mobile")),
        choices={field: row.get(field) for field in CHOICE_LETTERS},
    )


def insert_search(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make new customers findable."""
    if not rows:
        return
    values = [
        _columns(document_of(row)) | {"customer_id": row["customer_id"], "open": is_open(row["visibility"], row["state"])} for row in rows
    ]  # nothing is made in a pool
    connection.exec_driver_sql(_INSERT, {name: [value[name] for value in values] for name in values[0]})


def save_search(connection: Connection, before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Follow a change of a customer that is saved already, if it concerns what it is found by."""
    customer_id: UUID = before["customer_id"]
    concerned = [name for name in SEARCHED if name in changed]
    if any(name not in CHOICE_LETTERS for name in concerned):
        connection.execute(_SAVE, _columns(document_of({**before, **changed})) | {"customer_id": customer_id})
    else:
        save_choices(connection, [customer_id], concerned)  # the commonest edits; to read a name again costs more than all the rest
    if "visibility" in changed:
        save_state(connection, [customer_id])


def save_state(connection: Connection, customer_ids: Sequence[UUID]) -> None:
    """Follow customers that moved between owners and pool, or became visible to every member or ceased to be; so do the lines of their
    custom values and tags.
    """
    connection.execute(_SAVE_STATE, {"customer_ids": list(customer_ids)})


def save_choices(connection: Connection, customer_ids: Sequence[UUID], names: Sequence[str]) -> None:
    """Follow customers whose choices among ``names`` were set; whose they are is ``save_state``."""
    letters = {name: letter for name, letter in CHOICE_LETTERS.items() if name in names and name != "state"}
    if not letters:
        return
    values = ", ".join(f"'{letter}' || c.{name}" for name, letter in letters.items())
    parameters = {"customer_ids": list(customer_ids), "letters": list(letters.values())}
    connection.exec_driver_sql(_SAVE_CHOICES.format(values=values), parameters)


def _columns(found: Document) -> dict[str, Any]:
    return {"tokens": "\n".join(found.tokens), "name_key": found.name_key, "pinyin": found.pinyin, "digits": found.digits}
