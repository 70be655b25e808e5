"""What the gateway adds to a request, and how much the whole product answers when sixteen ask at once."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import Pool

from tests.benchmarks.asker import Asker
from tests.benchmarks.measure import compare
from tests.benchmarks.report import Table
from tests.benchmarks.world import World

CLIENTS = 16
CLIENT_PROCESSES = 2
SECONDS = 8.0


def added(world: World) -> Table:
    """The same requests through the gateway and to the service directly, in turns."""
    table = Table(
        "What the gateway adds",
        "The same request through the gateway and directly to the customer service, in turns; aims: ≤ 0.8 CPU ms added, ratio ≤ 1.6.",
        ["request", "through, median ms", "direct, median ms", "ratio", "ratio of the least", "CPU ms added", ""],
    )
    direct = world.direct()
    customer_id = world.member.create_customer()["customer_id"]
    paths = {"list of 20": "/api/customers?limit=20", "customer page": f"/api/customers/{customer_id}", "departments": "/api/departments"}
    for name, path in paths.items():
        through, without = compare((f"{name}, through", _get(world.asker, path)), (f"{name}, direct", _get(direct, path)), world.stack)
        more, ratio = through.whole - without.whole, through.median / without.median
        kept = "kept" if more <= 0.8 and ratio <= 1.6 else "missed"
        least = through.least / without.least
        table.add(name, f"{through.median:.2f}", f"{without.median:.2f}", f"{ratio:.2f}", f"{least:.2f}", f"{more:.2f}", kept)
    direct.close()
    return table


def _get(asker: Asker, path: str) -> Callable[[int], object]:
    return lambda _: asker.json("GET", path)


def sixteen(world: World) -> Table:
    """Requests per second of sixteen clients; each its own connection, in processes apart from the product."""
    table = Table(
        f"{CLIENTS} clients at once", "Requests per second through the gateway; the clients take their share of the same cores.",
        ["request", "per second", "aim", ""],
    )  # fmt: skip
    customers = [world.member.create_customer()["customer_id"] for _ in range(CLIENTS)]
    jobs = {
        "list of 20": ([("GET", "/api/customers?limit=20")] * CLIENTS, 300),
        "customer page": ([("GET", f"/api/customers/{one}") for one in customers], 300),
        "change one field": ([("PATCH", f"/api/customers/{one}") for one in customers], 150),
    }
    for name, (asked, aim) in jobs.items():
        rate = _rate(world, asked)
        table.add(name, f"{rate:.0f}", f"≥ {aim}", "kept" if rate >= aim else "missed")
    return table


def _rate(world: World, asked: Sequence[tuple[str, str]]) -> float:
    share = len(asked) // CLIENT_PROCESSES
    parts = [asked[number * share : (number + 1) * share] for number in range(CLIENT_PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(CLIENT_PROCESSES) as pool:
        return sum(_ask_all(pool, world, parts))


def _ask_all(pool: Pool, world: World, parts: Sequence[Sequence[tuple[str, str]]]) -> list[float]:
    return pool.starmap(keep_asking, [(world.stack.address, world.token, part) for part in parts])


def keep_asking(address: str, token: str, asked: Sequence[tuple[str, str]]) -> float:
    """Run in a process of its own: answers per second of one client per request, all at once, after a second of warming up."""
    with ThreadPoolExecutor(len(asked)) as pool:
        begun = time.perf_counter()
        counts = list(pool.map(lambda one: _one_client(address, token, one, begun), asked))
    return sum(counts) / SECONDS


def _one_client(address: str, token: str, asked: tuple[str, str], begun: float) -> int:
    method, path = asked
    asker, done = Asker(address, token), 0
    levels = itertools.cycle("ABC")
    base: str | None = None
    while (now := time.perf_counter() - begun) < SECONDS + 1:
        if method == "PATCH":
            level = next(levels)
            asker.json("PATCH", path, {"level": level, "base": {"level": base}})
            base = level
        else:
            asker.json(method, path)
        done += now >= 1
    asker.close()
    return done
