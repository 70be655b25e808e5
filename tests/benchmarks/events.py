"""From the commit of a change to its entry in the timeline, one change at a time, as a member sees it."""

from __future__ import annotations

import time

from tests.benchmarks.report import Table
from tests.benchmarks.world import World

CHANGES = 200


def run(world: World) -> Table:
    """Change, then ask the timeline until it shows the version."""
    table = Table(
        "Commit → timeline", "A change, then the timeline asked again and again until it shows it. Aims: p50 ≤ 30 ms, p99 ≤ 150 ms. "
        "Throughput of relay and consumer: `python -m tests.benchmarks.event_path`.",
        ["changes", "p50 ms", "p99 ms", ""],
    )  # fmt: skip
    customer = world.member.create_customer(name="事件")
    path = f"/api/customers/{customer['customer_id']}/timeline?limit=1"
    delays = []
    for number in range(CHANGES):
        customer = world.member.edit_customer(customer, remark=f"事件{number}")
        committed = time.perf_counter()
        while world.asker.json("GET", path)["applied_version"] < customer["version"]:
            if time.perf_counter() - committed > 30:
                raise RuntimeError("the change does not reach the timeline")
        delays.append((time.perf_counter() - committed) * 1000)
    delays.sort()
    p50, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
    table.add(str(CHANGES), f"{p50:.0f}", f"{p99:.0f}", "kept" if p50 <= 30 and p99 <= 150 else "missed")
    return table
