"""Events reach the timeline once and in order, whatever the stream and its readers do in between."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
import redis
import structlog
from sqlalchemy import text

from services.activity.commands.apply_events import apply_events, check_heads
from services.activity.rules.position import Delivered
from services.activity.store.stream import GROUP, Stream
from services.activity.workers.consumer import Consumer
from services.common.events.envelope import LANES, lane_of, stream_key
from services.common.ids import new_id
from services.common.problem import Kind, Problem
from services.customer.workers.relay import Relay
from tests.support.event_path import EventPath, insert_events
from tests.support.wait import wait_until


def work(*parts: Relay | Consumer) -> bool:
    for part in parts:
        part.step()
    return True


def complete(path: EventPath, *parts: Relay | Consumer, seconds: float = 15) -> None:
    wait_until(lambda: work(*parts) and path.is_complete(), seconds=seconds, what="every event to be shown once")


def all_sent(path: EventPath, relay: Relay) -> None:
    """Everything numbered and sent, while nobody consumes."""
    with redis.Redis.from_url(path.redis_url) as client:
        keys = [stream_key(lane) for lane in range(LANES)]
        wait_until(lambda: work(relay) and sum(map(client.xlen, keys)) >= len(path.record()), what="the relay to send everything")


def settled(consumer: Consumer) -> Consumer:
    """A consumer that leads all lanes, has made its groups and looks at the stream alone from now on."""
    wait_until(lambda: work(consumer) and len(consumer.led) == LANES and not consumer._fresh and not consumer._troubled)
    consumer._check_at = consumer._stale_at = float("inf")
    return consumer


@pytest.fixture
def client(event_path: EventPath) -> Any:
    with redis.Redis.from_url(event_path.redis_url) as found:
        yield found


def entries(client: Any, lane: int) -> list[bytes]:
    return [fields[b"e"] for _, fields in client.xrange(stream_key(lane))]


def test_committed_events_reach_the_timeline(event_path: EventPath) -> None:
    customers = [event_path.append(count=3) for _ in range(20)]
    complete(event_path, event_path.relay(), event_path.consumer())
    assert len(event_path.timeline()) == 3 * len(customers)


def test_nothing_of_a_rolled_back_change_is_shown(event_path: EventPath) -> None:
    connection = event_path.customer.connect()
    insert_events(connection, event_path.next_events(new_id()))
    relay, consumer = event_path.relay(), event_path.consumer()
    event_path.append(count=5)
    complete(event_path, relay, consumer)
    connection.rollback()
    connection.close()
    event_path.append(count=5)
    complete(event_path, relay, consumer)
    assert len(event_path.timeline()) == 10


def test_an_event_that_commits_late_is_not_passed_over(event_path: EventPath) -> None:
    relay, consumer = event_path.relay(), event_path.consumer()
    late = event_path.customer.connect()
    insert_events(late, event_path.next_events(new_id(), 2))  # lower ids than everything that follows
    for _ in range(20):
        event_path.append()
    complete(event_path, relay, consumer)
    late.commit()
    late.close()
    complete(event_path, relay, consumer)
    assert len(event_path.timeline()) == 22


@pytest.mark.parametrize("seed", range(4))
def test_doubled_dropped_and_reordered_deliveries_change_nothing(event_path: EventPath, client: Any, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a repeatable history
    consumer, relay = settled(event_path.consumer()), event_path.relay()
    for _ in range(60):
        event_path.append(count=dice.randint(1, 5))
    all_sent(event_path, relay)
    for lane in range(LANES):
        left = [content for content in entries(client, lane) if dice.random() > 0.2]
        left += dice.choices(left, k=len(left) // 2) if left else []
        dice.shuffle(left)
        client.xtrim(stream_key(lane), maxlen=0)
        for content in left:
            client.xadd(stream_key(lane), {"e": content})
    event_path.append(count=3)
    wait_until(lambda: work(relay, consumer) and not any(client.xinfo_groups(stream_key(n))[0]["lag"] for n in range(LANES)))
    consumer._check_at = 0.0  # what was dropped at the very end is found by comparing with the record
    complete(event_path, consumer)


def test_entries_that_are_no_events_are_passed_over(event_path: EventPath, client: Any) -> None:
    consumer, relay = settled(event_path.consumer()), event_path.relay()
    for lane in range(LANES):
        client.xadd(stream_key(lane), {"e": "not json"})
        client.xadd(stream_key(lane), {"other": "field"})
        client.xadd(stream_key(lane), {"e": '{"position": "one"}'})
    event_path.append(count=10)
    complete(event_path, relay, consumer)
    wait_until(lambda: work(consumer) and all(not client.xpending(stream_key(n), GROUP)["pending"] for n in range(LANES)))


def test_an_emptied_redis_costs_nothing_but_a_delay(event_path: EventPath, client: Any) -> None:
    relay, consumer = event_path.relay(), event_path.consumer()
    for round_number in range(5):
        for _ in range(10):
            event_path.append(count=2)
        if round_number % 2:
            all_sent_or_gone = lambda: work(relay) and not _unsent(event_path)  # noqa: E731
            wait_until(all_sent_or_gone)
        client.flushdb()
        work(relay, consumer)
    complete(event_path, relay, consumer)
    client.flushdb()
    event_path.append()
    complete(event_path, relay, consumer)
    assert len(event_path.timeline()) == 101


def _unsent(path: EventPath) -> int:
    with path.customer.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM event WHERE sent_at IS NULL")).scalar_one())


def test_a_silent_stream_is_noticed_by_comparing_with_the_record(event_path: EventPath, client: Any) -> None:
    relay, consumer = event_path.relay(), event_path.consumer()
    event_path.append(count=3)
    complete(event_path, relay, consumer)
    event_path.append(count=3)
    all_sent_once = lambda: work(relay) and not _unsent(event_path)  # noqa: E731
    wait_until(all_sent_once)
    for lane in range(LANES):
        client.xtrim(stream_key(lane), maxlen=0)  # groups and streams are there, the entries are not
    complete(event_path, consumer, seconds=15)


class TestAConsumerThatDies:
    def test_before_the_commit(self, event_path: EventPath, monkeypatch: pytest.MonkeyPatch) -> None:
        first, relay = settled(event_path.consumer("first")), event_path.relay()
        customers = [event_path.append(count=4) for _ in range(10)]
        all_sent(event_path, relay)
        monkeypatch.setattr("services.activity.commands.apply_events.timeline_store.apply_entries", die)
        with pytest.raises(DiedError):
            wait_until(lambda: work(first) and None)
        monkeypatch.undo()
        first.close()
        assert len(event_path.timeline()) < 4 * len(customers)
        complete(event_path, event_path.consumer("second"))

    def test_after_the_commit_before_acknowledging(self, event_path: EventPath, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.activity.store.stream.STALE_MS", 0)
        first, relay = settled(event_path.consumer("first")), event_path.relay()
        lane = lane_of(event_path.append(count=4), LANES)
        all_sent(event_path, relay)
        monkeypatch.setattr(Stream, "finish", die)
        with pytest.raises(DiedError):
            wait_until(lambda: work(first) and None)
        monkeypatch.undo()
        monkeypatch.setattr("services.activity.store.stream.STALE_MS", 0)
        first.close()
        assert client.xpending(stream_key(lane), GROUP)["pending"] == 4
        second = event_path.consumer("second")
        complete(event_path, second)
        wait_until(lambda: work(second) and not client.xpending(stream_key(lane), GROUP)["pending"], what="the entries to be taken over")
        assert event_path.is_complete()


class DiedError(BaseException):
    """The process is gone: nothing may handle this."""


def die(*_: Any, **__: Any) -> None:
    raise DiedError


def test_two_consumers_with_the_same_events_apply_them_once(event_path: EventPath) -> None:
    relay = event_path.relay()
    settled(event_path.consumer()).close()
    customer_id = event_path.append(count=50)
    all_sent(event_path, relay)
    lane = lane_of(customer_id, LANES)
    events = event_path.feed.list_events(lane, 0)

    def apply(seed: int) -> int:
        dice = random.Random(seed)  # noqa: S311 - a repeatable history
        some = dice.sample(events, 30)
        return sum(len(apply_events(event_path.activity, event_path.feed, lane, some[begin : begin + 7])) for begin in range(0, 30, 7))

    with ThreadPoolExecutor(8) as pool:
        applied = sum(pool.map(apply, range(16)))
    applied += len(apply_events(event_path.activity, event_path.feed, lane, events))
    assert applied == 50
    assert event_path.is_complete()


def test_while_the_record_does_not_answer_a_gap_waits_and_nothing_is_lost(event_path: EventPath) -> None:
    relay = event_path.relay()
    settled(event_path.consumer()).close()
    customer_id = event_path.append(count=5)
    all_sent(event_path, relay)
    lane = lane_of(customer_id, LANES)
    events = event_path.feed.list_events(lane, 0)

    class AwayFeed:
        def list_events(self, *_: Any) -> list[Delivered]:
            raise Problem(Kind.UNAVAILABLE, "customer_unavailable", "away")

    away: Any = AwayFeed()
    with pytest.raises(Problem):
        apply_events(event_path.activity, away, lane, events[3:])
    assert event_path.timeline() == []
    apply_events(event_path.activity, event_path.feed, lane, events[3:])
    assert event_path.is_complete()


def test_what_was_applied_is_announced_after_its_commit(event_path: EventPath, client: Any) -> None:
    relay, consumer = event_path.relay(), settled(event_path.consumer())
    with client.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe("live:customers")
        channel.get_message(timeout=1)
        customer_id = event_path.append(count=2)
        heard: list[dict[str, Any]] = []

        def listen() -> bool:
            work(relay, consumer)
            message = channel.get_message(timeout=0.05)
            if message:
                assert event_path.is_complete(), "announced after the commit"
                heard.extend(orjson.loads(message["data"])["events"])
            return len(heard) == 2

        wait_until(listen, what="two announcements")
    assert heard == [
        {"customer_id": str(customer_id), "type": kind, "customer_version": version, "audience": []}
        for version, kind in ((1, "customer.created"), (2, "customer.edited"))
    ]


def test_a_record_put_back_to_an_older_state_is_told_in_the_log(event_path: EventPath) -> None:
    event_path.append(count=3)
    event_path.bring_forward()
    with event_path.activity.begin() as connection:
        connection.execute(text("UPDATE position SET applied = applied + 5 WHERE applied > 0"))
    with structlog.testing.capture_logs() as told:
        check_heads(event_path.activity, event_path.feed)
    assert [line["event"] for line in told] == ["timeline_ahead_of_record"]
