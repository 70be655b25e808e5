"""The OpenAPI 3.1 document of a service, made from what ``web.endpoint`` was told. Internal routes are left out."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from pydantic import BaseModel, TypeAdapter

from services.common.web import EndpointInfo, Shape

_REF = "#/components/schemas/{model}"


class FieldProblem(Shape):
    """One invalid field."""

    pointer: str
    code: str
    detail: str


class ProblemShape(BaseModel):
    """RFC 9457 problem answer; refusals carry more members, e.g. ``rule``, ``since``, ``by``, ``who_can_change``."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None = None
    errors: list[FieldProblem] | None = None


def document(app: Flask, title: str, version: str = "1") -> dict[str, Any]:
    """The document of all public routes of ``app``."""
    schemas: dict[str, Any] = {}
    _schema(ProblemShape, schemas, "serialization")
    paths: dict[str, Any] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        info = getattr(app.view_functions[rule.endpoint], "info", None)
        if info is None or rule.rule.startswith("/internal"):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(rule.endpoint, sorted(rule.arguments), info, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _operation(name: str, arguments: list[str], info: EndpointInfo, schemas: dict[str, Any]) -> dict[str, Any]:
    parameters = [{"name": a, "in": "path", "required": True, "schema": {"type": "string"}} for a in arguments]
    if info.query is not None:
        model = info.query.model_json_schema(ref_template=_REF)
        schemas.update(model.pop("$defs", {}))
        required = model.get("required", ())
        parameters += [{"name": n, "in": "query", "required": n in required, "schema": s} for n, s in model["properties"].items()]
    good: dict[str, Any] = {"description": info.summary}
    if info.answer is not None:
        good["content"] = {"application/json": {"schema": _schema(info.answer, schemas, "serialization")}}
    problem = {"description": "Problem", "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="ProblemShape")}}}}
    status = 204 if info.answer is None and info.status == 200 else info.status
    operation: dict[str, Any] = {
        "operationId": name.replace(".", "_"),
        "summary": info.summary,
        "tags": [name.split(".", maxsplit=1)[0]],
        "parameters": parameters,
        "responses": {str(status): good, "default": problem},
    }
    if info.body is not None:
        content = {"application/json": {"schema": _schema(info.body, schemas, "validation")}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _schema(kind: Any, schemas: dict[str, Any], mode: Any) -> dict[str, Any]:
    made = TypeAdapter(kind).json_schema(ref_template=_REF, mode=mode)
    schemas.update(made.pop("$defs", {}))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        schemas[kind.__name__] = made
        return {"$ref": _REF.format(model=kind.__name__)}
    return made
