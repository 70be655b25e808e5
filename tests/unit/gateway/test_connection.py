"""The gateway's own HTTP client, fed byte by byte by a scripted other side."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.clients.connection import BrokenConnectionError, Connection

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%b0\r\n\r\n"


@contextmanager
def answering(pieces: Sequence[bytes], *, stay: bool = False) -> Iterator[Connection]:
    """A connection whose other side sends these pieces, then hangs up or stays silent."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            client, _ = server.accept()
            with client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for piece in pieces:
                    client.sendall(piece)
                if stay:
                    done.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        connection = Connection(server.getsockname(), 1.0, 2.0)
        try:
            yield connection
        finally:
            connection.close()
            done.set()
            thread.join()


def cut(content: bytes, places: Sequence[int]) -> list[bytes]:
    """The same bytes in pieces."""
    edges = [0, *sorted({place % (len(content) + 1) for place in places}), len(content)]
    return [content[begin:end] for begin, end in itertools.pairwise(edges)]


@settings(max_examples=60, deadline=None)
@given(bodies=st.lists(st.binary(max_size=200), min_size=1, max_size=4), places=st.lists(st.integers(0, 10_000), max_size=20))
def test_answers_are_read_whole_however_they_are_cut(bodies: list[bytes], places: list[int]) -> None:
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(body), body) for body in bodies if body)
    whole = b"".join(LENGTH % (len(body), body) for body in bodies) + CHUNKED % chunked
    with answering(cut(whole, places)) as connection:
        for body in bodies:
            head = connection.read_head("GET")
            assert (head.code, head.length, connection.read_body(head)) == (200, len(body), body)
        head = connection.read_head("GET")
        assert head.chunked
        assert connection.read_body(head) == b"".join(bodies)


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    with answering([b"HTTP/1.1 200 OK\r\n\r\nall ", b"of it"]) as connection:
        head = connection.read_head("GET")
        assert (head.length, connection.read_body(head)) == (None, b"all of it")


@pytest.mark.parametrize(("method", "status"), [("HEAD", b"200 OK"), ("GET", b"204 No Content"), ("GET", b"304 Not Modified")])
def test_answers_that_have_no_body_are_not_waited_for(method: str, status: bytes) -> None:
    with answering([b"HTTP/1.1 " + status + b"\r\nContent-Length: 5\r\n\r\n"], stay=True) as connection:
        head = connection.read_head(method)
        assert connection.read_body(head) == b""
        assert ("Content-Length", "5") in head.headers


def test_an_interim_answer_is_passed_over() -> None:
    with answering([b"HTTP/1.1 100 Continue\r\n\r\n" + LENGTH % (2, b"ok")]) as connection:
        head = connection.read_head("POST")
        assert (head.code, connection.read_body(head)) == (200, b"ok")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n0123456789",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcdeXX\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    ],
)
def test_a_broken_answer_is_never_taken_for_a_whole_one(content: bytes) -> None:
    with answering([content]) as connection, pytest.raises(BrokenConnectionError):
        connection.read_body(connection.read_head("GET"))


def test_a_small_body_is_taken_in_before_the_answer_is_passed_on() -> None:
    with answering([LENGTH % (5, b"whole")]) as connection:
        head = connection.read_head("GET")
        connection.fetch_small_body(head, 5)
        assert connection.read_body(head) == b"whole"
    with answering([LENGTH % (9, b"half")]) as connection, pytest.raises(BrokenConnectionError):
        connection.fetch_small_body(connection.read_head("GET"), 9)
    with answering([LENGTH % (9, b"half")]) as connection:
        connection.fetch_small_body(connection.read_head("GET"), 8)  # a large one is nobody's to wait for


def test_a_hung_up_connection_is_seen_before_it_is_used() -> None:
    with answering([LENGTH % (2, b"ok")], stay=True) as connection:
        head = connection.read_head("GET")
        connection.read_body(head)
        assert not connection.is_closed_by_other()
    with answering([LENGTH % (2, b"ok")]) as connection:
        connection.read_body(connection.read_head("GET"))
        with pytest.raises(BrokenConnectionError):
            connection.read_head("GET")
        assert connection.is_closed_by_other()


def test_waiting_can_go_on_after_patience_ended() -> None:
    with answering([b"HTTP/1.1 200 OK\r\n"], stay=True) as connection:
        connection.wait_at_most(0.05)
        for _ in range(2):
            with pytest.raises(TimeoutError):
                connection.read_head("GET")
