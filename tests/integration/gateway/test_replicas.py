"""Several processes of one service: restarts, stops and deaths of one of them cost no request."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.common.problem import Problem
from services.gateway.clients.upstream import Upstream
from tests.support.gateway_world import World, free_port, make_world, run_world
from tests.support.wait import wait_until


@pytest.fixture(scope="module")
def world(secrets_folder: Path, redis_url: str, web_build: Path) -> Iterator[World]:
    """Two processes of the export service."""
    made = make_world(secrets_folder, redis_url, web_build)
    made.ports = {"export-2": free_port(), **made.ports}
    made.environment["EXPORT_URL"] += f",http://127.0.0.1:{made.ports['export-2']}"
    yield from run_world(made)


def ask_during(world: World, disturb: Callable[[], None]) -> list[bytes]:
    """The failed answers of four clients that keep asking while ``disturb`` runs."""
    stop, failed = [False], []

    def keep_asking(number: int) -> int:
        done = 0
        while not stop[0]:
            method = "GET" if number % 2 else "POST"
            answer = world.ask(method, "/api/exports", headers={"Idempotency-Key": f"{number}-{done}"})
            if answer.status != 200:
                failed.append(answer.data)
            done += 1
        return done

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(keep_asking, number) for number in range(4)]
        try:
            disturb()
        finally:
            stop[0] = True
        assert all(one.result() > 5 for one in asking)
    return failed


def both_are_used(world: World) -> bool:
    """Whether each of the two has answered the gateway."""
    for _ in range(4):
        assert world.ask("GET", "/api/exports").status == 200
    return all(any("/api/exports" in path for path in world.seen(name)) for name in ("export", "export-2"))


def test_a_rolling_restart_costs_no_request(world: World) -> None:
    def roll() -> None:
        for name in ("export", "export-2"):
            world.stop(name)
            world.start(name)
            wait_until(lambda: both_are_used(world), what="both to be used")

    assert ask_during(world, roll) == []


def test_one_killed_of_two_costs_no_safe_or_repeatable_request(world: World) -> None:
    def kill() -> None:
        world.stop("export", signal.SIGKILL)
        world.start("export")
        wait_until(lambda: both_are_used(world), what="both to be used")

    assert ask_during(world, kill) == []


def dying_then_whole(listener: socket.socket) -> None:
    """Answers one request by half and dies, and the next one in whole."""
    for answer in (b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole"):
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(answer)


@pytest.mark.parametrize(("repeatable", "told"), [(True, "whole"), (False, "export_unavailable")])
def test_an_answer_that_breaks_off_is_asked_for_again_where_that_does_no_harm(*, repeatable: bool, told: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        pool.submit(dying_then_whole, listener)
        upstream = Upstream("export", f"http://127.0.0.1:{listener.getsockname()[1]}")
        request = b"POST /api/exports HTTP/1.1\r\nHost: export\r\nContent-Length: 0\r\n\r\n"
        try:
            connection, head = upstream.request("POST", request, repeatable=repeatable)
            found = connection.read_body(head).decode()
        except Problem as problem:
            found = problem.code
            socket.create_connection(listener.getsockname()).close()  # nobody asks again
        assert found == told
