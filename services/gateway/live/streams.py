"""All open streams of this process: one thread notices who left, sends heartbeats and finishes what a slow client did not take at once.

What the streams are told is decided in ``hub.py``.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.common.identity import Identity

HEARTBEAT_SECONDS = 15.0
WAITING_BYTES_MAX = 64 * 1024
_CHECK_SECONDS = 1.0


@dataclass(eq=False, slots=True)
class Stream:
    """One client: who it is, what it asked to hear, what waits to be sent."""

    socket: socket.socket
    digest: str
    identity: Identity
    topics: frozenset[str]
    customer_ids: frozenset[str]
    written_at: float = field(default_factory=time.monotonic)
    counted_at: float = 0.0
    recount: bool = False
    waiting: bytearray = field(default_factory=bytearray)
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Streams:
    """The set of open streams. Made once per process; the thread starts with the first stream."""

    def __init__(self) -> None:
        self._open: dict[int, Stream] = {}
        self._per_session: Counter[Identity] = Counter()
        self._guard = threading.Lock()
        self._poll: select.epoll | None = None

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Stream]:
        return iter(list(self._open.values()))

    def count_of(self, identity: Identity) -> int:
        """How many streams this session holds."""
        return self._per_session[identity]

    def add(self, stream: Stream, greeting: bytes) -> None:
        """Begin to serve a stream."""
        with self._guard:
            if self._poll is None:
                self._poll = select.epoll()
                threading.Thread(target=self._run, args=(self._poll,), name="streams", daemon=True).start()
            self._open[stream.socket.fileno()] = stream
            self._per_session[stream.identity] += 1
        self._poll.register(stream.socket.fileno(), select.EPOLLIN | select.EPOLLRDHUP)
        self.write(stream, greeting)

    def write(self, stream: Stream, content: bytes) -> None:
        """Send now what fits, the rest as soon as the client takes it; a client that takes nothing for long is dropped."""
        with stream.lock:
            if stream.closed:
                return
            stream.written_at = time.monotonic()
            stream.waiting += content
            sound = self._flush(stream)
        if not sound:
            self.close(stream)

    def close(self, stream: Stream, last: bytes = b"") -> None:
        """End a stream, with one last word where it can still be said."""
        with stream.lock:
            if stream.closed:
                return
            stream.waiting += last
            self._flush(stream)
            stream.closed = True
            with self._guard:
                self._open.pop(stream.socket.fileno(), None)
                self._per_session[stream.identity] -= 1
                if not self._per_session[stream.identity]:
                    del self._per_session[stream.identity]
            if self._poll is not None:
                self._poll.unregister(stream.socket.fileno())
            stream.socket.close()

    def _flush(self, stream: Stream) -> bool:
        if stream.waiting:
            try:
                sent = stream.socket.send(stream.waiting)
            except BlockingIOError:
                sent = 0
            except OSError:
                return False
            del stream.waiting[:sent]
        if self._poll is not None:
            wanted = select.EPOLLIN | select.EPOLLRDHUP | (select.EPOLLOUT if stream.waiting else 0)
            self._poll.modify(stream.socket.fileno(), wanted)
        return len(stream.waiting) <= WAITING_BYTES_MAX

    def _run(self, poll: select.epoll) -> None:
        checked = time.monotonic()
        while True:
            for number, events in poll.poll(_CHECK_SECONDS, 256):
                stream = self._open.get(number)
                if stream is not None:
                    self._serve(stream, events)
            now = time.monotonic()
            if now - checked >= _CHECK_SECONDS:
                checked = now
                for stream in self:
                    if now - stream.written_at >= HEARTBEAT_SECONDS:
                        self.write(stream, b": still here\n\n")

    def _serve(self, stream: Stream, events: int) -> None:
        if events & (select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP):
            self.close(stream)
        elif events & select.EPOLLOUT:
            self.write(stream, b"")
        elif events & select.EPOLLIN:
            self._swallow(stream)

    def _swallow(self, stream: Stream) -> None:
        """A client has nothing more to say on a stream; an end of file is its good-bye."""
        try:
            gone = not stream.socket.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            self.close(stream)
