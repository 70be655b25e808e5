"""The services behind the gateway, as one thing: signed requests with a request id, whole or as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from services.common.identity import Identity, Signer
from services.common.problem import Kind, Problem
from services.gateway.clients.connection import Connection, Head
from services.gateway.clients.upstream import Upstream
from services.gateway.rules import routing

_BY_STATUS = {kind.status: kind for kind in Kind}
_OWN_MEMBERS = ("type", "title", "status", "request_id", "instance")


@dataclass(frozen=True)
class Services:
    """Every service by name, and the key that the gateway signs with."""

    signer: Signer
    customer: Upstream
    activity: Upstream
    export: Upstream
    by_name: dict[str, Upstream] = field(init=False)

    def __post_init__(self) -> None:
        named = {routing.CUSTOMER: self.customer, routing.ACTIVITY: self.activity, routing.EXPORT: self.export}
        object.__setattr__(self, "by_name", named)

    def head(self, service: str, method: str, target: str, request_id: str, identity: Identity | None, headers: str = "") -> bytes:
        """Request line and headers as bytes; ``headers`` are further complete header lines."""
        token = self.signer.token(service, identity)
        return (
            f"{method} {target} HTTP/1.1\r\nHost: {service}\r\nAuthorization: Bearer {token}\r\nX-Request-ID: {request_id}\r\n{headers}\r\n"
        ).encode("latin-1")

    def ask(
        self, service: str, method: str, path: str, *, request_id: str, identity: Identity | None = None, json: Any = None,
        repeatable: bool = False,
    ) -> Any:  # fmt: skip
        """The JSON answer of a small question; the other side's refusal is raised as the same ``Problem``."""
        content = b"" if json is None else orjson.dumps(json)
        headers = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
        upstream = self.by_name[service]
        head = self.head(service, method, path, request_id, identity, headers)
        connection, answer = upstream.request(method, head, content, repeatable=repeatable)
        data = read_whole(upstream, connection, answer)
        if answer.code < 300:
            return orjson.loads(data) if data else None
        raise problem_of(answer.code, data, service)


def read_whole(upstream: Upstream, connection: Connection, head: Head) -> bytes:
    """The body, and the connection back to its rest; a service that dies half-way is a 503."""
    try:
        data = connection.read_body(head)
    except (OSError, ValueError) as error:
        connection.close()
        raise upstream.unavailable() from error
    upstream.release(connection, head)
    return data


def problem_of(status: int, data: bytes, service: str) -> Problem:
    """Another service's problem answer as the ``Problem`` it came from."""
    try:
        members = dict(orjson.loads(data))
    except (orjson.JSONDecodeError, TypeError, ValueError):
        members = {}
    code = members.pop("code", f"{service}_failed")
    message = members.pop("detail", "A part of the product failed.")
    for name in _OWN_MEMBERS:
        members.pop(name, None)
    return Problem(_BY_STATUS.get(status, Kind.INTERNAL), code, message, **members)
