"""Which fields may be columns of a file, and how they are described to the service that writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.customer.rules import field
from services.customer.rules.field import FIXED_LABELS, Registry
from services.customer.rules.filter import Node, conditions_of, fields_of
from services.customer.rules.option import Option

Field = dict[str, Any]

# Texts made of digits, which a spreadsheet must not take for numbers; and numbers without a fraction.
_CODES = ("customer_no", "phone", "mobile", "credit_code", "wechat")
_INTEGERS = ("staff_size", "times_claimed")
_ENGLISH = {"public": "Public", "private": "Private", "owned": "Owned", "unassigned": "Unassigned", "pool": "Pool"}


def exportable(options: Mapping[str, Sequence[Option]], custom: Sequence[field.Field] = ()) -> list[Field]:
    """{field, type, label_zh, label_en, options} of every field that can be exported, in the registry's order, custom ones last."""
    return [
        {
            "field": one.field,
            "type": _type(one.field, one.type),
            "label_zh": one.label_zh,
            "label_en": one.label_en,
            "options": _options(one.field, options.get(one.list, ()) if one.list else ()),
        }
        for one in (*field.FIELDS, *custom)
        if one.exportable
    ]


def described(node: Node | None, known: Registry, options: Mapping[str, Sequence[Option]]) -> list[Field]:
    """The same of the fields that a tree of conditions asks, with their own types: enough to say the tree in words."""
    asked = [known.by_name[name] for name in sorted(fields_of(node))]
    return [
        {
            "field": one.field,
            "type": one.type,
            "label_zh": one.label_zh,
            "label_en": one.label_en,
            "options": _options(one.field, options.get(one.list, ()) if one.list else ()),
        }
        for one in asked
    ]


def mentioned_ids(node: Node | None) -> list[UUID]:
    """The ids of members, departments and the like that a tree compares with."""
    found = [one.value if isinstance(one.value, tuple) else (one.value,) for one in conditions_of(node)]
    return [value for values in found for value in values if isinstance(value, UUID)]


def _type(name: str, kind: str) -> str:
    if name in _CODES:
        return "code"
    if name in _INTEGERS:
        return "integer"
    return kind if kind in ("number", "date", "datetime", "choice", "choices", "boolean") else "text"


def _options(name: str, options: Sequence[Option]) -> list[dict[str, str]] | None:
    """Retired options too: customers may still hold them."""
    if name in FIXED_LABELS:
        return [{"value": value, "label_zh": label, "label_en": _ENGLISH[value]} for value, label in FIXED_LABELS[name].items()]
    return [{"value": one.value, "label_zh": one.label_zh, "label_en": one.label_en} for one in options] or None
