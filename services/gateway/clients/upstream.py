"""A service as the gateway sees it: its addresses, rested connections, and what to do when it is slow, stopped, restarting or gone.

* A request that never left, or a safe one, is sent again on a fresh connection, to another address where there is one; so is a POST
  with an Idempotency-Key. That holds until its answer is passed on: small ones are taken in first, so that a process that dies within
  its answer costs nothing.
* Refused connections are tried again for ``RESTART_SECONDS``: a restart costs a delay, not an error. After ``DOWN_SECONDS`` without
  the service a refusal is final at once, so that waiting requests do not fill the gateway.
* No answer for ``PATIENCE_SECONDS``: the service is asked whether it lives. If so we wait on; if not it is a 503 at once.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

from services.common.problem import Kind, Problem
from services.gateway.clients.connection import BrokenConnectionError, Connection, Head

CONNECT_SECONDS = 1.0
PATIENCE_SECONDS = 1.4
PROBE_SECONDS = 1.0
ANSWER_SECONDS_MAX = 60.0
RESTART_SECONDS = 2.6
DOWN_SECONDS = 10.0
TRIES_MAX = 3  # a dying process may still take a second connection before its port closes
BROKE_SECONDS = 0.5
SMALL_BYTES = 64 * 1024
BODY_SECONDS = 15.0  # between two pieces of a large answer: a file may come from a busy disk
REST_SECONDS_MAX = 60.0  # the services keep a resting connection for 75
RESTING_MAX = 64
RESOLVE_SECONDS = 2.0

Address = tuple[str, int]


class Upstream:
    """One service behind the gateway. Safe to use from all threads; nothing is connected until the first request."""

    def __init__(self, name: str, urls: str) -> None:
        self.name = name
        self._places = [(parts.hostname or "", parts.port or 80) for parts in map(urlsplit, filter(None, urls.split(",")))]
        self._resting: dict[Address, deque[Connection]] = {}
        self._addresses: tuple[float, list[Address]] = (0.0, [])
        self._turn = 0
        self._down_since: float | None = None
        self._probes: dict[Address, tuple[float, bool]] = {}
        self._broke_at: dict[Address, float] = {}
        self._probing = threading.Lock()

    def request(self, method: str, head: bytes, body: bytes = b"", *, repeatable: bool = False) -> tuple[Connection, Head]:
        """Send one request; the connection still holds the body and must be given back by ``release`` or closed.

        ``head`` is the request line and headers up to and with the empty line. 503 where the service does not answer.
        """
        tried, begun = 0, time.monotonic()
        while True:
            connection = self._take(begun, fresh=tried > 0)
            try:
                connection.send(head + body)
                answer = self._await_head(connection, method)
                connection.fetch_small_body(answer, SMALL_BYTES)
            except BrokenConnectionError as broken:
                connection.close()
                self._broke_at[connection.address] = time.monotonic()
                tried += 1
                if tried >= TRIES_MAX or not (repeatable or method in ("GET", "HEAD")):
                    raise self.unavailable() from broken
            except TimeoutError as stalled:
                connection.close()
                raise self.unavailable() from stalled
            else:
                return connection, answer

    def upload(self, method: str, head: bytes, pieces: Iterator[bytes]) -> tuple[Connection, Head]:
        """Send one request whose body is passed on piece by piece. Never repeated: the pieces are gone once read."""
        connection = self._take(time.monotonic(), fresh=False)
        try:
            try:
                connection.send(head)
                for piece in pieces:
                    connection.send(piece)
            except BrokenConnectionError:
                pass  # it may have refused early; then the answer is already there to be read
            return connection, self._await_head(connection, method)
        except (BrokenConnectionError, TimeoutError) as error:
            connection.close()
            raise self.unavailable() from error
        except BaseException:  # the client went away or sent too much: half a body must not be taken for a whole one
            connection.close()
            raise

    def release(self, connection: Connection, head: Head) -> None:
        """Give a connection back whose answer has been read to its end."""
        resting = self._resting.setdefault(connection.address, deque())
        if head.closing or (head.length is None and not head.chunked) or len(resting) >= RESTING_MAX:
            connection.close()
            return
        connection.wait_at_most(PATIENCE_SECONDS)
        connection.used_at = time.monotonic()
        resting.append(connection)

    def unavailable(self) -> Problem:
        """The 503 of this service."""
        message = "A part of the product does not answer. Try again in a moment."
        return Problem(Kind.UNAVAILABLE, f"{self.name}_unavailable", message, retry_after=2)

    # -- choosing a connection

    def _take(self, begun: float, *, fresh: bool) -> Connection:
        while True:
            addresses = self._in_turn()
            for address in addresses:
                found = None if fresh else self._rested(address)
                found = found or self._connect(address)
                if found is not None:
                    self._down_since = None
                    return found
            now = time.monotonic()
            self._down_since = self._down_since or now
            self._addresses = (0.0, [])  # it may have moved
            if now - begun > RESTART_SECONDS or now - self._down_since > DOWN_SECONDS:
                raise self.unavailable()
            time.sleep(0.05)

    def _rested(self, address: Address) -> Connection | None:
        resting = self._resting.get(address)
        while resting:
            try:
                connection = resting.pop()
            except IndexError:
                return None
            if time.monotonic() - connection.used_at < REST_SECONDS_MAX and not connection.is_closed_by_other():
                return connection
            connection.close()
        return None

    def _connect(self, address: Address) -> Connection | None:
        try:
            return Connection(address, CONNECT_SECONDS, PATIENCE_SECONDS)
        except OSError:
            return None

    def _in_turn(self) -> list[Address]:
        """All addresses, beginning with another one each time; those that just failed a probe or a request come last."""
        resolved_at, addresses = self._addresses
        now = time.monotonic()
        if not addresses or now - resolved_at > RESOLVE_SECONDS:
            addresses = [found for host, port in self._places for found in _resolve(host, port)]
            self._addresses = (now, addresses)
        if len(addresses) < 2:
            return addresses
        self._turn = (self._turn + 1) % len(addresses)
        turned = addresses[self._turn :] + addresses[: self._turn]
        return sorted(turned, key=lambda address: self._failed_lately(address, now))

    def _failed_lately(self, address: Address, now: float) -> bool:
        at, alive = self._probes.get(address, (0.0, True))
        return now - self._broke_at.get(address, 0.0) < BROKE_SECONDS or (not alive and now - at < PROBE_SECONDS * 2)

    # -- waiting

    def _await_head(self, connection: Connection, method: str) -> Head:
        begun = time.monotonic()
        while True:
            try:
                return connection.read_head(method)
            except TimeoutError:
                if time.monotonic() - begun > ANSWER_SECONDS_MAX or not self._is_alive(connection.address):
                    raise

    def _is_alive(self, address: Address) -> bool:
        """Whether the process at ``address`` answers at all; asked at most once a second whoever waits."""
        with self._probing:
            at, alive = self._probes.get(address, (0.0, True))
            if time.monotonic() - at < PROBE_SECONDS:
                return alive
            alive = _answers(address)
            self._probes[address] = (time.monotonic(), alive)
            return alive


def _answers(address: Address) -> bool:
    try:
        connection = Connection(address, PROBE_SECONDS, PROBE_SECONDS)
    except OSError:
        return False
    try:
        connection.send(b"GET /internal/health HTTP/1.1\r\nHost: service\r\nConnection: close\r\n\r\n")
        connection.read_head("GET")
    except OSError:
        return False
    else:
        return True
    finally:
        connection.close()


def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({(str(entry[4][0]), port) for entry in found})
