"""What a command needs to take entered values of custom fields: checked, with the words in which events tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common.ids import parse_id
from services.customer.rules import custom_value as rules
from services.customer.rules.custom_value import Fault
from services.customer.rules.field import Field
from services.customer.store import custom_field, member, option


@dataclass(frozen=True, slots=True)
class Entered:
    """Cleaned values by key (None: to be emptied), what is wrong with the others, and how they and the held ones are shown."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fields: dict[str, Field] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)


NOTHING = Entered()


def enter(connection: Connection, wanted: Mapping[str, Any] | None, held: Mapping[str, Any]) -> Entered:
    """Check ``wanted`` (key → value) for a customer that holds ``held``; at most three queries, none where nothing is wanted."""
    if not wanted:
        return NOTHING
    fields = {one.field: one for one in custom_field.get_fields(connection)}
    lists = [key for key in wanted if key in fields and fields[key].list is not None]
    options = option.get_options(connection, lists) if lists else {}
    people = member.get_people(connection, _member_ids(fields, wanted, held))
    known = rules.Known(options, {found for found, (_, active) in people.items() if active}, held)
    values, faults = rules.clean_all(fields, wanted, known)
    labels = {(key, found.value): found.label_zh for key, items in options.items() for found in items}
    return Entered(values, faults, fields, labels, {found: name for found, (name, _) in people.items()})


def _member_ids(fields: Mapping[str, Field], wanted: Mapping[str, Any], held: Mapping[str, Any]) -> set[UUID]:
    keys = [key for key in wanted if key in fields and fields[key].type == "member"]
    texts = [text for key in keys for text in (wanted[key], held.get(key)) if isinstance(text, str)]
    return {found for text in texts if (found := parse_id(text)) is not None}
