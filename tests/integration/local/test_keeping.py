"""Keeping processes: nothing outlives the runner, what ends is started again, taken ports and folders with spaces do no harm."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from services.local.balancer import Balancer
from services.local.compose import ROOT
from services.local.home import Home
from services.local.keeper import Keeper
from services.local.output import Output
from services.local.places import LOOPBACK, Ports
from services.local.process import Plan, Spawner, StartError
from services.local.reaper import Reaper
from tests.support.wait import wait_until

# A parent that ignores SIGTERM, with a child of its own: the worst that can be left behind.
STUBBORN = """
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(600)
"""
RUNNER = """
import pathlib, sys, threading
from services.local.keeper import Keeper
from services.local.output import Output
from services.local.process import Plan, Spawner
folder = pathlib.Path(sys.argv[1])
keeper = Keeper(Spawner(), Output(folder / "logs"), threading.Event())
for name in ("one", "two"):
    arguments = [sys.executable, "-c", pathlib.Path(folder / "stubborn.py").read_text(), str(folder / name)]
    keeper.start(Plan(name, arguments, ready=(folder / name).exists))
    keeper.wait_ready(name, 20)
print("up", *[process.pid for name in ("one", "two") for process in keeper.find(name)], flush=True)
keeper.watch_over()
threading.Event().wait()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "a folder with 空格"
    found.mkdir()
    return found


@pytest.fixture
def make_keeper(folder: Path) -> Iterator[Callable[[], Keeper]]:
    made: list[tuple[Keeper, Output, threading.Event]] = []

    def make() -> Keeper:
        output, stopping = Output(folder / "logs", echo=False), threading.Event()
        made.append((Keeper(Spawner(), output, stopping), output, stopping))
        return made[-1][0]

    yield make
    for keeper, output, stopping in made:
        stopping.set()
        keeper.stop(last=())
        output.close()


def sleeper(folder: Path, name: str = "sleeper") -> Plan:
    text = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
    mark = folder / f"{name}.ready"
    return Plan(name, [sys.executable, "-c", text, str(mark)], ready=mark.exists, prepare=lambda: mark.unlink(missing_ok=True))


def test_a_killed_runner_leaves_nothing_behind_not_even_grandchildren_that_refuse_to_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (folder / "stubborn.py").write_text(textwrap.dedent(STUBBORN))
    runner = subprocess.Popen([sys.executable, "-c", RUNNER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert runner.stdout is not None
    pids = [int(text) for text in runner.stdout.readline().split()[1:]]
    pids += [int((folder / name).read_text()) for name in ("one", "two")]
    assert all(psutil.pid_exists(pid) for pid in pids)
    runner.kill()
    runner.wait()
    runner.stdout.close()
    wait_until(lambda: not any(is_running(pid) for pid in pids), seconds=20, what=f"{pids} to end")


def test_what_ends_by_itself_is_started_again(folder: Path, make_keeper: Callable[[], Keeper]) -> None:
    keeper = make_keeper()
    keeper.start(sleeper(folder))
    keeper.wait_ready("sleeper", 20)
    keeper.watch_over()
    first = keeper.find("sleeper")[0].pid
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: keeper.find("sleeper")[0].pid != first, what="a new process")
    keeper.wait_ready("sleeper", 20)


def test_what_was_taken_down_stays_down_until_it_is_brought_up(folder: Path, make_keeper: Callable[[], Keeper]) -> None:
    keeper = make_keeper()
    keeper.start(sleeper(folder, "held"))
    keeper.start(sleeper(folder, "other"))
    keeper.watch_over()
    held, other = keeper.find("held")[0], keeper.find("other")[0]
    keeper.hold(held, kill=True)
    os.kill(other.pid, signal.SIGKILL)
    before = other.pid
    wait_until(lambda: other.pid != before, what="the other one to be started again")
    assert held.exit_code == -signal.SIGKILL
    keeper.let_go(held)
    keeper.wait_ready("held", 20)


def test_a_process_that_cannot_start_is_reported_with_its_last_words(folder: Path, make_keeper: Callable[[], Keeper]) -> None:
    keeper = make_keeper()
    keeper.start(Plan("broken", [sys.executable, "-c", "raise SystemExit('no such table')"], ready=(folder / "never").exists))
    with pytest.raises(StartError, match="broken ended with 1"):
        keeper.wait_ready("broken", 20)


def test_replicas_are_found_by_their_common_name(folder: Path, make_keeper: Callable[[], Keeper]) -> None:
    keeper = make_keeper()
    for name in ("customer-1", "customer-2", "customer-relay"):
        keeper.start(sleeper(folder, name))
    assert [process.name for process in keeper.find("customer")] == ["customer-1", "customer-2"]
    assert [process.name for process in keeper.find("customer-relay")] == ["customer-relay"]


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert Ports().near(port) > port


def test_two_runners_never_share_a_home(folder: Path) -> None:
    first, second = Home(folder), Home(folder)
    first.take()
    with pytest.raises(StartError, match="is starting already"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_the_reaper_ends_with_a_runner_that_stops_in_good_order() -> None:
    reaper = Reaper()
    reaper.close()
    children = psutil.Process().children()
    assert not any("reaper.py" in " ".join(child.cmdline()) for child in children if child.status() != psutil.STATUS_ZOMBIE)


def test_the_balancer_goes_on_to_the_next_where_one_does_not_answer() -> None:
    ports = Ports()
    public, dead = ports.any(), ports.any()
    with socket.create_server((LOOPBACK, 0)) as server:
        balancer = Balancer(LOOPBACK, public, [(LOOPBACK, dead), (LOOPBACK, server.getsockname()[1])])
        balancer.start()
        for number in range(4):
            with socket.create_connection((LOOPBACK, public), 5) as client:
                client.sendall(b"%d" % number)
                accepted, _ = server.accept()
                with accepted:
                    assert accepted.recv(10) == b"%d" % number
                    accepted.sendall(b"answer")
                assert client.recv(10) == b"answer"
        balancer.stop()


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
