"""An event that cannot be applied is tried five times, then put aside; the rest of its lane goes on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.activity.commands import apply_events as commands
from services.activity.commands.apply_events import EventFailedError, apply_events, check_heads, retry_parked
from services.activity.commands.rebuild_timeline import rebuild_timeline
from services.activity.queries.health import find_state
from services.activity.rules.position import ATTEMPTS_MAX
from services.activity.rules.timeline import entry_for
from services.common.events.envelope import Envelope, lane_of
from services.customer.commands.publish_events import number_events
from tests.support.event_path import EventPath
from tests.support.wait import wait_until


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Versions of customers whose events this service cannot apply."""
    versions: set[int] = set()

    def entry(event: Envelope) -> Any:
        if event.customer_version in versions:
            raise KeyError("a member that nobody sent")
        return entry_for(event)

    monkeypatch.setattr(commands, "entry_for", entry)
    return versions


@pytest.fixture
def lane(event_path: EventPath) -> int:
    """Ten numbered events of one customer."""
    lane = lane_of(event_path.append(count=10))
    with event_path.leading() as connection:
        number_events(connection, lane)
    check_heads(event_path.activity, event_path.feed)
    return lane


def shown_versions(path: EventPath) -> list[int]:
    return [version for _, version, _ in path.timeline()]


def fail_until_parked(path: EventPath, lane: int) -> int:
    failures = 0
    while True:
        try:
            apply_events(path.activity, path.feed, lane, path.feed.list_events(lane, 0))
        except EventFailedError:
            failures += 1
            continue
        return failures


def test_it_is_tried_five_times_then_the_rest_goes_on(event_path: EventPath, lane: int, unreadable: set[int]) -> None:
    unreadable.add(4)
    with pytest.raises(EventFailedError, match="failed 1 times"):
        apply_events(event_path.activity, event_path.feed, lane, event_path.feed.list_events(lane, 0))
    assert shown_versions(event_path) == [1, 2, 3], "what stands before it is applied, nothing after it yet"
    assert find_state(event_path.activity)["parked"] == 0
    assert fail_until_parked(event_path, lane) == ATTEMPTS_MAX - 2
    assert shown_versions(event_path) == [1, 2, 3, 5, 6, 7, 8, 9, 10]


def test_what_is_parked_is_told(event_path: EventPath, lane: int, unreadable: set[int]) -> None:
    unreadable.update((4, 7))
    fail_until_parked(event_path, lane)
    check_heads(event_path.activity, event_path.feed)
    state = find_state(event_path.activity)
    assert (state["parked"], state["lag"]) == (2, 0)
    told = state["parked_events"][0]
    assert (told["lane"], told["position"], told["attempts"], told["type"]) == (lane, 4, ATTEMPTS_MAX, "customer.edited")
    assert "a member that nobody sent" in told["error"]
    assert told["event_id"] == str(event_path.record()[3][2])


def test_it_is_applied_once_a_newer_program_knows_how(event_path: EventPath, lane: int, unreadable: set[int]) -> None:
    unreadable.update((4, 7))
    fail_until_parked(event_path, lane)
    unreadable.discard(7)
    assert [event.customer_version for event in retry_parked(event_path.activity)] == [7]
    assert find_state(event_path.activity)["parked"] == 1
    unreadable.clear()
    retry_parked(event_path.activity)
    assert retry_parked(event_path.activity) == []
    assert event_path.is_complete()
    assert find_state(event_path.activity)["parked"] == 0


def test_a_rebuild_parks_what_it_cannot_apply_and_forgets_what_was_parked_before(
    event_path: EventPath, lane: int, unreadable: set[int]
) -> None:
    unreadable.update((4, 7))
    fail_until_parked(event_path, lane)
    unreadable.discard(7)
    rebuild_timeline(event_path.activity, event_path.feed, lambda *_: None)
    assert shown_versions(event_path) == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert [event["position"] for event in find_state(event_path.activity)["parked_events"]] == [4]
    unreadable.clear()
    retry_parked(event_path.activity)
    assert event_path.is_complete()


def test_a_consumer_gets_past_it_by_itself_and_other_lanes_do_not_wait(event_path: EventPath, unreadable: set[int]) -> None:
    unreadable.add(2)
    poisoned = event_path.append(count=3)
    relay, consumer = event_path.relay(), event_path.consumer()
    others = [event_path.append() for _ in range(30)]
    wait_until(lambda: relay.step() and consumer.step() is not None and len(event_path.timeline()) >= 2 + len(others), seconds=20)
    assert {version for customer, version, _ in event_path.timeline() if customer == poisoned} == {1, 3}
    event_path.append(poisoned, count=2)
    wait_until(lambda: relay.step() and consumer.step() is not None and len(event_path.timeline()) == 4 + len(others), seconds=20)
    assert find_state(event_path.activity)["parked"] == 1


def test_an_event_that_the_database_refuses_is_parked_too(event_path: EventPath, lane: int) -> None:
    events = event_path.feed.list_events(lane, 0)
    events[2].data["payload"] = {"note": "\0"}  # PostgreSQL stores no NUL
    failures = 0
    for _ in range(ATTEMPTS_MAX):
        try:
            apply_events(event_path.activity, event_path.feed, lane, events)
        except EventFailedError:
            failures += 1
    assert failures == ATTEMPTS_MAX - 1
    assert shown_versions(event_path) == [1, 2, 4, 5, 6, 7, 8, 9, 10]
    with event_path.activity.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM parked WHERE parked_at IS NOT NULL")).scalar_one() == 1
