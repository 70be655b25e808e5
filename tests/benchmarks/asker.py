"""A client that costs little itself: one kept-alive connection, requests made once, answers read and thrown away."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

RESTED_SECONDS_MAX = 50.0


class Asker:
    """One signed-in client; ``token`` is an access token or, for a service directly, what signs identities (they are short-lived)."""

    def __init__(self, address: str, token: str | Callable[[], str] = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        self._used_at = time.monotonic()
        self._token = token if callable(token) else lambda: token

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """One request."""
        token = self._token()
        sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        content: bytes | None = None
        if body is not None:
            content, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        if time.monotonic() - self._used_at > RESTED_SECONDS_MAX:  # the server may be closing it just now
            self._connection.close()
        self._connection.request(method, path, content, sent)
        answer = self._connection.getresponse()
        content = answer.read()
        self._used_at = time.monotonic()
        return answer.status, content

    def json(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """One request that must succeed."""
        status, content = self.ask(method, path, body, headers)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {content[:500]!r}")
        return json.loads(content) if content else None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
