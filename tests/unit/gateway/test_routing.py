"""Where a path goes, and which paths are none."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.gateway.rules import limits, routing

CUSTOMER_ID = "01890000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/customers", "customer"),
        ("/api/customers/", "customer"),
        (f"/api/customers/{CUSTOMER_ID}/claim", "customer"),
        (f"/api/customers/{CUSTOMER_ID}/timeline", "activity"),
        (f"/api/customers/{CUSTOMER_ID}/timeline/x", "customer"),
        ("/api/exports/x/file", "export"),
        ("/api/session", "gateway"),
        ("/api/session/x", None),
        ("/api", None),
        ("/api/", None),
        ("/api/customersx", None),
        ("/internal/sessions", None),
        ("/apix/customers", None),
    ],
)
def test_the_longest_row_decides(path: str, service: str | None) -> None:
    row = routing.find(path)
    assert (row.service if row else None) == service


def test_no_row_leads_inside() -> None:
    assert all(row.path.startswith("/api/") for row in routing.TABLE)


@given(st.text(max_size=60))
@example("/api/../internal/me")
@example("/api/%2e%2e/internal")
@example("/api//internal")
@example("/api/.hidden")
@example("/api/customers\n")
@example("/api/客户")
def test_a_plain_path_has_nothing_to_decode_and_nowhere_to_climb(text: str) -> None:
    for path in (text, f"/api/{text}", f"/api/customers/{text}"):
        if limits.plain_path(path):
            assert path.startswith("/api/") or path in ("/api", "/api/")
            assert not set(path) & set("%\\;?#\n\r\0 ")
            assert not {".", ".."} & set(path.split("/"))
            assert "//" not in path


@given(st.text(max_size=60))
def test_an_encoded_api_path_is_not_a_web_path(text: str) -> None:
    assert not limits.sound_web_path(f"/%61pi/{text}", f"/api/{text}")
    assert not limits.sound_web_path(f"/{text}/../x", f"/{text}/../x")
