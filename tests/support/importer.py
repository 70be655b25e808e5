"""Imports inside a test: a member who uploads and runs tables, and the worker's turn taken by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from openpyxl import load_workbook
from sqlalchemy import text

from services.common.database import transaction
from services.common.identity import Identity
from services.common.ids import new_id
from services.customer.commands import run_import as machine
from tests.support.customer import Answer, CustomerService

ZONE = "Asia/Shanghai"


@dataclass
class Importer:
    """A member who imports."""

    service: CustomerService
    member_id: UUID

    def upload(self, content: bytes, name: str = "客户.csv", headers: dict[str, str] | None = None) -> Answer:
        caller = self.service.as_member(self.member_id)
        token = caller.signer.token("customer", Identity("gateway", self.member_id))
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        data = {"file": (BytesIO(content), name)}
        return Answer(self.service.app.test_client().post("/api/imports", data=data, headers=sent, content_type="multipart/form-data"))

    def run(self, content: bytes, **choices: Any) -> dict[str, Any]:
        """Upload, run, work until it has ended."""
        import_id = self.upload(content).expect(201)["import_id"]
        self.post(import_id, "run", choices).expect(202)
        while work(self.service):
            pass
        found: dict[str, Any] = self.get(import_id)
        return found

    def get(self, import_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.service.as_member(self.member_id).get(f"/api/imports/{import_id}").expect(200)
        return found

    def post(self, import_id: str, verb: str, body: Any = None) -> Answer:
        return self.service.as_member(self.member_id).post(f"/api/imports/{import_id}/{verb}", body)

    def rejected(self, import_id: str, language: str = "zh") -> list[tuple[Any, ...]]:
        answer = self.service.as_member(self.member_id).get(f"/api/imports/{import_id}/rejected?language={language}")
        assert answer.status == 200
        return list(load_workbook(BytesIO(answer.response.data)).worksheets[0].iter_rows(values_only=True))


def work(service: CustomerService, **options: Any) -> bool:
    return machine.work_once(service.engine, service.app.extensions["blobs"], zone=ZONE, **options)


def table(*rows: Sequence[object]) -> bytes:
    return "\n".join(",".join(str(cell) for cell in row) for row in rows).encode()


def rows_of(service: CustomerService, statement: str, **values: Any) -> list[Any]:
    with transaction(service.engine) as connection:
        return list(connection.execute(text(statement), values))


def customers_of(service: CustomerService, import_id: str) -> list[Any]:
    statement = """
        SELECT c.* FROM customer c JOIN customer_import_row r ON r.customer_id = c.customer_id
        WHERE r.import_id = :id ORDER BY r.row_number
    """
    return rows_of(service, statement, id=import_id)


def let_lease_end(service: CustomerService, import_id: str) -> None:
    with transaction(service.engine) as connection:
        connection.execute(text("UPDATE customer_import SET lease_until = now() - interval '1 s' WHERE import_id = :id"), {"id": import_id})


def unique(prefix: str) -> str:
    return f"{prefix}{new_id().hex[-10:]}"
