"""Events applied one by one = rebuilt from nothing = what the record says; while it is rebuilt, readers miss nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.activity.commands.rebuild_timeline import rebuild_timeline
from services.activity.rules.position import Delivered
from services.activity.store.timeline import clear_generation
from services.common.database import transaction
from services.common.events.envelope import LANES
from services.common.problem import Problem
from services.customer.commands.publish_events import number_events
from tests.support.event_path import EventPath

CONTENT = (
    "SELECT customer_id, customer_version, event_id, type, kind, occurred_at, actor, batch_id, changes, payload, words, change_words"
    " FROM timeline WHERE generation = (SELECT max(generation) FROM position) ORDER BY 1, 2"
)


def content(path: EventPath) -> list[Any]:
    with path.activity.connect() as connection:
        return [tuple(row) for row in connection.execute(text(CONTENT))]


def generations(path: EventPath) -> dict[int, int]:
    with path.activity.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(text("SELECT generation, count(*) FROM timeline GROUP BY 1"))}


def rebuild(path: EventPath) -> int:
    return rebuild_timeline(path.activity, path.feed, lambda *_: None)


@contextmanager
def repeating(*works: Callable[[], Any]) -> Iterator[None]:
    """Each of ``works`` again and again in a thread of its own while the block runs; what fails in one fails the test."""
    stop = threading.Event()

    def repeat(work: Callable[[], Any]) -> None:
        while not stop.is_set():
            work()

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(repeat, work) for work in works]
        try:
            yield
        finally:
            stop.set()
    for future in running:
        future.result()


def test_rebuilding_gives_the_same_timeline_as_applying_one_by_one(event_path: EventPath) -> None:
    for _ in range(40):
        event_path.append(count=5)
    event_path.bring_forward()
    before = content(event_path)
    assert rebuild(event_path) == 200
    assert content(event_path) == before
    assert event_path.is_complete()
    assert generations(event_path) == {2: 200}, "the old generation is emptied"
    assert rebuild(event_path) == 200
    assert content(event_path) == before
    assert generations(event_path) == {1: 200}


def test_a_damaged_timeline_is_mended_by_a_rebuild(event_path: EventPath) -> None:
    for _ in range(10):
        event_path.append(count=3)
    event_path.bring_forward()
    before = content(event_path)
    with event_path.activity.begin() as connection:
        connection.execute(text("DELETE FROM timeline WHERE customer_version = 2"))
        connection.execute(text("UPDATE timeline SET words = 'nonsense'"))
    rebuild(event_path)
    assert content(event_path) == before


def test_an_empty_activity_database_is_filled_by_a_rebuild_alone(event_path: EventPath) -> None:
    event_path.append(count=7)
    with event_path.leading() as connection:
        assert sum(number_events(connection, lane) for lane in range(LANES)) == 7
    assert rebuild(event_path) == 7
    assert event_path.is_complete()


def test_while_events_go_on_a_rebuild_loses_and_doubles_nothing_and_nobody_sees_less(event_path: EventPath) -> None:
    for _ in range(60):
        event_path.append(count=5)
    event_path.bring_forward()
    relay, consumer, seen = event_path.relay(), event_path.consumer("beside"), [0]

    def read() -> None:
        now = len(event_path.timeline())
        assert now >= seen[0], "a reader saw fewer entries than before"
        seen[0] = now

    with repeating(lambda: relay.step() and consumer.step(), lambda: event_path.append(count=3), read):
        for _ in range(4):
            rebuild(event_path)
    event_path.bring_forward()
    assert event_path.is_complete()
    assert len(event_path.record()) > 300


def test_a_rebuild_that_died_half_way_is_begun_anew(event_path: EventPath) -> None:
    for _ in range(20):
        event_path.append(count=4)
    event_path.bring_forward()
    before = content(event_path)

    class Dying:
        def __init__(self) -> None:
            self.pages = 0

        def find_heads(self) -> dict[int, int]:
            return event_path.feed.find_heads()

        def list_events(self, lane: int, after: int, limit: int = 10) -> list[Delivered]:
            self.pages += 1
            if self.pages > 5:
                raise RuntimeError("killed")
            return event_path.feed.list_events(lane, after, limit)

    dying: Any = Dying()
    with pytest.raises(RuntimeError, match="killed"):
        rebuild_timeline(event_path.activity, dying, lambda *_: None)
    assert content(event_path) == before, "what is shown was not touched"
    rebuild(event_path)
    assert content(event_path) == before


def test_only_one_rebuild_runs_at_a_time(event_path: EventPath) -> None:
    event_path.append()
    event_path.bring_forward()
    refused: list[Problem] = []

    class Nosy:
        def find_heads(self) -> dict[int, int]:
            with pytest.raises(Problem) as caught:
                rebuild(event_path)
            refused.append(caught.value)
            return event_path.feed.find_heads()

        def list_events(self, lane: int, after: int) -> list[Delivered]:
            return event_path.feed.list_events(lane, after)

    nosy: Any = Nosy()
    rebuild_timeline(event_path.activity, nosy, lambda *_: None)
    assert [problem.code for problem in refused] == ["rebuild_running"]
    rebuild(event_path)


def test_the_application_cannot_empty_the_generation_that_is_shown(event_path: EventPath) -> None:
    event_path.append()
    event_path.bring_forward()
    for statement in ("TRUNCATE timeline_1", "TRUNCATE timeline"):
        with pytest.raises(DBAPIError, match="permission denied"), event_path.activity.begin() as connection:
            connection.execute(text(statement))
    with pytest.raises(DBAPIError, match="is shown"), transaction(event_path.activity) as connection:
        clear_generation(connection, 1)
    assert event_path.is_complete()
