"""Which fields of a list have their values counted (its quick filters), and into which times the latest follow-up falls."""

from __future__ import annotations

from typing import Literal, get_args

from services.customer.rules.field import Registry
from services.customer.rules.filter import Node, parse_filter

FacetField = Literal["status", "level", "province", "source", "industry", "owner", "tags", "last_follow_up_at"]
FACET_FIELDS: tuple[FacetField, ...] = get_args(FacetField)

READ_MAX = 20_000  # customers that are looked at; in a list that holds more, rare values stay without a number
CAPPED = 1_000  # what is told of a value in such a list: "at least so many"
ITEMS_MAX = 200

# operator and value, as the address of a list tells them
FOLLOWED = (
    "relative:today", "relative:this_week", "last_days:7", "last_days:30", "more_than_days_ago:7", "more_than_days_ago:14",
    "more_than_days_ago:30", "is_empty",
)  # fmt: skip


def followed_condition(text: str, registry: Registry) -> Node:
    """``last_days:7`` as the condition that it stands for.

    ``more_than_days_ago:7`` is "nobody followed up within 7 days": who was never followed up belongs to them.
    """
    op, _, value = text.partition(":")
    negated = op == "more_than_days_ago"
    asked: dict[str, object] = {"field": "last_follow_up_at", "op": "last_days" if negated else op}
    if value:
        asked["value"] = value if op == "relative" else int(value)
    node = parse_filter({"not": asked} if negated else asked, registry)
    assert node is not None  # noqa: S101 - for the type checker
    return node


def told(n: int, *, complete: bool) -> dict[str, int | bool] | None:
    """What is said of a value that ``n`` of the customers looked at have; None where that says nothing."""
    if complete:
        return {"value": n, "exact": True}
    return {"value": CAPPED, "exact": False} if n >= CAPPED else None
