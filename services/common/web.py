"""Flask as every service uses it: the app with its error answers, the ``endpoint`` decorator (parse → call → answer) and the caller.

The OpenAPI document is made from the same decorator in ``openapi.py``. No route and no business noun lives here.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import orjson
import structlog
from flask import Flask, Response, current_app, g, request
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from werkzeug.exceptions import HTTPException

from services.common import logs
from services.common.call import Call
from services.common.identity import Identity, Verifier
from services.common.ids import new_id, parse_id
from services.common.problem import Kind, Problem, invalid, not_found

if TYPE_CHECKING:
    from sqlalchemy import Engine  # the gateway has no database, and need not load what speaks to one

BODY_BYTES_MAX = 2 * 1024 * 1024
_JSON = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_NON_STR_KEYS
_Function = TypeVar("_Function", bound=Callable[..., Any])


class Body(BaseModel):
    """A request body: unknown fields are refused, texts are stripped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    def changes(self, *never_null: str) -> dict[str, Any]:
        """What was sent, for a PATCH; a null for one of ``never_null`` is refused."""
        sent = self.model_dump(exclude_unset=True)
        for name in never_null:
            if name in sent and sent[name] is None:
                raise invalid(f"/{name}", "null_refused", f"{name} cannot be empty.")
        return sent


class Query(BaseModel):
    """The query parameters of a route: unknown and repeated ones are refused with 400."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class Shape(BaseModel):
    """An answer, or a part of one. Answers are plain values; the shape documents them and tests check them against it."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


@dataclass(frozen=True)
class EndpointInfo:
    """What ``endpoint`` was told; read by ``openapi.py`` and by the tests that guard every route."""

    summary: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: Any
    status: int
    callers: tuple[str, ...]
    public: bool
    right: str


def endpoint(
    *,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    answer: Any = None,
    status: int = 200,
    callers: tuple[str, ...] = ("gateway",),
    public: bool = False,
    right: str = "member",
) -> Callable[[_Function], Callable[..., Response]]:
    """Wrap a route function.

    It is called with the path values (ids as UUID) and ``body=`` / ``query=`` where models are given, and returns a plain value,
    a ``Reply`` for another status or headers, or a finished ``Response``. ``callers`` are the services whose identity is accepted;
    ``public`` routes need none. ``right`` names the policy row that the tests check (who may call it).
    """

    def decorate(function: _Function) -> Callable[..., Response]:
        checker = TypeAdapter(answer) if answer is not None else None
        summary = (function.__doc__ or function.__name__).strip().partition("\n")[0]
        info = EndpointInfo(summary, body, query, answer, status, callers, public, right)

        @functools.wraps(function)
        def run(**values: Any) -> Response:
            if not public:
                g.identity = _verifier().verify(request.headers.get("Authorization"), callers)
            for name, value in values.items():
                if name.endswith("_id"):
                    values[name] = _path_id(name, value)
            if query is not None:
                values["query"] = _parse_query(query)
            elif request.args:
                raise Problem(Kind.MALFORMED, "unknown_parameter", f"Unknown query parameter: {next(iter(request.args))}.")
            if body is not None:
                values["body"] = _parse_body(body)
            return _respond(function(**values), status, checker)

        run.info = info  # type: ignore[attr-defined]
        return run

    return decorate


@dataclass(frozen=True)
class Reply:
    """A plain value with another status or with headers."""

    value: Any
    status: int | None = None
    headers: Mapping[str, str] | None = None


def create_app(name: str, *, verifier: Verifier | None = None, engine: Engine | None = None) -> Flask:
    """An empty Flask app with the product's error answers and request ids; the service adds its blueprints."""
    app = Flask(name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
    app.url_map.strict_slashes = False
    app.extensions["verifier"] = verifier
    app.extensions["engine"] = engine
    app.before_request(_begin)
    app.after_request(_end)
    app.register_error_handler(Problem, _answer_problem)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_unexpected)
    return app


def engine() -> Engine:
    """The database engine of the running app."""
    found: Engine = current_app.extensions["engine"]
    return found


def identity() -> Identity:
    """The verified caller of this request."""
    found: Identity = g.identity
    return found


def call() -> Call:
    """This request as commands take it."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 200:
        raise Problem(Kind.MALFORMED, "idempotency_key_malformed", "An Idempotency-Key has 1 to 200 characters.")
    digest = b""
    if key is not None:
        digest = hashlib.sha256(b"\0".join((request.method.encode(), request.path.encode(), request.get_data(cache=True)))).digest()
    return Call(g.identity, g.request_id, key, digest)


def if_match() -> int | None:
    """The version of an ``If-Match`` header (``"7"``), None where there is none."""
    header = request.headers.get("If-Match")
    if header is None:
        return None
    text = header.strip().removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 18:
        raise Problem(Kind.STALE, "version_mismatch", "If-Match must hold the version that ETag gave.")
    return int(text)


def to_json(value: Any) -> bytes:
    """JSON bytes: times in RFC 3339 (UTC, ``Z``), decimals as strings, models and dataclasses as objects."""
    return orjson.dumps(value, default=_plain, option=_JSON)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _verifier() -> Verifier:
    found: Verifier = current_app.extensions["verifier"]
    return found


def _path_id(name: str, text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise not_found(name.removesuffix("_id"))
    return found


def _parse_query(model: type[BaseModel]) -> BaseModel:
    values = {}
    for name, given in request.args.lists():
        if len(given) > 1:
            raise Problem(Kind.MALFORMED, "repeated_parameter", f"The query parameter {name} is given more than once.")
        if "\0" in given[0]:
            raise Problem(Kind.MALFORMED, "text_malformed", f"The query parameter {name} holds a null character.")
        values[name] = given[0]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        unknown = [e for e in error.errors() if e["type"] == "extra_forbidden"]
        if unknown:
            raise Problem(Kind.MALFORMED, "unknown_parameter", f"Unknown query parameter: {unknown[0]['loc'][0]}.") from error
        raise validation_problem(error) from error


def _parse_body(model: type[BaseModel]) -> BaseModel:
    content = request.get_data(cache=True) or b"{}"
    if request.mimetype not in ("application/json", "") and content != b"{}":
        raise Problem(Kind.UNSUPPORTED_TYPE, "json_expected", "Send the body as application/json.")
    if b"\\u0000" in content:  # PostgreSQL's texts cannot hold it (nor does anyone mean it)
        raise Problem(Kind.INVALID, "text_malformed", "A text holds a null character.")
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        if any(e["type"] == "json_invalid" for e in error.errors()):
            raise Problem(Kind.MALFORMED, "json_malformed", "The body is not valid JSON.") from error
        raise validation_problem(error) from error


def validation_problem(error: ValidationError) -> Problem:
    """A pydantic error as the product's 422, one entry per field with a JSON pointer."""
    errors = [
        {"pointer": "/" + "/".join(map(str, e["loc"])), "code": e["type"], "detail": e["msg"]}
        for e in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return Problem(Kind.INVALID, "invalid", f"{errors[0]['pointer']}: {errors[0]['detail']}", errors=errors)


def _respond(value: Any, status: int, checker: TypeAdapter[Any] | None) -> Response:
    if isinstance(value, Response):
        return value
    headers: Mapping[str, str] = {}
    if isinstance(value, Reply):
        status, headers, value = value.status or status, value.headers or {}, value.value
    if value is None and checker is None:
        return Response(status=204 if status == 200 else status, headers=dict(headers))
    content = value if isinstance(value, bytes) else to_json(value)
    if checker is not None and current_app.testing and status < 300:
        checker.validate_json(content)
    return Response(content, status, headers=dict(headers), content_type="application/json")


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if 0 < len(given) <= 64 and given.isascii() and given.isprintable() else new_id().hex
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    return response


def problem_content(problem: Problem, request_id: str | None) -> dict[str, Any]:
    """The members of an RFC 9457 answer."""
    head = {"type": "about:blank", "title": problem.kind.title, "status": problem.kind.status}
    return {**head, "detail": problem.message, "code": problem.code, "request_id": request_id, **problem.data}


def _answer_problem(problem: Problem) -> Response:
    content = problem_content(problem, g.get("request_id"))
    response = Response(to_json(content), problem.kind.status, content_type="application/problem+json")
    if "retry_after" in problem.data:
        response.headers["Retry-After"] = str(problem.data["retry_after"])
    return response


_HTTP_KINDS = {kind.status: kind for kind in Kind}


def _answer_http_error(error: HTTPException) -> Response:
    kind = _HTTP_KINDS.get(error.code or 500, Kind.MALFORMED if (error.code or 500) < 500 else Kind.INTERNAL)
    code = "route_not_found" if kind is Kind.NOT_FOUND else kind.name.lower()
    response = _answer_problem(Problem(kind, code, error.description or kind.title))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _answer_unexpected(error: Exception) -> Response:
    logs.get().error("request_failed", path=request.path, method=request.method, exc_info=error)
    return _answer_problem(Problem(Kind.INTERNAL, "internal_error", "Something failed on our side. Tell your admin the request id."))
