"""The tables of docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.measure import Measured

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ROWS_USUAL = 100_000


@dataclass
class Table:
    """One section: a heading, what it means, rows of cells."""

    title: str
    note: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """One row; a row is also printed at once."""
        self.rows.append([str(cell) for cell in cells])
        print("  " + " · ".join(self.rows[-1]), flush=True)

    def text(self) -> str:
        """As Markdown."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return f"## {self.title}\n\n{self.note}\n\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def requests_table(title: str, note: str) -> Table:
    """A table of measured requests beside their floor and their aim."""
    columns = [
        "job",
        "median ms",
        "least ms",
        "CPU ms: application + servers",
        "aim CPU ms",
        "",
        "floor median ms (CPU)",
        "ratio of medians",
    ]
    return Table(title, note, columns)


def add_request(table: Table, measured: Measured, aim: float | None, floor: Measured | None = None) -> None:
    """One measured request."""
    kept = "" if aim is None else "kept" if measured.whole <= aim else "missed"
    below = ("", "") if floor is None else (f"{floor.median:.1f} ({floor.whole:.1f})", f"{measured.median / floor.median:.1f}")
    cpu = f"{measured.application:.1f} + {measured.database:.1f} = {measured.whole:.1f}"
    table.add(measured.name, f"{measured.median:.1f}", f"{measured.least:.1f}", cpu, "" if aim is None else f"≤ {aim:g}", kept, *below)


def write(tables: list[Table], rows: int) -> None:
    """Write all tables with the day, the machine and the command; each size has a page of its own."""
    command = f"make bench ROWS={rows}"
    file = DOCS / ("benchmarks.md" if rows == ROWS_USUAL else f"benchmarks-{rows}.md")
    head = (
        "# Benchmarks\n\n"
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC by `{command}`\nat commit {_commit()}, on {machine()}.\n\n"
        "One client unless said otherwise; median and least wall time; CPU milliseconds per request of all the product's\n"
        "processes, from the operating system, application and servers (PostgreSQL, Redis) apart. The machine is shared:\n"
        "wall times wander, CPU and ratios less. The floor is a bare Flask and psycopg route on a plain copy of the table,\n"
        "measured in the same run. Nothing here can fail a build.\n"
    )
    file.write_text(head + "\n" + "\n\n".join(table.text() for table in tables) + "\n")


def machine() -> str:
    """Cores, memory, load, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    kind = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f} at the end, {kind}"


def _commit() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
