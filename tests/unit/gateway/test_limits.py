"""Queries, request ids and uploads at the door."""

from __future__ import annotations

import pytest

from services.common.problem import Problem
from services.gateway.rules import limits


@pytest.mark.parametrize("query", ["q=庆", "q=a b", "q=\x00", "q=\x7f", "q=" + "a" * 8000])
def test_an_unencoded_or_endless_query_is_refused(query: str) -> None:
    with pytest.raises(Problem) as refused:
        limits.check_query(query)
    assert refused.value.kind.status == 400


@pytest.mark.parametrize("query", ["", "q=%E5%BA%86&limit=20", "filter={%22and%22:[]}", "q=" + "a" * 7000])
def test_an_ordinary_query_passes(query: str) -> None:
    limits.check_query(query)


@pytest.mark.parametrize(
    ("given", "sound"), [("a-1.b_2", True), ("", False), ("a" * 65, False), ("a b", False), ("a\n", False), ("é", False)]
)
def test_a_request_id_is_short_and_plain(given: str, *, sound: bool) -> None:
    assert limits.sound_request_id(given) is sound


@pytest.mark.parametrize(
    ("method", "path", "upload"),
    [
        ("POST", "/api/imports", True),
        ("POST", "/api/imports/", True),
        ("POST", "/api/imports/1/run", False),
        ("PUT", "/api/imports", False),
    ],
)
def test_only_a_new_import_is_an_upload(method: str, path: str, *, upload: bool) -> None:
    assert limits.is_upload(method, path) is upload
