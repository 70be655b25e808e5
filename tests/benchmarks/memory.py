"""What the product takes while nobody asks anything."""

from __future__ import annotations

import time

from tests.benchmarks.processes import cpu, memory_mib
from tests.benchmarks.report import Table
from tests.benchmarks.world import World

IDLE_SECONDS = 10


def run(world: World, when: str) -> Table:
    """PSS of every process, and CPU while idle."""
    table = Table(
        f"At rest, {when}", "Proportional memory (PSS) of every process; aim for the whole product ≤ 600 MiB.", ["process", "MiB"]
    )
    used = memory_mib(world.stack)
    for name, mib in sorted(used.items(), key=lambda one: -one[1]):
        table.add(name, f"{mib:.0f}")
    whole = sum(used.values())
    before = cpu(world.stack)
    time.sleep(IDLE_SECONDS)
    spent = cpu(world.stack) - before
    table.add("**the whole**", f"**{whole:.0f}** ({'kept' if whole <= 600 else 'missed'})")
    table.add(
        "CPU while idle, ms per second", f"{spent.application * 1000 / IDLE_SECONDS:.0f} + {spent.database * 1000 / IDLE_SECONDS:.0f}"
    )
    return table
