"""Calls from one service to another: pooled HTTP, signed identity, request id, and the other side's problem kept as it was."""

from __future__ import annotations

from typing import Any

import orjson
import structlog
import urllib3

from services.common.identity import Identity, Signer
from services.common.problem import Kind, Problem

_BY_STATUS = {kind.status: kind for kind in Kind}


class Service:
    """One other service, e.g. ``Service("customer", "http://customer:8001", signer)``."""

    def __init__(self, name: str, url: str, signer: Signer, *, timeout_seconds: float = 10.0, connections: int = 32) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self._signer = signer
        self._pool = urllib3.PoolManager(
            num_pools=2,
            maxsize=connections,
            timeout=urllib3.Timeout(connect=1.0, read=timeout_seconds),
            retries=False,
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        identity: Identity | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        stream: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        """The raw answer, whatever its status; an unreachable service is a 503 ``Problem``.

        A GET whose pooled connection had been closed by the other side is sent once more.
        """
        sent = {"Authorization": f"Bearer {self._signer.token(self.name, identity)}", **(headers or {})}
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        if request_id:
            sent.setdefault("X-Request-ID", request_id)
        try:
            return self._once(method, path, body, sent, stream=stream)
        except urllib3.exceptions.ProtocolError as error:
            if method != "GET":
                raise self._unavailable() from error
        except urllib3.exceptions.HTTPError as error:
            raise self._unavailable() from error
        try:
            return self._once(method, path, body, sent, stream=stream)
        except urllib3.exceptions.HTTPError as error:
            raise self._unavailable() from error

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, stream: bool) -> urllib3.BaseHTTPResponse:
        return self._pool.urlopen(
            method, self.url + path, body=body, headers=headers, preload_content=not stream, decode_content=False, redirect=False
        )

    def ask(self, method: str, path: str, *, identity: Identity | None = None, json: Any = None) -> Any:
        """The JSON answer; the other side's refusal is raised as the same ``Problem``."""
        body = None if json is None else orjson.dumps(json)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        answer = self.send(method, path, identity=identity, body=body, headers=headers)
        if answer.status < 300:
            return orjson.loads(answer.data) if answer.data else None
        raise problem_of(answer, self.name)

    def _unavailable(self) -> Problem:
        message = "A part of the product does not answer. Try again in a moment."
        return Problem(Kind.UNAVAILABLE, f"{self.name}_unavailable", message, retry_after=2)


def problem_of(answer: urllib3.BaseHTTPResponse, service: str) -> Problem:
    """The refusal that another service answered with, to be raised here."""
    try:
        data = dict(orjson.loads(answer.data))
    except (orjson.JSONDecodeError, TypeError, ValueError):
        data = {}
    kind = _BY_STATUS.get(answer.status, Kind.INTERNAL)
    code = data.pop("code", f"{service}_failed")
    message = data.pop("detail", "A part of the product failed.")
    for name in ("type", "title", "status", "request_id", "instance"):
        data.pop(name, None)
    return Problem(kind, code, message, **data)
