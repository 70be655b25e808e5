"""Option lists: which there are, what an admin may change in them, and which options the product itself needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from services.common.problem import invalid

OptionList = Literal["status", "level", "kind", "relation", "industry", "source", "return_reason", "follow_up_method", "province"]
LISTS: tuple[OptionList, ...] = get_args(OptionList)

OPTIONS_MAX = 200

# The product gives these itself; without them it could not create a customer or recycle one.
_NEEDED = {("status", "new"), ("kind", "organization"), ("kind", "person"), ("return_reason", "overdue")}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list. ``system`` ones are given by the product alone and cannot be chosen by people."""

    value: str
    label_zh: str
    label_en: str
    color: str | None
    position: int
    active: bool
    system: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One option as the admin wants it; ``value`` is None for a new one without a code of its own."""

    value: str | None
    label_zh: str
    label_en: str
    color: str | None
    active: bool


def revise(name: str, current: Sequence[Option], wanted: Sequence[Change], codes: Sequence[str]) -> list[Option]:
    """The whole list as it is to be stored, in the order of ``wanted``.

    Options that are left out become inactive and go to the end: customers may still hold them, so nothing is ever deleted.
    ``codes`` are fresh values for the new options that bring none (at least as many as there are).
    """
    if len(wanted) > OPTIONS_MAX:
        raise invalid("/items", "too_many_options", f"A list has at most {OPTIONS_MAX} options.")
    known = {option.value: option for option in current}
    spare = iter(codes)
    result: dict[str, Option] = {}
    for index, change in enumerate(wanted):
        value = change.value if change.value is not None else next(spare)
        if value in result:
            raise invalid(f"/items/{index}/value", "option_repeated", f"{value} is in the list twice.")
        _refuse_loss(name, value, index, active=change.active)
        system = value in known and known[value].system
        result[value] = Option(value, change.label_zh, change.label_en, change.color, index, change.active, system)
    _refuse_same_labels(list(result.values()))
    for option in current:
        if option.value not in result:
            _refuse_loss(name, option.value, None, active=False)
            result[option.value] = replace(option, active=False, position=len(result))
    return list(result.values())


def _refuse_loss(name: str, value: str, index: int | None, *, active: bool) -> None:
    if not active and (name, value) in _NEEDED:
        pointer = "/items" if index is None else f"/items/{index}/active"
        raise invalid(pointer, "option_needed", f"The product needs {value}; it can be renamed, not removed.")


def _refuse_same_labels(options: Sequence[Option]) -> None:
    seen: set[str] = set()
    for index, option in enumerate(options):
        if option.active and option.label_zh in seen:
            raise invalid(f"/items/{index}/label_zh", "option_label_repeated", f"Two options are called {option.label_zh}.")
        seen.add(option.label_zh if option.active else "")
