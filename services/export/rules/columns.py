"""Which columns a file has and how a value is shown in it. Where the fields come from and how cells are written stand elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from services.common.problem import invalid

COLUMNS_MAX = 100
CHOICES_SEPARATOR = "、"


class Kind(Enum):
    """How a column's values become cells; the value is the usual width of the column in characters."""

    TEXT = 24
    CODE = 18  # text made of digits: phones, credit codes, numbers on paper; never a number, never rounded
    INTEGER = 10
    DECIMAL = 14
    DATE = 12
    DATETIME = 17


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file. ``labels`` translates stored values (option values, yes and no) into what people read."""

    name: str  # the field
    label: str
    kind: Kind
    width: int
    labels: Mapping[str, str] = field(default_factory=dict)
    many: bool = False  # several values in one cell, separated by a line feed on the way here


_KINDS = {"number": Kind.DECIMAL, "integer": Kind.INTEGER, "date": Kind.DATE, "datetime": Kind.DATETIME, "code": Kind.CODE}
_WIDTHS = {"name": 32, "address": 40, "remark": 48, "website": 28, "email": 26, "last_follow_up_excerpt": 48, "customer_no": 12}
_YES_NO = {"zh": {"t": "是", "f": "否"}, "en": {"t": "Yes", "f": "No"}}


def choose(fields: Sequence[Mapping[str, Any]], wanted: Sequence[str] | None, language: str) -> list[Column]:
    """The columns ``wanted``, in that order, or every exportable one; an unknown or repeated field is refused.

    ``fields`` is customer's answer: {field, type, label_zh, label_en, options: [{value, label_zh, label_en}] | null}.
    """
    known = {one["field"]: one for one in fields}
    names = list(known) if wanted is None else list(wanted)
    if not 1 <= len(names) <= COLUMNS_MAX:
        raise invalid("/columns", "columns_count", f"Choose between 1 and {COLUMNS_MAX} columns.")
    for position, name in enumerate(names):
        if name not in known:
            raise invalid(f"/columns/{position}", "unknown_field", f"{name} is not a field that can be exported.")
        if name in names[:position]:
            raise invalid(f"/columns/{position}", "repeated_field", f"{name} is chosen twice.")
    return [_column(known[name], language) for name in names]


def _column(one: Mapping[str, Any], language: str) -> Column:
    label = str(one[f"label_{language}"])
    kind = _KINDS.get(one["type"], Kind.TEXT)
    labels = _YES_NO[language] if one["type"] == "boolean" else {o["value"]: o[f"label_{language}"] for o in one.get("options") or ()}
    width = _WIDTHS.get(one["field"], _choice_width(labels) if labels else kind.value)
    return Column(one["field"], label, kind, max(width, shown_width(label) + 4), labels, one["type"] == "choices")


def shown(column: Column, values: Sequence[str]) -> Sequence[str]:
    """The texts that people read for stored ``values``; a value without a label stays as it is."""
    if column.many:
        return [CHOICES_SEPARATOR.join(column.labels.get(part, part) for part in value.split("\n")) if value else "" for value in values]
    if not column.labels:
        return values
    labels = column.labels
    return [labels.get(value, value) for value in values]


def shown_width(text: str) -> int:
    """How many columns of a Latin letter's width ``text`` takes; Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _choice_width(labels: Mapping[str, str]) -> int:
    return min(30, max(10, *(shown_width(label) + 2 for label in labels.values())))
