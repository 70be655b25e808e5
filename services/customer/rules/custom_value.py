"""What customers hold in custom fields: values checked and brought into one form, as they are shown, and as lines to filter and sort by.

A value is a text, a number, a day ``YYYY-MM-DD``, an option's value, a list of those, a member's id as text, or true and false. An empty
field has no value at all; false is one.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.common.ids import parse_id
from services.customer.rules.custom_field import TEXT_MAX, is_key
from services.customer.rules.field import Field
from services.customer.rules.option import Option
from services.customer.rules.pinyin import sort_key

NUMBER_MAX = 10**15
DECIMALS_MAX = 6
CHOICES_MAX = 50
SORTED_CHARACTERS = 100
YEARS = (1900, 2200)
YES_NO = {True: "是", False: "否"}


class BadValueError(Exception):
    """A value that a field cannot hold: a code and a sentence that says what it can."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Known:
    """What values may refer to: options by list, the ids of active members; ``held`` is what the customer holds already, which may stay
    though an option was retired or a member left.
    """

    options: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    members: Collection[UUID] = ()
    held: Mapping[str, Any] = field(default_factory=dict)


def clean(one: Field, value: Any, known: Known) -> Any:
    """The value as it is stored, None for an empty one; ``BadValueError`` where the field cannot hold it."""
    if isinstance(value, str):
        value = _line(value)
    if value is None or value in ("", []):
        return None
    if value == known.held.get(one.field) and type(value) is type(known.held.get(one.field)):
        return value
    return _REFERRING[one.type](one, value, known) if one.type in _REFERRING else _PLAIN[one.type](one, value)


def clean_all(fields: Mapping[str, Field], values: Mapping[str, Any], known: Known) -> tuple[dict[str, Any], list[Fault]]:
    """Every value as it is stored, and what is wrong with the others; a key that no field in use has is wrong too."""
    cleaned: dict[str, Any] = {}
    faults: list[Fault] = []
    for key, value in values.items():
        if key not in fields:
            faults.append(Fault(key, "field_unknown", f"There is no custom field {key[:40]}, or it is no longer in use."))
            continue
        try:
            cleaned[key] = clean(fields[key], value, known)
        except BadValueError as error:
            faults.append(Fault(key, error.code, error.detail))
    return cleaned, faults


def _line(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text).split())


def _clean_text(one: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise BadValueError("text_expected", f"{one.label_en} is a text.")
    if len(value) > TEXT_MAX:
        raise BadValueError("too_long", f"{one.label_en} has at most {TEXT_MAX} characters.")
    return value


def _clean_number(one: Field, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadValueError("number_expected", f"{one.label_en} is a number.")
    if abs(value) >= NUMBER_MAX:
        raise BadValueError("out_of_range", f"{one.label_en} is smaller than {NUMBER_MAX:,}.")
    rounded = round(value, DECIMALS_MAX)
    return int(rounded) if rounded == int(rounded) else rounded


def _clean_date(one: Field, value: Any) -> str:
    day = parse_day(value) if isinstance(value, str) else None
    if day is None:
        raise BadValueError("day_expected", f"{one.label_en} is a day, written as 2026-11-23.")
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise BadValueError("out_of_range", f"{one.label_en} is between the years {YEARS[0]} and {YEARS[1]}.")
    return day.isoformat()


def parse_day(text: str) -> date | None:
    """A day as it travels, ``YYYY-MM-DD`` and nothing else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 and text[4] == text[7] == "-" else None
    except ValueError:
        return None


def _clean_choice(one: Field, value: Any, known: Known) -> str:
    if not isinstance(value, str):
        raise BadValueError("option_unknown", f"{one.label_en} takes the value of one option.")
    return _check_option(one, value, known, ())


def _clean_choices(one: Field, value: Any, known: Known) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise BadValueError("options_expected", f"{one.label_en} takes a list of options' values.")
    if len(value) > CHOICES_MAX:
        raise BadValueError("too_many_values", f"{one.label_en} holds at most {CHOICES_MAX} options.")
    held = known.held.get(one.field) or ()
    chosen = {_check_option(one, part, known, held) for part in value}
    return [option.value for option in known.options.get(one.field, ()) if option.value in chosen]


def _check_option(one: Field, value: str, known: Known, held: Collection[str]) -> str:
    found = next((option for option in known.options.get(one.field, ()) if option.value == value), None)
    if found is None:
        raise BadValueError("option_unknown", f"{value[:60]} is not an option of {one.label_en}.")
    if not found.active and value not in held:
        raise BadValueError("option_inactive", f"The option {found.label_zh} is no longer in use.")
    return value


def _clean_member(one: Field, value: Any, known: Known) -> str:
    found = value if isinstance(value, UUID) else parse_id(value) if isinstance(value, str) else None
    if found is None or found not in known.members:
        raise BadValueError("member_unknown", f"{one.label_en} is an active member, by member_id.")
    return str(found)


def _clean_boolean(one: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValueError("boolean_expected", f"{one.label_en} is true or false.")
    return value


_PLAIN: dict[str, Callable[[Field, Any], Any]] = {
    "text": _clean_text,
    "number": _clean_number,
    "date": _clean_date,
    "boolean": _clean_boolean,
}
_REFERRING: dict[str, Callable[[Field, Any, Known], Any]] = {
    "choice": _clean_choice,
    "choices": _clean_choices,
    "member": _clean_member,
}


def lines(type_: str, value: Any) -> list[tuple[Decimal | None, str | None]]:
    """(number, text) of every line that a value is filtered and sorted by; a list of choices has one per choice."""
    if type_ in ("number", "boolean"):
        return [(Decimal(repr(value + 0)), None)]
    if type_ == "choices":
        return [(None, part) for part in value]
    return [(None, sort_key(value[:SORTED_CHARACTERS]) if type_ == "text" else value)]


def shown(one: Field, value: Any, labels: Mapping[tuple[str, str], str], names: Mapping[UUID, str]) -> str | None:
    """The value as people read it: labels of options, names of members, 是 and 否."""
    if value is None:
        return None
    if one.type == "choices":
        return "、".join(labels.get((one.field, part), part) for part in value)
    if one.type == "choice":
        return labels.get((one.field, value), str(value))
    if one.type == "member":
        return names.get(UUID(value))
    if one.type == "boolean":
        return YES_NO[value]
    return format(Decimal(repr(value)), "f") if one.type == "number" else str(value)


def base(given: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """What an editor started from, flat: its own fields, and each of ``keys`` if he sent any ``custom``; what is absent there was empty."""
    own = {name: value for name, value in given.items() if name != "custom"}
    custom = given.get("custom")
    return own if custom is None else own | {key: _held(custom.get(key)) for key in keys}


def _held(value: Any) -> Any:
    return None if value in ("", []) else value


def split(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Flat values as (the customer's own, the custom ones)."""
    own = {name: value for name, value in values.items() if not is_key(name)}
    return own, {name: value for name, value in values.items() if is_key(name)}


def stored(before: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """``customer.custom`` after a change; empty fields are absent."""
    return {key: value for key, value in {**before, **changed}.items() if value is not None}
