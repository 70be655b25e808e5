"""A crowd of claimers in a process of its own: the service's application on the shared database, one thread for each of its members."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.common import clock
from services.common.identity import Signer
from services.customer.app import create_app
from services.customer.settings import Settings
from tests.support.customer import Caller


@dataclass(frozen=True, slots=True)
class Place:
    """Where the service's database and keys are."""

    database_url: str
    secrets: Path
    files: Path


@dataclass(frozen=True, slots=True)
class Wish:
    """One member's wishes, in order: customers to claim; what he gets he gives back now and then."""

    member_id: UUID
    customer_ids: tuple[str, ...]
    pool_id: str
    seed: int


@dataclass(frozen=True, slots=True)
class Got:
    """One answered claim."""

    member_id: UUID
    customer_id: str
    status: int
    code: str | None


def _caller(place: Place) -> Caller:
    settings = Settings(
        database_url=place.database_url,
        identity_trusted_file=place.secrets / "customer" / "identity_trusted.json",
        secret_key_file=place.secrets / "customer" / "secret_key",
        files_dir=place.files,
    )
    app = create_app(settings)
    app.testing = True
    return Caller(app, Signer("gateway", place.secrets / "gateway" / "identity_key.json"))


def _one(caller: Caller, wish: Wish) -> list[Got]:
    dice = random.Random(wish.seed)  # noqa: S311 - a test's dice
    me = Caller(caller.app, caller.signer, wish.member_id)
    found = []
    for customer_id in wish.customer_ids:
        answer = me.post(f"/api/customers/{customer_id}/claim")
        while answer.status == 503:
            answer = me.post(f"/api/customers/{customer_id}/claim")
        found.append(Got(wish.member_id, customer_id, answer.status, None if answer.status == 200 else answer.code))
        if answer.status == 200 and dice.random() < 0.4:
            me.post(f"/api/customers/{customer_id}/return_to_pool", {"reason": "other", "pool_id": wish.pool_id})
    return found


def _run(place: Place, wishes: Sequence[Wish], moment: datetime, sink: Any) -> None:
    clock.now = lambda: moment
    caller = _caller(place)
    with ThreadPoolExecutor(len(wishes)) as pool:
        sink.send([got for found in pool.map(lambda wish: _one(caller, wish), wishes) for got in found])


def claim_in_two_processes(place: Place, wishes: Sequence[Wish], moment: datetime) -> list[Got]:
    """Half of the members in each process, all at once; ``moment`` is what time it is there."""
    context = multiprocessing.get_context("spawn")
    running = []
    for half in (wishes[::2], wishes[1::2]):
        source, sink = context.Pipe(duplex=False)
        process = context.Process(target=_run, args=(place, half, moment, sink))
        process.start()
        running.append((process, source))
    found: list[Got] = []
    for process, source in running:
        assert source.poll(120), "a process of claimers gives no answer"
        found += source.recv()
        process.join(30)
        assert process.exitcode == 0
    return found
