"""One HTTP/1.1 connection to a service, on a plain socket: send a request, read the answer whole or piece by piece.

It knows what our own services speak and nothing more; it costs a third of a general client (docs/decisions). Which connection is
used, and what happens when it breaks, is decided in ``upstream.py``.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

_READ_BYTES = 65_536
_HEAD_BYTES_MAX = 65_536
_NO_BODY = frozenset({204, 304})


class BrokenConnectionError(OSError):
    """The other side closed or spoke nonsense."""


@dataclass(slots=True)
class Head:
    """Status line and headers of an answer. ``length`` None with ``chunked`` False: the body ends with the connection."""

    status: str
    code: int
    headers: list[tuple[str, str]]
    length: int | None
    chunked: bool
    closing: bool


class Connection:
    """One socket and what has been read from it ahead."""

    __slots__ = ("_buffer", "_poll", "_socket", "address", "used_at")

    def __init__(self, address: tuple[str, int], connect_seconds: float, read_seconds: float) -> None:
        self.address = address
        self._socket = socket.create_connection(address, connect_seconds)
        self._socket.settimeout(read_seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._buffer = b""
        self.used_at = time.monotonic()

    def close(self) -> None:
        """End the connection; nothing is left behind on the other side that could be answered to somebody else."""
        self._socket.close()

    def wait_at_most(self, seconds: float) -> None:
        """How long one read or write may take before it is a ``TimeoutError``."""
        self._socket.settimeout(seconds)

    def is_closed_by_other(self) -> bool:
        """Whether the other side has hung up (or sent something unasked) while the connection rested."""
        return bool(self._buffer or self._poll.poll(0))

    def send(self, content: bytes) -> None:
        """Send raw bytes of a request."""
        try:
            self._socket.sendall(content)
        except TimeoutError:
            raise
        except OSError as error:
            raise BrokenConnectionError(str(error)) from error

    def read_head(self, method: str) -> Head:
        """The answer's head. On ``TimeoutError`` it may be called again to go on waiting."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > _HEAD_BYTES_MAX:
                raise BrokenConnectionError("endless head")
            self._buffer += self._receive()
        head = _parse_head(self._buffer[:end].decode("latin-1"))
        self._buffer = self._buffer[end + 4 :]
        if head.code < 200:
            return self.read_head(method)
        if method == "HEAD" or head.code in _NO_BODY:
            head.length, head.chunked = 0, False
        return head

    def fetch_small_body(self, head: Head, bytes_max: int) -> None:
        """Take in a body of at most so many bytes, as long as it comes at once: whoever asked may still ask again if it breaks off."""
        if head.length is None or head.length > bytes_max:
            return
        with suppress(TimeoutError):
            while len(self._buffer) < head.length:
                self._buffer += self._receive()

    def read_body(self, head: Head) -> bytes:
        """The whole body."""
        if head.length is None:
            return b"".join(self.iterate_body(head))
        parts, missing = [self._buffer[: head.length]], head.length - len(self._buffer)
        self._buffer = self._buffer[head.length :]
        while missing > 0:
            part = self._receive(missing)
            parts.append(part)
            missing -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def iterate_body(self, head: Head) -> Iterator[bytes]:
        """The body in pieces, as they come."""
        if head.chunked:
            yield from self._chunks()
        elif head.length is None:
            yield from self._until_closed()
        else:
            yield from self._exactly(head.length)

    def _exactly(self, missing: int) -> Iterator[bytes]:
        while missing > 0:
            part = self._take(missing)
            missing -= len(part)
            yield part

    def _chunks(self) -> Iterator[bytes]:
        while True:
            size = _number(self._line().split(b";", 1)[0].strip().decode("latin-1"), 16)
            yield from self._exactly(size)
            if self._line():
                raise BrokenConnectionError("bad chunk end")
            if size == 0:
                return

    def _until_closed(self) -> Iterator[bytes]:
        if self._buffer:
            yield self._take(len(self._buffer))
        while part := self._socket.recv(_READ_BYTES):
            yield part

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > _HEAD_BYTES_MAX:
                raise BrokenConnectionError("endless line")
            self._buffer += self._receive()
        line, self._buffer = self._buffer[:end], self._buffer[end + 2 :]
        return line

    def _take(self, bytes_max: int) -> bytes:
        if not self._buffer:
            return self._receive(bytes_max)
        part, self._buffer = self._buffer[:bytes_max], self._buffer[bytes_max:]
        return part

    def _receive(self, bytes_max: int = _READ_BYTES) -> bytes:
        try:
            part = self._socket.recv(min(bytes_max, _READ_BYTES))
        except TimeoutError:
            raise
        except OSError as error:
            raise BrokenConnectionError(str(error)) from error
        if not part:
            raise BrokenConnectionError("closed")
        return part


def _parse_head(text: str) -> Head:
    first, *lines = text.split("\r\n")
    version, _, status = first.partition(" ")
    if not version.startswith("HTTP/1.") or not status[:3].isdecimal():
        raise BrokenConnectionError("not an HTTP answer")
    head = Head(status if " " in status else f"{status} -", int(status[:3]), [], None, chunked=False, closing=version == "HTTP/1.0")
    for line in lines:
        name, _, value = line.partition(":")
        value = value.strip()
        head.headers.append((name, value))
        lowered = name.lower()
        if lowered == "content-length":
            head.length = _number(value, 10)
        elif lowered == "transfer-encoding":
            head.chunked = "chunked" in value.lower()
        elif lowered == "connection":
            head.closing = "close" in value.lower()
    if head.chunked:
        head.length = None
    return head


def _number(text: str, base: int) -> int:
    if not text.isalnum() or len(text) > 15:
        raise BrokenConnectionError("not a length")
    try:
        return int(text, base)
    except ValueError as error:
        raise BrokenConnectionError("not a length") from error
