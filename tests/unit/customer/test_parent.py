"""A parent is visible to whoever sets it, and nothing stands below itself."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.ids import new_id
from services.common.problem import Problem
from services.customer.rules.parent import check_circle, refuse_invisible

CUSTOMERS = [new_id() for _ in range(6)]


def above(parents: dict[UUID, UUID], customer_id: UUID) -> set[UUID]:
    found = {customer_id}
    while (up := parents.get(customer_id)) is not None:
        assert up not in found, "a circle"
        found.add(up)
        customer_id = up
    return found


@given(st.lists(st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(CUSTOMERS)), max_size=30))
def test_whatever_parents_are_set_there_is_never_a_circle(settings: list[tuple[UUID, UUID]]) -> None:
    parents: dict[UUID, UUID] = {}
    for customer_id, parent_id in settings:
        ancestors = above(parents, parent_id)
        if customer_id in ancestors:
            with pytest.raises(Problem, match="below itself"):
                check_circle(customer_id, ancestors)
        else:
            check_circle(customer_id, ancestors)
            parents[customer_id] = parent_id
    for customer_id in CUSTOMERS:
        above(parents, customer_id)


def test_missing_and_invisible_are_one_refusal() -> None:
    problem = refuse_invisible()
    assert isinstance(problem, Problem)
    assert problem.kind.status == 422
    assert problem.data["errors"][0]["pointer"] == "/parent_customer_id"
