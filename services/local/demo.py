"""Demo data through the gateway, the way a team would enter it: members, an imported table, work on it, an Excel file at the end.

Run again, it makes nothing twice: known members stay, and known companies are rejected with their reason.
"""

from __future__ import annotations

import getpass
import os
import random
import secrets
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.local import demo_data as data
from services.local import demo_manager
from services.local.demo_client import DemoError, Visitor, progress
from services.local.home import Home

ASSIGN_ROWS = 500
FOLLOWED_EACH = 8
RETURNED_EACH = 2
CLAIMED_EACH = 1
JOB_SECONDS = 900.0
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Summary:
    """What happened, for the end."""

    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        """Tell it now and keep it."""
        print(f"  {line}", flush=True)
        self.lines.append(line)


def run(home: Path, table: Path | None, environment: Mapping[str, str], *, companies: int = data.COMPANIES) -> int:
    """Fill the running product of ``home``; with ``table`` its rows instead of made-up companies."""
    try:
        admin = _admin(_address(home, environment), environment)
        content, name = (table.read_bytes(), table.name) if table else (data.companies(companies), "示例客户.csv")
        _demo(admin, content, name, home)
    except DemoError as error:
        print(f"\nThe demo stopped: {error}", file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"There is no file {error.filename}.", file=sys.stderr)
        return 1
    return 0


def _address(home: Path, environment: Mapping[str, str]) -> str:
    if environment.get("ADDRESS"):
        return environment["ADDRESS"]
    state = Home(home).state()
    if state is None:
        raise DemoError("Gonghai does not run on this data folder. Start it with `make run`, or name it with ADDRESS=http://…")
    return str(state["address"])


def _admin(address: str, environment: Mapping[str, str]) -> Visitor:
    """The admin, by the variables that the product was started with, or by asking."""
    try:
        account = environment.get("GONGHAI_ADMIN_ACCOUNT") or input("Admin's account: ")
        password = environment.get("GONGHAI_ADMIN_PASSWORD") or getpass.getpass("Admin's password: ")
    except EOFError:
        raise DemoError("Nobody is there to ask: set GONGHAI_ADMIN_ACCOUNT and GONGHAI_ADMIN_PASSWORD.") from None
    admin = Visitor(address)
    admin.sign_in(account, password)
    return admin


def _demo(admin: Visitor, content: bytes, name: str, home: Path) -> None:
    summary = Summary()
    password = f"demo-{secrets.token_hex(4)}"
    print("Departments and members")
    team = _team(admin, password, summary)
    print("Custom fields")
    _fields(admin, summary)
    print("Tags, saved searches, pools")
    demo_manager.set_up(admin, summary.add)
    print("Import")
    imported = _import(admin, content, name, summary)
    if imported["accepted"]:
        print("Work of some weeks")
        _work(admin, team, password, summary)
        demo_manager.work(admin, summary.add)
    else:
        summary.add("no new customers, so there is nothing to assign and to follow up")
    print("Export")
    _export(admin, home, summary)
    print("\nSummary")
    for line in summary.lines:
        print(f"  {line}")
    print(f"\n  Sign in at {admin.address} as {team[0]['account']} … {team[-1]['account']}, password {password}")


def _team(admin: Visitor, password: str, summary: Summary) -> list[dict[str, Any]]:
    """Departments and members; those who are there already get the new password only."""
    departments = {found["name"]: found["department_id"] for found in admin.ask("GET", "/api/departments")["items"]}
    fresh = [name for name in data.DEPARTMENTS if name not in departments]
    for name in fresh:
        departments[name] = admin.ask("POST", "/api/departments", {"name": name})["department_id"]
    summary.add(f"{len(data.DEPARTMENTS)} departments, {len(fresh)} of them new")
    known = {found["account"]: found for found in _all(admin, "/api/members")}
    team, made = [], 0
    for person in data.people():
        if person.account in known:
            admin.ask("POST", f"/api/members/{known[person.account]['member_id']}/password", {"new_password": password})
            team.append(known[person.account])
            continue
        values = {"account": person.account, "name": person.name, "role": person.role, "password": password}
        team.append(admin.ask("POST", "/api/members", values | {"department_id": departments[person.department]}))
        made += 1
    summary.add(f"{len(team)} members, {made} of them new")
    return team


def _fields(admin: Visitor, summary: Summary) -> None:
    """What the demo's team keeps track of beside the product's own fields; once."""
    known = {found["label_zh"] for found in admin.ask("GET", "/api/custom_fields")["items"]}
    fresh = [found for found in data.CUSTOM_FIELDS if found[1] not in known]
    for type_, label_zh, label_en, options in fresh:
        body = {"type": type_, "label_zh": label_zh, "label_en": label_en}
        admin.ask("POST", "/api/custom_fields", body | {"options": [{"label_zh": zh, "label_en": en} for zh, en in options]})
    summary.add(f"{len(data.CUSTOM_FIELDS)} custom fields, {len(fresh)} of them new")


def _all(visitor: Visitor, path: str, **query: Any) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    items: list[dict[str, Any]] = []
    after: dict[str, Any] = {}
    while True:
        page = visitor.ask("GET", path, query={"limit": 200, **query, **after})
        items += page["items"]
        if not page["next"]:
            return items
        after = {"after": page["next"]}


def _import(admin: Visitor, content: bytes, name: str, summary: Summary) -> dict[str, Any]:
    preview = admin.upload("/api/imports", name, content)
    guessed = ", ".join(f"{column['header']} → {column['field'] or '—'}" for column in preview["columns"])
    print(f"  {preview['rows']:,} rows; {guessed}")
    path = f"/api/imports/{preview['import_id']}"
    admin.ask("POST", f"{path}/run", {"owner_id": None})
    done: dict[str, Any] = admin.wait(path, ("running",), seconds=JOB_SECONDS, tell="imported")
    if done["state"] != "done":
        raise DemoError(f"the import ended as {done['state']}: {done['error']}")
    accepted, rejected, rows = done["accepted"], done["rejected"], done["rows"]
    sign = "=" if accepted + rejected == rows else "≠"
    summary.add(f"{accepted:,} accepted + {rejected:,} rejected {sign} {rows:,} rows")
    if sign == "≠":
        raise DemoError("some rows are neither accepted nor rejected")
    if rejected:
        file = admin.ask("GET", f"{path}/rejected")
        summary.add(f"the file of rejected rows with their reasons has {len(file):,} bytes")
    return done


def _work(admin: Visitor, team: Sequence[Mapping[str, Any]], password: str, summary: Summary) -> None:
    summary.add(f"{_assign(admin, team):,} customers assigned, the rest stay unassigned")
    visitors = [Visitor(admin.address) for _ in team]
    with ThreadPoolExecutor(2) as pool:  # as many as there are processors on a small machine
        list(pool.map(lambda visitor, member: visitor.sign_in(member["account"], password), visitors, team))
        for text, step in (
            ("follow-ups recorded", _follow_up),
            ("customers returned to the pool", _give_back),
            ("customers claimed", _claim),
        ):
            summary.add(f"{sum(pool.map(step, visitors, range(len(visitors)))):,} {text}")


def _assign(admin: Visitor, team: Sequence[Mapping[str, Any]]) -> int:
    """Nine of ten unassigned customers, evenly."""
    waiting = [row["customer_id"] for number, row in enumerate(_all(admin, "/api/customers", view="unassigned")) if number % 10]
    done = 0
    for start in range(0, len(waiting), ASSIGN_ROWS):
        body = {"customer_ids": waiting[start : start + ASSIGN_ROWS], "owner_ids": [m["member_id"] for m in team], "strategy": "evenly"}
        done += admin.ask("POST", "/api/customers/assign", body)["done"]
        progress(f"assigned: {done:,} / {len(waiting):,}", last=start + ASSIGN_ROWS >= len(waiting))
    return done


def _mine(visitor: Visitor, count: int) -> list[str]:
    page = visitor.ask("GET", "/api/customers", query={"view": "mine", "limit": count, "sort": "name"})
    return [row["customer_id"] for row in page["items"]]


def _follow_up(visitor: Visitor, number: int) -> int:
    rng = random.Random(data.SEED + number)  # noqa: S311 - made-up data
    now, done = datetime.now(UTC), 0
    for customer_id in _mine(visitor, FOLLOWED_EACH):
        for talk in data.talks(rng):
            body: dict[str, Any] = {"method": talk.method, "content": talk.content, "status": talk.status}
            body["followed_at"] = (now - timedelta(days=talk.days_ago)).isoformat()
            if talk.days_until_next is not None:
                body["next_contact_at"] = _at_work(now + timedelta(days=talk.days_until_next), done).isoformat()
            visitor.ask(
                "POST", f"/api/customers/{customer_id}/follow_ups", {name: value for name, value in body.items() if value is not None}
            )
            done += 1
    return done


def _at_work(moment: datetime, number: int) -> datetime:
    """That day at some half hour between 9 and 17 o'clock, when people call each other."""
    return moment.astimezone(ZONE).replace(hour=9 + number % 8, minute=number % 2 * 30, second=0, microsecond=0)


def _give_back(visitor: Visitor, number: int) -> int:
    chosen = _mine(visitor, FOLLOWED_EACH)[-RETURNED_EACH:]
    for offset, customer_id in enumerate(chosen):
        reason, note = data.REASONS[(number + offset) % len(data.REASONS)]
        visitor.ask("POST", f"/api/customers/{customer_id}/return_to_pool", {"reason": reason, "note": note})
    return len(chosen)


def _claim(visitor: Visitor, number: int) -> int:
    """Every other member claims; somebody else may be faster, which is no error."""
    if number % 2:
        return 0
    page = visitor.ask("GET", "/api/customers", query={"view": "pool", "limit": 40})
    chosen = [row["customer_id"] for row in page["items"]][number : number + CLAIMED_EACH]
    done: int = visitor.ask("POST", "/api/customers/claim", {"customer_ids": chosen})["done"] if chosen else 0
    return done


def _export(admin: Visitor, home: Path, summary: Summary) -> None:
    asked = admin.ask("POST", "/api/exports", {"view": "all", "sort": "name", "name": "全部客户"})
    path = f"/api/exports/{asked['export_id']}"
    done = admin.wait(path, ("queued", "running"), seconds=JOB_SECONDS, tell="exported")
    if done["state"] != "done":
        raise DemoError(f"the export ended as {done['state']}: {done['error']}")
    file = home / "demo" / done["file_name"]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(admin.ask("GET", f"{path}/file"))
    summary.add(f"{done['rows_done']:,} customers exported to {file} ({file.stat().st_size:,} bytes)")


def main(home: Path, table: str | None) -> int:
    """The `demo` command."""
    return run(home, Path(table).expanduser() if table else None, os.environ)
