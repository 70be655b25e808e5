"""The whole product as one object: start, look inside, kill parts, stop. The command line and the tests use this same class.

What the processes are comes from docker-compose.yml (compose.py), what becomes of its names here from places.py, keeping them
alive from keeper.py.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from services.local import compose, keys, plans
from services.local.balancer import Balancer
from services.local.compose import Service
from services.local.home import Home
from services.local.keeper import Keeper
from services.local.output import Output
from services.local.places import LOOPBACK, Places, Ports
from services.local.plans import Servers
from services.local.process import Plan, Process, Spawner, StartError

ONE_SHOT_SECONDS = 300.0
READY_SECONDS = 180.0  # busy machines are slow to load Python; progress is shown meanwhile


class Stack:
    """The product on this machine. ``with Stack(home) as stack: … stack.address``.

    ``scale`` asks for more (or, with 0, none) of a process of docker-compose.yml; ``env`` is put over the environment.
    """

    def __init__(
        self,
        home: Path,
        *,
        scale: Mapping[str, int] | None = None,
        env: Mapping[str, str] | None = None,
        port: int = 0,
        host: str = LOOPBACK,
        echo: bool = False,
    ) -> None:
        self.home = Home(home)
        self.environment = {**os.environ, **(env or {})}
        self.services = compose.read(self.environment)
        self.scale = dict(scale or {})
        self.address = ""
        self.stopping = threading.Event()
        self._wanted_port, self._host, self._echo = port, host, echo
        self._ports = Ports()
        self._places = Places(self.home.folder)
        self._balancers: list[Balancer] = []
        self._overrides = dict(env or {})

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    # -- start and stop

    def start(self) -> None:
        """Start everything and return when the product answers; if something fails, what was started is stopped again."""
        self.home.take()
        self._write_state()
        self.output = Output(self.home.logs, echo=self._echo)
        self._spawner = Spawner(plans.passed_on() if sys.platform == "linux" else None)
        self._keeper = Keeper(self._spawner, self.output, self.stopping)
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop in the reverse order of starting: the door first, the servers last."""
        self.stopping.set()
        for balancer in self._balancers:
            balancer.stop()
        self._keeper.stop(last=("redis", "postgres"))
        self.output.close()
        self.home.release()

    def _start_all(self) -> None:
        self.output.say(f"data is in {self.home.folder}")
        if not keys.complete(self.home.secrets):
            keys.make(self.home.secrets)
            self.output.say("passwords and keys made")
        self.servers = Servers.choose(self.environment, self.home, self._ports)
        self._start_servers()
        self._places.addresses.update(self.servers.addresses())
        processes = self._plan_processes()
        self._run_one_shots()
        self._start_processes(processes)
        self._keeper.watch_over()
        self._write_state()

    def _start_servers(self) -> None:
        first = self.servers.postgres is not None and not (self.home.folder / "postgres" / "PG_VERSION").exists()
        if first:
            self.output.say("making the database's folder")
        for plan in self.servers.plans():
            self._keeper.start(plan)
        for name in self._keeper.names():
            self._keeper.wait_ready(name, READY_SECONDS)
            self.output.say(f"{name} answers")

    def _run_one_shots(self) -> None:
        """The steps before the processes, each as soon as those it needs have ended; equal ones side by side."""
        left = {
            name: service
            for name, service in self.services.items()
            if service.own and service.one_shot and name != "keys" and self.scale.get(name, 1)
        }
        while left:
            wave = [service for service in left.values() if not set(service.needs) & set(left)]
            with ThreadPoolExecutor(len(wave)) as pool:
                list(pool.map(self._run_one_shot, wave))
            for service in wave:
                del left[service.name]

    def _run_one_shot(self, service: Service) -> None:
        started = time.monotonic()
        self._keeper.run_to_end(self._plan(service, service.name, None), ONE_SHOT_SECONDS)
        self.output.say(f"{service.name} done in {time.monotonic() - started:.1f} s")

    def _plan_processes(self) -> list[Plan]:
        """Decide ports and names of all processes before any is started, as they must know each other's."""
        listens: dict[str, str] = {}
        for service in self._processes():
            count = self.scale.get(service.name, 1)
            if service.listens and count:
                self._place(service, count, listens)
        return [
            self._plan(service, name, listens.get(name))
            for service in self._processes()
            for name in plans.names(service.name, self.scale.get(service.name, 1))
        ]

    def _place(self, service: Service, count: int, listens: dict[str, str]) -> None:
        front = service.name == "gateway"
        host = self._host if front else LOOPBACK
        public = self._ports.near(self._wanted_port, host) if front and self._wanted_port else self._ports.any()
        self._places.addresses[service.name] = f"{LOOPBACK}:{public}"
        if front:
            self.address = f"http://{LOOPBACK if host == '0.0.0.0' else host}:{public}"  # noqa: S104 - compared, not bound
        members = plans.names(service.name, count)
        ports = [public] if count == 1 else [self._ports.any() for _ in members]
        for name, port in zip(members, ports, strict=True):
            listens[name] = f"{host if count == 1 else LOOPBACK}:{port}"
        if count > 1:
            self._balancers.append(Balancer(host, public, [(LOOPBACK, port) for port in ports]))

    def _start_processes(self, processes: Iterable[Plan]) -> None:
        started = time.monotonic()
        waiting = {plan.name for plan in processes}
        for plan in processes:
            self._keeper.start(plan)
        for balancer in self._balancers:
            balancer.start()
        while waiting:
            ready = {name for name in waiting if self._keeper.is_ready(name)}
            if ready:
                waiting -= ready
                rest = f", {len(waiting)} to come" if waiting else ""
                self.output.say(f"{', '.join(sorted(ready))} ready{rest}")
            self._keeper.rest()
            if time.monotonic() - started > READY_SECONDS:
                raise StartError(f"not ready in {READY_SECONDS:.0f} s: {', '.join(sorted(waiting))}")

    def _processes(self) -> list[Service]:
        return [service for service in self.services.values() if service.own and not service.one_shot]

    def ask(self, service: str, arguments: Iterable[str]) -> tuple[int, str]:
        """Run another command of a service to its end, e.g. ``ask("customer", ["admin-link"])``: exit code, what it printed."""
        plan = self._plan(self.services[service], service, None)
        child = self._spawner.start(replace(plan, arguments=[*plan.arguments[:3], *arguments], prepare=None))
        if child.stdout is None:
            raise StartError(f"nothing can be heard of {service}")
        with child.stdout:
            said = child.stdout.read().decode(errors="replace")
        return child.wait(30), said

    def _plan(self, service: Service, name: str, listen: str | None) -> Plan:
        return plans.plan(service, name, listen, self._places, self.servers, self._overrides)

    # -- looking inside

    def names(self) -> list[str]:
        """The names of all running processes."""
        return self._keeper.names()

    @property
    def nursery_pid(self) -> int:
        """The process that the others are forked from; 0 where there is none."""
        return self._spawner.nursery_pid

    def pids(self, name: str) -> list[int]:
        """The process ids of ``name``: of all its replicas where it has several."""
        return [process.pid for process in self._found(name)]

    def url(self, service: str) -> str:
        """The internal address of a service that answers HTTP (its balancer where it has replicas)."""
        return f"http://{self._places.addresses[service]}"

    def postgres_url(self, database: str = "postgres") -> str:
        """The superuser's URL, e.g. of ``gonghai_customer``."""
        return self.servers.postgres_url(database)

    @property
    def redis_url(self) -> str:
        """Where Redis is."""
        return self.servers.redis_url

    # -- disturbing it, for tests

    def kill(self, name: str) -> None:
        """SIGKILL for ``name`` and all it started; it comes back by itself, as it does in production."""
        for process in self._found(name):
            process.end_group()

    def take_down(self, name: str, *, kill: bool = False) -> None:
        """Stop ``name`` (or kill it) and leave it down until `bring_up`."""
        for process in self._found(name):
            self._keeper.hold(process, kill=kill)

    def bring_up(self, name: str) -> None:
        """Start again what `take_down` stopped, and wait until it answers."""
        for process in self._found(name):
            self._keeper.let_go(process)
            self._keeper.wait_ready(process.name, READY_SECONDS)

    def restart(self, name: str) -> None:
        """Stop in good order and start again, one replica after the other."""
        for process in self._found(name):
            self.take_down(process.name)
            self.bring_up(process.name)

    def wait_ready(self, name: str, seconds: float = READY_SECONDS) -> None:
        """Wait until every replica of ``name`` answers."""
        for process in self._found(name):
            self._keeper.wait_ready(process.name, seconds)

    def _found(self, name: str) -> list[Process]:
        found = self._keeper.find(name)
        if not found:
            raise KeyError(f"no process {name}; there are {', '.join(self.names())}")
        return found

    def _write_state(self) -> None:
        self.home.write_state({"pid": os.getpid(), "address": self.address, "started_at": time.time()})

    def remove(self) -> None:
        """Delete the whole home, for tests."""
        shutil.rmtree(self.home.folder, ignore_errors=True)

    def logs(self) -> Path:
        """The folder with a log file per process."""
        return self.home.logs

    def describe(self) -> str:
        """Names and process ids as JSON, for logs of tests."""
        return json.dumps({name: self.pids(name) for name in self.names()})
