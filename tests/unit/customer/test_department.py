"""Places in the tree of departments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.ids import new_id
from services.common.problem import Problem
from services.customer.rules.department import DEPTH_MAX, place, refuse_in_use

IDS = [new_id() for _ in range(DEPTH_MAX + 5)]


@given(st.lists(st.sampled_from(IDS), unique=True), st.sampled_from(IDS), st.integers(1, DEPTH_MAX))
def test_a_place_is_below_its_parent_never_below_itself_and_never_too_deep(parent: list[object], own: object, levels: int) -> None:
    if own in parent or len(parent) + levels > DEPTH_MAX:
        with pytest.raises(Problem) as refused:
            place(own, parent, levels)  # type: ignore[arg-type]
        code = refused.value.data["errors"][0]["code"]
        assert code == ("department_circle" if own in parent else "department_too_deep")
        return
    path = place(own, parent, levels)  # type: ignore[arg-type]
    assert path == (*parent, own)
    assert len(set(path)) == len(path)


@pytest.mark.parametrize(("children", "members"), [(True, False), (False, True), (True, True)])
def test_what_is_in_use_stays(children: bool, members: bool) -> None:  # noqa: FBT001
    with pytest.raises(Problem, match="department_not_empty"):
        refuse_in_use(children=children, members=members)
    refuse_in_use(children=False, members=False)
