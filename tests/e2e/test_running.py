"""`make run` from outside: it starts where ports are taken and folders have spaces, survives being killed, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.local.compose import ROOT
from tests.support.client import Client
from tests.support.wait import wait_until

ACCOUNT, PASSWORD = "first", "the first admin's password"
PROCESSES = {
    "customer serve", "customer relay", "customer worker", "activity serve", "activity consume", "export serve", "export worker",
    "export sweep", "gateway serve",
}  # fmt: skip


class Runner:
    """`python -m services.local up` as a user starts it, in a folder with spaces, its wished port taken."""

    def __init__(self, home: Path, port: int) -> None:
        admin = {"GONGHAI_ADMIN_ACCOUNT": ACCOUNT, "GONGHAI_ADMIN_PASSWORD": PASSWORD}
        self.environment = {**os.environ, **admin, "GONGHAI_HOME": str(home), "PORT": str(port)}
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "services.local", "up"], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert self.popen.stdout is not None
        self.said: list[str] = []
        for line in self.popen.stdout:
            self.said.append(line)
            if found := re.search(r"is ready:\s+(http://\S+)", line):
                self.address = found[1]
                break
        else:
            pytest.fail("it did not start:\n" + "".join(self.said))

    def family(self) -> list[psutil.Process]:
        """Everything it started, and what those started."""
        return psutil.Process(self.popen.pid).children(recursive=True)

    def commands(self) -> set[str]:
        """The processes of ours that run, e.g. "customer relay"."""
        lines = []
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                lines.append(" ".join(process.cmdline()))
        return {f"{found[1]} {found[2]}" for line in lines if (found := re.search(r"-m services\.(\w+) (\w+)", line))}

    def close(self) -> None:
        """End it, whatever state it is in."""
        if self.popen.poll() is None:
            self.popen.terminate()
            self.popen.communicate(timeout=60)
        assert self.popen.stdout is not None
        self.popen.stdout.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "the data of 公海"


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield int(taken.getsockname()[1])


@pytest.fixture
def run(home: Path, taken_port: int) -> Iterator[list[Runner]]:
    runners = [Runner(home, taken_port)]
    yield runners
    for runner in runners:
        runner.close()


def running(processes: list[psutil.Process]) -> list[psutil.Process]:
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def test_the_whole_product_starts_survives_a_kill_of_its_runner_and_stops(run: list[Runner], home: Path, taken_port: int) -> None:
    first = run[0]
    assert int(first.address.rpartition(":")[2]) > taken_port
    assert first.commands() == PROCESSES
    for secret in ("customer/database_password", "gateway/identity_key.json", "export/secret_key"):
        assert (home / "secrets" / secret).stat().st_mode & 0o077 == 0
    with Client(first.address) as client:
        client.get("/api/ready").expect(200)
        client.sign_in(ACCOUNT, PASSWORD)
        customer = client.create_customer(name="被终止也不会丢失的客户")

    family = first.family()
    os.kill(first.popen.pid, signal.SIGKILL)
    first.popen.wait()
    wait_until(lambda: not running(family), seconds=30, what="everything the killed runner had started to end")

    second = Runner(home, taken_port)
    run.append(second)
    with Client(second.address) as client:
        client.sign_in(ACCOUNT, PASSWORD)
        assert client.get(f"/api/customers/{customer['customer_id']}").expect(200)["name"] == customer["name"]

        stop_one(second, "customer serve")
        wait_until(lambda: second.commands() == PROCESSES, seconds=30, what="the killed process to be started again")
        wait_until(lambda: client.get("/api/session").status == 200, seconds=30, what="the product to answer again")

    family = second.family()
    stopped = subprocess.run(
        [sys.executable, "-m", "services.local", "stop"], cwd=ROOT, env=second.environment, capture_output=True, text=True, check=True
    )
    assert "has stopped" in stopped.stdout
    assert second.popen.wait(10) == 0
    assert not running(family)


def stop_one(runner: Runner, command: str) -> None:
    """Kill a process of ours in the worst way: the parent first."""
    service, verb = command.split()
    for process in runner.family():
        with contextlib.suppress(psutil.NoSuchProcess):  # the database's own helpers come and go
            if process.cmdline()[1:4] == ["-m", f"services.{service}", verb]:
                process.kill()
                return
    pytest.fail(f"no {command} runs")


def test_it_can_be_stopped_while_it_is_still_starting(home: Path) -> None:
    environment = {**os.environ, "GONGHAI_HOME": str(home), "PORT": "0"}
    starting = subprocess.Popen([sys.executable, "-m", "services.local", "up", "--quiet"], cwd=ROOT, env=environment, text=True)
    wait_until((home / "run" / "state.json").exists, seconds=30, what="the runner to have begun")
    family = psutil.Process(starting.pid).children(recursive=True)
    subprocess.run([sys.executable, "-m", "services.local", "stop"], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert starting.wait(60) == 0
    assert not running(family)
