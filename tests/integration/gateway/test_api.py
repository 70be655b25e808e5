"""Forwarding: what goes through the door, what is taken off on the way, and what happens when a service is not well."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.echo_service import MEMBER
from tests.support.gateway_world import READ_TOKEN, TOKEN, World
from tests.support.wait import wait_until

CUSTOMER_ID = "01890000-0000-7000-8000-00000000c001"


def test_a_request_reaches_its_service_with_a_signed_identity(world: World) -> None:
    answer = world.ask("GET", "/api/customers?view=mine&q=%E5%BA%86").json()
    assert (answer["service"], answer["path"], answer["query"]) == ("customer", "/api/customers", "view=mine&q=%E5%BA%86")
    assert answer["member_id"] == MEMBER


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/members", "customer"),
        (f"/api/customers/{CUSTOMER_ID}/follow_ups", "customer"),
        ("/api/exports", "export"),
        (f"/api/exports/{CUSTOMER_ID}/file", "export"),
    ],
)
def test_each_path_has_its_service(world: World, path: str, service: str) -> None:
    assert world.ask("GET", path).json()["service"] == service


def test_bodies_pass_byte_for_byte(world: World) -> None:
    body = os.urandom(1_900_000)
    answer = world.ask("POST", "/api/customers", body=body, headers={"Content-Type": "application/json"}).json()
    assert (answer["bytes"], answer["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())


PASSED = {
    "Idempotency-Key": "k-1",
    "If-Match": '"3"',
    "If-None-Match": '"4"',
    "Accept-Language": "en",
    "Range": "bytes=0-1",
    "Content-Type": "application/json",
}
DROPPED = {
    "X-Hidden-Fields": "",
    "X-Member-Id": "someone",
    "X-Forwarded-For": "10.0.0.1",
    "Cookie": "a=b",
    "Forwarded": "for=1.2.3.4",
    "X-Identity": "admin",
    "Connection": "X-Secret",
    "X-Secret": "1",
    "Te": "trailers",
}


def test_named_headers_pass_and_all_others_stay_outside(world: World) -> None:
    got = world.ask("POST", "/api/customers", body=b"{}", headers={**PASSED, **DROPPED}).json()["headers"]
    assert {name: got.get(name) for name in PASSED} == PASSED
    assert not set(DROPPED) & set(got)


def test_answers_keep_their_tag_and_lose_cookies_and_caching(world: World) -> None:
    answer = world.ask("GET", "/api/customers")
    assert answer.headers["ETag"] == '"7"'
    assert answer.headers["X-Own"] == "kept"
    assert answer.headers.getlist("Cache-Control") == ["no-store"]
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_sound_request_id_is_kept_and_another_replaced(world: World) -> None:
    kept = world.ask("GET", "/api/customers", headers={"X-Request-ID": "order-66"})
    assert kept.headers["X-Request-ID"] == kept.json()["request_id"] == "order-66"
    made = world.ask("GET", "/api/customers", headers={"X-Request-ID": "a b\tc"})
    assert made.headers["X-Request-ID"] == made.json()["request_id"] != "a b\tc"


def test_large_answers_are_passed_on_in_pieces(world: World) -> None:
    answer = world.ask("GET", "/api/exports?wish=stream", preload_content=False)
    assert b"".join(answer.stream(4096)) == b"".join(b"piece %d\n" % number for number in range(5000))
    assert len(world.ask("GET", "/api/exports?wish=large&bytes=9000000").data) == 9_000_000


def test_answers_without_a_body_keep_the_connection_sound(world: World) -> None:
    for code in (204, 304, 404):
        assert world.ask("GET", f"/api/customers?wish=status&code={code}").status == code
    head = world.ask("HEAD", "/api/customers")
    assert (head.status, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) > 100


@pytest.mark.parametrize("path", ["/api/nothing", "/api", "/api/customersx", "/internal/sessions/resolve", "/internal/ready", "/internal"])
def test_what_has_no_row_is_not_there(world: World, path: str) -> None:
    answer = world.ask("GET", path)
    assert (answer.status, answer.json()["code"]) == (404, "route_not_found")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT", "TRACE", "PROPFIND"])
def test_a_method_without_a_row_is_refused(world: World, method: str) -> None:
    assert world.ask(method, "/api/fields").status == 405


TRICKS = """
    /api/%2e%2e/internal/me  /api/../internal/me  /api/customers/..%2f..%2finternal/me  /api/customers/%252e%252e/x  /api//customers
    /api/customers/./x  /api/customers%2f1  /%61pi/customers  /api/customers;x=1  /api/customers\\x  /./api/customers  //internal/me
    /%69nternal/me  /api/customers/%00  /x/%2e%2e/internal/me  /api/customers/%EF%BC%8E%EF%BC%8E/x
"""


@pytest.mark.parametrize("path", TRICKS.split())
def test_path_tricks_reach_nobody(world: World, path: str) -> None:
    before = world.seen()
    status, body = raw_request(
        world, f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n".encode()
    )
    assert status in (400, 404), body
    assert world.seen() == before


def test_an_absolute_target_is_no_way_around(world: World) -> None:
    status, _ = raw_request(world, b"GET http://evil/internal/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status in (400, 404)


def raw_request(world: World, content: bytes) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", world.ports["gateway"]), 10) as client:
        client.sendall(content)
        answer = b""
        while part := client.recv(65536):
            answer += part
    return int(answer.split(b" ", 2)[1]), answer


def test_a_query_must_be_encoded_and_short(world: World) -> None:
    request = "GET /api/customers?q={} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n"
    assert raw_request(world, request.format("庆", TOKEN).encode())[0] == 400
    assert raw_request(world, request.format("a" * 8000, TOKEN).encode())[0] == 400


def test_a_body_over_the_limit_is_refused(world: World) -> None:
    answer = world.ask("POST", "/api/customers", body=b"x" * (2 * 1024 * 1024 + 1))
    assert (answer.status, answer.json()["code"]) == (413, "too_large")


def test_a_chunked_body_is_limited_as_well(world: World) -> None:
    def pieces(count: int) -> Any:
        return (b"x" * 65536 for _ in range(count))

    assert world.ask("POST", "/api/customers", body=pieces(3), chunked=True).json()["bytes"] == 3 * 65536
    assert world.ask("POST", "/api/customers", body=pieces(40), chunked=True).status == 413


def test_an_upload_may_be_larger_and_passes_in_pieces(world: World) -> None:
    body = os.urandom(20 * 1024 * 1024)
    answer = world.ask("POST", "/api/imports", body=body, headers={"Content-Type": "multipart/form-data; boundary=x"}).json()
    assert (answer["bytes"], answer["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    request = (
        f"POST /api/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 26214401\r\nConnection: close\r\n\r\n"
    )
    assert raw_request(world, request.encode())[0] == 413


def test_an_upload_that_is_refused_early_gets_the_refusal(world: World) -> None:
    answer = world.ask("POST", "/api/imports?wish=refuse_early", body=os.urandom(8 * 1024 * 1024))
    assert (answer.status, answer.json()["code"]) == (403, "import_right_missing")


def test_an_upload_cut_off_is_never_taken_for_a_whole_one(world: World) -> None:
    before = world.seen().get("POST /api/imports", 0)
    with socket.create_connection(("127.0.0.1", world.ports["gateway"]), 10) as client:
        client.sendall(
            f"POST /api/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 5000000\r\n\r\n".encode()
            + b"x" * 100_000
        )
        client.shutdown(socket.SHUT_WR)
        client.recv(65536)
    after = world.seen().get("POST /api/imports", 0)
    assert after <= before + 1  # the service may have begun; it saw a broken body, not a shorter one
    assert world.ask("GET", "/api/customers").status == 200


def test_a_token_that_may_only_read_changes_nothing(world: World) -> None:
    assert world.ask("GET", "/api/customers", token=READ_TOKEN).json()["scopes"] == ["read"]
    answer = world.ask("POST", "/api/customers", token=READ_TOKEN, body=b"{}")
    assert (answer.status, answer.json()["code"]) == (403, "scope_missing")


def test_a_session_is_asked_for_at_most_once_a_second(world: World) -> None:
    begun, before = time.monotonic(), world.seen()["resolve"]
    with ThreadPoolExecutor(16) as pool:
        statuses = set(pool.map(lambda _: world.ask("GET", "/api/fields").status, range(400)))
    asked = world.seen()["resolve"] - before
    assert statuses == {200}
    assert asked <= (time.monotonic() - begun) + 1


def test_the_timeline_is_forwarded_only_for_a_visible_customer(world: World) -> None:
    path = f"/api/customers/{CUSTOMER_ID}/timeline"
    before = world.seen("activity").get(f"GET {path}", 0)
    assert world.ask("GET", path).json()["code"] == "customer_not_found"
    assert world.seen("activity").get(f"GET {path}", 0) == before
    world.control("visible", {"member": MEMBER, "customer_ids": [CUSTOMER_ID]})
    world.control("hidden_fields", ["phone", "email"])
    answer = world.ask("GET", path).json()
    assert (answer["service"], answer["headers"]["X-Hidden-Fields"]) == ("activity", "phone,email")
    world.control("hidden_fields", [])


def test_a_dead_activity_service_costs_the_timeline_alone(world: World) -> None:
    world.control("visible", {"member": MEMBER, "customer_ids": [CUSTOMER_ID]})
    world.stop("activity", signal.SIGKILL)
    try:
        begun = time.monotonic()
        answer = world.ask("GET", f"/api/customers/{CUSTOMER_ID}/timeline")
        assert (answer.status, answer.json()["code"]) == (503, "activity_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert time.monotonic() - begun <= 3
        assert world.ask("GET", "/api/customers").status == 200
    finally:
        world.start("activity")
    assert world.ask("GET", f"/api/customers/{CUSTOMER_ID}/timeline").status == 200


def test_a_paused_service_is_a_503_in_three_seconds_and_no_hang(world: World) -> None:
    world.ask("GET", "/api/exports")
    world.signal("export", signal.SIGSTOP)
    try:
        begun = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: world.ask("GET", "/api/exports"), range(8)))
        assert {(a.status, a.json()["code"]) for a in answers} == {(503, "export_unavailable")}
        assert time.monotonic() - begun <= 3.2
        assert world.ask("GET", "/api/customers").status == 200
    finally:
        world.signal("export", signal.SIGCONT)
    wait_until(lambda: world.ask("GET", "/api/exports").status == 200, what="the service to be used again")


def test_a_slow_answer_of_a_living_service_is_waited_for(world: World) -> None:
    assert world.ask("GET", "/api/exports?wish=slow&seconds=4").status == 200


def test_a_connection_that_broke_while_resting_is_not_noticed_by_the_client(world: World) -> None:
    assert world.ask("GET", "/api/exports").status == 200
    world.stop("export", signal.SIGKILL)
    world.start("export")
    assert world.ask("POST", "/api/exports", body=b"{}").status == 200


def test_stopping_the_gateway_finishes_what_is_under_way(world: World) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(world.ask, "GET", "/api/customers?wish=slow&seconds=2")
        wait_until(lambda: world.seen().get("GET /api/customers", 0) and not slow.done(), what="the request to be under way")
        world.signal("gateway", signal.SIGTERM)
        assert slow.result().status == 200
    world.stop("gateway")
    world.start("gateway")
