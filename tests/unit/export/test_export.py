"""What an export is called, and what an error in an attempt means."""

from __future__ import annotations

import errno
from datetime import date, datetime
from typing import Any

import pytest

from services.common.problem import Kind, Problem
from services.export.rules import about
from services.export.rules import export as rules


@pytest.mark.parametrize(
    ("error", "code", "final"),
    [
        (Problem(Kind.FORBIDDEN, "export_right_missing", "no"), "export_right_missing", True),
        (Problem(Kind.INVALID, "invalid", "no"), "invalid", True),
        (Problem(Kind.UNAVAILABLE, "customer_unavailable", "no"), "customer_unavailable", False),
        (OSError(errno.ENOSPC, "full"), "disk_full", True),
        (OSError(errno.EIO, "broken"), "internal_error", False),
        (ValueError("x"), "internal_error", False),
    ],
)
def test_an_error_is_final_only_where_trying_again_cannot_help(error: Exception, code: str, final: bool) -> None:  # noqa: FBT001
    failure = rules.failure_of(error)
    assert (failure.code, failure.final) == (code, final)


def test_rests_grow_from_attempt_to_attempt() -> None:
    rests = [rules.retry_seconds(attempt) for attempt in range(1, rules.ATTEMPTS_MAX + 1)]
    assert rests == sorted(rests)
    assert rests[0] > 0


def test_an_export_without_a_name_is_called_after_what_it_holds() -> None:
    day = date(2026, 11, 23)
    assert rules.default_name({"view": "mine"}, "zh", day) == "客户_我负责的_20261123"
    assert rules.default_name({"view": "pool"}, "en", day) == "Customers_Pool_20261123"
    assert rules.default_name({"customer_ids": ["x"]}, "zh", day) == "客户_已选_20261123"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("客户", "客户.xlsx"),
        ("a/b\\c:d", "a_b_c_d.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd.xlsx"),
        ('x"\r\ny', "x___y.xlsx"),
        ("...", "export.xlsx"),
        ("\u202egnp.exe", "_gnp.exe.xlsx"),
        ("长" * 300, "长" * 120 + ".xlsx"),
    ],
)
def test_a_file_name_is_harmless_on_any_system(name: str, expected: str) -> None:
    assert rules.file_name(name) == expected


def test_the_history_shows_conditions_but_not_every_chosen_id() -> None:
    assert rules.scope_of({"customer_ids": ["a", "b"]}) == {"customer_count": 2}
    assert rules.scope_of({"view": "all", "q": "重庆"}) == {"view": "all", "q": "重庆"}


def test_the_sheet_about_the_export_says_the_conditions_in_words() -> None:
    fields: list[dict[str, Any]] = [
        {
            "field": "status",
            "label_zh": "状态",
            "label_en": "Status",
            "options": [{"value": "new", "label_zh": "新客户", "label_en": "New"}],
        },
        {"field": "owner", "label_zh": "负责人", "label_en": "Owner", "options": None},
        {"field": "name", "label_zh": "客户名称", "label_en": "Name", "options": None},
    ]
    selection = {"view": "all", "q": "=1", "sort": "name:desc", "status": "new,won", "owner_id": "77"}
    facts = about.Facts("一月", "张三", datetime(2026, 1, 1), "Asia/Shanghai", 7, selection)  # noqa: DTZ001 - as shown
    lines = dict(about.lines(facts, [], fields, {"77": "李四"}, "zh"))
    assert lines["行数"] == 7
    assert lines["导出人"] == "张三"
    assert lines["范围"] == "全部"
    assert lines["搜索"] == "=1"
    assert lines["排序"] == "客户名称 降序"
    assert lines["状态"] == "新客户、won"
    assert lines["负责人"] == "李四"
