"""Notifications: made with the timeline, once whatever happens; read marks outlive a rebuild; pages, counts and what became of requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from services.activity.app import create_app
from services.activity.commands.rebuild_timeline import rebuild_timeline
from services.activity.settings import Settings
from services.common.events.envelope import Change
from services.common.identity import Identity, Signer
from services.common.ids import new_id
from tests.support.event_path import EventPath

FAR = "2200-01-01T00:00:00Z"


class Bell:
    """The notifications of one member, asked for as the gateway does."""

    def __init__(self, client: FlaskClient, signer: Signer, path: EventPath) -> None:
        self._client, self._signer, self._path = client, signer, path
        self.member_id = new_id()

    def of(self, member_id: UUID) -> Bell:
        other = Bell(self._client, self._signer, self._path)
        other.member_id = member_id
        return other

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._signer.token('activity', Identity('gateway', self.member_id, new_id()))}"}

    def get(self, query: str = "") -> Any:
        answer = self._client.get(f"/internal/notifications{query}", headers=self._headers())
        assert answer.status_code == 200, answer.data
        return answer.json

    def raw(self, query: str) -> Any:
        return self._client.get(f"/internal/notifications{query}", headers=self._headers())

    def read(self, body: Any) -> int:
        return self._client.post("/api/notifications/read", json=body, headers=self._headers()).status_code

    def ring(self, type_: str = "customer.claimed", customer_id: UUID | None = None, **given: Any) -> UUID:
        payload = {"customer.claimed": {"previous_owner": None}}.get(type_, given.pop("payload", {}))
        return self._path.append(customer_id, type=type_, audience=[self.member_id], payload=payload, changes=[], **given)


@pytest.fixture
def bell(event_path: EventPath, secrets_folder: Path) -> Iterator[Bell]:
    settings = Settings(
        database_url=event_path.activity.url.render_as_string(hide_password=False),
        identity_trusted_file=secrets_folder / "activity" / "identity_trusted.json",
        threads=2,
    )
    app = create_app(settings)
    app.testing = True
    with app.test_client() as client:
        yield Bell(client, Signer("gateway", secrets_folder / "gateway" / "identity_key.json"), event_path)
    app.extensions["engine"].dispose()


def request(asked: UUID, **more: Any) -> dict[str, Any]:
    head = {"access_request_id": str(asked), "member_id": str(new_id()), "name": "赵敏", "role": "editor"}
    return {**head, "message": None, "expires_at": FAR, **more}


def test_the_audience_is_told_in_the_order_of_time_and_nobody_else(event_path: EventPath, bell: Bell) -> None:
    customers = [bell.ring() for _ in range(3)]
    event_path.bring_forward()
    page = bell.get()
    assert [(item["customer_id"], item["kind"], item["read"]) for item in page["items"]] == [
        (str(customer_id), "claimed", False) for customer_id in reversed(customers)
    ]
    assert (page["unread"], page["next"]) == ({"value": 3, "exact": True}, None)
    assert bell.of(new_id()).get() == {"items": [], "next": None, "unread": {"value": 0, "exact": True}}


def test_pages_join_without_gap_or_repetition(event_path: EventPath, bell: Bell) -> None:
    for _ in range(11):
        bell.ring()
    event_path.bring_forward()
    whole = [item["notification_id"] for item in bell.get("?limit=50")["items"]]
    seen: list[str] = []
    after = ""
    while True:
        page = bell.get(f"?limit=4&after={after}")
        seen += [item["notification_id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
        bell.ring()
        event_path.bring_forward()
    assert seen == whole
    for bad in ("x", "1.2", "1.zz", f"{10**30}.{'0' * 32}", f"1.{'0' * 31}"):
        assert bell.raw(f"?after={bad}").status_code == 422, bad


def test_what_is_read_stays_read_and_others_cannot_read_for_me(event_path: EventPath, bell: Bell) -> None:
    for _ in range(3):
        bell.ring()
    event_path.bring_forward()
    first = bell.get()["items"][0]["notification_id"]
    assert bell.of(new_id()).read({"notification_ids": [first]}) == 204
    assert bell.get()["unread"]["value"] == 3
    assert bell.read({"notification_ids": [first, str(new_id())]}) == 204
    page = bell.get()
    assert ([item["read"] for item in page["items"]], page["unread"]["value"]) == ([True, False, False], 2)
    assert len(bell.get("?unread=true")["items"]) == 2
    assert bell.read({"all": True}) == 204
    assert bell.get()["unread"] == {"value": 0, "exact": True}
    for bad in ({}, {"all": True, "notification_ids": [first]}, {"notification_ids": ["x"]}):
        assert bell.read(bad) == 422


def test_a_rebuild_makes_the_same_notifications_and_keeps_what_was_read(event_path: EventPath, bell: Bell) -> None:
    batch_id = new_id()
    for _ in range(4):
        bell.ring()
        bell.ring(batch_id=batch_id)
    event_path.bring_forward()
    bell.read({"notification_ids": [item["notification_id"] for item in bell.get()["items"][:2]]})
    before = bell.get("?limit=50")
    for _ in range(2):
        rebuild_timeline(event_path.activity, event_path.feed, lambda *_: None)
        assert bell.get("?limit=50") == before
    with event_path.activity.connect() as connection:
        assert connection.execute(text("SELECT count(DISTINCT generation) FROM notification")).scalar_one() == 1


def test_a_batch_is_one_line_that_counts_across_lanes(event_path: EventPath, bell: Bell) -> None:
    batch_id = new_id()
    first = bell.ring(batch_id=batch_id)
    for _ in range(20):
        bell.ring(batch_id=batch_id)
    event_path.bring_forward()
    (one,) = bell.get()["items"]
    assert (one["count"], one["customer_id"], one["batch_id"]) == (21, str(first), str(batch_id))


def test_applying_twice_tells_once(event_path: EventPath, bell: Bell) -> None:
    relay, consumer = event_path.relay(), event_path.consumer()
    for _ in range(10):
        bell.ring(batch_id=UUID(int=5))
    for _ in range(40):
        relay.step()
        consumer.step()
    with event_path.activity.begin() as connection:
        connection.execute(text("UPDATE position SET head = 0"))
    event_path.bring_forward()
    assert [item["count"] for item in bell.get()["items"]] == [10]


def test_a_request_tells_what_became_of_it(event_path: EventPath, bell: Bell) -> None:
    asked, asker = new_id(), bell.of(new_id())
    customer_id = bell.ring("customer.access_requested", payload=request(asked))
    event_path.bring_forward()
    assert [item["state"] for item in bell.get()["items"]] == ["open"]
    answer = {name: value for name, value in request(asked).items() if name not in ("message", "expires_at")}
    asker.ring("customer.access_granted", customer_id, payload=answer)
    event_path.bring_forward()
    assert [item["state"] for item in bell.get()["items"]] == ["granted"]
    assert [(item["kind"], item["state"]) for item in asker.get()["items"]] == [("access_granted", None)]


def test_a_request_goes_to_the_new_owner_and_expires(event_path: EventPath, bell: Bell) -> None:
    asked, new_owner = new_id(), new_id()
    customer_id = bell.ring("customer.access_requested", payload=request(asked))
    event_path.append(
        customer_id,
        type="customer.assigned",
        audience=[bell.member_id, new_owner],
        payload={"previous_state": "owned", "access_requests": [request(asked)]},
        changes=[Change("owner", str(bell.member_id), str(new_owner))],
    )
    bell.ring("customer.access_requested", payload=request(new_id(), expires_at="2026-01-01T00:00:00Z"))
    event_path.bring_forward()
    assert {item["kind"]: item["state"] for item in bell.of(new_owner).get()["items"]} == {"assigned": None, "access_requested": "open"}
    mine = [(item["kind"], item["state"]) for item in bell.get()["items"]]
    assert mine == [("access_requested", "expired"), ("handed_over", None), ("access_requested", "passed_on")]


def test_the_unread_are_counted_to_99_and_a_page_is_two_statements(event_path: EventPath, bell: Bell) -> None:
    for _ in range(101):
        bell.ring()
    event_path.bring_forward()
    statements: list[str] = []
    engine = bell._client.application.extensions["engine"]
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert bell.get("?limit=1")["unread"] == {"value": 99, "exact": False}
    assert len(statements) == 2
