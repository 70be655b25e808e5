"""The routing table, the services' routes and the document say the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from services.gateway import openapi
from services.gateway.app import bare_app
from services.gateway.rules import routing

OWN = "gateway"
DOCUMENTED_ELSEWHERE = {"/api/openapi.json", "/api/docs"}  # the document itself and its page
SAMPLE_ID = "01890000-0000-7000-8000-000000000001"


def routes_of(service: str) -> list[tuple[str, str]]:
    """(method, path) of every public route of a service, ids filled in."""
    app = bare_app() if service == OWN else openapi.app_of(service)
    return [
        (method, re.sub(r"<[^>]+>", SAMPLE_ID, rule.rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS"})  # in order: all workers must collect the same tests
        if rule.rule.startswith("/api") and (method, rule.rule) != ("HEAD", "/api/live")  # a stream has no head to ask for
    ]


ROUTES = [(service, method, path) for service in (OWN, *openapi.SERVICES) for method, path in routes_of(service)]


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return openapi.merged()


@pytest.mark.parametrize(("service", "method", "path"), ROUTES, ids=lambda part: str(part).replace(SAMPLE_ID, "id"))
def test_every_route_is_reached_through_its_row(service: str, method: str, path: str) -> None:
    row = routing.find(path)
    assert row is not None
    assert (row.service, method in row.methods) == (service, True)


@pytest.mark.parametrize("row", routing.TABLE, ids=lambda row: row.path)
def test_every_row_leads_to_routes_with_just_its_methods(row: routing.Row) -> None:
    reached = {method for service, method, path in ROUTES if service == row.service and routing.find(path) == row}
    assert reached == row.methods


def test_every_route_is_documented(whole: dict[str, Any]) -> None:
    documented = {(method.upper(), re.sub(r"{[^}]+}", SAMPLE_ID, path)) for path, methods in whole["paths"].items() for method in methods}
    public = {(method, path) for _, method, path in ROUTES if method != "HEAD" and path not in DOCUMENTED_ELSEWHERE}
    assert documented == public


def test_nothing_internal_is_documented(whole: dict[str, Any]) -> None:
    assert all(path.startswith("/api/") for path in whole["paths"])


def test_the_document_is_valid_openapi(whole: dict[str, Any]) -> None:
    validate(whole)


def test_the_files_are_current(whole: dict[str, Any]) -> None:
    again = "run: python -m services.gateway openapi"
    assert openapi.FILE.read_text() == openapi.as_text(whole), again
    assert openapi.OVERVIEW.read_text() == openapi.as_overview(whole), again
    assert json.loads(openapi.FILE.read_text())["openapi"] == "3.1.0"


def test_no_two_operations_share_a_name(whole: dict[str, Any]) -> None:
    names = [operation["operationId"] for methods in whole["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))
