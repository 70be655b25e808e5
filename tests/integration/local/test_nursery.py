"""Processes forked from one that has loaded everything: they are as if started alone, and nothing random is shared by the fork."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from services.local import nursery
from services.local.compose import ROOT
from services.local.process import Child, Plan, Spawner
from tests.support.wait import wait_until

# What a process finds out about itself.
TELL = """
import json, os, sys, random, secrets
from services.common.ids import new_id
loaded = "services.customer.app" in sys.modules and sys.modules["__main__"].__spec__.name == "tell"
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "wish": os.environ.get("WISH"), "only": os.environ.get("ONLY"),
    "group": os.getpgrp(), "pid": os.getpid(), "loaded": loaded, "ids": [str(new_id()), random.random(), secrets.token_hex()]}))
sys.exit(7)
"""
WAIT = """
import signal, sys
signal.signal(signal.SIGUSR1, lambda *_: sys.exit(3))
print("up", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def spawner(tmp_path: Path) -> Iterator[Spawner]:
    (tmp_path / "tell.py").write_text(TELL)
    (tmp_path / "wait.py").write_text(WAIT)
    made = Spawner({"PYTHONPATH": str(tmp_path), "PYTHONUNBUFFERED": "1", "ONLY": "the nursery's"})
    yield made
    made.close()
    assert not psutil.pid_exists(made.nursery_pid)


def plan(module: str, folder: Path, *arguments: str) -> Plan:
    return Plan("child", [sys.executable, "-m", module, *arguments], environment={"WISH": "一个愿望"}, folder=folder)


def output(child: Child) -> bytes:
    assert child.stdout is not None
    with child.stdout:
        return child.stdout.read()


def first_line(child: Child) -> bytes:
    assert child.stdout is not None
    return child.stdout.readline()


def test_a_child_is_as_if_it_had_been_started_alone(spawner: Spawner, tmp_path: Path) -> None:
    child = spawner.start(plan("tell", tmp_path, "a b", "c"))
    told = json.loads(output(child))
    assert child.wait(20) == 7
    assert told["arguments"] == ["a b", "c"]
    assert told["folder"] == str(tmp_path)
    assert (told["wish"], told["only"]) == ("一个愿望", None)
    assert told["group"] == told["pid"] == child.pid
    assert told["loaded"]


def test_two_children_never_draw_the_same_numbers(spawner: Spawner, tmp_path: Path) -> None:
    drawn = [json.loads(output(spawner.start(plan("tell", tmp_path))))["ids"] for _ in range(2)]
    for first, second in zip(*drawn, strict=True):
        assert first != second
    assert drawn[0][0][-12:] != drawn[1][0][-12:]  # not by its time alone


def test_a_child_can_be_told_apart_and_signalled(spawner: Spawner, tmp_path: Path) -> None:
    child = spawner.start(plan("wait", tmp_path))
    assert first_line(child) == b"up\n"
    assert psutil.Process(child.pid).cmdline()[1:3] == ["-m", "wait"]
    assert child.poll() is None
    child.send_signal(signal.SIGUSR1)
    assert child.wait(20) == 3
    child.send_signal(signal.SIGUSR1)  # of one that has ended, nothing comes


def test_what_cannot_be_loaded_ends_with_its_own_words(spawner: Spawner, tmp_path: Path) -> None:
    child = spawner.start(plan("there_is_no_such_module", tmp_path))
    assert b"there_is_no_such_module" in output(child)
    assert child.wait(20) == 1


def test_a_killed_nursery_takes_its_children_along_and_is_replaced(spawner: Spawner, tmp_path: Path) -> None:
    child = spawner.start(plan("wait", tmp_path))
    first_line(child)
    first = spawner.nursery_pid
    os.kill(first, signal.SIGKILL)
    assert child.wait(20) != 0
    wait_until(lambda: not _runs(child.pid), what="the child to end")
    again = spawner.start(plan("wait", tmp_path))
    assert first_line(again) == b"up\n"
    assert spawner.nursery_pid != first


def test_where_no_nursery_lives_a_program_is_run(tmp_path: Path) -> None:
    (tmp_path / "tell.py").write_text(TELL)
    made = Spawner({"PYTHONHOME": str(tmp_path / "nowhere")})
    alone = replace(plan("tell", tmp_path), environment={"PYTHONPATH": f"{tmp_path}:{ROOT}", "WISH": "allein"})
    told = json.loads(output(made.start(alone)))
    assert (told["wish"], told["loaded"]) == ("allein", False)
    made.close()


def test_all_that_is_loaded_beforehand_exists() -> None:
    assert [name for name in nursery.LOADED if importlib.util.find_spec(name) is None] == []


def _runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
