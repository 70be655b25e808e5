"""A client of the product with verbs, for tests, demo data and benchmarks: signs in, keeps the cookie, sends CSRF and idempotency keys."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import urllib3

from tests.support.listener import Listener
from tests.support.wait import wait_until

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body) if self.body else None

    @property
    def code(self) -> str:
        """The problem's code; empty for a good answer."""
        return str(self.json.get("code", "")) if self.status >= 400 else ""

    def expect(self, *statuses: int) -> Any:
        """The JSON, if the status is one of these (any 2xx when none is given); else an error that shows the answer."""
        good = self.status in statuses if statuses else 200 <= self.status < 300
        assert good, f"status {self.status}, expected {statuses or '2xx'}: {self.body[:1000].decode(errors='replace')}"
        is_json = "json" in self.headers.get("Content-Type", "")
        return self.json if is_json else self.body


class Client:
    """One browser (or script) at the gateway."""

    def __init__(self, address: str, *, token: str = "") -> None:
        self.address = address.rstrip("/")
        self.member: dict[str, Any] = {}
        self.csrf_token = ""
        self._token = token
        self._cookie = ""
        self._pool = urllib3.PoolManager(maxsize=8, retries=False, timeout=urllib3.Timeout(connect=5, read=60))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._pool.clear()

    # -- HTTP

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One request; ``body`` is sent as JSON, ``fields`` as a form with files, ``key`` as Idempotency-Key (a POST has a new one)."""
        sent = {**self._headers(method, key), **(headers or {})}
        data: bytes | None = None
        if fields is not None:
            data, sent["Content-Type"] = urllib3.encode_multipart_formdata(fields)
        elif body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), sent.get("Content-Type", "application/json")
        url = self.address + path + (f"?{urlencode(query)}" if query else "")
        answer = self._pool.request(method, url, body=data, headers=sent, redirect=False)
        self._keep_cookie(answer)
        return Answer(answer.status, answer.headers, answer.data)

    def get(self, path: str, **query: Any) -> Answer:
        """GET with query values; None is left out."""
        return self.send("GET", path, query={name: value for name, value in query.items() if value is not None})

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        """POST as JSON."""
        return self.send("POST", path, body={} if body is None else body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> Answer:
        """PATCH as JSON."""
        return self.send("PATCH", path, body=body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        """PUT as JSON."""
        return self.send("PUT", path, body=body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """DELETE."""
        return self.send("DELETE", path, **options)

    # -- verbs

    def sign_in(self, account: str, password: str) -> dict[str, Any]:
        """Sign in as a browser does."""
        answer = self.post("/api/session", {"account": account, "password": password}).expect()
        self.member, self.csrf_token = answer["member"], answer["csrf_token"]
        return self.member

    def browser_cookies(self) -> list[Any]:
        """The session for a browser's ``context.add_cookies``."""
        name, _, value = self._cookie.partition("=")
        return [{"name": name, "value": value, "url": self.address, "httpOnly": True, "sameSite": "Lax"}]

    def sign_out(self) -> None:
        """End the session."""
        self.delete("/api/session").expect()

    @property
    def member_id(self) -> str:
        """Who is signed in."""
        return str(self.member["member_id"])

    def make_member(self, address: str, **fields: Any) -> Client:
        """As an admin make a member with an account of its own; answers with its client, signed in."""
        account = fields.pop("account", f"m{uuid.uuid4().hex[:12]}")
        password = fields.pop("password", f"password of {account}")
        body = {"account": account, "name": fields.pop("name", f"成员{account[-4:]}"), "role": fields.pop("role", "member"), **fields}
        self.post("/api/members", {**body, "password": password}).expect(201)
        client = Client(address)
        client.sign_in(account, password)
        return client

    def create_customer(self, **fields: Any) -> dict[str, Any]:
        """Create a customer; the name is a fresh one unless given."""
        body = {"name": f"测试客户{uuid.uuid4().hex[:10]}", **fields}
        return dict(self.post("/api/customers", body).expect(201))

    def list_customers(self, **query: Any) -> dict[str, Any]:
        """One page of a view: {items, next, count}."""
        return dict(self.get("/api/customers", **query).expect(200))

    def list_all(self, **query: Any) -> list[dict[str, Any]]:
        """Every row of a view, page by page."""
        rows: list[dict[str, Any]] = []
        after = None
        while True:
            page = self.list_customers(**{"limit": 200, **query}, after=after)
            rows += page["items"]
            after = page["next"]
            if after is None:
                return rows

    def counts(self) -> dict[str, int]:
        """The figures of the side menu."""
        views = self.get("/api/customers/counts").expect(200)["views"]
        return {view: count["value"] for view, count in views.items()}

    def edit_customer(self, customer: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
        """Change fields of a customer as it was last seen."""
        path = f"/api/customers/{customer['customer_id']}"
        return dict(self.patch(path, fields, headers={"If-Match": f'"{customer["version"]}"'}).expect(200))

    def assign(self, customer_id: str, owner_id: str, **options: Any) -> dict[str, Any]:
        """Give a customer to a member."""
        return dict(self.post(f"/api/customers/{customer_id}/assign", {"owner_id": owner_id, **options}).expect(200))

    def assign_many(self, customer_ids: Sequence[str], owner_id: str, **options: Any) -> dict[str, Any]:
        """Give many customers to a member; the answer says what became of each."""
        return dict(self.post("/api/customers/assign", {"customer_ids": list(customer_ids), "owner_id": owner_id, **options}).expect(200))

    def return_to_pool(self, customer_id: str, reason: str = "no_interest", **options: Any) -> dict[str, Any]:
        """Give a customer up."""
        return dict(self.post(f"/api/customers/{customer_id}/return_to_pool", {"reason": reason, **options}).expect(200))

    def claim(self, customer_id: str) -> Answer:
        """Try to take a customer from the pool; the answer may be a refusal."""
        return self.post(f"/api/customers/{customer_id}/claim")

    def follow_up(self, customer_id: str, content: str, method: str = "call", **fields: Any) -> dict[str, Any]:
        """Record what was said."""
        body = {"method": method, "content": content, **fields}
        return dict(self.post(f"/api/customers/{customer_id}/follow_ups", body).expect(201))

    def timeline(self, customer_id: str, **query: Any) -> list[dict[str, Any]]:
        """The first page of a customer's timeline, newest first."""
        return list(self.get(f"/api/customers/{customer_id}/timeline", **query).expect(200)["items"])

    def timeline_to(self, customer_id: str, version: int, seconds: float = 10.0) -> list[dict[str, Any]]:
        """The timeline, once it shows everything up to ``version``."""

        def applied() -> dict[str, Any] | None:
            page: dict[str, Any] = self.get(f"/api/customers/{customer_id}/timeline", limit=200).expect(200)
            return page if page["applied_version"] >= version else None

        page = wait_until(applied, seconds=seconds, what=f"version {version} of {customer_id} in the timeline")
        return list(page["items"]) if page else []

    def export_file(self, seconds: float = 60.0, **asked: Any) -> bytes:
        """Ask for an export, wait for its end and fetch the file."""
        export_id = self.post("/api/exports", asked).expect(202)["export_id"]

        def finished() -> dict[str, Any] | None:
            export: dict[str, Any] = self.get(f"/api/exports/{export_id}").expect(200)
            return export if export["state"] not in ("queued", "running") else None

        export = wait_until(finished, seconds=seconds, every=0.05, what=f"export {export_id} to end")
        assert export is not None
        assert export["state"] == "done", export
        return bytes(self.get(f"/api/exports/{export_id}/file").expect(200))

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Upload a table; the answer is its preview."""
        return dict(self.post_file("/api/imports", name, content).expect(201))

    def import_file(self, name: str, content: bytes, seconds: float = 120.0, **choices: Any) -> dict[str, Any]:
        """Upload a table, bring it in as previewed and wait for the end."""
        import_id = self.upload(name, content)["import_id"]
        self.post(f"/api/imports/{import_id}/run", choices).expect(202)

        def finished() -> dict[str, Any] | None:
            found: dict[str, Any] = self.get(f"/api/imports/{import_id}").expect(200)
            return found if found["state"] != "running" else None

        return wait_until(finished, seconds=seconds, every=0.1, what=f"import {import_id} to end") or {}

    def post_file(self, path: str, name: str, content: bytes) -> Answer:
        """Send a file in the form field ``file``."""
        return self.send("POST", path, fields={"file": (name, content)})

    def listen(self, topics: str) -> Listener:
        """Open a live stream with this client's session."""
        return Listener(self.address, topics, self._headers("GET", None))

    def _headers(self, method: str, key: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if self._cookie:
            headers["Cookie"] = self._cookie
        if method in UNSAFE:
            headers["Origin"] = self.address
            if self.csrf_token:
                headers["X-CSRF-Token"] = self.csrf_token
        if method == "POST":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        return headers

    def _keep_cookie(self, answer: urllib3.BaseHTTPResponse) -> None:
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if name.endswith("gonghai"):
                self._cookie = f"{name}={value}" if value else ""
