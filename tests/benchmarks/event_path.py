"""How fast events travel: relay and consumer in events per second, commit → timeline in milliseconds, rebuild.

``python -m tests.benchmarks.event_path [EVENTS]`` (40,000) with servers of its own in the product's settings (fsync on, append-only
file on), relay and consumer as the processes of docker-compose.yml. CPU seconds are those of the named processes, from the system.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import redis
from sqlalchemy import Engine, text

from services.activity.commands.rebuild_timeline import rebuild_timeline
from services.common import logs
from services.common.calls import Service
from services.common.database import connect
from services.common.events.envelope import ENTRY_FIELD, LANES
from services.common.ids import new_id
from services.local import keys, postgres, valkey
from services.local.output import Output
from services.local.places import Ports
from services.local.process import Process, Spawner
from tests.support.databases import PASSWORD, Databases
from tests.support.event_path import EventPath, insert_events, serving_feed
from tests.support.servers import ROOT, Servers
from tests.support.wait import wait_until

BATCH = 1000
LATENCY_EVENTS = 400


@dataclass
class Bench:
    """Running servers, both databases, and the processes that are measured."""

    folder: Path
    path: EventPath
    servers: list[Process]
    feed_url: str

    def start(self, service: str, command: str) -> subprocess.Popen[bytes]:
        """One process of the product."""
        engine = self.path.customer if service == "customer" else self.path.activity
        environment = {
            **os.environ,
            "DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "REDIS_URL": self.path.redis_url,
            "CUSTOMER_URL": self.feed_url,
            "IDENTITY_KEY_FILE": str(self.folder / "secrets" / "activity" / "identity_key.json"),
        }
        log = (self.folder / f"{service}-{command}.log").open("ab")
        return subprocess.Popen([sys.executable, "-m", f"services.{service}", command], cwd=ROOT, env=environment, stdout=log, stderr=log)

    def append(self, events: int) -> None:
        """Commit events of many customers, in transactions of a thousand."""
        for _ in range(events // BATCH):
            made = [event for _ in range(BATCH // 4) for event in self.path.next_events(new_id(), 4)]
            with self.path.customer.begin() as connection:
                insert_events(connection, made)

    def cpu_seconds(self, *processes: subprocess.Popen[bytes]) -> float:
        """CPU so far of the given processes and the servers."""
        pids = [process.pid for process in processes] + [server.pid for server in self.servers if server.pid]
        return sum(_cpu(pid) for pid in pids)


def _cpu(pid: int) -> float:
    total = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


@contextmanager
def bench() -> Iterator[Bench]:
    """Servers in a folder of their own, with the product's settings."""
    folder = Path(tempfile.mkdtemp(prefix="gonghai-bench-"))
    folder.chmod(0o755)
    output, spawner, ports = Output(folder / "logs", echo=False), Spawner(), Ports()
    (folder / "password").write_text(PASSWORD)
    database = postgres.Server(folder / "postgres", ports.any(), folder / "password")
    database.initialise()
    stream = valkey.Server(folder / "valkey", ports.any(), PASSWORD)
    servers = [Process(plan, spawner, output) for plan in (database.plan(), stream.plan())]
    try:
        for server in servers:
            server.start()
            server.wait_ready(30)
        keys.make(folder / "secrets")
        databases = Databases(Servers(folder, database.url, f"redis://{stream.address}"))
        engines = [connect(databases.fresh(service), pool_size=4) for service in ("customer", "activity")]
        with serving_feed(engines[0], folder / "secrets") as feed:
            service: Service = feed._service
            yield Bench(folder, EventPath(engines[0], engines[1], feed, stream.url), servers, service.url)
    finally:
        for server in reversed(servers):
            server.end_group()
            server.wait_stopped()
        spawner.close()
        output.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(bench: Bench, service: str, command: str) -> Iterator[subprocess.Popen[bytes]]:
    """One process for as long as the block lasts."""
    process = bench.start(service, command)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def count(engine: Engine, question: str) -> int:
    """One number."""
    with engine.connect() as connection:
        return int(connection.execute(text(question)).scalar_one() or 0)


def measured(done: Callable[[], int], wanted: int, events: int, cpu: Callable[[], float]) -> dict[str, float]:
    """Events per second between the first and the last of them; ``done`` counts."""
    first = wait_until(done, seconds=60, what="the first event", every=0.005)
    begun, cpu_begun = time.monotonic(), cpu()
    wait_until(lambda: done() >= wanted, seconds=300, what="the last event", every=0.02)
    seconds, rest = time.monotonic() - begun, events - (first if first < wanted else 0)
    return {"events_per_second": rest / seconds, "cpu_us_per_event": (cpu() - cpu_begun) / rest * 1e6}


def measure_floor(bench: Bench, events: int) -> float:
    """XADD per second of one pipelining connection with entries of the same size."""
    entry = {ENTRY_FIELD: b"x" * 700}
    with redis.Redis.from_url(bench.path.redis_url) as client:
        begun = time.monotonic()
        for _ in range(events // 500):
            pipeline = client.pipeline(transaction=False)
            for _ in range(500):
                pipeline.xadd("floor", entry)
            pipeline.execute()
        seconds = time.monotonic() - begun
        client.delete("floor")
    return events / seconds


def measure_latency(bench: Bench) -> list[float]:
    """Milliseconds from the commit of a change to the announcement that follows the timeline's commit."""
    heard: dict[str, float] = {}
    ready = threading.Event()

    def listen() -> None:
        with redis.Redis.from_url(bench.path.redis_url, socket_timeout=None) as client, client.pubsub() as channel:
            channel.subscribe("live:customers")
            for message in channel.listen():
                if message["type"] == "subscribe":
                    ready.set()
                    continue
                for event in json.loads(message["data"])["events"]:
                    heard[event["customer_id"]] = time.monotonic()
                if len(heard) >= LATENCY_EVENTS:
                    return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    ready.wait(10)
    committed: dict[str, float] = {}
    for _ in range(LATENCY_EVENTS):
        customer_id = str(bench.path.append())
        committed[customer_id] = time.monotonic()
        time.sleep(0.015)
    listener.join(20)
    return sorted((heard[customer_id] - at) * 1000 for customer_id, at in committed.items() if customer_id in heard)


def measure_stream(bench: Bench, events: int) -> dict[str, float]:
    """The consumer reading, applying and acknowledging from the stream alone (this process; its look at the record put off)."""
    consumer, relay = bench.path.consumer(), bench.path.relay()
    wait_until(lambda: consumer.step() and len(consumer.led) == LANES and not consumer._troubled, seconds=30)
    consumer._check_at = float("inf")
    bench.append(events)
    wait_until(lambda: relay.step() and not count(bench.path.customer, "SELECT count(*) FROM event WHERE sent_at IS NULL"), seconds=60)
    applied = "SELECT sum(applied) FROM position"
    wanted = count(bench.path.customer, "SELECT count(*) FROM event")
    begun, cpu_begun = time.monotonic(), time.process_time() + bench.cpu_seconds()
    while count(bench.path.activity, applied) < wanted:
        consumer.step()
    seconds, cpu = time.monotonic() - begun, time.process_time() + bench.cpu_seconds() - cpu_begun
    bench.path.close()
    return {"events_per_second": events / seconds, "cpu_us_per_event": cpu / events * 1e6}


def measure_both(bench: Bench, events: int) -> dict[str, float]:
    """Relay and consumer at the same time: from the first commit to the last entry."""
    applied = "SELECT sum(applied) FROM position"
    with running(bench, "customer", "relay") as relay, running(bench, "activity", "consume") as consumer:
        begin = count(bench.path.activity, applied)
        bench.path.append()
        wait_until(lambda: count(bench.path.activity, applied) > begin, seconds=30)
        begun, cpu_begun = time.monotonic(), bench.cpu_seconds(relay, consumer)
        bench.append(events)
        wait_until(lambda: count(bench.path.activity, applied) > begin + events, seconds=120, every=0.02)
        seconds, cpu = time.monotonic() - begun, bench.cpu_seconds(relay, consumer) - cpu_begun
    return {"events_per_second": events / seconds, "cpu_us_per_event": cpu / events * 1e6}


def measure(bench: Bench, events: int) -> dict[str, Any]:
    """All figures."""
    found: dict[str, Any] = {"floor: XADD/s": round(measure_floor(bench, events))}
    bench.append(events)
    with running(bench, "customer", "relay") as relay:
        sent = "SELECT count(*) FROM event WHERE sent_at IS NOT NULL"
        found["relay"] = measured(lambda: count(bench.path.customer, sent), events, events, lambda: bench.cpu_seconds(relay))
    applied = "SELECT sum(applied) FROM position"
    with running(bench, "activity", "consume") as consumer:
        reached = lambda: count(bench.path.activity, applied)  # noqa: E731
        found["consumer, from the record"] = measured(reached, events, events, lambda: bench.cpu_seconds(consumer))
    found["consumer, from the stream"] = measure_stream(bench, events)
    found["both, commits included"] = measure_both(bench, events)
    with running(bench, "customer", "relay"), running(bench, "activity", "consume"):
        total = count(bench.path.activity, applied)
        bench.path.append()
        wait_until(lambda: count(bench.path.activity, applied) > total, seconds=30)
        latency = measure_latency(bench)
        found["commit to timeline, ms"] = {
            "p50": round(statistics.median(latency), 1),
            "p99": round(latency[int(len(latency) * 0.99)], 1),
            "max": round(latency[-1], 1),
            "heard": f"{len(latency)} of {LATENCY_EVENTS}",
        }
    begun = time.monotonic()
    replayed = rebuild_timeline(bench.path.activity, bench.path.feed, lambda *_: None)
    found["rebuild, events/s"] = round(replayed / (time.monotonic() - begun))
    found["complete"] = bench.path.is_complete()
    return found


def main() -> None:
    """Print the table."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logs.configure("bench", "ERROR")
    with bench() as running_bench:
        for name, value in measure(running_bench, events).items():
            shown = {k: round(v, 1) for k, v in value.items()} if isinstance(value, dict) and "cpu_us_per_event" in value else value
            print(f"{name:26} {shown}")


if __name__ == "__main__":
    main()
