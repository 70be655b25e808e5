"""Live streams: who hears what, when it ends, and that an open stream costs neither a thread nor much memory."""

from __future__ import annotations

import itertools
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
import redis

from tests.support.echo_service import MEMBER, OTHER_MEMBER
from tests.support.gateway_world import READ_TOKEN, TOKEN, World, make_world, run_world
from tests.support.listener import Listener
from tests.support.own_redis import OwnRedis
from tests.support.wait import wait_until

SEEN, HIDDEN = (f"01890000-0000-7000-8000-00000000c00{n}" for n in (1, 2))


@pytest.fixture
def bell(redis_url: str) -> Iterator[redis.Redis]:
    """Publishes what the activity and export services would."""
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def streams(world: World) -> Iterator[ExitStack]:
    """Closes what a test opened."""
    world.control("visible", {"member": MEMBER, "customer_ids": [SEEN]})
    world.control("visible", {"member": OTHER_MEMBER, "customer_ids": []})
    with ExitStack() as stack:
        yield stack


def listen(world: World, streams: ExitStack, topics: str, token: str = TOKEN) -> Listener:
    listener = Listener(world.url, topics, {"Authorization": f"Bearer {token}"})
    streams.callback(listener.close)
    return listener


def changed(bell: redis.Redis, customer_id: str, version: int, *audience: str) -> None:
    events = [{"customer_id": customer_id, "type": "customer.edited", "customer_version": version, "audience": list(audience)}]
    assert bell.publish("live:customers", json.dumps({"events": events})) >= 1


def ring_until_heard(bell: redis.Redis) -> None:
    """The gateway subscribes with its first stream; wait until it has."""
    wait_until(lambda: bell.pubsub_numsub("live:customers")[0][1], what="the gateway to subscribe")


def test_a_stream_announces_itself_and_is_not_buffered(world: World, streams: ExitStack) -> None:
    listener = listen(world, streams, "counts")
    assert listener.status == 200
    assert listener.headers["Content-Type"].startswith("text/event-stream")
    assert listener.headers["X-Accel-Buffering"] == "no"
    assert listener.headers["Cache-Control"] == "no-store"
    assert listener.headers["X-Content-Type-Options"] == "nosniff"


def test_a_change_of_a_visible_customer_is_heard_with_its_version(world: World, streams: ExitStack, bell: redis.Redis) -> None:
    listener = listen(world, streams, f"customer:{SEEN}")
    ring_until_heard(bell)
    changed(bell, SEEN, 8)
    assert listener.wait_for("customer") == [{"customer_id": SEEN, "version": 8}]
    assert listener.events[-1][2] < 5


def test_nobody_hears_of_a_customer_not_asked_for_or_not_allowed(world: World, streams: ExitStack, bell: redis.Redis) -> None:
    mine = listen(world, streams, f"customer:{SEEN},customer:{HIDDEN},counts")
    other = listen(world, streams, f"customer:{SEEN},counts", READ_TOKEN)
    unasked = listen(world, streams, "counts")
    ring_until_heard(bell)
    changed(bell, HIDDEN, 3)
    changed(bell, SEEN, 9)
    mine.wait_for("customer")
    for listener in (mine, other, unasked):
        listener.wait_for("counts")
    assert mine.named("customer") == [{"customer_id": SEEN, "version": 9}]
    assert other.named("customer") == unasked.named("customer") == []
    assert HIDDEN not in str(mine.events + other.events + unasked.events)


def test_a_right_taken_away_holds_within_a_second_on_an_open_stream(world: World, streams: ExitStack, bell: redis.Redis) -> None:
    listener = listen(world, streams, f"customer:{SEEN},counts")
    ring_until_heard(bell)
    changed(bell, SEEN, 1)
    listener.wait_for("customer")
    world.control("visible", {"member": MEMBER, "customer_ids": []})
    asked, versions = world.seen()["visible"], itertools.count(2)

    def asked_again() -> bool:
        """Within the second the answer may be remembered; then it must be asked for again."""
        changed(bell, SEEN, next(versions))
        return bool(world.seen()["visible"] > asked)

    taken_at = time.monotonic()
    wait_until(asked_again, seconds=10, what="the gateway to ask again")
    assert time.monotonic() - taken_at < 3  # a second, on a busy machine
    unheard = next(versions)
    changed(bell, SEEN, unheard)
    listener.wait_for("counts", len(listener.named("counts")) + 1)
    assert {"customer_id": SEEN, "version": unheard} not in listener.named("customer")


def test_counts_are_hinted_at_most_every_two_seconds(world: World, streams: ExitStack, bell: redis.Redis) -> None:
    listener = listen(world, streams, "counts")
    ring_until_heard(bell)
    for version in range(200):
        changed(bell, SEEN, version)
    listener.wait_for("counts", 2, seconds=6)
    times = [at for name, _, at in listener.events if name == "counts"]
    assert times[1] - times[0] >= 1.9
    assert listener.named("counts")[0] == {}


def test_export_progress_is_heard_by_its_member_alone(world: World, streams: ExitStack, bell: redis.Redis) -> None:
    mine, other = listen(world, streams, "exports"), listen(world, streams, "exports,counts", READ_TOKEN)
    ring_until_heard(bell)
    told = {"export_id": SEEN, "member_id": MEMBER, "state": "running", "rows_done": 5, "rows_total": 10}
    bell.publish("live:exports", json.dumps(told))
    assert mine.wait_for("export") == [{"export_id": SEEN, "state": "running", "rows_done": 5, "rows_total": 10}]
    changed(bell, SEEN, 1)
    other.wait_for("counts")
    assert other.named("export") == []


def test_batch_progress_is_heard_by_its_member_alone(world: World, streams: ExitStack, bell: redis.Redis) -> None:
    mine, other = listen(world, streams, "batches"), listen(world, streams, "batches,counts", READ_TOKEN)
    ring_until_heard(bell)
    told = {"batch_id": SEEN, "verb": "assign", "state": "running", "total": 9, "done": 4, "skipped": 1}
    bell.publish("live:batches", json.dumps({**told, "member_id": MEMBER}))
    assert mine.wait_for("batch") == [told]
    changed(bell, SEEN, 1)
    other.wait_for("counts")
    assert other.named("batch") == []


def test_an_ended_session_ends_its_streams_within_five_seconds(world: World, streams: ExitStack) -> None:
    cookie = (
        world.ask("POST", "/api/session", token=None, json={"account": "live", "password": "right"}).headers["Set-Cookie"].partition(";")[0]
    )
    listener = Listener(world.url, "counts", {"Cookie": cookie})
    streams.callback(listener.close)
    assert listener.status == 200
    world.control("end_session", cookie.partition("=")[2])
    ended_at = time.monotonic()
    wait_until(lambda: listener.ended_at, what="the stream to end")
    assert (listener.ended_at or 0) - ended_at <= 5
    assert listener.named("session_ended") == [{}]


@pytest.mark.parametrize(("topics", "status"), [("weather", 400), ("customer:not-an-id", 400), (",".join(["counts"] * 101), 422)])
def test_unknown_topics_are_refused(world: World, topics: str, status: int) -> None:
    assert world.ask("GET", f"/api/live?topics={topics}").status == status


def test_streams_need_a_session(world: World) -> None:
    assert world.ask("GET", "/api/live?topics=counts", token="nobody").status == 401


def test_a_session_holds_a_bounded_number_of_streams(world: World, streams: ExitStack) -> None:
    held = [listen(world, streams, "counts", READ_TOKEN) for _ in range(20)]
    assert {one.status for one in held} == {200}
    one_more = listen(world, streams, "counts", READ_TOKEN)
    assert (one_more.status, one_more.problem()["code"]) == (503, "too_many_streams")
    held[0].close()
    wait_until(lambda: listen(world, streams, "counts", READ_TOKEN).status == 200, what="a place to be free again")


def test_open_streams_hold_no_thread_and_little_memory(world: World, bell: redis.Redis) -> None:
    worker = psutil.Process(world.group("gateway")[-1])
    for number in range(15):  # many members, as each may hold only so many streams
        answer = world.ask("POST", "/api/session", token=None, json={"account": f"m{number}", "password": "right"})
        assert answer.status == 200
    before = worker.memory_full_info().pss
    clients = [open_raw(world, f"token-m{number % 15}") for number in range(300)]
    try:
        threads = worker.num_threads()
        assert threads < 45  # 32 for requests and a few; not one for each stream
        assert world.ask("GET", "/api/customers").status == 200
        changed(bell, SEEN, 5)
        begun = time.monotonic()
        for client in clients:
            received = b""
            while b"event: counts" not in received:
                received += client.recv(4096)
        assert time.monotonic() - begun < 10
        per_stream = (worker.memory_full_info().pss - before) / 300
        assert per_stream < 75 * 1024
    finally:
        for client in clients:
            client.close()
    wait_until(lambda: len(worker.net_connections()) < 60, what="the sockets to be let go")


def open_raw(world: World, token: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", world.ports["gateway"]), 10)
    client.sendall(f"GET /api/live?topics=counts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    assert client.recv(64).startswith(b"HTTP/1.1 200")
    return client


def test_a_client_that_reads_nothing_is_dropped_and_slows_nobody(world: World, streams: ExitStack, bell: redis.Redis) -> None:
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    deaf.connect(("127.0.0.1", world.ports["gateway"]))
    deaf.sendall(f"GET /api/live?topics=exports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
    assert deaf.recv(12) == b"HTTP/1.1 200"
    hearing = listen(world, streams, "exports")
    ring_until_heard(bell)
    worker = psutil.Process(world.group("gateway")[-1])
    message = json.dumps({"export_id": "x" * 20_000, "member_id": MEMBER, "state": "running", "rows_done": 5, "rows_total": 10})
    own = deaf.getsockname()

    def deaf_is_connected() -> bool:
        return any(tuple(one.raddr) == own for one in worker.net_connections())

    assert deaf_is_connected()

    def ring() -> bool:
        for _ in range(20):
            bell.publish("live:exports", message)
        return not deaf_is_connected()

    wait_until(ring, what="the deaf client to be dropped", seconds=20)
    hearing.wait_for("export", 20)
    deaf.close()


def test_stopping_the_gateway_does_not_wait_for_streams(world: World, streams: ExitStack) -> None:
    listener = listen(world, streams, "counts")
    begun = time.monotonic()
    world.stop("gateway")
    assert time.monotonic() - begun < 5
    wait_until(lambda: listener.ended_at, what="the stream to end")
    world.start("gateway")


def test_streams_outlive_redis_and_are_told_to_look_again(secrets_folder: Path, web_build: Path, own_redis: OwnRedis) -> None:
    for world in run_world(make_world(secrets_folder, own_redis.url, web_build)):
        listener = Listener(world.url, "counts", {"Authorization": f"Bearer {TOKEN}"})
        with redis.Redis.from_url(own_redis.url) as client:
            wait_until(lambda: client.pubsub_numsub("live:customers")[0][1], what="the gateway to subscribe")
        own_redis.stop()
        assert world.ask("GET", "/api/customers").status == 200
        second = Listener(world.url, "counts", {"Authorization": f"Bearer {TOKEN}"})
        assert second.status == 200
        own_redis.start()
        for one in (listener, second):
            one.wait_for("resync")
            assert one.ended_at is None
            one.close()


def test_a_paused_customer_service_makes_streams_look_for_themselves(world: World, streams: ExitStack, bell: redis.Redis) -> None:
    listener = listen(world, streams, f"customer:{SEEN}")
    ring_until_heard(bell)
    world.signal("customer", signal.SIGSTOP)
    try:
        changed(bell, SEEN, 7)
        listener.wait_for("resync")
        assert listener.named("customer") == []
    finally:
        world.signal("customer", signal.SIGCONT)
