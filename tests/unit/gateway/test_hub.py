"""Who hears what: the hub with streams on socket pairs and a clock of its own."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from uuid import UUID

import pytest

from services.common.identity import Identity
from services.common.problem import Kind, Problem
from services.gateway.live.allowed import Allowed
from services.gateway.live.hub import Hub
from services.gateway.live.streams import Stream, Streams

ONE, TWO = (str(UUID(int=number)) for number in (1, 2))


class Desk:
    """A hub, what it may ask, and a clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.streams = Streams()
        self.visible: dict[UUID, set[str]] = {}
        self.asked: list[list[str]] = []
        self.away = False
        self.ended: set[str] = set()
        self.hub = Hub(self.streams, Allowed(self.ask, now=lambda: self.now), lambda _: self.ended, now=lambda: self.now)
        self._ears: list[socket.socket] = []

    def ask(self, identity: Identity, customer_ids: list[str]) -> set[str]:
        if self.away:
            raise Problem(Kind.UNAVAILABLE, "customer_unavailable", "away")
        self.asked.append(sorted(customer_ids))
        return self.visible.get(identity.member(), set()) & set(customer_ids)

    def open(self, member: int, topics: str = "", *customer_ids: str) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.settimeout(0.2)
        identity = Identity("gateway", UUID(int=member))
        self.streams.add(Stream(ours, f"digest{member}", identity, frozenset(topics.split()), frozenset(customer_ids)), b"")
        self._ears.append(theirs)
        return theirs

    def close(self) -> None:
        for one in self.streams:
            self.streams.close(one)
        for ear in self._ears:
            ear.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def heard(ear: socket.socket) -> list[str]:
    """The names of the events that have come."""
    try:
        content = ear.recv(65536).decode()
    except TimeoutError:
        return []
    return [line.removeprefix("event: ") for line in content.splitlines() if line.startswith("event: ")]


def change(customer_id: str, version: int = 1, *audience: str) -> dict[str, object]:
    return {"events": [{"customer_id": customer_id, "type": "customer.edited", "customer_version": version, "audience": list(audience)}]}


def test_only_what_was_asked_for_and_may_be_seen_is_heard(desk: Desk) -> None:
    desk.visible[UUID(int=7)] = {ONE}
    both, stranger, other = desk.open(7, "", ONE, TWO), desk.open(8, "", ONE), desk.open(7, "")
    desk.hub.heard_customers([change(ONE), change(TWO)])
    assert heard(both) == ["customer"]
    assert heard(stranger) == heard(other) == []


def test_changes_together_are_told_once_with_the_latest_version(desk: Desk) -> None:
    desk.visible[UUID(int=7)] = {ONE}
    ear = desk.open(7, "", ONE)
    desk.hub.heard_customers([change(ONE, 3), change(ONE, 5), change(ONE, 4)])
    content = ear.recv(4096).decode()
    assert content.count("event: customer") == 1
    assert '"version":5' in content
    assert desk.asked == [[ONE]]


def test_a_right_is_remembered_for_a_second(desk: Desk) -> None:
    desk.visible[UUID(int=7)] = {ONE}
    ear = desk.open(7, "", ONE)
    for desk.now in (1000.0, 1000.5):
        desk.hub.heard_customers([change(ONE)])
    assert len(desk.asked) == 1
    desk.visible.clear()
    desk.now = 1001.0
    assert heard(ear) == ["customer", "customer"]
    desk.hub.heard_customers([change(ONE)])
    assert heard(ear) == []


def test_when_nobody_can_say_who_may_the_page_must_look_itself(desk: Desk) -> None:
    ear = desk.open(7, "", ONE)
    desk.away = True
    desk.hub.heard_customers([change(ONE)])
    assert heard(ear) == ["resync"]


def test_counts_are_hinted_once_per_two_seconds_and_not_forgotten(desk: Desk) -> None:
    ear = desk.open(7, "counts")
    desk.hub.heard_customers([change(ONE)])
    desk.now += 1
    desk.hub.heard_customers([change(ONE)])
    assert heard(ear) == ["counts"]
    desk.now += 1.1
    desk.hub.tell_counts()
    assert heard(ear) == ["counts"]
    desk.now += 10
    desk.hub.tell_counts()
    assert heard(ear) == []


def test_exports_are_told_to_their_member_alone(desk: Desk) -> None:
    mine, other, deaf = desk.open(7, "exports"), desk.open(8, "exports"), desk.open(7, "counts")
    desk.hub.heard_export({"export_id": ONE, "member_id": str(UUID(int=7)), "state": "done", "rows_done": 1, "rows_total": 1})
    assert heard(mine) == ["export"]
    assert heard(other) == heard(deaf) == []


def test_batches_are_told_to_their_member_alone(desk: Desk) -> None:
    mine, other, deaf = desk.open(7, "batches"), desk.open(8, "batches"), desk.open(7, "exports")
    told = {"batch_id": ONE, "verb": "assign", "state": "running", "total": 9, "done": 4, "skipped": 1}
    desk.hub.heard_batch({**told, "member_id": str(UUID(int=7))})
    content = mine.recv(4096).decode()
    assert content == f"event: batch\ndata: {json.dumps(told, separators=(',', ':'))}\n\n"
    assert heard(other) == heard(deaf) == []


def test_an_ended_session_closes_its_streams(desk: Desk) -> None:
    mine, other = desk.open(7, "counts"), desk.open(8, "counts")
    desk.ended = {"digest7"}
    desk.hub.check_sessions()
    assert heard(mine) == ["session_ended"]
    assert mine.recv(10) == b""
    assert heard(other) == []
    assert len(desk.streams) == 1


def test_a_client_that_takes_nothing_is_dropped(desk: Desk) -> None:
    desk.open(7, "exports")
    message = {"export_id": "x" * 30_000, "member_id": str(UUID(int=7)), "state": "running", "rows_done": 1, "rows_total": 1}
    for _ in range(100):
        desk.hub.heard_export(message)
    assert len(desk.streams) == 0


def test_whom_an_event_concerns_hears_that_there_is_a_notification(desk: Desk) -> None:
    concerned, other, deaf = desk.open(1, "member"), desk.open(2, "member"), desk.open(1, "exports")
    desk.hub.heard_customers([{"events": [{"customer_id": ONE, "customer_version": 3, "audience": [str(UUID(int=1))]}]}])
    assert heard(concerned) == ["notification"]
    assert heard(other) == heard(deaf) == []
