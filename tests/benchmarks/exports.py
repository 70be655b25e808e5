"""Excel files through the interface: seconds, CPU seconds, the worker's memory at its highest."""

from __future__ import annotations

import contextlib
import io
import threading
import time
from dataclasses import dataclass

import psutil
from openpyxl import load_workbook

from tests.benchmarks.processes import cpu, family
from tests.benchmarks.report import Table
from tests.benchmarks.world import World

COLUMNS = [
    "customer_no", "name", "owner", "status", "level", "industry", "source", "province", "city", "phone", "mobile", "email", "wechat",
    "visibility", "last_follow_up_at", "next_contact_at", "created_at", "updated_at", "remark", "staff_size",
]  # fmt: skip
AIMS = {10_000: (0.7, None), 100_000: (5.0, 80), 1_000_000: (60.0, 120)}


@dataclass(frozen=True, slots=True)
class Exported:
    """One export, measured."""

    rows: int
    seconds: float
    application: float
    database: float
    more_mib: float
    size: int


def run(world: World) -> Table:
    """10,000 and as many rows as there are."""
    table = Table(
        "Excel files, 20 columns", "From asking to the file fetched, as an admin; memory: what the export worker took on top.",
        ["rows", "s", "CPU s: application + servers", "aim CPU s", "", "worker MiB more", "aim MiB", "file MiB"],
    )  # fmt: skip
    for rows in sorted({10_000, world.rows}):
        if rows <= world.rows:
            _add(table, _export(world, rows))
    return table


def _add(table: Table, done: Exported) -> None:
    aim_cpu, aim_mib = AIMS.get(done.rows, (None, None))
    whole = done.application + done.database
    kept = "" if aim_cpu is None else "kept" if whole <= aim_cpu and (aim_mib is None or done.more_mib <= aim_mib) else "missed"
    cpu_text = f"{done.application:.1f} + {done.database:.1f} = {whole:.1f}"
    sizes = (f"{done.more_mib:.0f}", f"≤ {aim_mib}" if aim_mib else "", f"{done.size / 1024 / 1024:.1f}")
    table.add(f"{done.rows:,}", f"{done.seconds:.1f}", cpu_text, f"≤ {aim_cpu}" if aim_cpu else "", kept, *sizes)


def _export(world: World, rows: int) -> Exported:
    asked: dict[str, object] = {"columns": COLUMNS}
    if rows == world.rows:
        asked |= {"view": "all"}
    else:
        asked |= {"customer_ids": _ids(world, rows)}
    worker = world.stack.pids("export-worker")[0]
    highest, stop = [0.0], threading.Event()
    resting = _own_mib(worker)
    watching = threading.Thread(target=_watch, args=(worker, highest, stop))
    watching.start()
    before, begun = cpu(world.stack), time.perf_counter()
    content = world.admin.export_file(seconds=600, **asked)
    seconds, spent = time.perf_counter() - begun, cpu(world.stack) - before
    stop.set()
    watching.join()
    if rows <= 10_000:
        _check(content, rows)
    return Exported(rows, seconds, spent.application, spent.database, max(highest[0] - resting, 0), len(content))


def _ids(world: World, rows: int) -> list[str]:
    ids: list[str] = []
    after = None
    while len(ids) < rows:
        page = world.admin.list_customers(view="all", limit=200, after=after)
        ids += [row["customer_id"] for row in page["items"]]
        after = page["next"]
    return ids[:rows]


def _watch(pid: int, highest: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.05):
        highest[0] = max(highest[0], _own_mib(pid))


def _own_mib(pid: int) -> float:
    """What the process and those it started hold for themselves; cheap enough to be asked twenty times a second."""
    held = 0
    for one in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            memory = psutil.Process(one).memory_info()
            held += memory.rss - memory.shared
    return held / 1024 / 1024


def _check(content: bytes, rows: int) -> None:
    sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    read = sum(1 for _ in sheet.iter_rows(values_only=True)) - 1
    if read != rows:
        raise RuntimeError(f"{rows} rows were asked for, {read} can be read")
