"""Several processes behind one port: each new connection goes to the next one that accepts it. What `door` is in compose."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Sequence

CHUNK_BYTES = 65536


class Balancer:
    """A TCP forwarder in a thread of its own; used only where a service was asked for more than once."""

    def __init__(self, host: str, port: int, targets: Sequence[tuple[str, int]]) -> None:
        self._host, self._port, self._targets = host, port, list(targets)
        self._next = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"balancer-{port}", daemon=True)

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        if not self._up.wait(10):
            raise OSError(f"nothing can listen on {self._host}:{self._port}")

    def stop(self) -> None:
        """Listen no more and cut what is open."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._forward, self._host, self._port, backlog=1024))
        self._up.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _forward(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            target_in, target_out = await self._connect()
            await asyncio.gather(_copy(client_in, target_out), _copy(target_in, client_out))
        client_out.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        first = next(self._next)
        for turn in range(len(self._targets)):
            host, port = self._targets[(first + turn) % len(self._targets)]
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(host, port)
        raise ConnectionRefusedError


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(CHUNK_BYTES):
            target.write(data)
            await target.drain()
    finally:
        with contextlib.suppress(OSError, RuntimeError):
            target.close()
