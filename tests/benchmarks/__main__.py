"""``python -m tests.benchmarks [--rows 100000] [--only GROUP …] [--names FILE]``: measure the product and write docs/benchmarks.md.

With ``--only`` the tables are printed and nothing is written.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import door, events, exports, floor, lists, memory, records, report, streams, world
from tests.benchmarks.report import Table

GROUPS = ("memory", "lists", "records", "change", "assign", "gateway", "sixteen", "events", "streams", "exports", "private")


def main() -> None:
    """Everything, or the chosen groups."""
    parser = argparse.ArgumentParser(description="Measure the product.")
    parser.add_argument("--rows", type=int, default=int(os.environ.get("ROWS") or report.ROWS_USUAL))
    parser.add_argument("--only", nargs="*", choices=GROUPS, default=[])
    parser.add_argument("--names", type=Path, help="a file of company names, one a line; made-up ones without it")
    chosen = parser.parse_args()
    wanted = set(chosen.only or GROUPS)
    begun = time.monotonic()
    tables = _mostly_public(chosen.rows, wanted, chosen.names)
    if "private" in wanted:
        tables += _mostly_private(chosen.rows, chosen.names)
    print("\n\n" + "\n\n".join(table.text() for table in tables), flush=True)
    print(f"\n{time.monotonic() - begun:.0f} s", flush=True)
    if not chosen.only:
        report.write(tables, chosen.rows)


def _mostly_public(rows: int, wanted: set[str], names: Path | None) -> list[Table]:
    tables: list[Table] = []
    if not wanted - {"private"}:
        return tables
    with world.running(rows, names=names) as running, floor.running(running.stack) as bare:
        steps: dict[str, Callable[[], Table]] = {
            "memory": lambda: memory.run(running, "with all customers loaded"),
            "lists": lambda: lists.run(running, bare),
            "records": lambda: records.run(running, bare),
            "change": lambda: records.where(running),
            "gateway": lambda: door.added(running),
            "sixteen": lambda: door.sixteen(running),
            "events": lambda: events.run(running),
            "assign": lambda: records.assign(running),
            "streams": lambda: streams.run(running),
            "exports": lambda: exports.run(running),
        }
        for name, step in steps.items():
            if name in wanted:
                print(f"\n{name}", flush=True)
                tables.append(step())
    return tables


def _mostly_private(rows: int, names: Path | None) -> list[Table]:
    """The hard case for rights: 99 % private, and a member who sees about 200 of them."""
    print("\nprivate", flush=True)
    with world.running(rows, private=0.99, members=max(rows // 200, 50), names=names) as running, floor.running(running.stack) as bare:
        table = lists.run(running, bare, aims_times=2)
    table.title = f"The same with 99 % of {rows:,} private, for a member who sees some 200 of those"
    table.note = "Aims: twice those above."
    return [table]


if __name__ == "__main__":
    main()
