"""What the export tests share: a server that speaks customer's internal interface, workers' workshops, and signed-in clients."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from services.common.identity import Identity, Signer
from services.common.ids import new_id
from services.export.app import create_app
from services.export.commands.build_export import Workshop, make_workshop
from services.export.settings import Settings

FIELDS = [
    {"field": "customer_no", "type": "code", "label_zh": "客户编号", "label_en": "Number", "options": None},
    {"field": "name", "type": "text", "label_zh": "客户名称", "label_en": "Name", "options": None},
    {"field": "created_at", "type": "datetime", "label_zh": "创建时间", "label_en": "Created", "options": None},
]


@dataclass
class FakeCustomer:
    """Customer's side of the internal interface, with faults on demand."""

    rows: int = 3
    refusal: tuple[int, str] | None = None  # status and code for every question
    rows_refusal: tuple[int, str] | None = None  # for the rows alone
    cut_after: int | None = None  # the stream breaks off after so many rows
    pause_after: int | None = None  # the stream waits there for ``go_on``
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    recorded: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    customer: FakeCustomer  # set per test on a class of its own

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        refusal = self.customer.refusal or (self.customer.rows_refusal if self.path == "/internal/export_rows" else None)
        if refusal:
            self._answer(refusal[0], {"code": refusal[1], "detail": "refused"})
        elif self.path == "/internal/exports/authorize":
            self._answer(200, {"member_name": "张三", "fields": FIELDS, "names": {}, "conditions": []})
        elif self.path == "/internal/exports/record":
            self.customer.recorded.append(body)
            self._answer(204, None)
        else:
            self._rows(body["columns"])

    def _answer(self, status: int, value: Any) -> None:
        content = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _rows(self, columns: list[str]) -> None:
        self.send_response(200)
        self.send_header("X-Rows-Total", str(self.customer.rows))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in range(self.customer.rows):
            if number == self.customer.cut_after:
                self.close_connection = True
                return
            if number == self.customer.pause_after:
                self.customer.reached.set()
                self.customer.go_on.wait(20)
            values = {"customer_no": f"C{number:06d}", "name": f"客户{number}", "created_at": str(1767225600 + number)}
            self._chunk("\t".join(values[column] for column in columns) + "\n")
        self._chunk("\\.\n")
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, text: str) -> None:
        content = text.encode()
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A worker that lets go of its connection is part of the tests."""


@pytest.fixture
def customer() -> Iterator[FakeCustomer]:
    made = FakeCustomer()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"customer": made}))
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def export_settings(export_database: str, redis_url: str, secrets_folder: Path, tmp_path: Path, customer: FakeCustomer) -> Settings:
    return Settings(
        environment="development",
        database_url=export_database,
        redis_url=redis_url,
        identity_key_file=secrets_folder / "export" / "identity_key.json",
        identity_trusted_file=secrets_folder / "export" / "identity_trusted.json",
        secret_key_file=secrets_folder / "export" / "secret_key",
        customer_url=customer.url,
        files_dir=tmp_path / "exports",
        threads=4,
        organisation_timezone="Asia/Shanghai",
    )


@pytest.fixture
def make_shop(export_settings: Settings) -> Iterator[Callable[..., Workshop]]:
    """A worker's workshop; several of them stand for several workers."""
    made: list[Workshop] = []

    def make(*, lease_seconds: float = 30.0, files_dir: Path | None = None) -> Workshop:
        made.append(
            make_workshop(
                database_url=export_settings.database(),
                redis_url=export_settings.redis_url,
                customer_url=export_settings.customer_url,
                identity_key_file=export_settings.identity_key_file,
                files_dir=files_dir or export_settings.files_dir,
                zone=export_settings.organisation_timezone,
                lease_seconds=lease_seconds,
                lifetime_hours=export_settings.export_lifetime_hours,
            )
        )
        return made[-1]

    yield make
    for shop in made:
        shop.engine.dispose()


@dataclass
class Member:
    """A member at the door of the export service, as the gateway forwards it."""

    client: FlaskClient
    signer: Signer
    member_id: UUID

    def ask(self, method: str, path: str, **rest: Any) -> TestResponse:
        token = self.signer.token("export", Identity("gateway", self.member_id))
        headers = {"Authorization": f"Bearer {token}", **rest.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **rest)

    def export(self, **body: Any) -> UUID:
        answer = self.ask("POST", "/api/exports", json=body or {"view": "all"})
        assert answer.status_code == 202, answer.text
        return UUID(answer.get_json()["export_id"])

    def get(self, export_id: UUID) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/api/exports/{export_id}").get_json()
        return found


@pytest.fixture
def engine(export_settings: Settings) -> Iterator[Engine]:
    app = create_app(export_settings)
    yield app.extensions["engine"]
    app.extensions["engine"].dispose()


@pytest.fixture
def make_member(export_settings: Settings, secrets_folder: Path) -> Iterator[Callable[[], Member]]:
    app = create_app(export_settings)
    app.testing = True
    signer = Signer("gateway", secrets_folder / "gateway" / "identity_key.json")
    yield lambda: Member(app.test_client(), signer, new_id())
    app.extensions["engine"].dispose()


@pytest.fixture
def member(make_member: Callable[[], Member]) -> Member:
    return make_member()
