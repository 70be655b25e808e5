"""The event path in a test: a record of events in a real customer database, its feed over HTTP, relays and consumers as objects.

``EventPath.append`` writes rows as commands do; ``timeline`` reads what activity shows. Processes are not started here: a test
calls ``step`` of the real relay and consumer, and leaves out what it wants to have crashed.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Engine, text
from werkzeug.serving import make_server

from services.activity.clients.customer import CustomerFeed, open_feed
from services.activity.commands.apply_events import catch_up, check_heads
from services.activity.store.stream import Stream
from services.activity.workers.consumer import Consumer
from services.common.database import connect
from services.common.events.envelope import LANES, Change, NewEvent, lane_of
from services.common.identity import Verifier
from services.common.ids import new_id
from services.common.web import create_app
from services.customer.commands.publish_events import number_events
from services.customer.routes import feed as feed_routes
from services.customer.workers.relay import Relay

_INSERT = text(
    "INSERT INTO event (event_id, type, version, customer_id, customer_version, actor, request_id, batch_id, changes, payload,"
    " audience, lane) SELECT event_id, type, 1, customer_id, customer_version, actor, request_id, batch_id, changes, payload,"
    " coalesce(audience, '{}'), lane"
    " FROM json_to_recordset(CAST(:rows AS json)) AS row (event_id uuid, type text, customer_id uuid, customer_version bigint,"
    " actor jsonb, request_id text, batch_id uuid, changes jsonb, payload jsonb, audience uuid[], lane smallint)"
)


def insert_events(connection: Connection, events: Iterable[NewEvent]) -> None:
    """Rows as a command writes them, in the caller's transaction."""
    rows = [
        {
            "event_id": e.event_id,
            "type": e.type,
            "customer_id": e.customer_id,
            "customer_version": e.customer_version,
            "actor": e.actor(),
            "request_id": e.request_id,
            "batch_id": e.batch_id,
            "changes": [change.as_json() for change in e.changes],
            "payload": e.payload,
            "audience": e.audience,
            "lane": lane_of(e.customer_id),
        }
        for e in events
    ]
    connection.execute(_INSERT, {"rows": orjson.dumps(rows).decode()})
    for lane in {row["lane"] for row in rows}:
        connection.execute(text("SELECT pg_notify('event', :lane)"), {"lane": str(lane)})


def edited(customer_id: UUID, version: int, *, name: str = "张三", after: str = "B", **given: Any) -> NewEvent:
    """An event of a customer: created at version 1, edited afterwards."""
    values: dict[str, Any] = {
        "type": "customer.created" if version == 1 else "customer.edited",
        "customer_id": customer_id,
        "customer_version": version,
        "actor_id": UUID(int=zlib.crc32(name.encode())),
        "actor_name": name,
        "request_id": f"request-{version}",
        "changes": [Change("level", "A", after, "A 重点", f"{after} 普通")],
        "payload": {"source": "form"} if version == 1 else {},
    }
    return NewEvent(**{**values, **given})


@contextmanager
def serving_feed(engine: Engine, secrets: Path) -> Iterator[CustomerFeed]:
    """The customer service's feed routes over HTTP, with signed identities; yields the client that activity uses."""
    app = create_app("customer", verifier=Verifier("customer", secrets / "customer" / "identity_trusted.json"), engine=engine)
    app.register_blueprint(feed_routes.blueprint)
    app.testing = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield open_feed(f"http://127.0.0.1:{server.port}", secrets / "activity" / "identity_key.json")
    finally:
        server.shutdown()
        thread.join()


@dataclass
class EventPath:
    """Both databases, the streams and the feed."""

    customer: Engine
    activity: Engine
    feed: CustomerFeed
    redis_url: str
    versions: dict[UUID, int] = field(default_factory=dict)
    _opened: list[Any] = field(default_factory=list)

    def append(self, customer_id: UUID | None = None, count: int = 1, **given: Any) -> UUID:
        """Commit ``count`` further events of a customer (a new one by default)."""
        found = customer_id or new_id()
        with self.customer.begin() as connection:
            insert_events(connection, self.next_events(found, count, **given))
        return found

    def next_events(self, customer_id: UUID, count: int = 1, **given: Any) -> list[NewEvent]:
        """The following events of a customer, not written yet."""
        begin = self.versions.get(customer_id, 0)
        self.versions[customer_id] = begin + count
        return [edited(customer_id, begin + number, **given) for number in range(1, count + 1)]

    def bring_forward(self) -> None:
        """Number what is committed and apply it from the record, without stream, relay and consumer."""
        with self.leading() as connection:
            for lane in range(LANES):
                while number_events(connection, lane):
                    pass
        for lane, behind in check_heads(self.activity, self.feed).items():
            if behind:
                catch_up(self.activity, self.feed, lane)

    @contextmanager
    def leading(self) -> Iterator[Connection]:
        """A connection as the relay has it: each statement commits by itself."""
        with self.customer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def relay(self) -> Relay:
        """One more relay."""
        relay = Relay(_url(self.customer), self.redis_url)
        self._opened.append(relay)
        return relay

    def consumer(self, name: str = "one", feed: CustomerFeed | None = None) -> Consumer:
        """One more consumer."""
        url = _url(self.activity)
        consumer = Consumer(self.activity, connect(url, pool_size=1), feed or self.feed, Stream(self.redis_url, name))
        self._opened.append(consumer)
        return consumer

    def close(self) -> None:
        """Give up all lanes."""
        for opened in self._opened:
            opened.close()
        self._opened.clear()

    def record(self) -> list[tuple[UUID, int, UUID]]:
        """Every committed event as (customer_id, customer_version, event_id), in order."""
        return _rows(self.customer, "SELECT customer_id, customer_version, event_id FROM event ORDER BY 1, 2")

    def timeline(self) -> list[tuple[UUID, int, UUID]]:
        """Every shown entry, likewise."""
        shown = "(SELECT coalesce(max(generation), 1) FROM position)"
        return _rows(
            self.activity,
            f"SELECT customer_id, customer_version, event_id FROM timeline WHERE generation = {shown} ORDER BY 1, 2",  # noqa: S608
        )

    def is_complete(self) -> bool:
        """Whether every committed event is shown once."""
        return self.record() == self.timeline()


def _rows(engine: Engine, statement: str) -> list[tuple[UUID, int, UUID]]:
    with engine.connect() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(text(statement))]


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)
