"""Applying events to the timeline: each position of a lane once and in order, rows and position in one transaction.

Safe to repeat and safe for several consumers at once: the lane's row in ``position`` is locked and says what is already there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from services.activity.clients.customer import CustomerFeed, open_feed
from services.activity.rules.notification import notifications_for, together
from services.activity.rules.position import Delivered, is_parked, next_step
from services.activity.rules.timeline import Entry, entry_for
from services.activity.store import notification as notification_store
from services.activity.store import parked as parked_store
from services.activity.store import position as position_store
from services.activity.store import timeline as timeline_store
from services.activity.store.stream import LostGroupError, Stream
from services.common import logs
from services.common.database import reading, transaction
from services.common.events.envelope import Envelope, from_dict
from services.common.problem import Problem

__all__ = ["CustomerFeed", "EventFailedError", "LostGroupError", "Stream", "open_feed"]  # what workers hold and pass on


class EventFailedError(Exception):
    """An event could not be applied; it is counted and will be tried again."""


@dataclass(slots=True)
class Outcome:
    """``applied`` is committed; ``ahead`` waits for what is missing after ``last``."""

    last: int
    applied: list[Envelope] = field(default_factory=list)
    ahead: list[Delivered] = field(default_factory=list)


def apply_events(engine: Engine, feed: CustomerFeed, lane: int, delivered: Iterable[Delivered]) -> list[Envelope]:
    """Apply what is new of ``delivered``; what is missing between is fetched from the feed. Answers what was applied."""
    outcome = _apply(engine, lane, delivered)
    applied = outcome.applied
    while outcome.ahead:
        missing = feed.list_events(lane, outcome.last)
        if not missing or missing[0].position != outcome.last + 1:
            # The record does not have them (it was put back to an older state): the stream is only the bell.
            logs.get().warning("stream_ahead_of_record", lane=lane, applied=outcome.last, delivered=outcome.ahead[0].position)
            break
        outcome = _apply(engine, lane, [*missing, *outcome.ahead])
        applied += outcome.applied
    return applied


def catch_up(engine: Engine, feed: CustomerFeed, lane: int) -> list[Envelope]:
    """Apply one page of what the record has beyond this lane's position; nothing when it is current."""
    with reading(engine) as connection:
        last = position_store.list_applied(connection).get(lane, 0)
    missing = feed.list_events(lane, last)
    return _apply(engine, lane, missing).applied if missing else []


def check_heads(engine: Engine, feed: CustomerFeed) -> dict[int, int]:
    """How many positions each lane is behind the record; lanes that are new get their row."""
    with reading(engine) as connection:
        applied = position_store.list_applied(connection)  # before the heads: what is applied was in the record by then
    heads = feed.find_heads()
    with transaction(engine) as connection:
        if heads.keys() - applied.keys():
            position_store.insert_lanes(connection, heads)
        position_store.save_heads(connection, heads)
    behind = {lane: head - applied.get(lane, 0) for lane, head in heads.items()}
    if any(missing < 0 for missing in behind.values()):
        # The customer database was put back to an older state: the timelines show what is no longer there. Rebuild them.
        logs.get().error("timeline_ahead_of_record", lanes=[lane for lane, missing in behind.items() if missing < 0])
    return behind


def retry_parked(engine: Engine, limit: int = 100) -> list[Envelope]:
    """Try once more what was put aside (a newer program may know how); answers what could be applied."""
    with reading(engine) as connection:
        events = parked_store.list_parked(connection, position_store.get_shown_generation(connection), limit)
    applied = []
    for event in events:
        try:
            entry = entry_for(from_dict(event.data))
            with transaction(engine) as connection:
                if parked_store.delete_parked(connection, event.generation, event.lane, event.position):
                    timeline_store.insert_entries(connection, event.generation, [entry])
                    notify(connection, event.generation, [entry])
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001 - it stays parked, whatever it was
            logs.get().info("event_stays_parked", lane=event.lane, position=event.position, error=repr(error))
        else:
            applied.append(entry.event)
    return applied


def entries_for(events: Iterable[Delivered]) -> list[Entry]:
    """The entries of delivered events; an envelope that is none is a ``ValueError``."""
    return [entry_for(from_dict(event.data)) for event in events]


def notify(connection: Connection, generation: int, entries: Iterable[Entry]) -> None:
    """Tell whom these entries concern, in the transaction that shows them."""
    told = (one for entry in entries for one in notifications_for(entry.event))
    notification_store.insert_notifications(connection, generation, together(told))


def _apply(engine: Engine, lane: int, delivered: Iterable[Delivered]) -> Outcome:
    events = list(delivered)
    try:
        return _apply_together(engine, lane, events)
    except Problem:
        raise  # the database is away or busy: no event's fault
    except Exception as error:  # noqa: BLE001 - whatever it was, it must not stop the lane: it is found, counted and parked
        logs.get().warning("batch_failed", lane=lane, events=len(events), error=repr(error))
        return _apply_one_by_one(engine, lane, events)


def _apply_together(engine: Engine, lane: int, events: Sequence[Delivered]) -> Outcome:
    with transaction(engine) as connection:
        position = position_store.lock_position(connection, lane)
        step = next_step(position.applied, events)
        if not step.run:
            return Outcome(position.applied, [], step.ahead)
        entries = entries_for(step.run)
        timeline_store.apply_entries(connection, position.generation, entries, lane=lane, applied=step.run[-1].position)
        notify(connection, position.generation, entries)
    return Outcome(step.run[-1].position, [entry.event for entry in entries], step.ahead)


def _apply_one_by_one(engine: Engine, lane: int, events: Sequence[Delivered]) -> Outcome:
    total = Outcome(0)
    for event in sorted(events, key=lambda event: event.position):
        try:
            outcome = _apply_together(engine, lane, [event])
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001 - counted below
            outcome = _count_failure(engine, lane, event, error)
        total.last = outcome.last
        total.applied += outcome.applied
        if outcome.ahead:
            break
    total.ahead = next_step(total.last, events).ahead
    return total


def _count_failure(engine: Engine, lane: int, event: Delivered, error: Exception) -> Outcome:
    """Park the event after its last attempt and go past it; before that, have it tried again."""
    with transaction(engine) as connection:
        position = position_store.lock_position(connection, lane)
        if next_step(position.applied, [event]).run != [event]:
            return Outcome(position.applied)  # another consumer was faster
        attempts = parked_store.count_failure(
            connection, generation=position.generation, lane=lane, position=event.position, data=event.data, error=repr(error)
        )
        if is_parked(attempts):
            parked_store.park(connection, position.generation, lane, event.position)
            position_store.save_position(connection, lane, event.position)
    if not is_parked(attempts):
        raise EventFailedError(f"lane {lane} position {event.position} failed {attempts} times: {error!r}") from error
    logs.get().error("event_parked", lane=lane, position=event.position, error=repr(error))
    return Outcome(event.position)
