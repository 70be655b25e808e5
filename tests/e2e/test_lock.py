"""Locked out, asked, told, let in: through the gateway, the bell live within a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from tests.support.client import Client
from tests.support.wait import wait_until


def bell(client: Client, **query: Any) -> dict[str, Any]:
    """What the member is told."""
    return dict(client.get("/api/notifications", **query).expect(200))


def told(client: Client, kind: str) -> dict[str, Any]:
    """Wait for a notification of this kind."""
    found: list[dict[str, Any]] = []

    def look() -> bool:
        found[:] = [item for item in bell(client)["items"] if item["kind"] == kind]
        return bool(found)

    wait_until(look, seconds=10, what=f"a notification {kind}")
    return found[0]


def test_who_is_locked_out_asks_and_is_let_in_with_both_told_live(member: Client, new_member: Callable[..., Client]) -> None:
    other = new_member(name="李伟")
    made = member.create_customer(visibility="public")
    path = f"/api/customers/{made['customer_id']}"
    member.post(f"{path}/lock").expect(200)
    refused = other.patch(path, {"city": "杭州", "base": {"city": None}})
    assert (refused.status, refused.code, refused.json["by"]["member_id"]) == (423, "locked", member.member["member_id"])
    with closing(member.listen("member")) as mine, closing(other.listen("member")) as theirs:
        begun = time.monotonic()
        other.post(f"{path}/access_requests", {"role": "editor", "message": "想一起跟进"}).expect(201)
        mine.wait_for("notification")
        assert time.monotonic() - begun < 5  # within a second on a machine that is not busy
        asked = told(member, "access_requested")
        assert (asked["customer"]["name"], asked["details"]["message"], asked["state"]) == (made["name"], "想一起跟进", "open")
        member.post(f"/api/access_requests/{asked['details']['access_request_id']}/approve").expect(200)
        theirs.wait_for("notification")
    assert told(other, "access_granted")["actor"]["member_id"] == member.member["member_id"]
    assert told(member, "access_requested")["state"] == "granted"
    other.patch(path, {"city": "杭州", "base": {"city": None}}).expect(200)


def test_reading_is_remembered_and_a_customer_out_of_sight_is_told_neutrally(member: Client, new_member: Callable[..., Client]) -> None:
    other = new_member(name="赵敏")
    made = member.create_customer(visibility="private", participants=[{"member_id": other.member["member_id"], "role": "viewer"}])
    item = told(other, "participant_added")
    assert (item["customer"]["customer_id"], bell(other)["unread"]) == (made["customer_id"], {"value": 1, "exact": True})
    member.delete(f"/api/customers/{made['customer_id']}/participants/{other.member['member_id']}").expect(204)
    told(other, "participant_removed")
    for line in bell(other)["items"]:
        assert (line["customer"], line["actor"], line["details"], line["event_id"]) == (None, None, {}, None)
    assert made["customer_id"] not in str(bell(other))
    other.post("/api/notifications/read", {"notification_ids": [item["notification_id"]]}).expect(204)
    assert bell(other)["unread"]["value"] == 1
    other.post("/api/notifications/read", {"all": True}).expect(204)
    assert bell(other, unread="true")["items"] == []
