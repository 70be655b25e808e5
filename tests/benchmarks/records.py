"""One customer: the page, the timeline, a change with its event, creating, following up; assigning a thousand."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks.floor import Floor
from tests.benchmarks.measure import Measured, measure
from tests.benchmarks.processes import cpu, cpu_by_process
from tests.benchmarks.report import Table, add_request, requests_table
from tests.benchmarks.world import World
from tests.support.client import Client

ENTRIES = 25
CHANGES = 400


def run(world: World, floor: Floor) -> Table:
    """The whole group."""
    table = requests_table(
        "One customer", f"A customer with {ENTRIES} timeline entries; a change is one PATCH with its event, to the commit."
    )
    customer = world.member.create_customer(name="基准客户")
    customer_id = customer["customer_id"]
    for number in range(ENTRIES - 1):
        customer = world.member.edit_customer(customer, remark=f"第{number}次")
    world.member.timeline_to(customer_id, customer["version"])
    one = floor.measure("one row", "GET", f"/floor/one?id={_loaded_id(world)}")
    changed = floor.measure("change", "PATCH", f"/floor/{_loaded_id(world)}", {"level": "A"})
    created = floor.measure("create", "POST", "/floor", {"name": "新客户"})
    page, line = f"/api/customers/{customer_id}", f"/api/customers/{customer_id}/timeline"
    add_request(table, _get(world, "customer page", page), None, one)
    add_request(table, _get(world, "timeline", line), None)
    both = measure("customer page + timeline", lambda _: (world.asker.json("GET", page), world.asker.json("GET", line)), world.stack)
    add_request(table, both, 6, one)
    add_request(table, _change(world, customer), 7, changed)
    add_request(table, _create(world), 8, created)
    add_request(table, _follow_up(world, customer_id), None)
    for measured in _claims(world):
        add_request(table, measured, None)
    return table


def _loaded_id(world: World) -> str:
    return str(world.asker.json("GET", "/api/customers?limit=1&view=all")["items"][0]["customer_id"])


def _get(world: World, name: str, path: str) -> Measured:
    return measure(name, lambda _: world.asker.json("GET", path), world.stack)


def _change(world: World, customer: dict[str, Any]) -> Measured:
    return measure("change one field, with its event", _changing(world, customer), world.stack)


def _changing(world: World, customer: dict[str, Any]) -> Callable[[int], None]:
    levels = itertools.cycle(("A", "B", "C"))
    version = [customer["version"]]
    path = f"/api/customers/{customer['customer_id']}"

    def change(_: int) -> None:
        answer = world.asker.json("PATCH", path, {"level": next(levels)}, {"If-Match": f'"{version[0]}"'})
        version[0] = answer["version"]

    return change


def where(world: World) -> Table:
    """Which processes a change's CPU time goes to."""
    note = "CPU milliseconds per change, until it stands in the timeline; one client, so nothing comes in batches."
    table = Table("Where the CPU time of one change goes", note, ["process", "CPU ms"])
    change = _changing(world, world.member.create_customer(name="去向"))
    for number in range(50):
        change(number)
    before = cpu_by_process(world.stack)
    for number in range(CHANGES):
        change(number)
    time.sleep(1)  # the last ones are still on their way
    spent = {name: seconds - before[name] for name, seconds in cpu_by_process(world.stack).items()}
    for name, seconds in sorted(spent.items(), key=lambda one: -one[1]):
        table.add(name, f"{seconds * 1000 / CHANGES:.2f}")
    return table


def _create(world: World) -> Measured:
    def create(number: int) -> None:
        name = f"新建客户{number}重庆贸易"
        world.asker.json("POST", "/api/customers", {"name": name, "phone": f"1390{number:07d}"}, {"Idempotency-Key": f"create-{number}"})

    return measure("create", create, world.stack)


def _follow_up(world: World, customer_id: str) -> Measured:
    path = f"/api/customers/{customer_id}/follow_ups"

    def follow_up(number: int) -> None:
        world.asker.json("POST", path, {"method": "call", "content": f"第{number}次电话"}, {"Idempotency-Key": f"follow-{number}"})

    return measure("record a follow-up", follow_up, world.stack)


def _claims(world: World) -> list[Measured]:
    """Claiming from the default pool with every limit set (none is reached): a chosen customer, and whichever is next."""
    default = next(found for found in world.admin.get("/api/pools").expect(200)["items"] if found["is_default"])
    path = f"/api/pools/{default['pool_id']}"
    limits = {"claims_per_day": 100_000, "held_max": 100_000, "previous_owner_wait_days": 30, "cooldown_days": 7}
    world.admin.patch(path, limits).expect(200)
    ids = [row["customer_id"] for row in itertools.islice(_rows(world.member, view="pool", sort="pool_entered_at"), 600)]
    if len(ids) < 600:
        return []
    one = measure("claim a customer", lambda number: world.asker.json("POST", f"/api/customers/{ids[number]}/claim", {}), world.stack)
    following = measure("claim the next one", lambda _: world.asker.json("POST", f"{path}/next", {}), world.stack)
    world.admin.patch(path, dict.fromkeys(("claims_per_day", "held_max")) | {"previous_owner_wait_days": 0, "cooldown_days": 0}).expect(200)
    return [one, following]


def assign(world: World) -> Table:
    """A thousand customers assigned in one request, five times."""
    table = Table(
        "Assigning 1,000 customers", "One request of an admin, from sending to the answer with a thousand results; aim ≤ 0.7 s.",
        ["time", "median s", "least s", "CPU s: application + servers", "aim"],
    )  # fmt: skip
    ids = [row["customer_id"] for row in itertools.islice(_rows(world.admin), 1_000)]
    owners = [one["member_id"] for one in world.admin.get("/api/members", limit=10, active=True).expect(200)["items"]]
    taken, before = [], cpu(world.stack)
    for number in range(5):
        begun = time.perf_counter()
        answer = world.admin.assign_many(ids, owners[number])
        taken.append(time.perf_counter() - begun)
        if answer["done"] + answer["skipped"] != len(ids):
            raise RuntimeError("rows are missing in the answer")
    spent = cpu(world.stack) - before
    median = statistics.median(taken)
    each = f"{spent.application / 5:.2f} + {spent.database / 5:.2f}"
    table.add(f"{len(ids)} rows", f"{median:.2f}", f"{min(taken):.2f}", each, "kept" if median <= 0.7 else "missed")
    return table


def _rows(client: Client, *, view: str = "all", sort: str = "created_at") -> Sequence[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = None
    while len(rows) < 1_000:
        page = client.list_customers(view=view, limit=200, after=after, sort=sort)
        rows += page["items"]
        after = page["next"]
        if after is None:
            break
    return rows
