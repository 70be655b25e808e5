"""Signing in, sessions and their ends, throttling."""

from __future__ import annotations

import hashlib
import threading
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.customer.rules import password as passwords
from tests.support.customer import PASSWORD, Answer, Caller, CustomerService, People, counted


@pytest.fixture
def gateway(service: CustomerService) -> Caller:
    """The gateway speaking for itself."""
    return service.as_service()


@pytest.fixture
def address() -> str:
    """An address of this test alone; failures are counted by it."""
    number = uuid4().int
    return f"10.{number % 250}.{(number >> 8) % 250}.{(number >> 16) % 250}"


def sign_in(gateway: Caller, account: str, password: str = PASSWORD, address: str = "192.0.2.1") -> Answer:
    return gateway.post("/internal/sessions", {"account": account, "password": password, "address": address, "user_agent": "test"})


def resolve(gateway: Caller, token: str) -> Answer:
    return gateway.post("/internal/sessions/resolve", {"token_hash": hashlib.sha256(token.encode()).hexdigest()})


def execute(service: CustomerService, statement: str, **values: Any) -> Any:
    from sqlalchemy import text

    with service.engine.begin() as connection:
        result = connection.execute(text(statement), values)
        return result.scalar() if result.returns_rows else None


def test_the_right_password_begins_a_session_that_resolves_to_the_member(
    service: CustomerService, gateway: Caller, people: People, address: str
) -> None:
    member_id = people.member("张三", account=f"z{uuid4().hex}")
    account = service.as_member(member_id).get("/internal/me").expect(200)["account"]
    signed_in = sign_in(gateway, f" {account.upper()} ", address=address).expect(201)
    assert signed_in["member"]["member_id"] == str(member_id)
    found = resolve(gateway, signed_in["session_token"]).expect(200)
    assert found == {"member_id": str(member_id), "session_id": signed_in["session_id"], "scopes": None, "kind": "session"}


def test_only_the_hash_of_the_token_is_stored(service: CustomerService, gateway: Caller, people: People, address: str) -> None:
    member_id = people.member()
    token = sign_in(gateway, member_id.hex, address=address).expect(201)["session_token"]
    stored = execute(service, "SELECT token_hash FROM session WHERE member_id = :id", id=member_id)
    assert bytes(stored) == hashlib.sha256(token.encode()).digest()
    assert len(token) >= 43


def test_wrong_unknown_and_disabled_get_the_same_answer_after_the_same_work(
    service: CustomerService, gateway: Caller, people: People, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = people.member().hex
    disabled = people.member(active=False).hex
    verified: list[str] = []
    real = passwords._HASHER

    class Counting:
        def verify(self, stored: str, given: str) -> bool:
            verified.append(stored)
            return real.verify(stored, given)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    answers, works = [], []
    for account, password in ((known, "wrong password"), (uuid4().hex, PASSWORD), (disabled, PASSWORD)):
        verified.clear()
        with counted(service.engine) as statements:
            answer = sign_in(gateway, account, password, address)
        content = answer.json
        del content["request_id"]
        answers.append((answer.status, content))
        works.append((len(verified), {stored.split("$")[3] for stored in verified}, sum("INSERT" in s for s in statements)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 401
    assert answers[0][1]["code"] == "sign_in_failed"
    assert works == [(1, {"m=19456,t=2,p=1"}, 1)] * 3


def test_the_eleventh_attempt_is_throttled_by_account_from_any_address(
    service: CustomerService, gateway: Caller, people: People, address: str
) -> None:
    account = people.member().hex
    for number in range(10):
        assert sign_in(gateway, account, "wrong password", f"{address}{number}").status == 401
    answer = sign_in(gateway, account, PASSWORD, address)
    assert (answer.status, answer.code) == (429, "too_many_attempts")
    assert 1 <= int(answer.response.headers["Retry-After"]) <= 301
    execute(service, "UPDATE sign_in_attempt SET attempted_at = attempted_at - interval '5 minutes' WHERE account_key = :key", key=account)
    sign_in(gateway, account, PASSWORD, address).expect(201)


def test_the_eleventh_attempt_is_throttled_by_address_for_any_account(gateway: Caller, people: People, address: str) -> None:
    account = people.member().hex
    for _ in range(10):
        assert sign_in(gateway, uuid4().hex, "wrong password", address).status == 401
    assert sign_in(gateway, account, PASSWORD, address).status == 429
    sign_in(gateway, account, PASSWORD, f"{address}7").expect(201)


def test_an_ipv6_network_counts_as_one_address(gateway: Caller) -> None:
    network = f"2001:db8:{uuid4().int % 0xFFFF:x}:{uuid4().int % 0xFFFF:x}"
    for number in range(10):
        assert sign_in(gateway, uuid4().hex, "wrong password", f"{network}::{number + 1:x}").status == 401
    assert sign_in(gateway, uuid4().hex, "wrong password", f"{network}:1:2:3:4").status == 429


def test_unknown_accounts_are_throttled_like_known_ones(gateway: Caller, address: str) -> None:
    account = uuid4().hex
    statuses = [sign_in(gateway, account, "wrong password", f"{address}{number}").status for number in range(11)]
    assert statuses == [401] * 10 + [429]


def test_guesses_in_parallel_learn_no_more_than_ten_in_a_row(gateway: Caller, people: People, address: str) -> None:
    account = people.member().hex
    barrier = threading.Barrier(16)
    statuses: list[int] = []

    def guess(number: int) -> None:
        barrier.wait()
        statuses.append(sign_in(gateway, account, "wrong password", f"{address}{number}").status)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [401] * 10 + [429] * 6


def test_good_sign_ins_are_never_counted_against_an_office(gateway: Caller, people: People, address: str) -> None:
    account = people.member().hex
    for _ in range(12):
        sign_in(gateway, account, address=address).expect(201)


def test_resolving_is_one_indexed_statement_and_writes_at_most_every_five_minutes(
    service: CustomerService, gateway: Caller, people: People, address: str
) -> None:
    member_id = people.member()
    token = sign_in(gateway, member_id.hex, address=address).expect(201)["session_token"]
    with counted(service.engine) as statements:
        resolve(gateway, token).expect(200)
        resolve(gateway, token).expect(200)
    assert len(statements) == 2
    assert not any("UPDATE" in statement for statement in statements)
    execute(
        service,
        "UPDATE session SET last_seen_at = now() - interval '6 minutes', expires_at = now() + interval '1 day' WHERE member_id = :id",
        id=member_id,
    )
    with counted(service.engine) as statements:
        resolve(gateway, token).expect(200)
        resolve(gateway, token).expect(200)
    assert sum("UPDATE" in statement for statement in statements) == 1
    days = execute(service, "SELECT extract(epoch FROM expires_at - now()) / 86400 FROM session WHERE member_id = :id", id=member_id)
    assert 13.9 < float(days) <= 14


def test_resolving_uses_both_indexes(service: CustomerService) -> None:
    from sqlalchemy import text

    from services.customer.rules.session import EXTEND_EVERY
    from services.customer.store.session import _RESOLVE

    with service.engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        values = {"token_hash": b"x" * 32, "every": EXTEND_EVERY}
        plan = "\n".join(row[0] for row in connection.execute(text("EXPLAIN " + _RESOLVE.text), values))
    assert "session_token_hash" in plan
    assert "access_token_hash" in plan
    assert "Seq Scan" not in plan


def test_a_session_never_outlives_its_absolute_end(service: CustomerService, gateway: Caller, people: People, address: str) -> None:
    member_id = people.member()
    token = sign_in(gateway, member_id.hex, address=address).expect(201)["session_token"]
    days = execute(service, "SELECT extract(epoch FROM ends_at - now()) / 86400 FROM session WHERE member_id = :id", id=member_id)
    assert 89.9 < float(days) <= 90
    later = "UPDATE session SET last_seen_at = now() - interval '6 minutes', ends_at = now() + interval '1 hour' WHERE member_id = :id"
    execute(service, later, id=member_id)
    resolve(gateway, token).expect(200)
    left = execute(service, "SELECT extract(epoch FROM expires_at - now()) FROM session WHERE member_id = :id", id=member_id)
    assert float(left) <= 3600
    execute(service, "UPDATE session SET expires_at = now() WHERE member_id = :id", id=member_id)
    assert resolve(gateway, token).status == 401


def test_signing_out_ends_this_session_alone_and_may_be_repeated(gateway: Caller, people: People, address: str) -> None:
    account = people.member().hex
    first = sign_in(gateway, account, address=address).expect(201)
    second = sign_in(gateway, account, address=address).expect(201)
    for _ in range(2):
        assert gateway.post("/internal/sessions/end", {"session_id": first["session_id"]}).status == 204
    assert resolve(gateway, first["session_token"]).status == 401
    resolve(gateway, second["session_token"]).expect(200)


def test_disabling_ends_all_sessions_and_enabling_brings_none_back(gateway: Caller, people: People, admin: Caller, address: str) -> None:
    member_id = people.member()
    tokens = [sign_in(gateway, member_id.hex, address=address).expect(201)["session_token"] for _ in range(2)]
    admin.patch(f"/api/members/{member_id}", {"active": False}).expect(200)
    assert [resolve(gateway, token).status for token in tokens] == [401, 401]
    admin.patch(f"/api/members/{member_id}", {"active": True}).expect(200)
    assert [resolve(gateway, token).status for token in tokens] == [401, 401]


def test_changing_the_password_ends_every_other_session(service: CustomerService, gateway: Caller, people: People, address: str) -> None:
    member_id = people.member()
    here = sign_in(gateway, member_id.hex, address=address).expect(201)
    there = sign_in(gateway, member_id.hex, address=address).expect(201)
    caller = service.as_member(member_id, session_id=UUID(here["session_id"]))
    changed = caller.post("/api/me/password", {"current_password": PASSWORD, "new_password": "another good one"})
    assert changed.status == 204
    resolve(gateway, here["session_token"]).expect(200)
    assert resolve(gateway, there["session_token"]).status == 401
    assert sign_in(gateway, member_id.hex, address=address).status == 401
    sign_in(gateway, member_id.hex, "another good one", address).expect(201)


def test_a_password_set_by_an_admin_ends_all_sessions_of_the_member(gateway: Caller, people: People, admin: Caller, address: str) -> None:
    member_id = people.member()
    token = sign_in(gateway, member_id.hex, address=address).expect(201)["session_token"]
    assert admin.post(f"/api/members/{member_id}/password", {"new_password": " spaces count "}).status == 204
    assert resolve(gateway, token).status == 401
    assert sign_in(gateway, member_id.hex, "spaces count", address).status == 401
    sign_in(gateway, member_id.hex, " spaces count ", address).expect(201)


def test_the_current_password_cannot_be_guessed(service: CustomerService, people: People) -> None:
    caller = service.as_member(people.member())
    for _ in range(10):
        answer = caller.post("/api/me/password", {"current_password": "wrong password", "new_password": "another good one"})
        assert (answer.status, answer.code) == (422, "current_password_wrong")
    assert caller.post("/api/me/password", {"current_password": PASSWORD, "new_password": "another good one"}).status == 429


def test_a_new_password_must_be_long_enough_and_not_the_account(service: CustomerService, people: People) -> None:
    member_id = people.member()
    caller = service.as_member(member_id)
    for new, code in (("short", "password_length"), ("x" * 201, "password_length"), (member_id.hex.upper(), "password_is_account")):
        answer = caller.post("/api/me/password", {"current_password": PASSWORD, "new_password": new})
        assert (answer.status, answer.code) == (422, code)
        assert answer.json["errors"][0]["pointer"] == "/new_password"


def test_expired_sessions_and_old_failures_are_swept(service: CustomerService, gateway: Caller, people: People, address: str) -> None:
    from services.customer.commands.session import sweep

    member_id = people.member()
    sign_in(gateway, member_id.hex, address=address).expect(201)
    sign_in(gateway, member_id.hex, "wrong password", address)
    assert sweep(service.engine) is False
    assert execute(service, "SELECT count(*) FROM session WHERE member_id = :id", id=member_id) == 1
    assert execute(service, "SELECT count(*) FROM sign_in_attempt WHERE address = :address", address=address) == 1
    execute(service, "UPDATE session SET expires_at = now() WHERE member_id = :id", id=member_id)
    execute(service, "UPDATE sign_in_attempt SET attempted_at = now() - interval '5 minutes' WHERE address = :address", address=address)
    sweep(service.engine)
    assert execute(service, "SELECT count(*) FROM session WHERE member_id = :id", id=member_id) == 0
    assert execute(service, "SELECT count(*) FROM sign_in_attempt WHERE address = :address", address=address) == 0


def test_ended_tokens_are_told_by_one_statement_without_prolonging_the_others(
    service: CustomerService, gateway: Caller, people: People, address: str
) -> None:
    account = people.member().hex
    tokens = [sign_in(gateway, account, address=address).expect(201) for _ in range(3)]
    gateway.post("/internal/sessions/end", {"session_id": tokens[1]["session_id"]})
    hashes = [hashlib.sha256(token["session_token"].encode()).hexdigest() for token in tokens]
    personal = service.as_member(UUID(tokens[0]["member"]["member_id"])).post("/api/tokens", {"name": "x", "scopes": ["read"]}).expect(201)
    personal_hash = hashlib.sha256(personal["token"].encode()).hexdigest()
    with counted(service.engine) as statements:
        answer = gateway.post("/internal/sessions/ended", {"token_hashes": [*hashes, personal_hash, "0" * 64]}).expect(200)
    assert set(answer["ended"]) == {hashes[1], "0" * 64}
    assert len(statements) == 1
    assert gateway.post("/internal/sessions/ended", {"token_hashes": []}).expect(200) == {"ended": []}


def test_only_the_gateway_may_ask_about_sessions(service: CustomerService, people: People) -> None:
    for caller in (service.as_service("export"), service.as_service("activity")):
        assert resolve(caller, "x").status == 401
        assert sign_in(caller, people.member().hex).status == 401


def test_a_malformed_hash_is_refused(gateway: Caller) -> None:
    assert gateway.post("/internal/sessions/resolve", {"token_hash": "xyz"}).status == 422
