"""What a list of customers is asked for: view, search text, chips, order; and which orders there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args
from uuid import UUID

from services.common.ids import parse_id
from services.common.problem import invalid
from services.customer.rules import filter as filters
from services.customer.rules.field import SYSTEM, Field, Registry
from services.customer.rules.filter import Node
from services.customer.rules.search import Search, parse

View = Literal["mine", "participating", "contact_today", "overdue", "starred", "soon_recycled", "team", "unassigned", "all", "pool"]
VIEWS: tuple[View, ...] = get_args(View)
Chip = Literal["status", "level", "province", "source", "industry"]
CHIPS: tuple[Chip, ...] = get_args(Chip)
CHIP_VALUES_MAX = 50
LIMIT_MAX = 200
COUNT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Sort:
    """One order. ``rank`` names the option list by whose order the values stand; empty values come last in both directions."""

    name: str
    column: str
    descending: bool
    nullable: bool
    type: Literal["timestamptz", "text", "bigint", "numeric"]
    rank: str | None = None
    custom: bool = False


_NATURAL = (
    Sort("last_follow_up_at", "last_follow_up_at", True, True, "timestamptz"),
    Sort("name", "name_sort", False, False, "text"),
    Sort("created_at", "created_at", True, False, "timestamptz"),
    Sort("level", "level", False, True, "bigint", "level"),
    Sort("status", "status", False, False, "bigint", "status"),
    Sort("next_contact_at", "next_contact_at", True, True, "timestamptz"),
    Sort("updated_at", "updated_at", True, False, "timestamptz"),
    Sort("pool_entered_at", "pool_entered_at", True, True, "timestamptz"),
    Sort("recycle_at", "recycle_at", False, True, "timestamptz"),
)
SORTS: dict[str, Sort] = {sort.name: sort for sort in _NATURAL}
_DEFAULT: dict[View, str] = {
    "contact_today": "next_contact_at:asc",
    "overdue": "next_contact_at:asc",
    "soon_recycled": "recycle_at",
    "pool": "pool_entered_at",
}
# An order of one view alone: its rows are found by it.
_OF_VIEW: dict[str, View] = {"recycle_at": "soon_recycled"}


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that decides which customers are in a list and in which order."""

    view: View
    sort: Sort
    search: Search = field(default_factory=Search)
    chips: Mapping[Chip, tuple[str, ...]] = field(default_factory=dict)
    owner_id: UUID | None = None
    department_id: UUID | None = None
    pool_id: UUID | None = None
    text: str = ""
    filter: Node | None = None

    def fingerprint(self) -> str:
        """The question as text, equal for equal questions."""
        chips = [f"{name}={','.join(values)}" for name, values in sorted(self.chips.items())]
        parts = (
            self.view,
            self.sort.name,
            str(self.sort.descending),
            self.text,
            *chips,
            str(self.owner_id),
            str(self.department_id),
            str(self.pool_id),
            filters.fingerprint(self.filter),
        )
        return "\n".join(parts)


def question(values: Mapping[str, Any], registry: Registry = SYSTEM) -> Question:
    """The question in the parameters ``view q filter sort status level province source industry owner_id department_id pool_id``.

    They are texts or None; ``filter`` may be read already.
    """
    view = values.get("view") or "all"
    if view not in VIEWS:
        raise invalid("view", "view_unknown", f"There is no view {view}.")
    _refuse_order(values.get("sort"), view)
    text = (values.get("q") or "").strip()
    return Question(
        view,
        parse_sort(values.get("sort") or _DEFAULT.get(view, "updated_at"), registry),
        parse(text),
        {name: _chip(name, values[name]) for name in CHIPS if values.get(name)},
        _id(values, "owner_id"),
        _id(values, "department_id"),
        _pool_id(values, view),
        text,
        filters.parse_filter(values.get("filter"), registry),
    )


def parse_sort(text: str, registry: Registry = SYSTEM) -> Sort:
    """``field``, ``field:asc`` or ``field:desc``; without a direction the field's natural one."""
    name, _, direction = text.partition(":")
    known = registry.get(name)
    natural = _custom(known) if known is not None and known.custom else SORTS.get(name)
    if natural is None or not registry.by_name[name].sortable:
        raise invalid("sort", "sort_unknown", f"Lists cannot be sorted by {name}.")
    if direction not in ("", "asc", "desc"):
        raise invalid("sort", "direction_unknown", "The direction is asc or desc.")
    descending = direction == "desc" if direction else natural.descending
    return replace(natural, descending=descending)


def _refuse_order(sort: str | None, view: View) -> None:
    name = (sort or "").partition(":")[0]
    if name in _OF_VIEW and view != _OF_VIEW[name]:
        raise invalid("sort", "sort_unknown", f"Only the view {_OF_VIEW[name]} can be sorted by {name}.")


def _custom(field: Field) -> Sort:
    """The order by a custom field: numbers and days, texts by their reading, choices by their options, members by their names."""
    ranks = {"choice": field.list, "member": "member"}
    types: dict[str, Literal["timestamptz", "text", "bigint", "numeric"]] = {"number": "numeric", "boolean": "numeric"}
    rank = ranks.get(field.type)
    kind = "bigint" if rank is not None else types.get(field.type, "text")
    return Sort(field.field, field.field, field.type in ("number", "date", "boolean"), True, kind, rank, custom=True)


def _chip(name: Chip, text: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))
    if not 1 <= len(values) <= CHIP_VALUES_MAX:
        raise invalid(name, "too_many_values", f"Between 1 and {CHIP_VALUES_MAX} values, separated by commas.")
    return values


def _pool_id(values: Mapping[str, Any], view: View) -> UUID | None:
    found = _id(values, "pool_id")
    if found is not None and view != "pool":
        raise invalid("pool_id", "pool_view_expected", "One pool is chosen within the view pool.")
    return found


def _id(values: Mapping[str, Any], name: str) -> UUID | None:
    text = values.get(name)
    if not text:
        return None
    found = parse_id(str(text))
    if found is None:
        raise invalid(name, "id_malformed", f"{name} is not an id.")
    return found
