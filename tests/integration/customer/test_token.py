"""Personal access tokens."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.customer.rules.token import TOKENS_MAX
from tests.support.customer import Answer, Caller, CustomerService, People


def resolve(service: CustomerService, token: str) -> Answer:
    return service.as_service().post("/internal/sessions/resolve", {"token_hash": hashlib.sha256(token.encode()).hexdigest()})


def make(caller: Caller, **values: object) -> Answer:
    return caller.post("/api/tokens", {"name": "脚本", "scopes": ["read"], **values})


def test_a_token_is_shown_once_and_resolves_to_its_member_and_scopes(service: CustomerService, people: People) -> None:
    member_id = people.member()
    caller = service.as_member(member_id)
    made = make(caller, scopes=["export", "read", "read"]).expect(201)
    assert made["token"].startswith("gonghai_")
    assert made["scopes"] == ["read", "export"]
    assert made["expires_at"] is None
    found = resolve(service, made["token"]).expect(200)
    assert found == {"member_id": str(member_id), "session_id": made["token_id"], "scopes": ["read", "export"], "kind": "token"}
    listed = caller.get("/api/tokens").expect(200)["items"]
    assert [item["token_id"] for item in listed] == [made["token_id"]]
    assert "token" not in listed[0]
    assert listed[0]["last_used_at"] is not None


def test_a_revoked_token_ends_at_once(service: CustomerService, people: People) -> None:
    caller = service.as_member(people.member())
    made = make(caller).expect(201)
    assert caller.delete(f"/api/tokens/{made['token_id']}").status == 204
    assert resolve(service, made["token"]).status == 401
    assert caller.delete(f"/api/tokens/{made['token_id']}").status == 404


def test_another_members_token_can_neither_be_seen_nor_revoked(service: CustomerService, people: People, admin: Caller) -> None:
    made = make(service.as_member(people.member())).expect(201)
    for caller in (service.as_member(people.member()), admin):
        assert caller.delete(f"/api/tokens/{made['token_id']}").status == 404
        assert made["token_id"] not in [item["token_id"] for item in caller.get("/api/tokens").expect(200)["items"]]
    resolve(service, made["token"]).expect(200)


def test_an_expired_token_is_nobody(service: CustomerService, people: People) -> None:
    caller = service.as_member(people.member())
    soon = datetime.now(UTC) + timedelta(hours=1)
    made = make(caller, expires_at=soon.isoformat()).expect(201)
    resolve(service, made["token"]).expect(200)
    with service.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE access_token SET expires_at = now() WHERE token_id = %s", (made["token_id"],))
    assert resolve(service, made["token"]).status == 401


def test_bad_tokens_are_refused(service: CustomerService, people: People) -> None:
    caller = service.as_member(people.member())
    assert make(caller, expires_at=(datetime.now(UTC) - timedelta(seconds=1)).isoformat()).code == "expiry_past"
    bad: list[dict[str, object]] = [
        {"scopes": []},
        {"scopes": ["admin"]},
        {"name": ""},
        {"expires_at": "2030-01-01T00:00:00"},
        {"expires_at": "soon"},
    ]
    for values in bad:
        assert make(caller, **values).status == 422, values
    assert caller.delete(f"/api/tokens/{uuid4()}").status == 404


def test_a_token_makes_neither_tokens_nor_passwords(service: CustomerService, people: People) -> None:
    scripted = service.as_member(people.member(), scopes=("read", "write", "export"))
    assert make(scripted).code == "session_required"
    answer = scripted.post("/api/me/password", {"current_password": "a", "new_password": "another good one"})
    assert (answer.status, answer.code) == (403, "session_required")
    assert scripted.get("/api/tokens").status == 200


def test_disabling_revokes_all_tokens_for_good(service: CustomerService, people: People, admin: Caller) -> None:
    member_id = people.member()
    made = make(service.as_member(member_id)).expect(201)
    admin.patch(f"/api/members/{member_id}", {"active": False}).expect(200)
    assert resolve(service, made["token"]).status == 401
    admin.patch(f"/api/members/{member_id}", {"active": True}).expect(200)
    assert resolve(service, made["token"]).status == 401


def test_a_member_has_a_bounded_number_of_tokens(service: CustomerService, people: People) -> None:
    caller = service.as_member(people.member())
    for _ in range(TOKENS_MAX):
        make(caller).expect(201)
    assert make(caller).code == "too_many_tokens"
