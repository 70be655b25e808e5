"""Batches: which customers a batch means, what became of each, the caller's latest ones, cancelling and undoing them."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, current_app
from pydantic import AwareDatetime, Field

from services.common.web import Body, Query, Reply, Shape, call, endpoint, engine
from services.customer.commands import batch as commands
from services.customer.commands import bulk_edit as edit_commands
from services.customer.commands import undo as undo_commands
from services.customer.commands.batch import Find
from services.customer.queries import batch as queries
from services.customer.queries.customer_list import find_ids
from services.customer.routes.customer import MemberRef, zone
from services.customer.rules.batch import Chosen, choose
from services.customer.rules.customer_list import View

blueprint = Blueprint("batch", __name__)


class Selection(Body):
    """All that match the parameters of a list; the chips (``status`` to ``pool_id``) as there."""

    view: View | None = None
    q: str | None = Field(None, max_length=200)
    filter: dict[str, Any] | str | None = None
    status: str | None = None
    level: str | None = None
    province: str | None = None
    source: str | None = None
    industry: str | None = None
    owner_id: str | None = None
    department_id: str | None = None
    pool_id: str | None = None


class Customers(Body):
    """Which ones: ``customer_ids``, or all that match ``selection`` (``view``, ``q`` and ``filter`` may stand beside it just as well)."""

    customer_ids: list[UUID] | None = None
    selection: Selection | None = None
    view: View | None = None
    q: str | None = Field(None, max_length=200)
    filter: dict[str, Any] | str | None = None

    def chosen(self) -> Chosen:
        """The ids, or what the list was asked."""
        inner = self.selection.model_dump(exclude_none=True) if self.selection else {}
        beside = {"view": self.view, "q": self.q, "filter": self.filter}
        return choose(self.customer_ids, inner | {name: value for name, value in beside.items() if value is not None})


class BulkValues(Body):
    """What to set; only what is sent counts, null empties a field."""

    status: str | None = None
    level: str | None = None
    industry: str | None = None
    source: str | None = None
    relation: str | None = None
    kind: str | None = None
    province: str | None = None
    city: str | None = None
    next_contact_at: AwareDatetime | None = None
    custom: dict[str, Any] = Field(default_factory=dict)


class EditMany(Customers):
    """The same values for many."""

    values: BulkValues


class BatchResult(Shape):
    """What became of one customer: its new version, or why it was skipped, by which rule, since and until when;
    ``changed_since`` says by whom and when.
    """

    customer_id: UUID
    done: bool
    code: str | None = None
    detail: str | None = None
    version: int | None = None
    by: dict[str, Any] | None = None
    rule: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    pool: str | None = None
    limit: int | None = None


class Batch(Shape):
    """What became of all, in the order in which they were named; a queued one (202) runs in the background, nothing is done yet."""

    batch_id: UUID
    state: Literal["queued", "done"]
    results: list[BatchResult]
    done: int
    skipped: int


class BatchSummary(Shape):
    """One batch: how far it is, and until when it can be undone (``undo_refused`` says why not)."""

    batch_id: UUID
    verb: str
    parameters: dict[str, Any]
    members: list[MemberRef]
    selection: dict[str, Any] | None
    customer: dict[str, Any] | None
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    total: int
    done: int
    skipped: int
    created_at: AwareDatetime
    ended_at: AwareDatetime | None
    undo_until: AwareDatetime | None
    undo_refused: str | None
    undo_of: UUID | None
    undone_by_batch_id: UUID | None
    error_code: str | None
    error_detail: str | None


class ShownResult(BatchResult):
    """What became of one customer, with its number and name as far as the caller may see it."""

    customer_no: str | None = None
    name: str | None = None


class BatchDetail(BatchSummary):
    """One batch with its skipped customers, at most 1,000 of them."""

    results: list[ShownResult]


class BatchPage(Shape):
    """Some batches, the latest first."""

    items: list[BatchSummary]
    next: str | None


class ListBatches(Query):
    """Which batches."""

    limit: int = Field(20, ge=1, le=200)
    after: UUID | None = None


def find() -> Find:
    """How the ids of a selection are found."""
    return partial(find_ids, zone=zone())


def reply(answer: dict[str, Any]) -> Reply:
    """202 where the batch runs in the background."""
    return Reply(answer, 202 if answer["state"] == "queued" else 200)


def _minutes() -> int:
    found: int = current_app.extensions["settings"].undo_minutes
    return found


@blueprint.post("/api/customers/edit")
@endpoint(body=EditMany, answer=Batch)
def edit_many(body: EditMany) -> Reply:
    """Set the same values in many customers; a result for each, ``unchanged`` where it had them already."""
    return reply(edit_commands.edit_customers(engine(), call(), body.chosen(), body.values.changes(), zone=zone(), find=find()))


@blueprint.get("/api/batches")
@endpoint(query=ListBatches, answer=BatchPage)
def list_batches(query: ListBatches) -> dict[str, Any]:
    """My batches, the latest first."""
    return queries.list_batches(engine(), call().member_id, after=query.after, limit=query.limit, minutes=_minutes())


@blueprint.get("/api/batches/<batch_id>")
@endpoint(answer=BatchDetail)
def get_batch(batch_id: UUID) -> dict[str, Any]:
    """One of my batches, with why customers were skipped."""
    return queries.find_batch(engine(), call().member_id, batch_id, minutes=_minutes())


@blueprint.post("/api/batches/<batch_id>/cancel")
@endpoint(answer=BatchDetail)
def cancel_batch(batch_id: UUID) -> dict[str, Any]:
    """Stop it; what is done stays, and can be undone."""
    commands.cancel_batch(engine(), call(), batch_id)
    return queries.find_batch(engine(), call().member_id, batch_id, minutes=_minutes())


@blueprint.post("/api/undo/<batch_id>")
@endpoint(answer=Batch)
def undo(batch_id: UUID) -> Reply:
    """Bring back everything that a batch changed and nobody has changed since; a result for each."""
    return reply(undo_commands.undo_batch(engine(), call(), batch_id, minutes=_minutes(), zone=zone()))
