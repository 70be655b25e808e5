"""The relay: number and commit, then send, then mark; whoever dies in between, nothing is lost and lanes find a new leader."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis
from sqlalchemy import text

from services.common.database import connect
from services.common.events.envelope import LANES, from_json, lane_of, stream_key
from services.common.ids import new_id
from services.common.lanes import share
from services.customer.commands.publish_events import number_events, open_stream, send_events, trim_stream
from services.customer.queries.feed import find_heads, list_events
from services.customer.rules.stream import number
from services.customer.store.stream import list_unnumbered, save_positions
from services.customer.workers import relay as relay_worker
from services.customer.workers.relay import Relay
from tests.support.event_path import EventPath
from tests.support.own_redis import OwnRedis
from tests.support.wait import wait_until


@pytest.fixture
def client(event_path: EventPath) -> Iterator[Any]:
    with redis.Redis.from_url(event_path.redis_url) as found:
        yield found


def rows(path: EventPath, question: str) -> list[Any]:
    with path.customer.connect() as connection:
        return list(connection.execute(text(question)))


def sent_positions(client: Any, lane: int) -> list[int]:
    return [from_json(fields[b"e"]).position for _, fields in client.xrange(stream_key(lane))]


def is_idle(path: EventPath) -> bool:
    return not rows(path, "SELECT 1 FROM event WHERE sent_at IS NULL")


def test_positions_are_gapless_in_every_lane_and_keep_the_order_of_a_customer(event_path: EventPath, client: Any) -> None:
    customers = [event_path.append(count=3) for _ in range(30)]
    for customer_id in customers:
        event_path.append(customer_id, count=2)
    relay = event_path.relay()
    wait_until(lambda: relay.step() and is_idle(event_path))
    for lane in range(LANES):
        positions = sent_positions(client, lane)
        assert positions == list(range(1, len(positions) + 1))
    assert not rows(
        event_path,
        "SELECT 1 FROM event a JOIN event b USING (customer_id) WHERE a.customer_version < b.customer_version AND a.position > b.position",
    )
    assert sum(find_heads(event_path.customer).values()) == 150


class TestARelayThatDies:
    @pytest.fixture
    def lane(self, event_path: EventPath) -> int:
        return lane_of(event_path.append(count=5))

    def test_after_numbering_leaves_the_sending_to_the_next(self, event_path: EventPath, client: Any, lane: int) -> None:
        with event_path.leading() as connection:
            assert number_events(connection, lane, limit=3) == 3
        assert sent_positions(client, lane) == []
        relay = event_path.relay()
        wait_until(lambda: relay.step() and is_idle(event_path))
        assert sent_positions(client, lane) == [1, 2, 3, 4, 5]

    def test_after_sending_has_the_next_send_again_under_the_same_positions(self, event_path: EventPath, client: Any, lane: int) -> None:
        class Died(BaseException):
            pass

        class DyingStream:
            def send(self, lane: int, envelopes: list[bytes]) -> None:
                open_stream(event_path.redis_url).send(lane, envelopes[:4])
                raise Died

        dying: Any = DyingStream()
        with event_path.leading() as connection:
            number_events(connection, lane)
            with pytest.raises(Died):
                send_events(connection, dying, lane)
        relay = event_path.relay()
        wait_until(lambda: relay.step() and is_idle(event_path))
        assert sent_positions(client, lane) == [1, 2, 3, 4, 1, 2, 3, 4, 5]
        consumer = event_path.consumer()
        wait_until(lambda: consumer.step() is not None and event_path.is_complete())

    def test_its_lanes_are_led_by_another_within_two_seconds(self, event_path: EventPath) -> None:
        first, second = event_path.relay(), event_path.relay()
        wait_until(lambda: first.step() and len(first.led) == LANES)
        wait_until(lambda: second.step() and first.step() and len(second.led) == LANES // 2, what="half of the lanes")
        first._lanes.drop()  # its connection ends, as when its process does
        begun = time.monotonic()
        wait_until(lambda: second.step() and len(second.led) == LANES, seconds=2, what="all lanes")
        assert time.monotonic() - begun < 2

    def test_one_that_hangs_loses_its_lanes(self, event_path: EventPath, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relay_worker, "HANG_SECONDS", 0.5)
        hanging, other = event_path.relay(), event_path.relay()
        wait_until(lambda: hanging.step() and len(hanging.led) == LANES)
        monkeypatch.setattr(relay_worker, "HANG_SECONDS", 60)
        wait_until(lambda: other.step() and len(other.led) == LANES, seconds=5, what="the lanes of the one that hangs")
        event_path.append()
        with pytest.raises(Exception, match=r"terminat|closed|idle"):
            wait_until(lambda: not hanging.step())
        assert not hanging.led


def test_two_that_number_the_same_events_give_no_position_twice_and_leave_no_gap(event_path: EventPath) -> None:
    lane = lane_of(event_path.append(count=5))
    with event_path.leading() as one, event_path.leading() as other:
        last, ids = list_unnumbered(one, lane, 3)
        assert number_events(other, lane, limit=2) == 2
        with pytest.raises(psycopg.Error, match=r"division by zero|event_position"):
            save_positions(one, number(last, ids))
        assert number_events(one, lane) == 3
    assert [row.position for row in rows(event_path, "SELECT position FROM event ORDER BY id")] == [1, 2, 3, 4, 5]


def test_three_relays_share_the_lanes_and_send_every_event_once(event_path: EventPath, client: Any) -> None:
    relays = [event_path.relay() for _ in range(3)]
    stop = threading.Event()

    def run(relay: Relay) -> None:
        while not stop.is_set():
            relay.step()

    threads = [threading.Thread(target=run, args=(relay,)) for relay in relays]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: sorted(len(relay.led) for relay in relays) == [2, 3, 3], what="a fair share each")
        assert set.union(*(relay.led for relay in relays)) == set(range(LANES))
        for _ in range(100):
            event_path.append(count=2)
        wait_until(lambda: is_idle(event_path))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert sum(len(sent_positions(client, lane)) for lane in range(LANES)) == 200
    for lane in range(LANES):
        assert sent_positions(client, lane) == list(range(1, len(sent_positions(client, lane)) + 1))


@pytest.mark.parametrize(("lanes", "copies", "fair"), [(8, 1, 8), (8, 2, 4), (8, 3, 3), (8, 8, 1), (8, 20, 1), (0, 1, 0), (8, 0, 8)])
def test_a_fair_share(lanes: int, copies: int, fair: int) -> None:
    assert share(lanes, copies) == fair


def test_without_redis_events_are_numbered_and_nothing_spins(event_path: EventPath, own_redis: OwnRedis) -> None:
    event_path.redis_url = own_redis.url
    own_redis.kill()
    relay = event_path.relay()
    for _ in range(20):
        event_path.append()
    wait_until(lambda: relay.step() and sum(find_heads(event_path.customer).values()) == 20, what="every event to be numbered")
    begun, steps = time.monotonic(), 0
    while time.monotonic() - begun < 1:
        relay.step()
        steps += 1
    assert steps < 15, "rests between its looks"
    consumer = event_path.consumer()
    wait_until(lambda: consumer.step() is not None and event_path.is_complete(), what="the timeline without any stream")
    own_redis.start()
    wait_until(lambda: relay.step() and is_idle(event_path), what="the stream to be served again")
    event_path.append()
    wait_until(lambda: relay.step() and consumer.step() is not None and event_path.is_complete())


def test_what_every_group_acknowledged_leaves_the_stream_and_nothing_else(event_path: EventPath, client: Any) -> None:
    customer_id = event_path.append(count=10)
    lane, key = lane_of(customer_id), stream_key(lane_of(customer_id))
    relay, stream = event_path.relay(), open_stream(event_path.redis_url)
    wait_until(lambda: relay.step() and is_idle(event_path))
    assert trim_stream(stream, lane) == 0, "nobody has read it yet"
    for group in ("activity", "other"):
        client.xgroup_create(key, group, id="0")
    taken = client.xreadgroup("activity", "one", {key: ">"}, count=8)[0][1]
    client.xack(key, "activity", *[entry_id for entry_id, _ in taken if entry_id != taken[5][0]])
    assert trim_stream(stream, lane) == 0, "the other group has read nothing"
    client.xreadgroup("other", "one", {key: ">"}, count=7, noack=True)
    assert trim_stream(stream, lane) == 5, "up to the one that is not acknowledged"
    client.xack(key, "activity", taken[5][0])
    assert trim_stream(stream, lane) == 2
    assert sent_positions(client, lane) == [8, 9, 10]
    assert trim_stream(stream, (lane + 1) % LANES) == 0, "no stream at all"


def test_an_append_wakes_a_resting_relay_at_once(event_path: EventPath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_worker, "POLL_SECONDS", 20.0)
    relay = event_path.relay()
    resting = threading.Thread(target=lambda: [relay.step() for _ in range(3)])
    resting.start()
    wait_until(lambda: rows(event_path, "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query ~ 'LISTEN|unnest'"))
    begun = time.monotonic()
    for _ in range(3):
        event_path.append()
        wait_until(lambda: is_idle(event_path) or not resting.is_alive(), seconds=5)
    resting.join(10)
    assert time.monotonic() - begun < 8


def test_a_relay_that_hears_nothing_finds_what_was_appended(event_path: EventPath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Relay, "_wait", lambda *_: None)
    relay = event_path.relay()
    wait_until(lambda: relay.step() and len(relay.led) == LANES)
    for _ in range(20):
        event_path.append(count=3)
    wait_until(lambda: relay.step() and is_idle(event_path), seconds=5, what="every event to be sent")


def test_the_feed_gives_what_the_stream_gave(event_path: EventPath, client: Any) -> None:
    customer_id = event_path.append(new_id(), count=6, payload={"note": "公海"})
    lane = lane_of(customer_id)
    relay = event_path.relay()
    wait_until(lambda: relay.step() and is_idle(event_path))
    sent = [from_json(fields[b"e"]) for _, fields in client.xrange(stream_key(lane))]
    assert [event.position for event in sent] == [1, 2, 3, 4, 5, 6]
    page = event_path.feed.list_events(lane, 2, 3)
    assert [event.position for event in page] == [3, 4, 5]
    assert [event.data["event_id"] for event in page] == [str(event.event_id) for event in sent[2:5]]
    assert event_path.feed.find_heads() == {number: 6 if number == lane else 0 for number in range(LANES)}
    assert list_events(event_path.customer, lane=lane, after=6, limit=10) == b'{"events":[],"head":6}'


def test_the_relay_survives_the_loss_of_its_connection(event_path: EventPath) -> None:
    relay = event_path.relay()
    wait_until(lambda: relay.step() and len(relay.led) == LANES)
    admin = connect(event_path.customer.url.render_as_string(hide_password=False))
    with admin.begin() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )
    admin.dispose()
    with pytest.raises(Exception, match=r"terminat|closed"):
        wait_until(lambda: not relay.step())
    event_path.customer.dispose()
    event_path.append()
    wait_until(lambda: relay.step() and is_idle(event_path))
