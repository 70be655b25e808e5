"""A saved search: what it may hold, who changes it, and what is broken in it. What its conditions mean is in ``filter.py``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from services.common.problem import Kind, Problem, invalid
from services.customer.rules.field import Registry
from services.customer.rules.viewer import Viewer

SharedWith = Literal["nobody", "members", "departments", "everyone"]
SHARED_WITH: tuple[SharedWith, ...] = get_args(SharedWith)

OWN_MAX = 200
PINNED_MAX = 50
COUNTED_MAX = 12  # badges in the menu: each costs a count of its own
SHARES_MAX = 200
DELETED_KEPT_DAYS = 1  # how long a deletion can be taken back

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One part of a saved search that no longer means anything."""

    pointer: str
    code: str
    detail: str


def may_change(viewer: Viewer, owner_id: UUID) -> bool:
    """Whether the viewer changes, shares and deletes it: its author and admins do."""
    return viewer.is_admin or viewer.member_id == owner_id


def require_change(viewer: Viewer, owner_id: UUID, owner_name: str) -> None:
    """Refuse who only reads it."""
    if not may_change(viewer, owner_id):
        message = f"Only {owner_name} and admins change this search. Save a copy of your own."
        who = [{"member_id": owner_id, "name": owner_name}]
        raise Problem(Kind.FORBIDDEN, "saved_search_not_yours", message, rule="saved_search_owner", who_can_change=who)


def check_shares(shared_with: SharedWith, member_ids: Sequence[UUID], department_ids: Sequence[UUID]) -> None:
    """Refuse a sharing that names nobody, or names those whom it is not about."""
    for kind, ids in (("members", member_ids), ("departments", department_ids)):
        pointer = f"/{kind[:-1]}_ids"
        if shared_with == kind and not ids:
            raise invalid(pointer, "share_with_nobody", f"Name the {kind} who shall see it.")
        if len(ids) > SHARES_MAX:
            raise invalid(pointer, "too_many_shares", f"Share with {SHARES_MAX} {kind} at most, or with a department above them.")


def conditions(node: Any, path: Path = ("filter",)) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every condition of a stored tree with the way to it, whatever has become of its fields."""
    if not isinstance(node, Mapping):
        return
    for word in ("and", "or"):
        for index, part in enumerate(node.get(word) or ()):
            yield from conditions(part, (*path, word, index))
    if "not" in node:
        yield from conditions(node["not"], (*path, "not"))
    if "field" in node:
        yield path, node


def pointer_of(path: Path) -> str:
    """A way through the tree as a JSON pointer."""
    return "".join(f"/{step}" for step in path)


def values_of(condition: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """The texts that a condition compares with, each with its place below the condition."""
    value = condition.get("value")
    if isinstance(value, str):
        yield ("value",), value
    elif isinstance(value, list):
        yield from (((("value", index)), one) for index, one in enumerate(value) if isinstance(one, str))


@dataclass(frozen=True, slots=True)
class Known:
    """What there is today for conditions to speak of: the fields, and which of the mentioned options and tags are gone."""

    registry: Registry
    gone_options: Collection[tuple[str, str]] = ()
    gone_tags: Collection[str] = ()


def faults_of(condition: Mapping[str, Any], path: Path, known: Known) -> Iterator[Fault]:
    """What is wrong by now with one condition: its field, its operator, an option or a tag of it.

    What is retired or archived is not gone: customers hold it.
    """
    name = str(condition["field"])
    field = known.registry.get(name)
    if field is None or not field.operators:
        yield Fault(pointer_of((*path, "field")), "field_unknown", f"There is no field {name} to filter by any more.")
        return
    if condition.get("op") not in field.operators:
        yield Fault(pointer_of((*path, "op")), "operator_unknown", f"{field.label_en} cannot be asked this any more.")
    for place, value in values_of(condition):
        if field.type == "tags" and value in known.gone_tags:
            yield Fault(pointer_of((*path, *place)), "tag_unknown", "A tag of this condition is no longer there.")
        if field.list is not None and (field.list, value) in known.gone_options:
            yield Fault(pointer_of((*path, *place)), "option_unknown", f"There is no option {value} any more.")
