"""Revising option lists: nothing is ever lost, positions have no gaps."""

from __future__ import annotations

from hypothesis import given, reject
from hypothesis import strategies as st

from services.common.problem import Problem
from services.customer.migrations.options_0001 import OPTIONS
from services.customer.rules.option import LISTS, Change, Option, revise

values = st.sampled_from(["new", "b", "c", "d", "e"])
options = st.lists(values, unique=True).map(
    lambda found: [Option(value, value, value, None, index, True, value == "e") for index, value in enumerate(found)]
)
changes = st.lists(
    st.builds(Change, st.none() | values, st.sampled_from("甲乙丙丁戊己庚"), st.just("x"), st.none(), st.booleans()), max_size=6
)


@given(options, changes)
def test_a_revised_list_keeps_every_value_and_counts_without_gaps(current: list[Option], wanted: list[Change]) -> None:
    codes = [f"fresh_{index}" for index, change in enumerate(wanted) if change.value is None]
    try:
        revised = revise("status", current, wanted, codes)
    except Problem:
        reject()
    found = [option.value for option in revised]
    assert len(set(found)) == len(found)
    assert {option.value for option in current} <= set(found)
    assert [option.position for option in revised] == list(range(len(revised)))
    assert [option.system for option in revised] == [_was_system(option, current) for option in revised]
    assert all(option.active for option in revised if option.value == "new")


def _was_system(option: Option, current: list[Option]) -> bool:
    return any(other.value == option.value and other.system for other in current)


def test_the_seeds_fill_every_list_with_single_values_and_labels() -> None:
    assert set(OPTIONS) == set(LISTS)
    for name, seeds in OPTIONS.items():
        for column in range(3):
            found = [seed[column] for seed in seeds]
            assert len(set(found)) == len(found), name
