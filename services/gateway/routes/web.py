"""The web front end: its files, and index.html for every page address."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, current_app, request

from services.common.problem import Kind, Problem
from services.gateway.queries.web_file import Found, find_web_file
from services.gateway.rules.headers import page_security

blueprint = Blueprint("web", __name__)

_NONCE_PLACE = b"__CSP_NONCE__"
_PAGE_NAMES = ("", "index.html")
_MISSING = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>公海 Gonghai</title></head><body><h1>公海 Gonghai</h1>
<p>网页尚未构建。请运行 <code>make web</code>，然后刷新本页。</p>
<p>The web front end has not been built yet. Run <code>make web</code>, then reload this page.</p>
<p>The HTTP interface works already: <a href="/api/docs">/api/docs</a></p></body></html>""".encode()


@blueprint.get("/", defaults={"path": ""})
@blueprint.get("/<path:path>")
def get_web(path: str) -> Response:
    """A file of the web build, or the one page that draws all others."""
    if path.partition("/")[0] in ("api", "internal"):
        raise Problem(Kind.NOT_FOUND, "route_not_found", "There is nothing at this address.")
    files = current_app.extensions["web_files"]
    found = find_web_file(files, path, request.headers.get("Accept-Encoding", "")) if path not in _PAGE_NAMES else None
    if found is not None:
        return _file(found)
    if path not in _PAGE_NAMES and "." in path.rpartition("/")[2]:  # a file that is not there must not look like a page
        raise Problem(Kind.NOT_FOUND, "route_not_found", "There is nothing at this address.")
    index = find_web_file(files, "index.html", "")
    return _page(index.content()) if index else _page(_MISSING, 503)


def _page(content: bytes, status: int = 200) -> Response:
    nonce = secrets.token_urlsafe(16)
    response = Response(content.replace(_NONCE_PLACE, nonce.encode()), status, content_type="text/html; charset=utf-8")
    response.headers.extend(page_security(nonce))
    response.headers["Cache-Control"] = "no-store"  # the nonce is good for one answer
    return response


def _file(found: Found) -> Response:
    response = Response(status=200, content_type=found.content_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if found.lasting else "no-cache"
    response.headers["ETag"] = found.etag
    response.headers["X-Content-Type-Options"] = "nosniff"
    if found.varies:
        response.headers["Vary"] = "Accept-Encoding"
    if found.encoding:
        response.headers["Content-Encoding"] = found.encoding
    if found.etag in request.headers.get("If-None-Match", ""):
        response.status_code = 304
        return response
    response.set_data(found.content())
    return response
