"""The condition tree of custom search: reading what a client sends, however hostile, into values that can be trusted.

``{"and": [node, …]}``, ``{"or": [node, …]}``, ``{"not": node}`` or a condition ``{"field": …, "op": …, "value": …}``. Lists, saved
searches, exports, batches and pool rules hold the same tree. What a value may be is in ``filter_value.py``; what a tree means as SQL in
``store/customer_condition.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from services.common.problem import Problem, invalid
from services.customer.rules.field import Registry
from services.customer.rules.filter_value import OPERATORS_WITHOUT_VALUE, Value, read_value, write_value

DEPTH_MAX = 5
CONDITIONS_MAX = 50
TEXT_BYTES_MAX = 100_000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Condition:
    """One field asked one thing; ``pointer`` is where it stood in what was sent."""

    field: str
    op: str
    value: Value = None
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of them at least."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything else, what is empty included."""

    node: Node


Node = Condition | And | Or | Not


def parse_filter(value: Any, registry: Registry, *, at: str = "/filter") -> Node | None:
    """The tree in ``value`` (JSON text or what was read from it); None where nothing is asked. 422 points at the first bad node."""
    if isinstance(value, str | bytes):
        value = _load(value, at)
    if value in (None, {}, {"and": []}):
        return None
    return _Reader(registry).node(value, at, 0)


def _load(text: str | bytes, at: str) -> Any:
    if len(text) > TEXT_BYTES_MAX:
        raise invalid(at, "filter_too_large", f"A filter has at most {TEXT_BYTES_MAX} characters.")
    if not text.strip():
        return None
    try:
        return orjson.loads(text)
    except ValueError as error:  # not JSON, nested beyond reason, or halves of characters
        raise invalid(at, "filter_malformed", "A filter is a JSON object.") from error


class _Reader:
    """Walks a tree once; counts conditions as it goes."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._conditions = 0

    def node(self, value: Any, at: str, depth: int) -> Node:
        if not isinstance(value, dict):
            raise invalid(at, "node_expected", 'A node is {"and": […]}, {"or": […]}, {"not": …} or {"field", "op", "value"}.')
        words = [word for word in ("and", "or", "not") if word in value]
        if not words:
            return self._condition(value, at)
        if len(value) > 1:
            raise invalid(at, "node_ambiguous", f"A node with {words[0]} holds nothing else.")
        if depth >= DEPTH_MAX:
            raise invalid(at, "filter_too_deep", f"Groups can be nested {DEPTH_MAX} deep.")
        if words == ["not"]:
            inner = value["not"]
            turned = isinstance(inner, dict) and ("and" in inner or "or" in inner)  # a negated group is one group
            return Not(self.node(inner, f"{at}/not", depth if turned else depth + 1))
        return self._group("and" if words == ["and"] else "or", value[words[0]], f"{at}/{words[0]}", depth)

    def _group(self, word: Literal["and", "or"], members: Any, at: str, depth: int) -> Node:
        if not isinstance(members, list) or not members:
            raise invalid(at, "group_empty", "A group holds one condition at least.")
        if len(members) > CONDITIONS_MAX:
            raise _too_many(at)
        nodes = tuple(self.node(member, f"{at}/{index}", depth + 1) for index, member in enumerate(members))
        return And(nodes) if word == "and" else Or(nodes)

    def _condition(self, value: dict[str, Any], at: str) -> Condition:
        self._conditions += 1
        if self._conditions > CONDITIONS_MAX:
            raise _too_many(at)
        for word in value:
            if word not in ("field", "op", "value"):
                raise invalid(at, "node_ambiguous", "A condition holds field, op and value, nothing else.")
        name: Any = value.get("field")
        op: Any = value.get("op")
        known = self._registry.get(name) if isinstance(name, str) and _KEY.fullmatch(name) else None
        if known is None or not known.operators:
            shown = name if isinstance(name, str) and _KEY.fullmatch(name) else "of this name"
            raise invalid(f"{at}/field", "field_unknown", f"There is no field {shown} to filter by (any more).")
        if op not in known.operators:
            detail = f"{known.label_en} can be asked: {', '.join(known.operators)}."
            raise invalid(f"{at}/op", "operator_unknown", detail)
        if op in OPERATORS_WITHOUT_VALUE and value.get("value") is None:
            return Condition(known.field, op, None, at)
        return Condition(known.field, op, read_value(known, op, value.get("value"), f"{at}/value"), at)


def _too_many(at: str) -> Problem:
    return invalid(at, "too_many_conditions", f"A filter has at most {CONDITIONS_MAX} conditions.")


def conditions_of(node: Node | None) -> Iterator[Condition]:
    """Every condition of a tree, from left to right."""
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Not):
        yield from conditions_of(node.node)
    elif node is not None:
        for inner in node.nodes:
            yield from conditions_of(inner)


def fields_of(node: Node | None) -> frozenset[str]:
    """The fields that a tree asks."""
    return frozenset(condition.field for condition in conditions_of(node))


def to_json(node: Node | None) -> dict[str, Any] | None:
    """The tree as it is stored and sent; reading that gives an equal one."""
    if node is None:
        return None
    if isinstance(node, Condition):
        told: dict[str, Any] = {"field": node.field, "op": node.op}
        return told if node.value is None else {**told, "value": write_value(node.value)}
    if isinstance(node, Not):
        return {"not": to_json(node.node)}
    return {"and" if isinstance(node, And) else "or": [to_json(inner) for inner in node.nodes]}


def fingerprint(node: Node | None) -> str:
    """The tree as text, equal for equal trees."""
    return "" if node is None else orjson.dumps(to_json(node)).decode()


def mentions(values: Mapping[str, Any]) -> bool:
    """Whether parameters hold a filter that asks something."""
    return bool(values.get("filter"))
