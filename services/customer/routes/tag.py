"""Tags and their groups: the manager, what pickers offer, what the caller has pinned. Setting them is ``customer_tag.py``."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.web import Body, Query, Shape, call, endpoint, engine
from services.customer.commands import tag as commands
from services.customer.commands import tag_group as group_commands
from services.customer.commands import tag_merge as merge_commands
from services.customer.queries import tag as queries
from services.customer.routes.customer import MemberRef, TagRef
from services.customer.routes.customer_list import Count

blueprint = Blueprint("tag", __name__)

Name = Annotated[str, Field(min_length=1, max_length=200)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Ids = Annotated[list[UUID], Field(max_length=2000)]


class Tag(Shape):
    """A tag. ``search`` is what type-ahead finds it by: name, pinyin, initials, one a line. ``merging``: others still flow into it.

    ``usage`` is how many customers that the caller sees have it, where it was asked for.
    """

    tag_id: UUID
    tag_group_id: UUID | None
    name: str
    color: str
    position: int
    search: str
    archived_at: AwareDatetime | None
    created_at: AwareDatetime
    created_by: MemberRef | None
    pinned: bool
    merging: bool
    may_edit: bool
    usage: Count | None


class TagGroup(Shape):
    """A group. ``single``: a customer has one tag of it at most."""

    tag_group_id: UUID
    name: str
    single: bool
    position: int


class TagList(Shape):
    """Tags in their order, groups in theirs, and what the caller may do with all of them."""

    items: list[Tag]
    groups: list[TagGroup]
    may_create: bool
    may_merge: bool
    may_group: bool
    may_order: bool


class TagQuery(Query):
    """Those in use, or the archived ones; with the number of customers that have each."""

    archived: bool = False
    usage: bool = False


class CreateTag(Body):
    """A new tag; without a colour it gets one."""

    name: Name
    color: Color | None = None
    tag_group_id: UUID | None = None


class EditTag(Body):
    """What changes. ``tag_group_id`` null takes it out of its group; ``archived`` takes it out of use or back."""

    name: Name | None = None
    color: Color | None = None
    tag_group_id: UUID | None = None
    archived: bool | None = None


class TagIds(Body):
    """Tags in an order."""

    tag_ids: Ids


class MergeTag(Body):
    """The tag that takes its place."""

    into: UUID


class Merged(Shape):
    """How many customers have changed already; ``moving``: others follow in the background."""

    batch_id: UUID
    moved: int
    moving: bool


class CreateTagGroup(Body):
    """A new group."""

    name: Name
    single: bool = False


class EditTagGroup(Body):
    """What changes."""

    name: Name | None = None
    single: bool | None = None


class TagGroupIds(Body):
    """Groups in an order."""

    tag_group_ids: Ids


class TagGroups(Shape):
    """All groups."""

    items: list[TagGroup]


class PinnedTags(Shape):
    """The caller's pinned tags in his order."""

    items: list[TagRef]


@blueprint.get("/api/tags")
@endpoint(query=TagQuery, answer=TagList)
def list_tags(query: TagQuery) -> dict[str, Any]:
    """All tags and groups."""
    return queries.list_tags(engine(), call().member_id, archived=query.archived, usage=query.usage)


@blueprint.post("/api/tags")
@endpoint(body=CreateTag, answer=Tag, status=201)
def create_tag(body: CreateTag) -> dict[str, Any]:
    """Add a tag."""
    return commands.create_tag(engine(), call(), name=body.name, color=body.color, tag_group_id=body.tag_group_id)


@blueprint.put("/api/tags/order")
@endpoint(body=TagIds, right="tag_manager")
def order_tags(body: TagIds) -> None:
    """Put the named tags first, in this order."""
    commands.order_tags(engine(), call(), body.tag_ids)


@blueprint.patch("/api/tags/<tag_id>")
@endpoint(body=EditTag, answer=Tag)
def edit_tag(tag_id: UUID, body: EditTag) -> dict[str, Any]:
    """Rename, colour, move to a group, archive, restore. A member changes the tags that he made."""
    return commands.edit_tag(engine(), call(), tag_id, body.changes("name", "color", "archived"))


@blueprint.post("/api/tags/<tag_id>/merge")
@endpoint(body=MergeTag, answer=Merged, right="tag_manager")
def merge_tag(tag_id: UUID, body: MergeTag) -> dict[str, Any]:
    """Let another tag take its place on every customer."""
    return merge_commands.merge_tag(engine(), call(), tag_id, body.into)


@blueprint.get("/api/tag_groups")
@endpoint(answer=TagGroups)
def list_groups() -> dict[str, Any]:
    """All groups of tags."""
    return {"items": queries.list_groups(engine(), call().member_id)}


@blueprint.post("/api/tag_groups")
@endpoint(body=CreateTagGroup, answer=TagGroup, status=201, right="tag_manager")
def create_tag_group(body: CreateTagGroup) -> dict[str, Any]:
    """Add a group of tags."""
    return group_commands.create_tag_group(engine(), call(), name=body.name, single=body.single)


@blueprint.put("/api/tag_groups/order")
@endpoint(body=TagGroupIds, right="tag_manager")
def order_tag_groups(body: TagGroupIds) -> None:
    """Put the named groups first, in this order."""
    group_commands.order_tag_groups(engine(), call(), body.tag_group_ids)


@blueprint.patch("/api/tag_groups/<tag_group_id>")
@endpoint(body=EditTagGroup, answer=TagGroup, right="tag_manager")
def edit_tag_group(tag_group_id: UUID, body: EditTagGroup) -> dict[str, Any]:
    """Rename a group, or say whether a customer has one tag of it at most."""
    return group_commands.edit_tag_group(engine(), call(), tag_group_id, body.changes("name", "single"))


@blueprint.delete("/api/tag_groups/<tag_group_id>")
@endpoint(right="tag_manager")
def delete_tag_group(tag_group_id: UUID) -> None:
    """Remove a group; its tags stay."""
    group_commands.delete_tag_group(engine(), call(), tag_group_id)


@blueprint.get("/api/pinned_tags")
@endpoint(answer=PinnedTags)
def list_pinned() -> dict[str, Any]:
    """The tags that the caller has pinned into the side menu."""
    return {"items": queries.list_pinned(engine(), call().member_id)}


@blueprint.put("/api/pinned_tags")
@endpoint(body=TagIds, answer=PinnedTags)
def pin_tags(body: TagIds) -> dict[str, Any]:
    """Pin exactly these tags, in this order."""
    return {"items": commands.pin_tags(engine(), call(), body.tag_ids)}
