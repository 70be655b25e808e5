"""``GET /api/live``: the stream of server-sent events of one browser."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from services.common.ids import parse_id
from services.common.problem import Kind, Problem
from services.common.web import Query, endpoint
from services.gateway.live.live import Live
from services.gateway.live.socket import take_socket
from services.gateway.live.streams import Stream
from services.gateway.queries.door import Door
from services.gateway.rules import limits
from services.gateway.rules.headers import API_SECURITY, STRICT_TRANSPORT

blueprint = Blueprint("live", __name__)

_TOPICS = frozenset({"member", "counts", "exports", "batches"})
_RETRY_MILLISECONDS = 2000


class Topics(Query):
    """Comma list of ``member``, ``counts``, ``exports``, ``batches`` and ``customer:<id>``."""

    topics: str = ""


@blueprint.get("/api/live")
@endpoint(query=Topics, public=True)
def open_stream(query: Topics) -> Response:
    """Events as they come: customer {customer_id, version}, counts {}, notification {}, export {…}, batch {…}, resync {}…."""
    door: Door = current_app.extensions["door"]
    live: Live = current_app.extensions["live"]
    topics, customer_ids = _parse(query.topics)
    shown = door.presented(request.environ)
    identity = door.caller(request.environ).identity
    if len(live.streams) >= limits.STREAMS_MAX or live.streams.count_of(identity) >= limits.STREAMS_PER_SESSION_MAX:
        raise Problem(Kind.UNAVAILABLE, "too_many_streams", "Too many open windows. Close some and try again.", retry_after=10)
    greeting = _head(secure=door.is_secure(request.environ)) + b"retry: %d\n\n" % _RETRY_MILLISECONDS
    live.add(Stream(take_socket(request.environ), shown.digest(), identity, topics, customer_ids), greeting)
    return Response(status=200)  # the server writes this to a socket that nobody reads


def _parse(text: str) -> tuple[frozenset[str], frozenset[str]]:
    given = [part for part in text.split(",") if part]
    if len(given) > limits.TOPICS_MAX:
        raise Problem(Kind.INVALID, "too_many", f"At most {limits.TOPICS_MAX} topics can be heard at once.")
    customer_ids = set()
    for one in given:
        kind, _, value = one.partition(":")
        customer_id = parse_id(value) if kind == "customer" else None
        if customer_id is not None:
            customer_ids.add(str(customer_id))
        elif one not in _TOPICS:
            raise Problem(Kind.MALFORMED, "unknown_topic", f"There is no topic {one[:60]}.")
    return frozenset(given) & _TOPICS, frozenset(customer_ids)


def _head(*, secure: bool) -> bytes:
    headers = [
        ("Content-Type", "text/event-stream; charset=utf-8"),
        *API_SECURITY,
        *([STRICT_TRANSPORT] if secure else []),
        ("X-Accel-Buffering", "no"),
        ("Connection", "close"),
    ]
    return "".join(["HTTP/1.1 200 OK\r\n", *(f"{name}: {value}\r\n" for name, value in headers), "\r\n"]).encode()
