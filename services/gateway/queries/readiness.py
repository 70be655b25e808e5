"""Whether every service behind the gateway can work: all asked at once, none waited for longer than a bound."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import orjson

from services.common.problem import Problem
from services.gateway.clients.services import Services, read_whole

ASKED_SECONDS_MAX = 2.8


@dataclass(frozen=True)
class Readiness:
    """One service's word on itself."""

    service: str
    ready: bool
    detail: Any = None


def list_readiness(services: Services, request_id: str) -> list[Readiness]:
    """One entry per service, in a fixed order."""
    names = list(services.by_name)
    pool = ThreadPoolExecutor(max_workers=len(names), thread_name_prefix="ready")
    try:
        asked = {name: pool.submit(_ask, services, name, request_id) for name in names}
        wait(asked.values(), timeout=ASKED_SECONDS_MAX)
        return [future.result() if future.done() else Readiness(name, ready=False, detail="no answer") for name, future in asked.items()]
    finally:
        pool.shutdown(wait=False)


def _ask(services: Services, name: str, request_id: str) -> Readiness:
    upstream = services.by_name[name]
    try:
        connection, head = upstream.request("GET", services.head(name, "GET", "/internal/ready", request_id, None))
        data = read_whole(upstream, connection, head)
    except Problem as problem:
        return Readiness(name, ready=False, detail=problem.code)
    detail: Any = None
    with contextlib.suppress(orjson.JSONDecodeError):  # an answer without a body is as good
        detail = orjson.loads(data)
    return Readiness(name, head.code == 200, detail if head.code != 200 else None)
