"""Live streams: memory of many open ones, and how soon a change reaches a browser."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from urllib.parse import urlsplit

from tests.benchmarks.processes import pss_mib
from tests.benchmarks.report import Table
from tests.benchmarks.world import World
from tests.support.client import Client

STREAMS = 2_000
PER_SESSION = 20
CHANGES = 60


def run(world: World) -> Table:
    """Two thousand streams of a hundred sessions; then changes while they are open."""
    table = Table(
        f"{STREAMS:,} live streams on one gateway", "Aims: ≤ 150 MiB more memory; change → browser p99 ≤ 1 s at one of them.",
        ["", "measured", "aim", ""],
    )  # fmt: skip
    customer = world.member.create_customer(name="直播")
    gateway = world.stack.pids("gateway")[0]
    before = pss_mib(gateway)
    clients = [world.member] + [world.admin.make_member(world.stack.address) for _ in range(STREAMS // PER_SESSION)]
    crowd = Crowd(world, clients[1:])
    try:
        more = pss_mib(gateway) - before
        table.add("more memory (PSS)", f"{more:.0f} MiB", "≤ 150 MiB", "kept" if more <= 150 else "missed")
        delays = sorted(_delays(world.member, customer))
        p50, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
        table.add(
            "change → browser p50 / p99", f"{p50 * 1000:.0f} / {p99 * 1000:.0f} ms", "p99 ≤ 1,000 ms", "kept" if p99 <= 1 else "missed"
        )
        table.add("streams still open", str(len(crowd.sockets)), str(STREAMS), "kept" if len(crowd.sockets) == STREAMS else "missed")
    finally:
        crowd.close()
        for client in clients[1:]:
            client.close()
    return table


def _delays(member: Client, customer: dict[str, object]) -> list[float]:
    listener = member.listen(f"customer:{customer['customer_id']}")
    delays = []
    for number in range(CHANGES):
        customer = member.edit_customer(customer, remark=f"直播{number}")
        committed = time.monotonic()
        listener.wait_for("customer", number + 1)
        delays.append(listener.opened_at + listener.events[-1][2] - committed)
    listener.close()
    return delays


class Crowd:
    """Many open streams that only read, on one thread."""

    def __init__(self, world: World, clients: list[Client]) -> None:
        self.sockets: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._stopping = threading.Event()
        place = urlsplit(world.stack.address)
        for client in clients:
            for _ in range(PER_SESSION):
                one = socket.create_connection((place.hostname or "", place.port or 80), 30)
                one.sendall(f"GET /api/live?topics=counts HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {client._cookie}\r\n\r\n".encode())
                if not one.recv(15).startswith(b"HTTP/1.1 200"):
                    raise RuntimeError("a stream was refused")
                self.sockets.add(one)
                self._selector.register(one, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(0.2):
                one = key.fileobj
                if isinstance(one, socket.socket) and not one.recv(65536):
                    self._selector.unregister(one)
                    self.sockets.discard(one)

    def close(self) -> None:
        """All of them leave."""
        self._stopping.set()
        self._thread.join()
        for one in self.sockets:
            one.close()
