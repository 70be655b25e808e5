"""Fields that an admin adds: what may be defined and changed. What customers may hold in them is ``custom_value.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from services.common.problem import Kind, Problem, invalid
from services.customer.rules.field import Field

CustomType = Literal["text", "number", "date", "choice", "choices", "member", "boolean"]
TYPES: tuple[CustomType, ...] = get_args(CustomType)
PREFIX = "cf_"
FIELDS_MAX = 100  # in use at once
TEXT_MAX = 500
WITH_OPTIONS: tuple[CustomType, ...] = ("choice", "choices")


def as_field(key: str, type_: CustomType, label_zh: str, label_en: str) -> Field:
    """A custom field as the registry knows fields; its options, where it has any, stand in the list of its own key."""
    return Field(
        key,
        type_,
        label_zh,
        label_en,
        list=key if type_ in WITH_OPTIONS else None,
        sortable=type_ != "choices",
        filterable=True,
        importable=True,
        editable=True,
        length_max=TEXT_MAX if type_ == "text" else 0,
        custom=True,
    )


def is_key(name: str) -> bool:
    """Whether ``name`` is written like a custom field's key."""
    return name.startswith(PREFIX) and name[len(PREFIX) :].isdecimal()


def check_new(rows: Sequence[Mapping[str, Any]], label_zh: str, label_en: str) -> None:
    """Refuse a field too many, and a name that another one in use has already."""
    if sum(row["active"] for row in rows) >= FIELDS_MAX:
        raise Problem(
            Kind.CONFLICT, "too_many_fields", f"At most {FIELDS_MAX} custom fields are in use at once. Retire one first.", rule="fields_max"
        )
    check_labels(rows, None, label_zh, label_en)


def check_labels(rows: Sequence[Mapping[str, Any]], key: str | None, label_zh: str, label_en: str) -> None:
    """Refuse a name that another field in use has already: headers of tables must say which one is meant."""
    for name, label in (("label_zh", label_zh), ("label_en", label_en)):
        if any(row["active"] and row["key"] != key and row[name].casefold() == label.casefold() for row in rows):
            raise invalid(f"/{name}", "field_label_repeated", f"Another custom field is called {label}. Choose another name.")


def check_order(rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> list[str]:
    """The whole order: ``keys`` first, then those that are not mentioned, as they stood."""
    known = [row["key"] for row in rows]
    for index, key in enumerate(keys):
        if key not in known:
            raise invalid(f"/keys/{index}", "field_unknown", f"There is no custom field {key}.")
        if key in keys[:index]:
            raise invalid(f"/keys/{index}", "field_repeated", f"{key} is in the order twice.")
    return [*keys, *(key for key in known if key not in keys)]
