"""One visitor at the gateway, speaking HTTP as a browser does: session cookie, CSRF token, idempotency keys. For demo data."""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
BUSY_TRIES = 5


class DemoError(Exception):
    """An answer that the demo cannot go on with; the text says what the product said."""


def progress(text: str, *, last: bool) -> None:
    """One line that moves; where the output is no screen, only its last state."""
    if sys.stdout.isatty():
        print(f"\r  {text}", end="\n" if last else "", flush=True)
    elif last:
        print(f"  {text}", flush=True)


class Visitor:
    """A member who is signed in, or is about to be."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.member: dict[str, Any] = {}
        self._cookie = ""
        self._csrf_token = ""
        self._pool = urllib3.PoolManager(maxsize=2, retries=False, timeout=urllib3.Timeout(connect=5, read=120))

    def sign_in(self, account: str, password: str) -> None:
        """Open a session."""
        answer = self.ask("POST", "/api/session", {"account": account, "password": password})
        self.member, self._csrf_token = answer["member"], answer["csrf_token"]

    def ask(self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON answer (bytes for a file); anything but success is a ``DemoError``."""
        content = None if body is None else json.dumps(body).encode()
        return self._ask(method, path + (f"?{urlencode(query)}" if query else ""), content, "application/json")

    def upload(self, path: str, name: str, content: bytes) -> Any:
        """Send a file in the form field ``file``."""
        body, kind = urllib3.encode_multipart_formdata({"file": (name, content)})
        return self._ask("POST", path, body, kind)

    def wait(self, path: str, states: tuple[str, ...], *, seconds: float, tell: str) -> Any:
        """Follow a job until its state is none of ``states``, with its progress on the screen."""
        until = time.monotonic() + seconds
        while True:
            job = self.ask("GET", path)
            total = job.get("rows") or job.get("rows_total") or 0
            progress(f"{tell}: {job['rows_done']:,} / {total:,}", last=job["state"] not in states)
            if job["state"] not in states:
                return job
            if time.monotonic() > until:
                raise DemoError(f"{tell} did not end within {seconds:.0f} s")
            time.sleep(0.2)

    def _ask(self, method: str, path: str, body: bytes | None, kind: str) -> Any:
        key = uuid.uuid4().hex
        answer = self._send(method, path, body, kind, key)
        for _ in range(BUSY_TRIES):
            if answer.status not in (429, 503):
                break
            time.sleep(min(float(answer.headers.get("Retry-After", 1)), 5.0))
            answer = self._send(method, path, body, kind, key)
        if answer.status >= 300:
            raise DemoError(_refusal(method, path, answer))
        is_json = "json" in answer.headers.get("Content-Type", "")
        return json.loads(answer.data) if is_json else answer.data

    def _send(self, method: str, path: str, body: bytes | None, kind: str, key: str) -> urllib3.BaseHTTPResponse:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = kind
        if self._cookie:
            headers["Cookie"] = self._cookie
        if method in UNSAFE:
            headers |= {"Origin": self.address, "X-CSRF-Token": self._csrf_token}
        if method == "POST":
            headers["Idempotency-Key"] = key
        try:
            answer = self._pool.request(method, self.address + path, body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise DemoError(f"{self.address} does not answer: is the product running? (`make run`)") from error
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if name.endswith("gonghai"):
                self._cookie = f"{name}={value}" if value else ""
        return answer


def _refusal(method: str, path: str, answer: urllib3.BaseHTTPResponse) -> str:
    try:
        problem = json.loads(answer.data)
        return f"{method} {path}: {answer.status} {problem.get('code', '')}: {problem.get('detail', '')}"
    except (ValueError, AttributeError):
        return f"{method} {path}: {answer.status}"
