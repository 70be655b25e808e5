"""Saved searches: conditions under a name, one's own and those that others share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint
from pydantic import Field

from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import saved_search as commands
from services.customer.queries import saved_search as queries
from services.customer.routes.customer import MemberRef
from services.customer.rules.customer_list import View
from services.customer.rules.saved_search import PINNED_MAX, SHARES_MAX, SharedWith

blueprint = Blueprint("saved_search", __name__)

Name = Annotated[str, Field(min_length=1, max_length=60)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Icon = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
Column = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Shares = Annotated[list[UUID], Field(max_length=SHARES_MAX)]


class Broken(Shape):
    """A part that no longer means anything: where it stands in the search, and what is wrong with it."""

    pointer: str
    code: str
    detail: str


class SavedSearch(Shape):
    """A saved search. ``pinned`` and ``position`` are the caller's own; ``names`` gives a name to each id it mentions; ``search`` is what
    type-ahead finds it by: name, pinyin, initials, one a line.
    """

    saved_search_id: UUID
    name: str
    search: str
    color: str | None
    icon: str | None
    view: View
    q: str | None
    filter: dict[str, Any] | None
    sort: str | None
    columns: list[str] | None
    shared_with: SharedWith
    member_ids: list[UUID]
    department_ids: list[UUID]
    owner: MemberRef
    mine: bool
    may_change: bool
    pinned: bool
    position: int | None
    count_shown: bool
    broken: list[Broken]
    names: dict[str, str]
    created_at: datetime
    updated_at: datetime


class SavedSearches(Shape):
    """Pinned ones in their order, then the caller's own, then those shared with him."""

    items: list[SavedSearch]


class CreateSavedSearch(Body):
    """Conditions under a name; ``filter`` is the tree that lists take."""

    name: Name
    color: Color | None = None
    icon: Icon | None = None
    view: View = "all"
    q: str | None = Field(None, max_length=200)
    filter: dict[str, Any] | None = None
    sort: str | None = Field(None, max_length=80)
    columns: list[Column] | None = Field(None, min_length=1, max_length=100)
    shared_with: SharedWith = "nobody"
    member_ids: Shares = Field(default_factory=list)
    department_ids: Shares = Field(default_factory=list)
    count_shown: bool = True
    pinned: bool = True


class EditSavedSearch(Body):
    """What is to change. ``pinned`` is open to everyone who sees the search, the rest to its author and to admins."""

    name: Name | None = None
    color: Color | None = None
    icon: Icon | None = None
    view: View | None = None
    q: str | None = Field(None, max_length=200)
    filter: dict[str, Any] | None = None
    sort: str | None = Field(None, max_length=80)
    columns: list[Column] | None = Field(None, min_length=1, max_length=100)
    shared_with: SharedWith | None = None
    member_ids: Shares | None = None
    department_ids: Shares | None = None
    count_shown: bool | None = None
    pinned: bool | None = None


class OrderSavedSearches(Body):
    """The pinned ones in the order of the side menu."""

    saved_search_ids: list[UUID] = Field(max_length=PINNED_MAX)


@blueprint.get("/api/saved_searches")
@endpoint(answer=SavedSearches)
def list_saved_searches() -> dict[str, Any]:
    """My saved searches, and those shared with me."""
    return queries.list_saved_searches(engine(), call().member_id)


@blueprint.post("/api/saved_searches")
@endpoint(body=CreateSavedSearch, answer=SavedSearch, status=201)
def create_saved_search(body: CreateSavedSearch) -> dict[str, Any]:
    """Save a search."""
    return commands.create_saved_search(engine(), call(), body.model_dump())


@blueprint.put("/api/saved_searches/order")
@endpoint(body=OrderSavedSearches)
def order_saved_searches(body: OrderSavedSearches) -> None:
    """Put my pinned searches into an order."""
    commands.order_saved_searches(engine(), call(), body.saved_search_ids)


@blueprint.get("/api/saved_searches/<saved_search_id>")
@endpoint(answer=SavedSearch)
def find_saved_search(saved_search_id: UUID) -> dict[str, Any]:
    """One saved search."""
    return queries.find_saved_search(engine(), call().member_id, saved_search_id)


@blueprint.patch("/api/saved_searches/<saved_search_id>")
@endpoint(body=EditSavedSearch, answer=SavedSearch)
def edit_saved_search(saved_search_id: UUID, body: EditSavedSearch) -> dict[str, Any]:
    """Change a saved search, or pin it."""
    never_null = ("name", "view", "shared_with", "member_ids", "department_ids", "count_shown", "pinned")
    return commands.edit_saved_search(engine(), call(), saved_search_id, body.changes(*never_null))


@blueprint.delete("/api/saved_searches/<saved_search_id>")
@endpoint()
def delete_saved_search(saved_search_id: UUID) -> None:
    """Delete a saved search; ``…/restore`` takes it back."""
    commands.delete_saved_search(engine(), call(), saved_search_id)


@blueprint.post("/api/saved_searches/<saved_search_id>/restore")
@endpoint(answer=SavedSearch)
def restore_saved_search(saved_search_id: UUID) -> dict[str, Any]:
    """Take a deletion back."""
    return commands.restore_saved_search(engine(), call(), saved_search_id)
