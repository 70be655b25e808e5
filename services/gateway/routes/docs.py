"""The OpenAPI document, and a page to read and try it that needs no other host."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import Blueprint, Response, request

from services.common.problem import Kind, Problem
from services.gateway.rules.headers import page_security

blueprint = Blueprint("docs", __name__)

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"
_PAGE = Path(__file__).with_name("docs.html")


@blueprint.get("/api/openapi.json")
def get_openapi() -> Response:
    """The merged OpenAPI 3.1 document."""
    try:
        content = DOCUMENT.read_bytes()
        etag = f'"{DOCUMENT.stat().st_mtime_ns:x}-{len(content):x}"'
    except FileNotFoundError as error:
        raise Problem(Kind.NOT_FOUND, "openapi_missing", "The document is made by: python -m services.gateway openapi") from error
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers={"ETag": etag})
    headers = {"ETag": etag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(content, headers=headers, content_type="application/json")


@blueprint.get("/api/docs")
def get_docs() -> Response:
    """The document as a page."""
    nonce = secrets.token_urlsafe(16)
    response = Response(_PAGE.read_text().replace("__CSP_NONCE__", nonce), content_type="text/html; charset=utf-8")
    response.headers.extend(page_security(nonce))
    response.headers["Cache-Control"] = "no-store"
    return response
