"""Which columns a file has, and what stands in them."""

from __future__ import annotations

from typing import Any

import pytest

from services.common.problem import Problem
from services.export.rules.columns import Column, Kind, choose, shown

FIELDS: list[dict[str, Any]] = [
    {"field": "name", "type": "text", "label_zh": "客户名称", "label_en": "Name", "options": None},
    {
        "field": "status",
        "type": "choice",
        "label_zh": "状态",
        "label_en": "Status",
        "options": [{"value": "new", "label_zh": "新客户", "label_en": "New"}],
    },
    {"field": "phone", "type": "code", "label_zh": "电话", "label_en": "Phone", "options": None},
    {"field": "created_at", "type": "datetime", "label_zh": "创建时间", "label_en": "Created", "options": None},
    {"field": "starred", "type": "boolean", "label_zh": "星标", "label_en": "Starred", "options": None},
]


def test_columns_come_in_the_order_asked_for() -> None:
    chosen = choose(FIELDS, ["phone", "name"], "zh")
    assert [(column.name, column.label, column.kind) for column in chosen] == [
        ("phone", "电话", Kind.CODE),
        ("name", "客户名称", Kind.TEXT),
    ]


def test_without_a_choice_every_field_is_a_column() -> None:
    assert [column.name for column in choose(FIELDS, None, "en")] == ["name", "status", "phone", "created_at", "starred"]


@pytest.mark.parametrize(
    ("columns", "pointer", "code"),
    [
        (["name", "secret"], "/columns/1", "unknown_field"),
        (["name", "name"], "/columns/1", "repeated_field"),
        ([], "/columns", "columns_count"),
        (["name"] * 101, "/columns", "columns_count"),
    ],
)
def test_a_wrong_choice_is_refused_with_its_place(columns: list[str], pointer: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        choose(FIELDS, columns, "zh")
    assert refused.value.data["errors"][0]["pointer"] == pointer
    assert refused.value.data["errors"][0]["code"] == code


def test_options_and_yes_no_are_shown_in_the_language_asked_for() -> None:
    chinese = {column.name: column for column in choose(FIELDS, None, "zh")}
    english = {column.name: column for column in choose(FIELDS, None, "en")}
    assert list(shown(chinese["status"], ["new", "", "gone"])) == ["新客户", "", "gone"]
    assert list(shown(english["status"], ["new"])) == ["New"]
    assert list(shown(chinese["starred"], ["t", "f", ""])) == ["是", "否", ""]


def test_several_values_of_one_cell_are_joined() -> None:
    column = Column("tags", "标签", Kind.TEXT, 10, {"a": "甲"}, many=True)
    assert list(shown(column, ["a\nb", ""])) == ["甲、b", ""]


def test_a_header_fits_its_column() -> None:
    [column] = choose([{"field": "x", "type": "number", "label_zh": "一个很长很长的标题", "label_en": "x", "options": None}], None, "zh")
    assert column.width >= 2 * len("一个很长很长的标题")
