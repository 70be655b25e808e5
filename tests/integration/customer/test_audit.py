"""The audit log: one line for each change of members, options, departments and sessions, in the same transaction."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.customer import PASSWORD, Caller, CustomerService, People


def lines(service: CustomerService, request_id: str) -> list[Any]:
    with service.engine.connect() as connection:
        statement = text("SELECT member_id, action, detail FROM audit WHERE request_id = :id ORDER BY audit_id")
        return list(connection.execute(statement, {"id": request_id}))


def under(caller: Caller) -> str:
    """A request id that this caller's next calls carry."""
    request_id = uuid4().hex
    caller.headers = {"X-Request-ID": request_id}
    return request_id


def test_creating_and_editing_a_member_is_told_with_before_and_after(service: CustomerService, admin: Caller) -> None:
    request_id = under(admin)
    made = admin.post("/api/members", {"account": "audited", "name": "甲", "password": "long enough"}).expect(201)
    admin.patch(f"/api/members/{made['member_id']}", {"name": "乙", "role": "member"}).expect(200)
    admin.patch(f"/api/members/{made['member_id']}", {"name": "乙"}).expect(200)
    admin.post(f"/api/members/{made['member_id']}/password", {"new_password": "another good one"}).expect(204)
    created, edited, password_set = lines(service, request_id)
    assert [line.member_id for line in (created, edited, password_set)] == [admin.member_id] * 3
    assert (created.action, created.detail["account"]) == ("member.created", "audited")
    assert edited.detail["changes"] == {"name": {"before": "甲", "after": "乙"}}
    assert password_set.action == "member.password_set"
    assert "long enough" not in str([line.detail for line in (created, edited, password_set)])


def test_a_refused_change_leaves_no_line(service: CustomerService, admin: Caller, people: People) -> None:
    request_id = under(admin)
    admin.patch(f"/api/members/{people.member()}", {"name": "丙", "department_id": str(uuid4())}).expect(422)
    assert lines(service, request_id) == []


def test_signing_in_and_out_is_told_of_the_member(service: CustomerService, people: People) -> None:
    member_id = people.member()
    gateway = service.as_service()
    request_id = under(gateway)
    body = {"account": member_id.hex, "password": PASSWORD, "address": "192.0.2.77"}
    session_id = gateway.post("/internal/sessions", body).expect(201)["session_id"]
    gateway.post("/internal/sessions/end", {"session_id": session_id}).expect(204)
    begun, ended = lines(service, request_id)
    assert (begun.member_id, begun.action, begun.detail) == (
        member_id,
        "session.begun",
        {"session_id": session_id, "address": "192.0.2.77"},
    )
    assert (ended.member_id, ended.action) == (member_id, "session.ended")


def test_departments_options_and_tokens_are_told(service: CustomerService, admin: Caller) -> None:
    request_id = under(admin)
    department_id = admin.post("/api/departments", {"name": "审计部"}).expect(201)["department_id"]
    admin.patch(f"/api/departments/{department_id}", {"name": "内审部"}).expect(200)
    admin.delete(f"/api/departments/{department_id}").expect(204)
    levels = admin.get("/api/options/level").expect(200)["items"]
    admin.put("/api/options/level", {"items": levels}).expect(200)
    admin.put("/api/options/level", {"items": [dict(levels[0], label_zh="重点"), *levels[1:]]}).expect(200)
    token = admin.post("/api/tokens", {"name": "脚本", "scopes": ["read"]}).expect(201)
    admin.delete(f"/api/tokens/{token['token_id']}").expect(204)
    found = lines(service, request_id)
    assert [line.action for line in found] == [
        "department.created",
        "department.edited",
        "department.deleted",
        "option.saved",
        "token.created",
        "token.revoked",
    ]
    assert found[3].detail["options"][0]["label_zh"] == "重点"
    assert token["token"] not in str(found[4].detail)
    assert found[4].detail["token_id"] == token["token_id"]


def test_nobody_can_change_or_remove_a_line(service: CustomerService) -> None:
    for statement in ("UPDATE audit SET action = 'nothing'", "DELETE FROM audit"):
        with service.engine.connect() as connection, pytest.raises(DBAPIError, match="never changed"):
            connection.execute(text(statement))
