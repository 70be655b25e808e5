"""Building all timelines and notifications anew from the record, into the generation that is not shown; then one transaction shows it.

Events go on being applied to the shown one meanwhile. The switch waits for them and they for it, on the rows of ``position``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, Engine

from services.activity.clients.customer import CustomerFeed
from services.activity.commands.apply_events import entries_for, notify
from services.activity.rules.position import Delivered, other_generation
from services.activity.store import notification as notification_store
from services.activity.store import parked as parked_store
from services.activity.store import position as position_store
from services.activity.store import timeline as timeline_store
from services.common.database import transaction
from services.common.problem import Kind, Problem

Report = Callable[[int, int], None]  # (lane, position)


def rebuild_timeline(engine: Engine, feed: CustomerFeed, report: Report) -> int:
    """Rebuild and switch; how many events were replayed. Refused while another rebuild runs."""
    with engine.connect() as guard:
        if not position_store.lock_rebuild(guard):
            raise Problem(Kind.CONFLICT, "rebuild_running", "The timelines are being rebuilt already.")
        guard.commit()
        try:
            return _rebuild(engine, feed, report)
        finally:
            position_store.unlock_rebuild(guard)


def _rebuild(engine: Engine, feed: CustomerFeed, report: Report) -> int:
    with transaction(engine) as connection:
        position_store.insert_lanes(connection, feed.find_heads())
        shown, lanes = position_store.get_shown_generation(connection), sorted(position_store.list_applied(connection))
    target = other_generation(shown)
    with transaction(engine) as connection:
        timeline_store.clear_generation(connection, target)
        notification_store.clear_generation(connection, target)
        parked_store.clear_parked(connection, target)
    reached = {lane: _replay(engine, feed, lane, target, report) for lane in lanes}
    _switch(engine, feed, target, reached)
    with transaction(engine) as connection:
        timeline_store.clear_generation(connection, shown)
        notification_store.clear_generation(connection, shown)
        parked_store.clear_parked(connection, shown)
    return sum(reached.values())


def _replay(engine: Engine, feed: CustomerFeed, lane: int, target: int, report: Report) -> int:
    """Everything the record has of a lane, page by page; the position that was reached."""
    reached = 0
    while events := feed.list_events(lane, reached):
        with transaction(engine) as connection:
            _insert(connection, target, lane, events)
        reached = events[-1].position
        report(lane, reached)
    return reached


def _switch(engine: Engine, feed: CustomerFeed, target: int, reached: dict[int, int]) -> None:
    """Show the new generation. Consumers wait meanwhile; what they applied since the replay is replayed first, so nothing goes back."""
    with transaction(engine) as connection:
        for lane, position in position_store.lock_all(connection).items():
            reached.setdefault(lane, 0)
            while reached[lane] < position.applied and (events := feed.list_events(lane, reached[lane])):
                _insert(connection, target, lane, events)
                reached[lane] = events[-1].position
        position_store.save_generation(connection, target, reached)


def _insert(connection: Connection, target: int, lane: int, events: Sequence[Delivered]) -> None:
    try:
        with connection.begin_nested():
            entries = entries_for(events)
            timeline_store.insert_entries(connection, target, entries)
            notify(connection, target, entries)
    except Exception:  # noqa: BLE001 - found one by one; where the database is away, the next statement says so
        _insert_one_by_one(connection, target, lane, events)


def _insert_one_by_one(connection: Connection, target: int, lane: int, events: Iterable[Delivered]) -> None:
    for event in events:
        try:
            with connection.begin_nested():
                entries = entries_for([event])
                timeline_store.insert_entries(connection, target, entries)
                notify(connection, target, entries)
        except Exception as error:  # noqa: BLE001 - put aside, as the consumer does after its attempts
            parked_store.count_failure(
                connection, generation=target, lane=lane, position=event.position, data=event.data, error=repr(error)
            )
            parked_store.park(connection, target, lane, event.position)
