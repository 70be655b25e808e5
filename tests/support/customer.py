"""The customer service inside a test: its app on a fresh database, calls as any member, members made in one statement, queries counted."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from flask import Flask
from sqlalchemy import Engine, event, text
from werkzeug.test import TestResponse

from services.common.database import transaction
from services.common.identity import Identity, Signer
from services.common.ids import new_id
from services.customer.rules.member import name_columns, rights_for
from services.customer.rules.password import hash_password
from services.customer.rules.viewer import Right, Role
from services.customer.store import department, member

PASSWORD = "correct horse battery"
_HASHES: list[str] = []


def password_hash() -> str:
    """The hash of ``PASSWORD``, computed once per process."""
    if not _HASHES:
        _HASHES.append(hash_password(PASSWORD))
    return _HASHES[0]


@dataclass(slots=True)
class People:
    """Makes members and departments straight in the database."""

    engine: Engine

    def member(
        self,
        name: str = "张三",
        *,
        role: Role = "member",
        account: str | None = None,
        rights: list[Right] | None = None,
        department_id: UUID | None = None,
        active: bool = True,
    ) -> UUID:
        """A member whose password is ``PASSWORD``; answers his id, which is his account too unless one is given."""
        member_id = new_id()
        account = account or member_id.hex
        values: dict[str, Any] = {
            "member_id": member_id,
            "account": account,
            "account_key": account.casefold(),
            "role": role,
            "rights": rights_for(role, rights),
            "department_id": department_id,
            "active": active,
            "password_hash": password_hash(),
            **name_columns(account, name),
        }
        with transaction(self.engine) as connection:
            assert member.insert_member(connection, values)
        return member_id

    def department(self, name: str | None = None, parent_id: UUID | None = None) -> UUID:
        """A department; without a name it gets one of its own."""
        department_id = new_id()
        with transaction(self.engine) as connection:
            parent = department.get_department(connection, parent_id) if parent_id else None
            department.insert_department(
                connection,
                department_id=department_id,
                name=name or department_id.hex,
                parent_id=parent_id,
                path=(*(parent.path if parent else ()), department_id),
                position=0,
            )
        return department_id


@dataclass(slots=True)
class Answer:
    """What came back."""

    response: TestResponse

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def json(self) -> Any:
        """The body, read as JSON; None where there is none."""
        return orjson.loads(self.response.data) if self.response.data else None

    @property
    def code(self) -> str:
        """The problem's code; of an invalid field the field's code."""
        content = self.json
        code: str = content["code"]
        return str(content["errors"][0]["code"]) if code == "invalid" else code

    def expect(self, status: int) -> Any:
        """The JSON, if the status is this one."""
        assert self.status == status, f"{self.status}, expected {status}: {self.response.get_data(as_text=True)[:1000]}"
        return self.json


@dataclass(slots=True)
class Caller:
    """Calls the service as one member, or as a service itself (``member_id`` None)."""

    app: Flask
    signer: Signer
    member_id: UUID | None = None
    session_id: UUID | None = None
    scopes: tuple[str, ...] | None = None
    issuer: str = "gateway"
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, *, file: bytes = b"") -> Answer:
        """Any request; ``file`` goes as a form's field instead of a body."""
        identity = Identity(self.issuer, self.member_id, self.session_id, self.scopes) if self.member_id else None
        sent = {"Authorization": f"Bearer {self.signer.token('customer', identity)}", **self.headers, **(headers or {})}
        if file:
            form = {"file": (BytesIO(file), "table.csv")}
            return Answer(self.app.test_client().open(path, method=method, data=form, headers=sent))
        content = None if body is None else json.dumps(body, default=str)
        kind = "application/json" if body is not None else None
        return Answer(self.app.test_client().open(path, method=method, data=content, content_type=kind, headers=sent))

    def get(self, path: str) -> Answer:
        """GET."""
        return self.send("GET", path)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """POST."""
        return self.send("POST", path, {} if body is None else body, headers)

    def patch(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        """PATCH."""
        return self.send("PATCH", path, body, headers)

    def put(self, path: str, body: Any = None) -> Answer:
        """PUT."""
        return self.send("PUT", path, body)

    def delete(self, path: str) -> Answer:
        """DELETE."""
        return self.send("DELETE", path)


@dataclass(slots=True)
class CustomerService:
    """The app, its engine and whoever calls it."""

    app: Flask
    engine: Engine
    secrets: Path
    people: People
    _signers: dict[str, Signer] = field(default_factory=dict)

    def as_member(self, member_id: UUID, *, session_id: UUID | None = None, scopes: tuple[str, ...] | None = None) -> Caller:
        """Calls as this member."""
        return Caller(self.app, self._signer("gateway"), member_id, session_id, scopes)

    def as_service(self, issuer: str = "gateway") -> Caller:
        """Calls as a service speaking for itself."""
        return Caller(self.app, self._signer(issuer), issuer=issuer)

    def _signer(self, issuer: str) -> Signer:
        if issuer not in self._signers:
            self._signers[issuer] = Signer(issuer, self.secrets / issuer / "identity_key.json")
        return self._signers[issuer]


@contextlib.contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that run meanwhile, in order (BEGIN and COMMIT are not among them)."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def create(caller: Caller, **fields: Any) -> dict[str, Any]:
    """A customer that the caller makes through the route."""
    made: dict[str, Any] = caller.post("/api/customers", {"name": "某公司", **fields}).expect(201)
    return made


def url(made: dict[str, Any], rest: str = "") -> str:
    """The address of a customer, or of what belongs to it."""
    return f"/api/customers/{made['customer_id']}{rest}"


def events_of(engine: Engine, made: dict[str, Any]) -> list[Any]:
    """Every event of a customer, in the order of its versions."""
    with engine.connect() as connection:
        found = text("SELECT * FROM event WHERE customer_id = :customer_id ORDER BY customer_version")
        return list(connection.execute(found, {"customer_id": made["customer_id"]}))


def at_once(works: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """All at the same moment, each on a thread of its own; the answers in the order of the works."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
