"""From the compose file to plans for this machine: the two servers (embedded or given by an address) and every process."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from services.local import postgres, probe, valkey
from services.local.compose import ROOT, Service
from services.local.home import Home
from services.local.places import LOOPBACK, Places, Ports
from services.local.process import Plan

# Of the runner's own environment the processes get only this; the rest comes from docker-compose.yml.
PASSED_ON = re.compile(r"PATH|HOME|TMPDIR|LANG|LC_\w+|TZ|SSL_CERT_\w+|PYTHON(DEVMODE|FAULTHANDLER|WARNINGS|ASYNCIODEBUG)|COVERAGE_\w+")


@dataclass(frozen=True, slots=True)
class Servers:
    """PostgreSQL and Redis: embedded ones, or those given by GONGHAI_POSTGRES_URL and GONGHAI_REDIS_URL."""

    postgres: postgres.Server | None
    redis: valkey.Server | None
    given_postgres: str
    given_redis: str

    @classmethod
    def choose(cls, environment: Mapping[str, str], home: Home, ports: Ports) -> Self:
        """Embedded unless an address is given."""
        given_postgres, given_redis = environment.get("GONGHAI_POSTGRES_URL", ""), environment.get("GONGHAI_REDIS_URL", "")
        superuser = home.secrets / "postgres" / "postgres_password"
        password = (home.secrets / "postgres" / "redis_password").read_text()
        return cls(
            None if given_postgres else postgres.Server(home.folder / "postgres", ports.any(), superuser),
            None if given_redis else valkey.Server(home.folder / "redis", ports.any(), password),
            given_postgres,
            given_redis,
        )

    def plans(self) -> list[Plan]:
        """The embedded ones, ready to be started."""
        found: list[Plan] = []
        if self.postgres is not None:
            self.postgres.initialise()
            found.append(self.postgres.plan())
        if self.redis is not None:
            found.append(self.redis.plan())
        return found

    def addresses(self) -> dict[str, str]:
        """What stands for ``postgres:5432`` and ``redis:6379`` of the compose file."""
        place = urlsplit(self.given_postgres)
        return {
            "postgres": f"{LOOPBACK}:{self.postgres.port}" if self.postgres else f"{place.hostname}:{place.port or 5432}",
            "redis": self.redis.address if self.redis else urlsplit(self.given_redis).netloc,
        }

    def postgres_url(self, database: str = "postgres") -> str:
        """The superuser's URL of a database."""
        return urlunsplit(urlsplit(self.postgres.url if self.postgres else self.given_postgres)._replace(path=f"/{database}"))

    @property
    def redis_url(self) -> str:
        """The URL of Redis."""
        return self.redis.url if self.redis else self.given_redis


def names(service: str, count: int) -> list[str]:
    """``customer`` alone, or ``customer-1 customer-2``."""
    return [service] if count == 1 else [f"{service}-{number}" for number in range(1, count + 1)]


def plan(service: Service, name: str, listen: str | None, places: Places, servers: Servers, overrides: Mapping[str, str]) -> Plan:
    """How one process of ours runs here."""
    environment = passed_on() | places.environment(service, name, listen)
    environment |= _given_servers(environment, servers)
    environment |= {key: value for key, value in overrides.items() if key in service.environment}
    # Here no proxy stands before the gateway (the balancer changes no header), unless someone says so.
    environment |= {
        "TRUSTED_PROXIES": overrides.get("TRUSTED_PROXIES") or os.environ.get("TRUSTED_PROXIES") or "0",
    }
    heartbeat = environment.get("HEARTBEAT_FILE")
    return Plan(
        name=name,
        arguments=places.command(service, name),
        environment=environment,
        folder=ROOT,
        ready=_readiness(listen, heartbeat),
        grace_seconds=service.stop_grace_seconds,
        prepare=lambda: _prepare(service, name, places),
    )


def passed_on() -> dict[str, str]:
    """What every process gets of the runner's own environment, and that Python prints at once."""
    return {key: value for key, value in os.environ.items() if PASSED_ON.fullmatch(key)} | {"PYTHONUNBUFFERED": "1"}


def _given_servers(environment: Mapping[str, str], servers: Servers) -> dict[str, str]:
    """Where an address was given, all of it counts: a query such as ``?sslmode=require``, a database number."""
    changed: dict[str, str] = {}
    query = urlsplit(servers.given_postgres).query
    for key in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "POSTGRES_URL"):
        if servers.given_postgres and key in environment:
            changed[key] = urlunsplit(urlsplit(environment[key])._replace(query=query))
    if servers.given_postgres and "POSTGRES_URL" in environment:
        changed |= {"POSTGRES_URL": servers.given_postgres, "POSTGRES_PASSWORD_FILE": ""}
    if servers.given_redis and "REDIS_URL" in environment:
        changed["REDIS_URL"] = servers.given_redis
    return changed


def _readiness(listen: str | None, heartbeat: str | None) -> Callable[[], bool] | None:
    if listen is not None:
        address = listen.replace("0.0.0.0", LOOPBACK)  # noqa: S104 - replaced, not bound
        return lambda: probe.http(f"http://{address}/internal/health", timeout_seconds=2)
    return Path(heartbeat).exists if heartbeat else None


def _prepare(service: Service, name: str, places: Places) -> None:
    """Before each start: the folders its volumes stand for, and an empty /tmp of its own."""
    for volume in service.mounts.values():
        places.folder(volume).mkdir(parents=True, exist_ok=True)
    own = places.run_folder(name)
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
