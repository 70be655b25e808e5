"""``forward``: every /api path that another service answers. Plain WSGI, because this is the path of nearly every request.

Flask (session, live, health, web) gets what the routing table leaves to the gateway itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from services.common import logs
from services.common.identity import Identity
from services.common.problem import Kind, Problem
from services.common.web import problem_content, to_json
from services.gateway.commands.forward import Forwarded, Outgoing, forward
from services.gateway.queries.door import Door, mark
from services.gateway.queries.visibility import find_hidden_fields
from services.gateway.rules import limits, routing
from services.gateway.rules.headers import API_SECURITY, PASSED_IN, STRICT_TRANSPORT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_UPLOAD_PIECE_BYTES = 65_536
_WITHOUT_BODY = frozenset({"GET", "HEAD"})


class Api:
    """The WSGI front of the gateway."""

    def __init__(self, door: Door, own: WSGIApplication) -> None:
        self._door = door
        self._own = own

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = time.perf_counter()
        request_id = mark(environ)
        path = str(environ.get("RAW_URI") or environ["PATH_INFO"]).partition("?")[0]
        answer = self._answer(environ, path, request_id)
        if answer is None:
            return self._own(environ, start_response)
        answer.headers.extend(API_SECURITY)
        if self._door.is_secure(environ):
            answer.headers.append(STRICT_TRANSPORT)
        start_response(answer.status, answer.headers)
        method, status, milliseconds = environ["REQUEST_METHOD"], answer.status[:3], round((time.perf_counter() - begun) * 1000, 1)
        tell = logs.get().warning if status >= "500" else logs.get().debug
        tell("request", method=method, path=path, status=status, milliseconds=milliseconds, request_id=request_id)
        return answer.body

    def _answer(self, environ: WSGIEnvironment, path: str, request_id: str) -> Forwarded | None:
        """The service's answer or our refusal; None where the gateway answers itself."""
        try:
            row = _find_row(path, environ)
            if row is not None and environ["REQUEST_METHOD"] not in row.methods:
                raise Problem(Kind.METHOD_NOT_ALLOWED, "method_not_allowed", f"{environ['REQUEST_METHOD']} is not possible here.")
            if row is None or row.service == routing.GATEWAY:
                return None
            return self._forward(environ, path, row, request_id)
        except Problem as problem:
            return _refusal(problem, request_id)
        except OSError:  # the client went away in the middle of its body: the server knows what to do
            raise
        except Exception as error:  # noqa: BLE001 - the last place that can say so in the product's words
            logs.get().error("request_failed", path=path, request_id=request_id, exc_info=error)
            message = "Something failed on our side. Tell your admin the request id."
            return _refusal(Problem(Kind.INTERNAL, "internal_error", message), request_id)

    def _forward(self, environ: WSGIEnvironment, path: str, row: routing.Row, request_id: str) -> Forwarded:
        method = environ["REQUEST_METHOD"]
        query = environ.get("QUERY_STRING", "")
        limits.check_query(query)
        identity = self._door.caller(environ).identity
        headers = "".join([f"{name}: {environ[key]}\r\n" for key, name in PASSED_IN if environ.get(key)])
        if row.needs_visible_customer:
            headers += self._hidden_fields(path, identity, request_id)
        body, pieces = b"", None
        if method not in _WITHOUT_BODY:
            length = _content_length(environ)
            if limits.is_upload(method, path):
                pieces = _pieces(environ, length)
            else:
                body = _body(environ, length)
                length = len(body)
            headers += f"Content-Length: {length}\r\n"
        target = f"{path}?{query}" if query else path
        repeatable = method == "POST" and "HTTP_IDEMPOTENCY_KEY" in environ
        return forward(
            self._door.services,
            Outgoing(row.service, method, target, request_id, identity, headers, body=body, pieces=pieces, repeatable=repeatable),
        )

    def _hidden_fields(self, path: str, identity: Identity, request_id: str) -> str:
        """404 unless the member may see the customer; the header that tells activity what to leave out."""
        hidden = find_hidden_fields(self._door.services, identity, path.split("/")[3], request_id)
        return f"X-Hidden-Fields: {','.join(hidden)}\r\n" if hidden else ""


def _find_row(path: str, environ: WSGIEnvironment) -> routing.Row | None:
    if limits.plain_path(path):
        return routing.find(path)
    if not limits.sound_web_path(path, environ["PATH_INFO"]):
        raise Problem(Kind.NOT_FOUND, "route_not_found", "There is nothing at this address.")
    return None


def _content_length(environ: WSGIEnvironment) -> int:
    given = environ.get("CONTENT_LENGTH") or ""
    if given.isdecimal():
        return int(given)
    return -1 if environ.get("HTTP_TRANSFER_ENCODING") else 0


def _body(environ: WSGIEnvironment, length: int) -> bytes:
    if length == 0:
        return b""
    body: bytes = environ["wsgi.input"].read(min(length, limits.BODY_BYTES_MAX + 1) if length > 0 else limits.BODY_BYTES_MAX + 1)
    if len(body) > limits.BODY_BYTES_MAX:
        _swallow(environ, length)
        raise limits.too_large(limits.BODY_BYTES_MAX)
    if length > 0 and len(body) < length:
        raise Problem(Kind.MALFORMED, "body_incomplete", "The body ended before its announced length.")
    return body


def _swallow(environ: WSGIEnvironment, length: int) -> None:
    """Read the rest of a refused body, within reason: a client that is still sending would not see the refusal."""
    left = limits.UPLOAD_BYTES_MAX if length <= limits.UPLOAD_BYTES_MAX else 0
    while left > 0 and (piece := environ["wsgi.input"].read(_UPLOAD_PIECE_BYTES)):
        left -= len(piece)


def _pieces(environ: WSGIEnvironment, length: int) -> Iterator[bytes]:
    if length < 0:
        raise Problem(Kind.MALFORMED, "length_required", "Send a file with its Content-Length.")
    if length > limits.UPLOAD_BYTES_MAX:
        raise limits.too_large(limits.UPLOAD_BYTES_MAX)
    return _read_pieces(environ, length)


def _read_pieces(environ: WSGIEnvironment, missing: int) -> Iterator[bytes]:
    while missing > 0:
        piece = environ["wsgi.input"].read(min(missing, _UPLOAD_PIECE_BYTES))
        if not piece:
            raise Problem(Kind.MALFORMED, "body_incomplete", "The body ended before its announced length.")
        missing -= len(piece)
        yield piece


def _refusal(problem: Problem, request_id: str) -> Forwarded:
    content = to_json(problem_content(problem, request_id))
    headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(content))), ("X-Request-ID", request_id)]
    if "retry_after" in problem.data:
        headers.append(("Retry-After", str(problem.data["retry_after"])))
    return Forwarded(f"{problem.kind.status} {problem.kind.title}", headers, [content])
