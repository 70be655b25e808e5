"""Whatever is sent to the routes of members, the answer is a 4xx with a code, never a 5xx."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.customer import Caller
from tests.support.rights import MEMBERS, Row

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6
)
ROWS = [row for row in MEMBERS if row.body]


@st.composite
def spoiled(draw: st.DrawFn, row: Row) -> Any:
    """The row's good body with some values replaced, or something else altogether."""
    if draw(st.integers(0, 9)) == 0:
        return draw(values)
    return {name: draw(values) if draw(st.booleans()) else value for name, value in row.body.items()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_any_body_is_answered(admin: Caller, row: Row) -> None:
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(spoiled(row))
    def send(body: Any) -> None:
        answer = admin.send(row.method, row.url, body)
        assert answer.status < 500, (body, answer.json)
        if answer.status >= 400:
            assert answer.json["code"]

    send()


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=20), st.text(max_size=20))
def test_any_search_and_cursor_is_answered(admin: Caller, q: str, after: str) -> None:
    from urllib.parse import urlencode

    answer = admin.get("/api/members?" + urlencode({"q": q, "after": after}, errors="replace"))
    assert answer.status in (200, 400), answer.json


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"null", b'"\\ud800"', b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b"\xff", b"[" * 5000]
)
def test_a_broken_body_is_refused(admin: Caller, content: bytes) -> None:
    headers = {"Authorization": f"Bearer {admin.signer.token('customer')}"}
    answer = admin.app.test_client().post("/api/departments", data=content, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 422), answer.data
