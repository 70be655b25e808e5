"""Tags: what they may be called, who may change them, and what setting, taking away and merging does to one customer's tags.

Who may tag a customer is ``permission.py`` (action ``tag``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from services.common.events.envelope import Change
from services.common.problem import Kind, Problem, invalid
from services.customer.rules.pinyin import fold, sort_key, type_ahead
from services.customer.rules.viewer import Viewer

NAME_LENGTH_MAX = 30
TAGS_MAX = 1_000  # in use at once, in the organisation
GROUPS_MAX = 100
CUSTOMER_TAGS_MAX = 50
TAGS_AT_ONCE_MAX = 20
PINNED_MAX = 30
MERGE_BATCH = 1_000

# Names are written side by side in files and read back, so what parts them is in none of them.
SEPARATORS = "、,，;；|\n"

PALETTE = ("#1677ff", "#13a8a8", "#389e0d", "#d48806", "#d4380d", "#cf1322", "#c41d7f", "#722ed1", "#2f54eb", "#595959")

# Switched by an organisation that wants tags to be made by admins and managers alone.
MEMBERS_MAY_CREATE = True

Manage = Literal["create", "edit", "merge", "group", "order"]
ACTIONS_ON_ALL: tuple[Manage, ...] = ("create", "merge", "group", "order")  # those that do not depend on who made a tag


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as decisions need it. ``single``: its group allows one tag per customer."""

    tag_id: UUID
    name: str
    color: str
    tag_group_id: UUID | None = None
    single: bool = False
    archived: bool = False
    created_by: UUID | None = None

    def shown(self) -> dict[str, str]:
        """As answers and events name it."""
        return {"tag_id": str(self.tag_id), "name": self.name, "color": self.color}


# --- managing --------------------------------------------------------------------------------------------------------------


def may_manage(viewer: Viewer, action: Manage, created_by: UUID | None = None) -> bool:
    """Admins and managers manage all tags and groups; a member makes tags and edits (renames, colours, archives) his own."""
    if viewer.is_admin or viewer.role == "manager":
        return True
    if action == "create":
        return MEMBERS_MAY_CREATE
    return action == "edit" and created_by == viewer.member_id


def require_manage(viewer: Viewer, action: Manage, created_by: UUID | None = None) -> None:
    """Refuse who may not."""
    if may_manage(viewer, action, created_by):
        return
    if action == "edit":
        message = "You can change the tags that you made yourself; the others are changed by admins and managers."
        raise Problem(Kind.FORBIDDEN, "tag_of_others", message, rule="tag_manager")
    message = "Only admins and managers may do this with tags."
    raise Problem(Kind.FORBIDDEN, "tag_managers_only", message, rule="tag_manager")


def check_name(name: str, pointer: str = "/name") -> str:
    """The name as it is stored."""
    visible = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Cf", "Zl", "Zp") else " " for c in name)
    clean = " ".join(visible.split())
    if not clean or not fold(clean):
        raise invalid(pointer, "required", "Give it a name.")
    if len(clean) > NAME_LENGTH_MAX:
        raise invalid(pointer, "too_long", f"A name has at most {NAME_LENGTH_MAX} characters.")
    if any(c in SEPARATORS for c in name):
        raise invalid(pointer, "tag_name_malformed", "A name holds none of 、 , ; |, which part names from each other in files.")
    return clean


def name_columns(name: str) -> dict[str, str]:
    """The columns that follow from a name: as it is compared, sorted, and found by type-ahead (with every likely reading)."""
    return {"name": name, "name_key": fold(name), "name_sort": sort_key(name), "search": type_ahead(name)}


def split_names(text: str) -> list[str]:
    """The names in a cell, without repetition."""
    for separator in SEPARATORS:
        text = text.replace(separator, "\n")
    return list({fold(name): name for part in text.split("\n") if (name := " ".join(part.split()))}.values())


def next_color(made: int) -> str:
    """The colour of the next tag that brings none."""
    return PALETTE[made % len(PALETTE)]


def name_taken(name: str, pointer: str = "/name", **data: Any) -> Problem:
    """Another one has the name."""
    message = f"There is one called {name} already."
    errors = [{"pointer": pointer, "code": "tag_name_taken", "detail": message}]
    return Problem(Kind.CONFLICT, "tag_name_taken", message, rule="tag_name", errors=errors, **data)


def check_order(wanted: Sequence[UUID], known: Collection[UUID], pointer: str) -> list[UUID]:
    """All that are there, those named first in the order named; unknown ones are refused."""
    named = list(dict.fromkeys(wanted))
    for index, found in enumerate(named):
        if found not in known:
            raise invalid(f"{pointer}/{index}", "tag_unknown", "There is no such one. Read the list again.")
    return [*named, *(other for other in known if other not in set(named))]


# --- setting and taking away -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """What changes on one customer: these tags come, those go."""

    added: tuple[Tag, ...] = ()
    removed: tuple[Tag, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not self.added and not self.removed


def check_wanted(wanted: Sequence[UUID], known: Mapping[UUID, Tag], *, adding: bool = True, pointer: str = "/tag_ids") -> list[Tag]:
    """The tags that are named; 422 for unknown ones, archived ones and two of a group that allows one."""
    ids = list(dict.fromkeys(wanted))
    if not ids:
        raise invalid(pointer, "empty", "Choose at least one tag.")
    if len(ids) > TAGS_AT_ONCE_MAX:
        raise invalid(pointer, "too_many_tags_at_once", f"At most {TAGS_AT_ONCE_MAX} tags at once.")
    seen: dict[UUID, str] = {}
    for index, tag_id in enumerate(ids):
        found = known.get(tag_id)
        if found is None:
            raise invalid(f"{pointer}/{index}", "tag_unknown", "There is no such tag.")
        if adding and found.archived:
            raise invalid(f"{pointer}/{index}", "tag_archived", f"The tag {found.name} is archived; it can no longer be set.")
        if adding and found.single and found.tag_group_id is not None:
            if found.tag_group_id in seen:
                message = f"{seen[found.tag_group_id]} and {found.name} are of a group of which a customer has one."
                raise invalid(f"{pointer}/{index}", "one_of_group", message)
            seen[found.tag_group_id] = found.name
    return [known[tag_id] for tag_id in ids]


def add(held: Sequence[Tag], wanted: Sequence[Tag]) -> Step:
    """Set tags: what is there stays; in a group that allows one, the new tag takes the place of the old."""
    present = {tag.tag_id for tag in held}
    added = tuple(tag for tag in wanted if tag.tag_id not in present)
    groups = {tag.tag_group_id for tag in added if tag.single and tag.tag_group_id is not None}
    return Step(added, tuple(tag for tag in held if tag.tag_group_id in groups))


def remove(held: Sequence[Tag], wanted: Sequence[Tag]) -> Step:
    """Take tags away; what is not there is nothing to do."""
    gone = {tag.tag_id for tag in wanted}
    return Step(removed=tuple(tag for tag in held if tag.tag_id in gone))


def too_many(held: Sequence[Tag], step: Step) -> bool:
    """Whether a customer would have more tags than one can have."""
    return bool(step.added) and len(held) + len(step.added) - len(step.removed) > CUSTOMER_TAGS_MAX


def merge(held: Sequence[Tag], source: Tag, target: Tag) -> Step:
    """A merge on one customer: the target takes the source's place, unless it is there already, or another tag of a group that allows
    one is: a merge never undoes what somebody has chosen.
    """
    gone = tuple(tag for tag in held if tag.tag_id == source.tag_id)
    if not gone:
        return Step()
    rest = [tag for tag in held if tag.tag_id != source.tag_id]
    blocked = any(tag.tag_id == target.tag_id or (target.single and tag.tag_group_id == target.tag_group_id) for tag in rest)
    return Step(() if blocked else (target,), gone)


def payload(step: Step, *, merged: bool = False) -> tuple[str, dict[str, Any]]:
    """The event of a step: its type and payload. A tag that took another's place tells of both in one event."""
    more = {"merged": True} if merged else {}
    if not step.added:
        return "customer.untagged", {"tags": [tag.shown() for tag in step.removed], **more}
    replaced = {"replaced": [tag.shown() for tag in step.removed]} if step.removed else {}
    return "customer.tagged", {"tags": [tag.shown() for tag in step.added], **replaced, **more}


def created_changes(tags: Sequence[Tag]) -> list[Change]:
    """What the event of a new customer tells of the tags that it was made with."""
    return [Change("tags", None, [str(tag.tag_id) for tag in tags], None, "、".join(tag.name for tag in tags))] if tags else []
