"""One large export through the gateway, taken apart: CPU seconds of each process, the worker's memory, the file read back and compared.

    python -m tests.benchmarks.export --rows 100000 [--check]

``make bench`` has the table; this says where the time goes.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import psutil
import psycopg

from services.local.stack import Stack
from tests.benchmarks.bulk_load import load
from tests.support.client import Client
from tests.support.wait import wait_until

COLUMNS = [
    "customer_no", "name", "owner", "status", "level", "industry", "source", "province", "city", "phone", "mobile", "email", "wechat",
    "visibility", "last_follow_up_at", "next_contact_at", "created_at", "updated_at", "last_follow_up_excerpt", "staff_size",
]  # fmt: skip
SIGNING = {"GONGHAI_ADMIN_ACCOUNT": "bench", "GONGHAI_ADMIN_PASSWORD": "a password for measuring"}
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Start a product, fill it, export, print."""
    parser = argparse.ArgumentParser(description="Measure one export.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--check", action="store_true", help="read the file with openpyxl and compare every cell with the database")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gonghai-bench-export-") as folder, Stack(Path(folder) / "home", env=SIGNING) as stack:
        load(stack.postgres_url("gonghai_customer"), chosen.rows, 100, 0.4, 0.05, None, 1)
        with Client(stack.address) as client:
            client.sign_in(SIGNING["GONGHAI_ADMIN_ACCOUNT"], SIGNING["GONGHAI_ADMIN_PASSWORD"])
            measure(stack, client, 1_000)  # the first one loads what later ones have
            content = measure(stack, client, chosen.rows)
            if chosen.check:
                compare(stack, content)


def measure(stack: Stack, client: Client, rows: int) -> bytes:
    """Export ``rows`` customers and print what it took."""
    asked: dict[str, Any] = {"view": "all", "sort": "name", "columns": COLUMNS}
    if rows <= 10_000:
        asked = {"customer_ids": some_ids(stack, rows), "columns": COLUMNS}
    workers = [child for pid in stack.pids("export-worker") for child in psutil.Process(pid).children(recursive=True)]
    for worker in workers:
        Path(f"/proc/{worker.pid}/clear_refs").write_text("5")  # the highest memory is counted from here
    before, begun = cpu(stack), time.perf_counter()
    export_id = client.post("/api/exports", asked).expect(202)["export_id"]
    export = wait_until(
        lambda: (found := client.get(f"/api/exports/{export_id}").expect(200))["state"] in ("done", "failed") and found,
        seconds=900, every=0.2, what="the export's end",
    )  # fmt: skip
    built = time.perf_counter() - begun
    spent = {name: seconds - before[name] for name, seconds in cpu(stack).items()}
    content = bytes(client.get(f"/api/exports/{export_id}/file").expect(200))
    assert export
    assert (export["state"], export["rows_done"]) == ("done", rows), export
    print(f"\n{rows:,} rows × {len(COLUMNS)} columns: {built:.2f} s, file {len(content) / 1e6:.1f} MB")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        if seconds >= 0.01:
            print(f"  {name:18} {seconds:6.2f} CPU s")
    print(f"  {'all':18} {sum(spent.values()):6.2f} CPU s")
    for worker in workers:
        print(f"  worker's memory at its highest: {highest_mib(worker.pid):.0f} MiB resident, {own_mib(worker):.0f} MiB its own afterwards")
    return content


def cpu(stack: Stack) -> dict[str, float]:
    """CPU seconds of each process with its children so far."""
    found = {}
    for name in stack.names():
        family = [one for pid in stack.pids(name) for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))]
        found[name] = sum(_ticks(one.pid, ended=number == 0) for number, one in enumerate(family)) / _TICKS
    return found


def _ticks(pid: int, *, ended: bool) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if ended else 13]))


def highest_mib(pid: int) -> float:
    """The resident memory at its highest since it was last cleared."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def own_mib(process: psutil.Process) -> float:
    """What would be free if only this process ended."""
    return float(process.memory_full_info().uss) / 1024 / 1024


def some_ids(stack: Stack, rows: int) -> list[str]:
    """Ids of some customers."""
    with psycopg.connect(stack.postgres_url("gonghai_customer")) as connection:
        return [str(row[0]) for row in connection.execute("SELECT customer_id FROM customer ORDER BY customer_id LIMIT %s", [rows])]


_EXPECTED = """
    SELECT c.customer_no, c.name, o.name, s.label_zh, l.label_zh, i.label_zh, f.label_zh, c.province, c.city, c.phone, c.mobile, c.email,
        c.wechat, CASE c.visibility WHEN 'public' THEN '公开' ELSE '私有' END,
        c.last_follow_up_at AT TIME ZONE 'Asia/Shanghai', c.next_contact_at AT TIME ZONE 'Asia/Shanghai',
        c.created_at AT TIME ZONE 'Asia/Shanghai', c.updated_at AT TIME ZONE 'Asia/Shanghai', c.last_follow_up_excerpt, c.staff_size
    FROM customer c LEFT JOIN member o ON o.member_id = c.owner_id
    LEFT JOIN option s ON s.list = 'status' AND s.value = c.status LEFT JOIN option l ON l.list = 'level' AND l.value = c.level
    LEFT JOIN option i ON i.list = 'industry' AND i.value = c.industry LEFT JOIN option f ON f.list = 'source' AND f.value = c.source
    ORDER BY c.name_sort, c.customer_id
"""


def compare(stack: Stack, content: bytes) -> None:
    """Every cell as openpyxl reads it against what the database holds; times to the millisecond."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    different = rows = 0
    with psycopg.connect(stack.postgres_url("gonghai_customer"), autocommit=True) as connection:  # reading the file takes minutes
        expected = connection.execute(_EXPECTED)
        for cells, wanted in zip(sheet.iter_rows(min_row=2, values_only=True), expected, strict=True):
            rows += 1
            different += sum(not same(cell, value) for cell, value in zip(cells, wanted, strict=True))
    print(f"  read back by openpyxl: {rows:,} rows, {rows * len(COLUMNS):,} cells, {different} different")


def same(cell: Any, value: Any) -> bool:
    """Whether a cell holds a value."""
    if hasattr(value, "microsecond"):
        return cell is not None and abs(cell - value) <= timedelta(milliseconds=1)
    return bool(cell == value)


if __name__ == "__main__":
    main()
