"""The one OpenAPI document of the product, merged from all services' routes. Nothing is connected to make it.

Written to docs/openapi.json, with an overview in docs/http.md, by ``python -m services.gateway openapi``; the gateway serves that file.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from pydantic import TypeAdapter

from services.common import web
from services.common.openapi import document
from services.gateway.app import bare_app
from services.gateway.rules import routing

SERVICES = ("customer", "activity", "export")
TITLE = "Gonghai"
_DOCS = Path(__file__).resolve().parents[2] / "docs"
FILE = _DOCS / "openapi.json"
OVERVIEW = _DOCS / "http.md"
_CONVENTIONS = _DOCS / "http.head.md"
_DESCRIPTION = (
    "Sign in with POST /api/session (cookie; unsafe requests then need X-CSRF-Token and an Origin of the same host), or send "
    "Authorization: Bearer with an access token. Errors are RFC 9457 problems with a stable code. POST takes an Idempotency-Key."
)
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IDEMPOTENCY = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same key with the same body gets the stored answer.",
}  # fmt: skip


def merged() -> dict[str, Any]:
    """The whole document; a path or a schema name that two services use differently is an error."""
    apps = {name: app_of(name) for name in SERVICES}
    parts = [document(bare_app(), TITLE), *(document(app, TITLE) for app in apps.values())]
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for part in parts:
        _add(paths, part["paths"], "path")
        _add(schemas, part["components"]["schemas"], "schema")
    _describe_me(schemas, apps["customer"])
    _describe_files(paths)
    for path in paths.values():
        if "post" in path:
            path["post"]["parameters"] = [*path["post"]["parameters"], _IDEMPOTENCY]
    missing = _references(paths) | _references(schemas)
    missing -= set(schemas)
    if missing:
        raise ValueError(f"schemas that no service describes: {sorted(missing)}")
    security = {"session": {"type": "apiKey", "in": "cookie", "name": "gonghai"}, "token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": _DESCRIPTION},
        "security": [{"session": []}, {"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": security},
    }


def write() -> None:
    """Write the document and the overview."""
    whole = merged()
    FILE.write_text(as_text(whole))
    OVERVIEW.write_text(as_overview(whole))


def as_text(whole: dict[str, Any]) -> str:
    """The document as it stands in its file."""
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_overview(whole: dict[str, Any]) -> str:
    """Every route in one line, by noun, behind the conventions of http.head.md."""
    rows: dict[str, list[str]] = {}
    for path, methods in whole["paths"].items():
        row = routing.find(path.replace("{", "").replace("}", ""))
        for method, operation in methods.items():
            line = f"| {method.upper()} | `{path}` | {operation['summary']} | {row.service if row else '?'} |"
            rows.setdefault(operation["tags"][0], []).append(line)
    tables = [f"## {tag}\n\n| | path | what | service |\n|---|---|---|---|\n" + "\n".join(lines) for tag, lines in sorted(rows.items())]
    return _CONVENTIONS.read_text() + "\n" + "\n\n".join(tables) + "\n"


def app_of(name: str) -> Flask:
    """The routes of a service, without anything connected."""
    # By name, since services never import each other: this is the one place that sees all of them, and only their routes.
    app = web.create_app(name)
    for blueprint in import_module(f"services.{name}.app").BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _add(all_of: dict[str, Any], more: dict[str, Any], what: str) -> None:
    for name, value in more.items():
        if name in all_of and all_of[name] != value:
            raise ValueError(f"two services describe the {what} {name} differently")
        all_of[name] = value


def _describe_me(schemas: dict[str, Any], customer: Flask) -> None:
    """The signed-in member has the customer service's shape, which no public route of it shows."""
    endpoint, _ = customer.url_map.bind("customer").match("/internal/me")
    answer = customer.view_functions[endpoint].info.answer  # type: ignore[union-attr]
    made = TypeAdapter(answer).json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    _add(schemas, made.pop("$defs", {}), "schema")
    schemas[answer.__name__] = made
    properties = schemas["SignedIn"]["properties"]
    properties["member"] = {"$ref": f"#/components/schemas/{answer.__name__}"}


def _describe_files(paths: dict[str, Any]) -> None:
    """What is not JSON: the live stream, files that come and files that go."""
    answers = {"/api/live": "text/event-stream", "/api/exports/{export_id}/file": _EXCEL, "/api/imports/{import_id}/rejected": _EXCEL}
    for path, content_type in answers.items():
        responses = paths[path]["get"]["responses"]
        responses.pop("204", None)
        schema = {"type": "string"} if content_type.startswith("text") else {"type": "string", "format": "binary"}
        responses["200"] = {"description": paths[path]["get"]["summary"], "content": {content_type: {"schema": schema}}}
    form = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    paths["/api/imports"]["post"]["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}


def _references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"].rpartition("/")[2]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(_references, part.values()))
    if isinstance(part, list):
        return set().union(*map(_references, part))
    return set()
