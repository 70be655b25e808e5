"""Recycle rules as values: what is refused, which warning is due, how many days are left."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.problem import Problem
from services.customer.rules import pool_rule as rules
from services.customer.rules.pool_rule import PoolRule


def rule(**values: Any) -> PoolRule:
    return PoolRule(**{"pool_rule_id": uuid.uuid4(), "pool_id": uuid.uuid4(), "name": "x", "days": 30, **values})


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"name": "  "}, "/name"),
        ({"name": "长" * 61}, "/name"),
        ({"days": 0}, "/days"),
        ({"days": 1001}, "/days"),
        ({"warn_days": [0]}, "/warn_days"),
        ({"warn_days": [1, 2, 3, 4, 5, 6]}, "/warn_days"),
    ],
)
def test_bad_values_are_refused_with_their_place(values: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Problem) as refused:
        rules.check(values)
    assert refused.value.data["errors"][0]["pointer"] == pointer


def test_values_are_put_in_order() -> None:
    assert rules.check({"name": " 三十  天 ", "warn_days": [1, 7, 3, 7]}) == {"name": "三十 天", "warn_days": (7, 3, 1)}


def test_without_warnings_given_those_that_fit_are_taken() -> None:
    assert rules.check({"days": 5, "warn_days": None})["warn_days"] == (3, 1)


def test_a_warning_before_the_clock_began_is_refused() -> None:
    rules.check_warnings(rule(days=8))
    with pytest.raises(Problem, match="fewer than 7 days"):
        rules.check_warnings(rule(days=7))


@given(st.lists(st.integers(1, 90), max_size=5), st.timedeltas(timedelta(), timedelta(days=100)))
def test_the_closest_reached_warning_is_due(steps: list[int], left: timedelta) -> None:
    found = rules.due_step(steps, left)
    reached = [step for step in steps if timedelta(days=step) >= left]
    assert found == (min(reached) if reached else None)


def test_days_left_count_today() -> None:
    midnight = datetime(2026, 3, 9, 16, tzinfo=UTC)  # the 10th begins in Shanghai
    assert rules.days_left(midnight, midnight - timedelta(hours=1), "Asia/Shanghai") == 1
    assert rules.days_left(midnight, midnight - timedelta(days=2, hours=1), "Asia/Shanghai") == 3
    assert rules.days_left(midnight, midnight + timedelta(days=1), "Asia/Shanghai") == 0


def test_a_rule_is_told_in_both_languages() -> None:
    assert rules.words(30, workdays=False) == rules.Words("连续 30 天未跟进", "no follow-up for 30 days")
    assert rules.words(1, workdays=True) == rules.Words("连续 1 个工作日未跟进", "no follow-up for 1 workday")
