"""Conditions in words: the same sentences as the screen's, from one file of cases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.export.rules import about
from services.export.rules.filter_text import sentence, vocabulary

SHARED: dict[str, Any] = json.loads((Path(__file__).parents[2] / "support/filter_sentences.json").read_text())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["en"])
def test_a_tree_in_words(case: dict[str, Any], language: str) -> None:
    words = vocabulary(SHARED["fields"], SHARED["names"], language)
    assert sentence(case["filter"], words) == case[language]


def test_nothing_asked_says_so() -> None:
    assert sentence(None, vocabulary([], {}, "zh")) == "不限条件"


def test_words_in_values_are_taken_as_they_are() -> None:
    words = vocabulary(SHARED["fields"], {}, "en")
    assert sentence({"field": "name", "op": "is", "value": "{field}"}, words) == "Name is “{field}”"


def test_the_sheet_about_an_export_says_the_conditions() -> None:
    at = datetime(2026, 11, 25, 9, tzinfo=UTC).replace(tzinfo=None)
    facts = about.Facts("客户", "张三", at, "Asia/Shanghai", 3, {"view": "mine", "filter": SHARED["cases"][0]["filter"]})
    lines = dict(about.lines(facts, [], SHARED["fields"], {}, "zh"))
    assert (lines["范围"], lines["筛选条件"]) == ("我负责的", SHARED["cases"][0]["zh"])
