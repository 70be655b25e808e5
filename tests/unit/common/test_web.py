"""The endpoint decorator: what it parses, what it refuses, and how it says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from pydantic import Field, ValidationError

from services.common import identity, ids, openapi, web
from services.common.problem import Kind, Problem


class Draft(web.Body):
    name: str = Field(min_length=1)


class Page(web.Query):
    limit: int = Field(default=50, ge=1, le=200)


class Record(web.Shape):
    customer_id: str
    name: str
    limit: int


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    private, trusted = identity.make_keys(["gateway", "export"])
    for name, key in private.items():
        (folder / name).write_text(key)
    (folder / "trusted").write_text(trusted)
    return folder


@pytest.fixture(scope="module")
def client(keys: Path) -> FlaskClient:
    app = web.create_app("sample", verifier=identity.Verifier("sample", keys / "trusted"))
    app.testing = True

    @app.post("/api/customers/<customer_id>")
    @web.endpoint(body=Draft, query=Page, answer=Record)
    def keep(customer_id: UUID, body: Draft, query: Page) -> dict[str, Any]:
        """Keep a record."""
        return {"customer_id": customer_id, "name": body.name, "limit": query.limit}

    @app.get("/api/wrong")
    @web.endpoint(answer=Record)
    def wrong() -> dict[str, Any]:
        return {"name": "no id"}

    @app.get("/api/fails")
    @web.endpoint()
    def fails() -> None:
        raise ZeroDivisionError

    @app.get("/api/refused")
    @web.endpoint()
    def refused() -> None:
        raise Problem(Kind.TOO_MANY, "too_many", "Wait.", retry_after=7, by={"name": "张三"})

    @app.get("/internal/open")
    @web.endpoint(public=True)
    def opened() -> None:
        return None

    return app.test_client()


def headers(keys: Path, issuer: str = "gateway", audience: str = "sample") -> dict[str, str]:
    caller = identity.Identity(issuer, ids.new_id())
    return {"Authorization": f"Bearer {identity.Signer(issuer, keys / issuer).token(audience, caller)}"}


def send(client: FlaskClient, keys: Path, path: str, **kwargs: Any) -> tuple[int, dict[str, Any]]:
    answer = client.open(path, headers={**headers(keys), **kwargs.pop("headers", {})}, **kwargs)
    return answer.status_code, json.loads(answer.data) if answer.data else {}


def test_path_query_and_body_reach_the_function_parsed(client: FlaskClient, keys: Path) -> None:
    customer_id = ids.new_id()
    status, found = send(client, keys, f"/api/customers/{customer_id}?limit=7", method="POST", json={"name": " 海宁皮城 "})
    assert (status, found) == (200, {"customer_id": str(customer_id), "name": "海宁皮城", "limit": 7})


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/api/customers/not-an-id", '{"name":"a"}', 404, "customer_not_found"),
        ("/api/customers/{id}?limit=1&limit=2", '{"name":"a"}', 400, "repeated_parameter"),
        ("/api/customers/{id}?limt=1", '{"name":"a"}', 400, "unknown_parameter"),
        ("/api/customers/{id}?limit=0", '{"name":"a"}', 422, "invalid"),
        ("/api/customers/{id}", "{", 400, "json_malformed"),
        ("/api/customers/{id}", '{"name":"a","owner":"x"}', 422, "invalid"),
        ("/api/customers/{id}", '{"name":""}', 422, "invalid"),
        ("/api/customers/{id}", "[]", 422, "invalid"),
        ("/api/nothing", "", 404, "route_not_found"),
    ],
)
def test_bad_input_is_told_by_code(client: FlaskClient, keys: Path, path: str, body: str, status: int, code: str) -> None:
    path = path.replace("{id}", str(ids.new_id()))
    got, problem = send(client, keys, path, method="POST", data=body, content_type="application/json")
    assert (got, problem["code"]) == (status, code)
    assert problem["request_id"]
    assert problem["detail"]


def test_another_content_type_is_refused(client: FlaskClient, keys: Path) -> None:
    status, problem = send(client, keys, f"/api/customers/{ids.new_id()}", method="POST", data=b"name=a", content_type="text/plain")
    assert (status, problem["code"]) == (415, "json_expected")


def test_a_refusal_carries_its_data_and_retry_after(client: FlaskClient, keys: Path) -> None:
    answer = client.get("/api/refused", headers=headers(keys))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert json.loads(answer.data)["by"] == {"name": "张三"}


def test_an_unexpected_error_says_nothing_of_its_inside(client: FlaskClient, keys: Path) -> None:
    status, problem = send(client, keys, "/api/fails")
    assert (status, problem["code"]) == (500, "internal_error")
    assert "ZeroDivision" not in json.dumps(problem)


def test_an_answer_that_breaks_its_shape_is_noticed_in_tests(client: FlaskClient, keys: Path) -> None:
    status, _ = send(client, keys, "/api/wrong")
    assert status == 500
    with pytest.raises(ValidationError):
        Record.model_validate({"name": "no id"})


def test_only_public_routes_answer_without_identity(client: FlaskClient) -> None:
    assert client.get("/internal/open").status_code == 204
    assert client.get("/api/refused").status_code == 401


def test_a_service_that_may_not_call_is_refused(client: FlaskClient, keys: Path) -> None:
    assert client.get("/api/refused", headers=headers(keys, "export")).status_code == 401


def test_a_token_for_another_service_is_refused(client: FlaskClient, keys: Path) -> None:
    assert client.get("/api/refused", headers=headers(keys, audience="other")).status_code == 401


def test_the_document_is_valid_openapi_and_leaves_internal_routes_out(client: FlaskClient) -> None:
    document = openapi.document(client.application, "Sample")
    validate(document)
    assert "/internal/open" not in document["paths"]
    operation = document["paths"]["/api/customers/{customer_id}"]["post"]
    assert {p["name"] for p in operation["parameters"]} == {"customer_id", "limit"}
