"""Lists of customers and the counts of the side menu."""

from __future__ import annotations

from typing import Any, Literal

from flask import Blueprint, current_app
from pydantic import Field

from services.common.web import Query, Shape, call, endpoint, engine
from services.customer.queries import customer_count as count_queries
from services.customer.queries import customer_facet as facet_queries
from services.customer.queries import customer_list as queries
from services.customer.routes.customer import CustomerRow, zone
from services.customer.rules.customer_facet import FacetField
from services.customer.rules.customer_list import View

blueprint = Blueprint("customer_list", __name__)


class Narrowed(Query):
    """Which customers, in which order. The chips (``status`` to ``industry``) take several values, split by commas; ``filter`` is a
    tree of conditions on the fields of ``GET /api/fields``, as JSON.
    """

    view: View = "all"
    q: str | None = Field(None, max_length=200)
    filter: str | None = None
    sort: str | None = None
    status: str | None = None
    level: str | None = None
    province: str | None = None
    source: str | None = None
    industry: str | None = None
    owner_id: str | None = None
    department_id: str | None = None
    pool_id: str | None = None


class CustomerQuery(Narrowed):
    """A page of them."""

    limit: int = Field(20, ge=1, le=200)
    after: str | None = Field(None, max_length=1000)


class Count(Shape):
    """How many; beyond what is counted exactly, ``exact`` is false and ``value`` the bound."""

    value: int
    exact: bool


class ListedCustomer(CustomerRow):
    """A row of a list; in the view ``contact_today`` with its group."""

    group: Literal["overdue", "today", "handled"] | None = None


class CustomerList(Shape):
    """One page."""

    items: list[ListedCustomer]
    next: str | None
    count: Count


class FacetQuery(Narrowed):
    """A list, and the field whose values are counted in it. What the field's own chip holds is left out."""

    field: FacetField


class FacetItem(Shape):
    """A value: that of an option, the id of a tag or of an owner (with the ``name``), or for ``last_follow_up_at`` an operator with its
    value, e.g. ``last_days:7``.
    """

    value: str
    name: str | None
    count: Count


class Facet(Shape):
    """The most frequent first. Not ``complete``: the list is too large, values without a count are in it or are not."""

    items: list[FacetItem]
    complete: bool


class CustomerCounts(Shape):
    """The views of the side menu with the overdue part of ``contact_today``, the tags and the saved searches that the caller has pinned.

    A saved search that is broken, or takes too long to count, has no number.
    """

    views: dict[str, Count]
    tags: dict[str, Count]
    saved_searches: dict[str, Count]


def secret() -> bytes:
    """The key that signs cursors, read from its file once."""
    kept: dict[str, Any] = current_app.extensions
    if "secret_key" not in kept:
        kept["secret_key"] = kept["settings"].secret_key()
    found: bytes = kept["secret_key"]
    return found


@blueprint.get("/api/customers")
@endpoint(query=CustomerQuery, answer=CustomerList)
def list_customers(query: CustomerQuery) -> dict[str, Any]:
    """A page of customers that the caller may see."""
    return queries.list_customers(
        engine(),
        call().member_id,
        query.model_dump(exclude={"limit", "after"}),
        limit=query.limit,
        after=query.after or None,
        zone=zone(),
        secret=secret(),
    )


@blueprint.get("/api/customers/facets")
@endpoint(query=FacetQuery, answer=Facet)
def count_facet(query: FacetQuery) -> dict[str, Any]:
    """How many customers of a list have each value of a field."""
    parameters = query.model_dump(exclude={"field"})
    return facet_queries.count_facet(engine(), call().member_id, query.field, parameters, zone=zone())


@blueprint.get("/api/customers/counts")
@endpoint(answer=CustomerCounts)
def count_menu() -> dict[str, Any]:
    """How many customers each view, pinned tag and pinned search holds, up to 1,000."""
    return count_queries.count_menu(engine(), call().member_id, zone=zone())
