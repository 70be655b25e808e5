"""Pass one request on to a service and its answer back: raw bytes both ways, nothing parsed that need not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.common.identity import Identity
from services.gateway.clients.connection import Connection, Head
from services.gateway.clients.services import Services, read_whole
from services.gateway.clients.upstream import BODY_SECONDS, Upstream
from services.gateway.rules.headers import KEPT_BACK

_WHOLE_BYTES_MAX = 256 * 1024


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as the service shall get it. ``headers`` are complete header lines; an upload has ``pieces`` instead of a body."""

    service: str
    method: str
    target: str
    request_id: str
    identity: Identity
    headers: str
    body: bytes = b""
    pieces: Iterator[bytes] | None = None
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The service's answer: whole, or as a ``Download`` that is still coming."""

    status: str
    headers: list[tuple[str, str]]
    body: list[bytes] | Download


def forward(services: Services, outgoing: Outgoing) -> Forwarded:
    """Send it; 503 where the service does not answer."""
    upstream = services.by_name[outgoing.service]
    head = services.head(outgoing.service, outgoing.method, outgoing.target, outgoing.request_id, outgoing.identity, outgoing.headers)
    if outgoing.pieces is not None:
        connection, answer = upstream.upload(outgoing.method, head, outgoing.pieces)
    else:
        connection, answer = upstream.request(outgoing.method, head, outgoing.body, repeatable=outgoing.repeatable)
    headers = [pair for pair in answer.headers if pair[0].lower() not in KEPT_BACK]
    if answer.length is not None and answer.length <= _WHOLE_BYTES_MAX:
        return Forwarded(answer.status, headers, [read_whole(upstream, connection, answer)])
    return Forwarded(answer.status, headers, Download(upstream, connection, answer))


class Download:
    """The body of a large or endless answer, read as the client takes it."""

    def __init__(self, upstream: Upstream, connection: Connection, head: Head) -> None:
        self._upstream = upstream
        self._connection = connection
        self._head = head
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        self._connection.wait_at_most(BODY_SECONDS)
        yield from self._connection.iterate_body(self._head)
        self._open = False
        self._upstream.release(self._connection, self._head)

    def close(self) -> None:
        """Called by the server at the end, also when the client went away in the middle."""
        if self._open:
            self._open = False
            self._connection.close()
