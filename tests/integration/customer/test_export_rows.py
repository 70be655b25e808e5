"""The rows of an export: exactly what the member may see, in the order of the list, of one moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.common.database import transaction
from services.common.ids import new_id
from services.customer.queries import export_rows as queries
from tests.support.customer import Caller, CustomerService, People

ZONE = "Asia/Shanghai"


@pytest.fixture
def member_id(people: People) -> UUID:
    return people.member("导出员")


@pytest.fixture
def member(service: CustomerService, member_id: UUID) -> Caller:
    return service.as_member(member_id)


def as_export(service: CustomerService, member_id: UUID) -> Caller:
    caller = service.as_member(member_id)
    return Caller(service.app, service._signer("export"), caller.member_id, issuer="export")


def rows(service: CustomerService, member_id: UUID, selection: dict[str, Any], columns: list[str]) -> list[tuple[str, ...]]:
    answer = as_export(service, member_id).post("/internal/export_rows", {"selection": selection, "columns": columns, "zone": ZONE})
    assert answer.status == 200, answer.response.get_data(as_text=True)
    *lines, end = answer.response.get_data(as_text=True).split("\n")[:-1]
    assert end == "\\."
    assert answer.response.headers["X-Rows-Total"] == str(len(lines))
    return [tuple(line.split("\t")) for line in lines]


def unique(prefix: str) -> str:
    return f"{prefix}{new_id().hex[-10:]}"


def test_values_come_ready_to_be_written(service: CustomerService, member: Caller, member_id: UUID) -> None:
    made = member.post(
        "/api/customers", {"name": "重庆\\啤酒", "phone": "13800138000", "status": "won", "remark": "一\n二\t三", "staff_size": 12}
    ).expect(201)
    columns = ["name", "customer_no", "owner", "status", "phone", "staff_size", "remark", "level", "created_at", "visibility"]
    [row] = rows(service, member_id, {"customer_ids": [made["customer_id"]]}, columns)
    assert row[:8] == ("重庆\\\\啤酒", made["customer_no"], "导出员", "won", "13800138000", "12", "一\\n二\\t三", "")
    assert row[9] == "public"
    from datetime import datetime

    seconds = (datetime.fromisoformat(made["created_at"]).timestamp()) + 8 * 3600  # as the clock in Shanghai shows it
    assert float(row[8]) == pytest.approx(seconds, abs=0.002)


def test_every_exportable_field_can_be_a_column(service: CustomerService, member: Caller, member_id: UUID) -> None:
    made = member.post("/api/customers", {"name": unique("全")}).expect(201)
    answer = as_export(service, member_id).post("/internal/exports/authorize", {"selection": {"view": "all"}}).expect(200)
    assert answer["member_name"] == "导出员"
    names = [field["field"] for field in answer["fields"]]
    assert {"customer_no", "owner", "participants", "state", "pool_reason", "created_by"} <= set(names)
    [row] = rows(service, member_id, {"customer_ids": [made["customer_id"]]}, names)
    assert len(row) == len(names)


def test_chosen_rows_come_in_the_order_of_the_choice_and_only_those_one_may_see(
    service: CustomerService, member: Caller, member_id: UUID, people: People
) -> None:
    other = service.as_member(people.member("别人"))
    mine = [member.post("/api/customers", {"name": unique("甲")}).expect(201)["customer_id"] for _ in range(3)]
    hidden = other.post("/api/customers", {"name": unique("密"), "visibility": "private"}).expect(201)["customer_id"]
    chosen = [mine[2], hidden, mine[0], str(new_id()), mine[1]]
    expected = [member.get(f"/api/customers/{customer_id}").expect(200)["name"] for customer_id in (mine[2], mine[0], mine[1])]
    assert [row[0] for row in rows(service, member_id, {"customer_ids": chosen}, ["name"])] == expected


@pytest.mark.parametrize(
    "sort", ["name", "name:desc", "level", "level:desc", "status", "created_at", "next_contact_at:asc", "last_follow_up_at"]
)
@pytest.mark.parametrize("view", ["mine", "all"])
def test_the_file_has_the_rows_of_the_list_in_its_order(service: CustomerService, people: People, view: str, sort: str) -> None:
    member_id = people.member("排序")
    member = service.as_member(member_id)
    for level in ("B", "A", None, "C", "A"):
        values = {"name": unique("序"), "level": level, "next_contact_at": None if level == "C" else "2026-12-01T00:00:00Z"}
        member.post("/api/customers", values).expect(201)
    listed, after = [], ""
    while True:
        page = member.get(f"/api/customers?view={view}&sort={sort}&limit=200&after={after}").expect(200)
        listed += [item["customer_no"] for item in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert [row[0] for row in rows(service, member_id, {"view": view, "sort": sort}, ["customer_no"])] == listed
    assert len(listed) >= 5


def test_search_and_chips_narrow_the_file_like_the_list(service: CustomerService, member: Caller, member_id: UUID) -> None:
    mark = unique("筛")
    for status in ("new", "won", "lost"):
        member.post("/api/customers", {"name": f"{mark}{status}", "status": status}).expect(201)
    found = rows(service, member_id, {"view": "all", "q": mark, "status": "won,lost", "sort": "name"}, ["name"])
    assert {row[0] for row in found} == {f"{mark}won", f"{mark}lost"}


def test_hidden_fields_of_the_pool_stay_empty(service: CustomerService, people: People, member_id: UUID) -> None:
    owner = service.as_member(people.member("原主"))
    made = owner.post("/api/customers", {"name": unique("池"), "phone": "13800138000", "remark": "秘密", "visibility": "private"}).expect(
        201
    )
    owner.post(f"/api/customers/{made['customer_id']}/return_to_pool", {"reason": "no_interest"}).expect(200)
    columns = ["name", "phone", "remark", "pool_reason", "previous_owner"]
    selection = {"customer_ids": [made["customer_id"]]}
    assert rows(service, member_id, selection, columns) == [(made["name"], "", "", "no_interest", "原主")]
    admin_id = people.member("管", role="admin")
    assert rows(service, admin_id, selection, columns)[0][1:3] == ("13800138000", "秘密")


def test_the_right_is_asked_for_everywhere(service: CustomerService, people: People) -> None:
    nobody = as_export(service, people.member("无权", rights=["import"]))
    for path, body in (
        ("authorize", {"selection": None}),
        ("authorize", {"selection": {"view": "all"}}),
    ):
        assert nobody.post(f"/internal/exports/{path}", body).code == "export_right_missing"
    refused = nobody.post("/internal/export_rows", {"selection": {"view": "all"}, "columns": ["name"], "zone": ZONE})
    assert (refused.status, refused.code) == (403, "export_right_missing")
    gone = as_export(service, people.member("离职", active=False))
    assert gone.post("/internal/exports/authorize", {"selection": None}).status == 401


def test_only_the_export_service_may_ask(service: CustomerService, member: Caller) -> None:
    assert member.post("/internal/exports/authorize", {"selection": None}).status == 401
    assert service.as_service("activity").post("/internal/exports/authorize", {"selection": None}).status == 401


@pytest.mark.parametrize(
    ("selection", "columns"),
    [({"view": "all"}, ["password_hash"]), ({"view": "all"}, ["name; drop table customer"]), ({"view": "all", "sort": "phone"}, ["name"])],
)
def test_a_wrong_question_is_refused(service: CustomerService, member_id: UUID, selection: dict[str, Any], columns: list[str]) -> None:
    answer = as_export(service, member_id).post("/internal/export_rows", {"selection": selection, "columns": columns, "zone": ZONE})
    assert answer.status == 422


def test_an_audit_entry_is_written_once(service: CustomerService, member_id: UUID) -> None:
    entry = {"export_id": str(new_id()), "name": "客户", "rows": 3, "columns": ["name"], "selection": {"view": "all"}}
    for _ in range(3):
        assert as_export(service, member_id).post("/internal/exports/record", entry).status == 204
    with transaction(service.engine) as connection:
        found = connection.execute(
            text("SELECT detail FROM audit WHERE action = 'customers.exported' AND member_id = :id"), {"id": member_id}
        )
        assert [row.detail for row in found] == [entry]


@pytest.fixture
def crowd(service: CustomerService, people: People) -> Iterator[UUID]:
    """A member with 3,000 customers."""
    member_id = people.member("众")
    with transaction(service.engine) as connection:
        connection.execute(
            text("""
                INSERT INTO customer (customer_id, customer_no, name, name_sort, state, owner_id, visibility)
                SELECT gen_random_uuid(), :mark || n, 'N' || n, 'n' || lpad(n::text, 6, '0'), 'owned', :owner, 'private'
                FROM generate_series(1, 3000) n
            """),
            {"owner": member_id, "mark": new_id().hex},
        )
    yield member_id
    with transaction(service.engine) as connection:
        connection.execute(text("DELETE FROM customer WHERE owner_id = :id"), {"id": member_id})


def test_rows_that_come_and_go_meanwhile_change_nothing(service: CustomerService, crowd: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CHUNK_BYTES", 1000)
    stream = queries.open_rows(service.engine, crowd, {"view": "mine", "sort": "name"}, ["name"], zone=ZONE)
    first = next(stream.chunks)
    with transaction(service.engine) as connection:
        connection.execute(text("DELETE FROM customer WHERE owner_id = :id AND name = 'N3000'"), {"id": crowd})
        connection.execute(
            text("""
                INSERT INTO customer (customer_id, customer_no, name, name_sort, state, owner_id, visibility)
                VALUES (gen_random_uuid(), :no, 'A', 'a', 'owned', :id, 'private')
            """),
            {"id": crowd, "no": new_id().hex},
        )
    names = (first + b"".join(stream.chunks)).decode().split("\n")[:-2]
    assert names == [f"N{n}" for n in range(1, 3001)]
    assert stream.total == 3000


@pytest.mark.parametrize("read", [0, 1])
def test_a_caller_who_goes_away_leaves_no_connection_behind(
    service: CustomerService, crowd: UUID, monkeypatch: pytest.MonkeyPatch, read: int
) -> None:
    monkeypatch.setattr(queries, "CHUNK_BYTES", 1000)
    before = service.engine.pool.checkedout()  # type: ignore[attr-defined]
    stream = queries.open_rows(service.engine, crowd, {"view": "mine"}, ["name"], zone=ZONE)
    assert service.engine.pool.checkedout() == before + 1  # type: ignore[attr-defined]
    for _ in range(read):
        next(stream.chunks)
    stream.chunks.close()  # type: ignore[attr-defined]
    stream.close()
    assert service.engine.pool.checkedout() == before  # type: ignore[attr-defined]
    assert rows(service, crowd, {"view": "mine"}, ["name"])
