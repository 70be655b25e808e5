"""Random condition trees for tests: every operator of the given fields, values from what the customers of a test hold and around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from services.customer.rules.field import Field
from services.customer.rules.filter_value import RELATIVE

WORDS = ("重庆", "重慶", "庆啤", "Ａcme", "acme", "ACME 有限", "科技", "(中国)", "a.c", "100%", "_", "x", "13800138000")
DAYS = ("2026-01-01", "2026-01-05", "2026-01-09", "2025-12-31", "2027-01-01")


def _options(field: Field, choices: Mapping[str, Sequence[str]] | None) -> list[str]:
    held = [*(choices or {}).get(field.field, ())]
    return held if held and field.list is not None else [*held, "nothing"]  # an option that no list holds is refused


def trees(
    fields: Sequence[Field],
    *,
    member_ids: Sequence[str],
    customer_ids: Sequence[str] = ("00000000-0000-7000-8000-000000000000",),
    choices: Mapping[str, Sequence[str]] | None = None,
    texts: Sequence[str] = WORDS,
    days: Sequence[str] = DAYS,
    tag_ids: Sequence[str] = (),
    pool_ids: Sequence[str] = (),
) -> st.SearchStrategy[dict[str, Any]]:
    """Trees that are never refused."""
    members = st.sampled_from([*member_ids, "me", "my_department"])
    one: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(texts),
        "number": st.sampled_from([-1, 0, 1, 2, 2.5, 50, 2600, 10**9]),
        "date": st.sampled_from(days),
        "datetime": st.sampled_from(days),
        "member": members,
        "members": members,
        "customer": st.sampled_from(customer_ids),
        "boolean": st.booleans(),
        "tags": st.sampled_from(tag_ids or customer_ids),
        "pool": st.sampled_from(pool_ids or customer_ids),  # a field told by ids
    }

    def value(field: Field, op: str) -> st.SearchStrategy[Any]:
        if op in ("is_empty", "is_not_empty"):
            return st.none()
        if op == "relative":
            return st.sampled_from(RELATIVE)
        if op in ("last_days", "next_days", "more_than_days_ago"):
            return st.sampled_from([0, 1, 5, 30, 300, 3660])
        known = one.get(field.field, one.get(field.type))
        if known is None:
            known = st.sampled_from(_options(field, choices))
        if op == "between":
            return st.lists(known, min_size=2, max_size=2).map(sorted)
        return st.lists(known, min_size=1, max_size=3) if op in ("any_of", "all_of", "none_of") else known

    def condition(field: Field, op: str) -> st.SearchStrategy[dict[str, Any]]:
        asked = {"field": field.field, "op": op}
        return value(field, op).map(lambda found: asked if found is None else {**asked, "value": found})

    pairs = [
        (field, op) for field in fields for op in field.operators if field.type != "tags" or tag_ids
    ]  # a tag that is not there is refused
    conditions = st.sampled_from(pairs).flatmap(lambda pair: condition(*pair))

    def grow(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        groups = st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(lambda g: {g[0]: g[1]})
        return groups | inner.map(lambda node: {"not": node})

    return st.recursive(conditions, grow, max_leaves=6).filter(lambda tree: _depth(tree) <= 5)


def _depth(node: Any) -> int:
    if "not" in node:
        inner = node["not"]
        return _depth(inner) + (0 if "and" in inner or "or" in inner else 1)
    members = node.get("and") or node.get("or")
    return 1 + max(map(_depth, members)) if members else 0
