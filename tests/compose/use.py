"""Uses a product that runs in Docker from outside: signs in, creates, reads the timeline, exports; and looks at its containers."""

from __future__ import annotations

import functools
import io
import json
import os
import subprocess
import sys
import uuid
from typing import Any

import openpyxl

from tests.support.client import Client
from tests.support.wait import wait_until

OWN_PROCESSES = (
    "customer",
    "customer-relay",
    "customer-worker",
    "activity",
    "activity-consumer",
    "export",
    "export-worker",
    "export-sweep",
    "gateway",
)
SCALED = {"customer": 3, "activity": 2, "export-worker": 2, "gateway": 2}


def compose(*arguments: str) -> str:
    """Run ``docker compose …`` and answer with what it printed."""
    return subprocess.run(["docker", "compose", *arguments], check=True, capture_output=True, text=True).stdout


def containers() -> list[dict[str, Any]]:
    """Every container of the product."""
    text = compose("ps", "--format", "json").strip()
    return list(json.loads(text)) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]


def check_containers() -> None:
    """As many as were asked for, all healthy, only the door published, nobody root, nothing writable."""
    found = containers()
    for name in OWN_PROCESSES:
        running = [one for one in found if one["Service"] == name]
        assert len(running) == SCALED.get(name, 1), f"{name}: {len(running)} containers"
        assert all(one["Health"] == "healthy" for one in running), name
    published = {one["Service"] for one in found if any(port.get("PublishedPort") for port in one.get("Publishers") or [])}
    assert published == {"door"}, published
    for name in OWN_PROCESSES:
        who = compose("exec", "-T", name, "sh", "-c", "id -u; touch /gonghai/x 2>/dev/null && echo writable; true")
        assert who.split()[0] == "10001", (name, who)
        assert "writable" not in who, name
    print(f"{len(found)} containers are healthy, not root, read-only; only the door is published", flush=True)


def use(address: str) -> None:
    """A day in one minute: members, customers, timeline, export to Excel."""
    with Client(address) as admin:
        admin.sign_in(os.environ["GONGHAI_ADMIN_ACCOUNT"], os.environ["GONGHAI_ADMIN_PASSWORD"])
        with admin.make_member(address, role="member", name="王芳") as member:
            ids = [create_and_change(member, number) for number in range(20)]
            for customer_id in ids:
                wait_until(functools.partial(has_both_events, member, customer_id), what="both changes in the timeline")
            rows = export(member, ids)
        assert rows == len(ids), rows
    print(f"{len(ids)} customers created and changed, each with both events in its timeline; {rows} rows in the Excel file", flush=True)


def create_and_change(member: Client, number: int) -> str:
    """One customer with one change."""
    customer = member.create_customer(name=f"容器测试{number}号{uuid.uuid4().hex[:8]}", phone="13800138000")
    customer_id = str(customer["customer_id"])
    member.patch(f"/api/customers/{customer_id}", {"level": "A", "base": {"level": customer["level"]}}).expect(200)
    return customer_id


def has_both_events(member: Client, customer_id: str) -> bool:
    """Whether the creation and the change are in the timeline."""
    return [item["type"] for item in member.timeline(customer_id)] == ["customer.edited", "customer.created"]


def export(member: Client, ids: list[str]) -> int:
    """Export these customers; the number of rows in the file."""
    export_id = member.post("/api/exports", {"customer_ids": ids}).expect(202)["export_id"]

    def ended() -> str:
        state = member.get(f"/api/exports/{export_id}").expect(200)["state"]
        return str(state) if state in {"done", "failed", "cancelled"} else ""

    assert wait_until(ended, seconds=60, what="the export to end") == "done"
    file = member.get(f"/api/exports/{export_id}/file").expect(200)
    sheet = openpyxl.load_workbook(io.BytesIO(file), read_only=True).worksheets[0]
    return sum(1 for _ in sheet.iter_rows()) - 1


if __name__ == "__main__":
    check_containers()
    use(sys.argv[1])
