"""Marking customers with a star, for oneself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.problem import not_found
from services.customer.commands.batch import Doing, Find, Step, Work, run_many
from services.customer.rules.batch import UNVERSIONED, Chosen, Outcome
from services.customer.store import member, star
from services.customer.store import permission as permission_store


def star_customer(engine: Engine, call: Call, customer_id: UUID) -> None:
    """Mark one; marking it again changes nothing."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        if not permission_store.find_visible(connection, viewer, [customer_id]):
            raise not_found("customer")
        star.insert_stars(connection, viewer.member_id, [customer_id])


def unstar_customer(engine: Engine, call: Call, customer_id: UUID) -> None:
    """Take the mark away; also from a customer that one no longer sees, whose absence is not told."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        visible = permission_store.find_visible(connection, viewer, [customer_id])
        star.delete_stars(connection, viewer.member_id, [customer_id])
    if not visible:
        raise not_found("customer")


def star_customers(engine: Engine, call: Call, chosen: Chosen, *, starred: bool, zone: str, find: Find) -> dict[str, Any]:
    """Mark many, or take the marks away; a result for each."""
    return run_many(engine, call, Doing("star" if starred else "unstar", zone, {}), chosen, star_step(starred=starred), find=find)


def star_step(*, starred: bool) -> Step:
    """The work of marking; a mark is nobody else's business and leaves the customer's version as it is."""
    change = star.insert_stars if starred else star.delete_stars

    def step(work: Work, customer_ids: Sequence[UUID]) -> Outcome:
        versions = permission_store.find_visible(work.connection, work.viewer, customer_ids)
        change(work.connection, work.viewer.member_id, sorted(versions))
        return dict.fromkeys(versions, UNVERSIONED)

    return step
