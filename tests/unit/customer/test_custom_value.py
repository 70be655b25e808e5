"""Values of custom fields: what each type takes, brings into one form, shows, and is sorted by."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.rules import custom_text
from services.customer.rules.custom_field import TEXT_MAX, TYPES, CustomType, as_field
from services.customer.rules.custom_value import NUMBER_MAX, BadValueError, Known, base, clean, clean_all, lines, shown, split, stored
from services.customer.rules.field import Field
from services.customer.rules.option import Option

ANNA = UUID("01890000-0000-7000-8000-000000000001")
OPTIONS = [
    Option(value, label, label, None, position, active, system=False)
    for position, (value, label, active) in enumerate((("a", "甲", True), ("b", "乙", True), ("c", "丙", False)))
]
KNOWN = Known({"cf_1": OPTIONS}, {ANNA})


def field(type_: CustomType) -> Field:
    return as_field("cf_1", type_, "某", "Some")


@pytest.mark.parametrize(
    ("type_", "value", "kept"),
    [
        ("text", "  重庆 \n 啤酒 ", "重庆 啤酒"),
        ("number", 12, 12),
        ("number", 12.0, 12),
        ("number", 0.1234567, 0.123457),
        ("number", -0.0, 0),
        ("date", "2026-02-28", "2026-02-28"),
        ("choice", "a", "a"),
        ("choices", ["b", "a", "b"], ["a", "b"]),
        ("member", str(ANNA), str(ANNA)),
        ("boolean", False, False),
    ],
)
def test_a_value_is_brought_into_one_form(type_: CustomType, value: Any, kept: Any) -> None:
    found = clean(field(type_), value, KNOWN)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("type_", "value", "code"),
    [
        ("text", 5, "text_expected"),
        ("text", "x" * (TEXT_MAX + 1), "too_long"),
        ("number", "12", "number_expected"),
        ("number", True, "number_expected"),
        ("number", float("inf"), "number_expected"),
        ("number", NUMBER_MAX, "out_of_range"),
        ("date", "2026-2-8", "day_expected"),
        ("date", "20260208", "day_expected"),
        ("date", "2026-W01-1", "day_expected"),
        ("date", "2026-02-30", "day_expected"),
        ("date", "0001-01-01", "out_of_range"),
        ("date", 20260208, "day_expected"),
        ("choice", "x", "option_unknown"),
        ("choice", "c", "option_inactive"),
        ("choice", ["a"], "option_unknown"),
        ("choices", "a", "options_expected"),
        ("choices", ["a", "c"], "option_inactive"),
        ("choices", [1], "options_expected"),
        ("choices", ["a"] * 51, "too_many_values"),
        ("member", "01890000-0000-7000-8000-00000000000f", "member_unknown"),
        ("member", "anna", "member_unknown"),
        ("boolean", "true", "boolean_expected"),
        ("boolean", 1, "boolean_expected"),
    ],
)
def test_what_a_field_cannot_hold_is_refused_with_a_code(type_: CustomType, value: Any, code: str) -> None:
    with pytest.raises(BadValueError) as refused:
        clean(field(type_), value, KNOWN)
    assert refused.value.code == code
    assert refused.value.detail.endswith(".")


@pytest.mark.parametrize("type_", TYPES)
def test_empty_is_empty_for_every_type(type_: CustomType) -> None:
    empty: tuple[Any, ...] = (None, "", "   ", [])
    assert [clean(field(type_), value, KNOWN) for value in empty] == [None] * 4


def test_what_is_held_already_may_stay() -> None:
    left = str(uuid4())
    held = Known({"cf_1": OPTIONS}, {ANNA}, {"cf_1": left})
    assert clean(field("member"), left, held) == left
    assert clean(field("choice"), "c", Known({"cf_1": OPTIONS}, held={"cf_1": "c"})) == "c"
    assert clean(field("choices"), ["c", "a"], Known({"cf_1": OPTIONS}, held={"cf_1": ["c"]})) == ["a", "c"]


def test_one_is_not_yes_though_they_are_equal() -> None:
    with pytest.raises(BadValueError):
        clean(field("boolean"), 1, Known(held={"cf_1": True}))


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14) | st.integers(-(10**14), 10**14))
def test_numbers_are_sorted_by_what_is_stored(value: float) -> None:
    kept = clean(field("number"), value, KNOWN)
    assert abs(kept - value) <= 1e-6 * max(1.0, abs(value))
    assert clean(field("number"), kept, KNOWN) == kept
    assert lines("number", kept) == [(Decimal(repr(kept)), None)]
    assert Decimal(shown(field("number"), kept, {}, {}) or "") == Decimal(repr(kept))


def test_lines_hold_what_is_compared() -> None:
    assert lines("boolean", value=True) == [(Decimal(1), None)]
    assert lines("boolean", value=False) == [(Decimal(0), None)]
    assert lines("choices", ["a", "b"]) == [(None, "a"), (None, "b")]
    assert lines("date", "2026-01-02") == [(None, "2026-01-02")]
    assert lines("text", "长沙")[0][1] == "chang sha 长沙"
    assert len((lines("text", "行" * TEXT_MAX)[0][1] or "").encode()) < 2000


def test_values_are_shown_as_people_read_them() -> None:
    labels, names = {("cf_1", "a"): "甲", ("cf_1", "b"): "乙"}, {ANNA: "安娜"}
    values: tuple[tuple[CustomType, Any], ...] = (
        ("text", "x"), ("number", 0.000001), ("date", "2026-01-02"), ("choice", "a"), ("choices", ["a", "z"]),
        ("member", str(ANNA)), ("boolean", True), ("boolean", False), ("choice", None),
    )  # fmt: skip
    told = [shown(field(type_), value, labels, names) for type_, value in values]
    assert told == ["x", "0.000001", "2026-01-02", "甲", "甲、z", "安娜", "是", "否", None]


def test_values_are_split_and_stored() -> None:
    assert split({"name": "甲", "cf_1": "x", "cf_2": None}) == ({"name": "甲"}, {"cf_1": "x", "cf_2": None})
    assert stored({"cf_1": "old", "cf_2": 3}, {"cf_1": "x", "cf_2": None, "cf_3": False}) == {"cf_1": "x", "cf_3": False}


def test_what_is_absent_in_the_base_was_empty() -> None:
    assert base({"name": "甲", "custom": {"cf_1": "x", "cf_9": 1}}, ["cf_1", "cf_2"]) == {"name": "甲", "cf_1": "x", "cf_2": None}
    assert base({"name": "甲"}, ["cf_1"]) == {"name": "甲"}
    assert base({"custom": {"cf_1": ""}}, ["cf_1"]) == {"cf_1": None}


def test_every_fault_is_told() -> None:
    fields = {"cf_1": field("number")}
    cleaned, faults = clean_all(fields, {"cf_1": "x", "cf_7": 1}, KNOWN)
    assert (cleaned, [(fault.field, fault.code) for fault in faults]) == ({}, [("cf_1", "number_expected"), ("cf_7", "field_unknown")])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,500.5", 12500.5),
        ("¥1200", 1200),
        ("1.2万", 12000),
        ("３元", 3),
        ("-4", -4),
        ("15%", 15),
        ("x", None),
        ("1-2", None),
        ("", None),
    ],
)
def test_numbers_in_tables(text: str, value: float | None) -> None:
    assert custom_text.read_number(text) == value


@pytest.mark.parametrize("text", ["2026-02-03", "2026/2/3", "2026.02.03", "2026年2月3日", "20260203", "2026-02-03 10:00:00"])
def test_days_in_tables(text: str) -> None:
    assert custom_text.read_day(text) == "2026-02-03"
    assert custom_text.read_day(text.replace("03", "31").replace("3日", "31日").replace("2/3", "2/31")) is None


def test_yes_no_and_several_options_in_tables() -> None:
    assert [custom_text.read_boolean(text) for text in ("是", " YES ", "√", "否", "0", "也许")] == [True, True, True, False, False, None]
    assert custom_text.parts("甲、乙,丙；丁 / 戊") == ["甲", "乙", "丙", "丁 / 戊"]
