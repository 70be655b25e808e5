"""The condition tree: whatever is sent becomes a tree or a problem that points at the bad node, and a tree is written as it was read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.ids import new_id
from services.common.problem import Kind, Problem
from services.customer.rules import filter as rules
from services.customer.rules.field import BY_NAME, OPERATORS, SYSTEM, Field, registry
from services.customer.rules.filter import And, Condition, Not, Or, fields_of, parse_filter, to_json
from services.customer.rules.filter_time import relative, span
from services.customer.rules.filter_value import RELATIVE
from tests.support.filter_trees import trees

CUSTOM = registry([Field("cf_1", "choices", "产品线", "Products", "cf_1", custom=True)])
STATUS = {"field": "status", "op": "is", "value": "won"}


def refused(value: Any, known: Any = SYSTEM) -> tuple[str, str]:
    with pytest.raises(Problem) as found:
        parse_filter(value, known)
    problem = found.value
    assert problem.kind is Kind.INVALID
    [error] = problem.data["errors"]
    return error["pointer"], error["code"]


def nested(depth: int) -> dict[str, Any]:
    node: dict[str, Any] = STATUS
    for level in range(depth):
        node = {"and" if level % 2 else "or": [node]}
    return node


@pytest.mark.parametrize("nothing", [None, "", " ", "null", {}, {"and": []}, '{"and": []}'])
def test_nothing_asked_is_no_filter(nothing: Any) -> None:
    assert parse_filter(nothing, SYSTEM) is None


def test_a_tree_is_read_with_its_pointers() -> None:
    tree = {"and": [STATUS, {"not": {"field": "level", "op": "any_of", "value": ["A", "B", "A"]}}, {"or": [STATUS, STATUS]}]}
    read = parse_filter(json.dumps(tree), SYSTEM)
    assert read == And((
        Condition("status", "is", "won", "/filter/and/0"),
        Not(Condition("level", "any_of", ("A", "B"), "/filter/and/1/not")),
        Or((Condition("status", "is", "won", "/filter/and/2/or/0"), Condition("status", "is", "won", "/filter/and/2/or/1"))),
    ))  # fmt: skip
    assert fields_of(read) == {"status", "level"}


@given(trees(list(SYSTEM.by_name.values()), member_ids=[str(new_id())]))
def test_what_is_written_reads_as_the_same(tree: dict[str, Any]) -> None:
    read = parse_filter(tree, SYSTEM)
    assert read is not None
    assert parse_filter(to_json(read), SYSTEM) == read
    assert parse_filter(json.dumps(to_json(read)), SYSTEM) == read
    assert rules.fingerprint(read) == rules.fingerprint(parse_filter(to_json(read), SYSTEM))


def condition(field: str, op: Any, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


ID = str(new_id())


@pytest.mark.parametrize(
    ("value", "pointer", "code"),
    [
        ("{", "/filter", "filter_malformed"),
        ("[" * 5000 + "]" * 5000, "/filter", "filter_malformed"),
        ('"\\ud800"', "/filter", "filter_malformed"),
        ("x" * 100_001, "/filter", "filter_too_large"),
        (3, "/filter", "node_expected"),
        ([], "/filter", "node_expected"),
        ({"or": []}, "/filter/or", "group_empty"),
        ({"and": [{"and": []}]}, "/filter/and/0/and", "group_empty"),
        ({"and": {}}, "/filter/and", "group_empty"),
        ({"and": [1]}, "/filter/and/0", "node_expected"),
        ({"not": None}, "/filter/not", "node_expected"),
        ({"and": [STATUS], "or": [STATUS]}, "/filter", "node_ambiguous"),
        ({**STATUS, "x": 1}, "/filter", "node_ambiguous"),
        ({"and": [STATUS], "field": "x"}, "/filter", "node_ambiguous"),
        (nested(6), "/filter" + "/and/0/or/0" * 2 + "/and/0", "filter_too_deep"),
        ({"and": [STATUS] * 51}, "/filter/and", "too_many_conditions"),
        ({"and": [{"or": [STATUS] * 25}, {"or": [STATUS] * 26}]}, "/filter/and/1/or/25", "too_many_conditions"),
        ({"and": [condition("nothing", "is", "x")]}, "/filter/and/0/field", "field_unknown"),
        (condition("cf_2", "any_of", ["x"]), "/filter/field", "field_unknown"),
        ({"field": ["status"], "op": "is"}, "/filter/field", "field_unknown"),
        ({"op": "is"}, "/filter/field", "field_unknown"),
        (condition("status; DROP", "is", "x"), "/filter/field", "field_unknown"),
        (condition("status", "contains", "x"), "/filter/op", "operator_unknown"),
        (condition("status", {}, "x"), "/filter/op", "operator_unknown"),
        (condition("follow_up_content", "is", "x"), "/filter/op", "operator_unknown"),
        (condition("status", "is"), "/filter/value", "text_expected"),
        (condition("status", "is", ["won"]), "/filter/value", "text_expected"),
        (condition("status", "any_of", "won"), "/filter/value", "list_expected"),
        (condition("status", "any_of", []), "/filter/value", "list_expected"),
        (condition("status", "any_of", ["a"] * 201), "/filter/value", "list_expected"),
        (condition("status", "any_of", ["a", 1]), "/filter/value/1", "text_expected"),
        (condition("name", "contains", ""), "/filter/value", "text_length"),
        (condition("name", "any_of", [f"{number:0200}" for number in range(21)]), "/filter/value", "text_length"),
        (condition("name", "contains", "长" * 201), "/filter/value", "text_length"),
        (condition("name", "contains", "a\0b"), "/filter/value", "text_malformed"),
        (condition("name", "contains", "\ud800"), "/filter/value", "text_malformed"),
        (condition("name", "is_empty", "x"), "/filter/value", "value_unexpected"),
        (condition("staff_size", "gt", "5"), "/filter/value", "number_expected"),
        (condition("staff_size", "gt", True), "/filter/value", "number_expected"),
        (condition("staff_size", "gt", 10**400), "/filter/value", "number_range"),
        (condition("staff_size", "gt", float("nan")), "/filter/value", "number_range"),
        (condition("staff_size", "between", [1]), "/filter/value", "between_expected"),
        (condition("staff_size", "between", [2, 1]), "/filter/value", "between_reversed"),
        (condition("created_at", "is", "2026-02-30"), "/filter/value", "day_expected"),
        (condition("created_at", "is", "2026-1-1"), "/filter/value", "day_expected"),
        (condition("created_at", "is", "9999-12-31"), "/filter/value", "day_expected"),
        (condition("created_at", "ge", 20260101), "/filter/value", "day_expected"),
        (condition("created_at", "relative", "last_century"), "/filter/value", "relative_unknown"),
        (condition("created_at", "relative", []), "/filter/value", "relative_unknown"),
        (condition("created_at", "last_days", 3661), "/filter/value", "days_expected"),
        (condition("created_at", "last_days", 1.5), "/filter/value", "days_expected"),
        (condition("created_at", "last_days", True), "/filter/value", "days_expected"),
        (condition("created_at", "last_days", -1), "/filter/value", "days_expected"),
        (condition("owner", "is", "myself"), "/filter/value", "id_malformed"),
        (condition("owner", "any_of", ["me", "x"]), "/filter/value/1", "id_malformed"),
        (condition("parent_customer_id", "is", "me"), "/filter/value", "id_malformed"),
        (condition("starred", "is", "true"), "/filter/value", "boolean_expected"),
        (condition("starred", "is", None), "/filter/value", "boolean_expected"),
    ],
)
def test_what_is_wrong_is_refused_with_a_pointer_to_it(value: Any, pointer: str, code: str) -> None:
    assert refused(value) == (pointer, code)


def test_depth_counts_groups_and_a_negated_group_is_one() -> None:
    assert parse_filter(nested(5), SYSTEM) is not None
    tree: dict[str, Any] = STATUS
    for _ in range(5):
        tree = {"not": {"and": [tree]}}
    assert parse_filter(tree, SYSTEM) is not None
    assert refused({"not": {"and": [tree]}})[1] == "filter_too_deep"
    chain: dict[str, Any] = STATUS
    for _ in range(6):
        chain = {"not": chain}
    assert refused(chain)[1] == "filter_too_deep"


def test_custom_fields_are_known_where_the_registry_holds_them() -> None:
    asked = condition("cf_1", "all_of", ["a", "b"])
    assert parse_filter(asked, CUSTOM) == Condition("cf_1", "all_of", ("a", "b"), "/filter")
    assert refused(asked) == ("/filter/field", "field_unknown")


def test_every_type_has_operators_and_every_field_its_type() -> None:
    assert all(OPERATORS[field.type] for field in BY_NAME.values())
    assert all(set(field.operators) <= set(OPERATORS[field.type]) for field in SYSTEM.by_name.values())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["status", "is", "me", "2026-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["and", "or", "not", "field", "op", "value", "x"]), inner, max_size=3)
    ),
    max_leaves=25,
)
bad_conditions = st.builds(
    condition, st.sampled_from(list(SYSTEM.by_name)), st.sampled_from(sorted({op for ops in OPERATORS.values() for op in ops})), json_values
)


@given(json_values | bad_conditions | st.text(max_size=60) | st.binary(max_size=60))
def test_nothing_but_a_problem_comes_of_hostile_input(value: Any) -> None:
    problem = None
    try:
        read = parse_filter(value, SYSTEM)
    except Problem as found:
        read, problem = None, found
    if problem is not None:
        assert problem.kind is Kind.INVALID
        assert problem.data["errors"][0]["pointer"].startswith("/filter")
    assert read is None or parse_filter(to_json(read), SYSTEM) == read


TODAY = date(2026, 2, 28)  # a Saturday


@pytest.mark.parametrize(
    ("op", "value", "begin", "end"),
    [
        ("is", TODAY, "2026-02-28", "2026-03-01"), ("lt", TODAY, None, "2026-02-28"), ("le", TODAY, None, "2026-03-01"),
        ("gt", TODAY, "2026-03-01", None), ("ge", TODAY, "2026-02-28", None), ("between", (TODAY, TODAY), "2026-02-28", "2026-03-01"),
        ("last_days", 0, "2026-02-28", "2026-03-01"), ("last_days", 30, "2026-01-29", "2026-03-01"),
        ("next_days", 1, "2026-02-28", "2026-03-02"), ("more_than_days_ago", 7, None, "2026-02-21"),
        ("relative", "today", "2026-02-28", "2026-03-01"), ("relative", "tomorrow", "2026-03-01", "2026-03-02"),
        ("relative", "this_week", "2026-02-23", "2026-03-02"), ("relative", "last_week", "2026-02-16", "2026-02-23"),
        ("relative", "last_month", "2026-01-01", "2026-02-01"), ("relative", "next_month", "2026-03-01", "2026-04-01"),
        ("relative", "last_quarter", "2025-10-01", "2026-01-01"), ("relative", "next_quarter", "2026-04-01", "2026-07-01"),
        ("relative", "last_year", "2025-01-01", "2026-01-01"), ("relative", "next_year", "2027-01-01", "2028-01-01"),
    ],
)  # fmt: skip
def test_conditions_on_times_mean_whole_days(op: str, value: Any, begin: str | None, end: str | None) -> None:
    found = span(op, value, TODAY)
    assert (found.begin and found.begin.isoformat(), found.end and found.end.isoformat()) == (begin, end)


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_last_this_and_next_follow_each_other_and_this_holds_today(today: date) -> None:
    assert set(RELATIVE) >= {"today", "this_week"}
    for what in ("week", "month", "quarter", "year"):
        last, this, following = (relative(f"{when}_{what}", today) for when in ("last", "this", "next"))
        assert this.begin is not None
        assert this.end is not None
        assert last.end == this.begin <= today < this.end == following.begin
    yesterday = relative("yesterday", today)
    assert (yesterday.begin, yesterday.end) == (today - timedelta(days=1), today)


def test_days_begin_in_the_zone_of_the_member() -> None:
    begin, end = span("is", date(2026, 3, 1), TODAY).moments("Asia/Shanghai")
    assert begin is not None
    assert end is not None
    assert (begin.isoformat(), end.isoformat()) == ("2026-03-01T00:00:00+08:00", "2026-03-02T00:00:00+08:00")
