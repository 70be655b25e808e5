"""Who is told what of an event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.activity.rules.notification import KINDS, notifications_for, together
from services.common.events.catalogue import event_types
from services.common.events.envelope import Envelope, from_dict
from services.common.ids import new_id

OWNER, PREVIOUS = new_id(), new_id()


def example(name: str, **given_: Any) -> Envelope:
    return from_dict({**event_types()[name, 1].example, **given_})


def owner_change(before: UUID | None, after: UUID | None) -> list[dict[str, Any]]:
    return [{"field": "owner", "before": before and str(before), "after": after and str(after), "before_text": None, "after_text": None}]


def kinds(event: Envelope) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for one in notifications_for(event):
        found.setdefault(one.member_id, []).append(one.kind)
    return found


def test_an_assignment_says_to_each_what_it_means_for_him() -> None:
    given_ = {"audience": [str(OWNER), str(PREVIOUS)], "changes": owner_change(PREVIOUS, OWNER)}
    event = example("customer.assigned", **given_)
    assert kinds(event) == {OWNER: ["assigned", "access_requested"], PREVIOUS: ["handed_over"]}
    request = next(one for one in notifications_for(event) if one.kind == "access_requested")
    assert (str(request.subject), request.details["name"]) == (request.details["access_request_id"], "赵敏")


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("customer.claimed", "claimed"),
        ("customer.returned_to_pool", "returned"),
        ("customer.participant_added", "participant_added"),
        ("customer.recycled", "recycled"),
        ("customer.recycle_warned", "recycle_warned"),
        ("customer.access_requested", "access_requested"),
        ("customer.access_granted", "access_granted"),
        ("customer.access_declined", "access_declined"),
    ],
)
def test_the_audience_is_told(type_: str, kind: str) -> None:
    assert kinds(example(type_, audience=[str(OWNER)])) == {OWNER: [kind]}


def test_an_undo_tells_whose_the_customers_are_again_and_nobody_of_what_moved_none() -> None:
    audience = [str(OWNER), str(PREVIOUS)]
    moved = example("customer.undone", audience=audience, changes=owner_change(OWNER, PREVIOUS))
    assert kinds(moved) == {OWNER: ["taken_back"], PREVIOUS: ["given_back"]}
    edited = [{"field": "level", "before": "A", "after": "B", "before_text": "A", "after_text": "B"}]
    assert kinds(example("customer.undone", audience=audience, changes=edited)) == {}


@pytest.mark.parametrize("type_", ["customer.edited", "follow_up.recorded", "customer.locked", "weather.changed"])
def test_small_things_and_unknown_ones_ring_no_bell(type_: str) -> None:
    event = replace(example("customer.edited", audience=[str(OWNER)]), type=type_)
    assert kinds(event) == {}


def test_nobody_is_told_of_what_he_did_himself() -> None:
    event = example("customer.claimed")
    assert kinds(replace(event, audience=[UUID(event.actor["member_id"])])) == {}


def test_a_warning_says_which_rule_and_how_many_days_are_left() -> None:
    (one,) = notifications_for(example("customer.recycle_warned", audience=[str(OWNER)]))
    assert (one.details["rule"], one.details["days_left"]) == ("三十天未跟进", 3)


def test_every_event_type_with_an_audience_is_understood() -> None:
    for name, version in event_types():
        for one in notifications_for(from_dict({**event_types()[name, version].example, "audience": [str(OWNER)]})):
            assert one.kind in KINDS


def test_the_same_event_makes_the_same_notification_and_another_event_another() -> None:
    event = example("customer.claimed", audience=[str(OWNER)])
    first, again = notifications_for(event)[0], notifications_for(event)[0]
    other = notifications_for(replace(event, event_id=new_id()))[0]
    assert first.notification_id == again.notification_id != other.notification_id


@given(st.integers(1, 12), st.randoms())
def test_a_batch_is_one_notification_whatever_the_order(size: int, dice: Any) -> None:
    event, batch_id = example("customer.claimed", audience=[str(OWNER)]), new_id()
    events = [replace(event, event_id=new_id(), customer_id=new_id(), batch_id=batch_id) for _ in range(size)]
    shuffled = dice.sample(events, size)
    (one,) = together(one for event in shuffled for one in notifications_for(event))
    assert (one.count, one.event) == (size, events[0])


def test_requests_of_a_batch_stay_apart() -> None:
    event, batch_id = example("customer.assigned", audience=[str(OWNER)], changes=owner_change(PREVIOUS, OWNER)), new_id()
    requests = event.payload["access_requests"]
    other = {**event.payload, "access_requests": [{**requests[0], "access_request_id": str(new_id())}]}
    events = [replace(event, batch_id=batch_id), replace(event, batch_id=batch_id, event_id=new_id(), payload=other)]
    told = together(one for event in events for one in notifications_for(event))
    assert sorted(one.kind for one in told) == ["access_requested", "access_requested", "assigned"]


@pytest.mark.parametrize("waiting", [None, "x", [None], [{"access_request_id": "x"}], [{"access_request_id": 7}]])
def test_what_is_malformed_in_a_payload_stops_nothing(waiting: Any) -> None:
    event = example("customer.assigned", audience=[str(OWNER)], changes=owner_change(None, OWNER), payload={"access_requests": waiting})
    assert kinds(event) == {OWNER: ["assigned"]}
