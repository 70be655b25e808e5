"""Readiness: the door asks all services at once and says which cannot work."""

from __future__ import annotations

import signal
import time

from tests.support.gateway_world import World


def test_health_is_the_gateways_own(world: World) -> None:
    assert world.ask("GET", "/api/health", token=None).json() == {"status": "ok"}


def test_ready_when_every_service_is(world: World) -> None:
    answer = world.ask("GET", "/api/ready", token=None)
    assert (answer.status, answer.json()["ready"]) == (200, True)
    assert [one["service"] for one in answer.json()["services"]] == ["customer", "activity", "export"]


def test_a_service_that_cannot_work_is_named(world: World) -> None:
    world.control("ready", False, "activity")
    answer = world.ask("GET", "/api/ready", token=None)
    world.control("ready", True, "activity")
    assert answer.status == 503
    assert {one["service"]: one["ready"] for one in answer.json()["services"]} == {"customer": True, "activity": False, "export": True}
    assert next(one["detail"] for one in answer.json()["services"] if one["service"] == "activity") == {"database": "away"}


def test_a_paused_and_a_dead_service_are_named_in_time(world: World) -> None:
    world.signal("export", signal.SIGSTOP)
    world.stop("activity", signal.SIGKILL)
    try:
        begun = time.monotonic()
        answer = world.ask("GET", "/api/ready", token=None)
        assert time.monotonic() - begun <= 3
        assert answer.status == 503
        assert [one["ready"] for one in answer.json()["services"]] == [True, False, False]
    finally:
        world.signal("export", signal.SIGCONT)
        world.start("activity")
