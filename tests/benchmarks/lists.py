"""Lists and search: the orders, the pages, the chips, two Chinese characters, the counts of the side menu."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.benchmarks.bulk_load import TAGS
from tests.benchmarks.floor import Floor
from tests.benchmarks.measure import WARM_UP, Measured, measure
from tests.benchmarks.report import Table, add_request, requests_table
from tests.benchmarks.world import World

PAGE_OF_INTEREST = 1_000
ROWS_OF_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class _Aims:
    """CPU milliseconds aimed at, by the number of customers."""

    large: bool
    times: int

    def of(self, usual: float, million: float) -> float:
        """At 100,000 and at 1,000,000."""
        return (million if self.large else usual) * self.times


def run(world: World, floor: Floor, *, aims_times: int = 1) -> Table:
    """The whole group; ``aims_times``: how many times the aims of the usual case may be taken."""
    table = requests_table(
        f"Lists of {world.rows:,} customers", "20 rows with their count, as an ordinary member, 60 % of the customers public."
    )
    aim = _Aims(world.rows >= 1_000_000, aims_times)
    latest = floor.measure("by latest follow-up", "GET", "/floor/latest")
    by_name = floor.measure("by name", "GET", "/floor/name")
    chips = floor.measure("status + province", "GET", "/floor/chips")
    base = "/api/customers?limit=20"
    add_request(table, _list(world, "by latest follow-up", f"{base}&sort=last_follow_up_at"), aim.of(5, 6), latest)
    add_request(table, _list(world, "page 1,000 of the same", _page(world, base)), aim.of(5, 6), latest)
    add_request(table, _list(world, "by name (pinyin order)", f"{base}&sort=name"), aim.of(5, 6), by_name)
    filtered = f"{base}&status=interested&province={quote('广东')}&sort=last_follow_up_at"
    add_request(table, _list(world, "status + province", filtered), aim.of(7, 12), chips)
    common, rare = _words(world)
    add_request(table, _list(world, f"contains {common} (common)", f"{base}&q={quote(common)}"), aim.of(8, 15))
    add_request(table, _list(world, f"contains {rare} (rare)", f"{base}&q={quote(rare)}"), aim.of(8, 15))
    _add_filters(world, table, common, aim)
    add_request(table, _list(world, "my customers", f"{base}&view=mine"), None)
    add_request(table, _list(world, "the pool", f"{base}&view=pool"), None)
    default = next(found for found in world.asker.json("GET", "/api/pools")["items"] if found["is_default"])
    add_request(table, _list(world, "one pool of several", f"{base}&view=pool&pool_id={default['pool_id']}"), None)
    add_request(table, _list(world, "the pools with my quota", "/api/pools"), None)
    often, seldom = _tags(world)
    add_request(table, _list(world, f"tag {often['name']} (on many)", f"{base}&filter={_tagged('any_of', often)}"), aim.of(7, 12))
    add_request(table, _list(world, f"tag {seldom['name']} (on few)", f"{base}&filter={_tagged('any_of', seldom)}"), aim.of(7, 12))
    add_request(table, _list(world, "both tags", f"{base}&filter={_tagged('all_of', often, seldom)}"), aim.of(7, 12))
    world.asker.json("PUT", "/api/pinned_tags", {"tag_ids": [often["tag_id"], seldom["tag_id"]]})
    add_request(table, _list(world, "counts of the side menu", "/api/customers/counts"), None)
    _pin_searches(world, common)
    add_request(table, _list(world, "the same with five saved searches", "/api/customers/counts"), None)
    return table


def _pin_searches(world: World, common: str) -> None:
    """Five kinds of conditions, with a number beside each in the menu."""
    trees = (
        _asked("owner", "is", "me"),
        {"and": [_asked("status", "is", "interested"), _asked("last_follow_up_at", "more_than_days_ago", 30)]},
        {"and": [_asked("level", "is", "A"), _asked("next_contact_at", "next_days", 7)]},
        {"and": [_asked("name", "contains", common), _asked("province", "is", "广东")]},
        {"and": [_asked("cf_3", "any_of", ["training"]), _asked("status", "is", "won")]},
    )
    for number, tree in enumerate(trees):
        body = {"name": f"检索{number}", "view": "all", "filter": tree, "count_shown": True}
        world.asker.json("POST", "/api/saved_searches", body, {"Idempotency-Key": f"search-{number}"})


def _asked(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def _add_filters(world: World, table: Table, common: str, aims: _Aims) -> None:
    """Condition trees: a span of time with choices, nested groups, texts, custom fields, tags; and the order by a custom field."""
    number, products = "cf_1", "cf_3"  # custom_rows.py
    tags = [tag["tag_id"] for tag in world.asker.json("GET", "/api/tags")["items"][:2]]
    place = [_asked("status", "any_of", ["interested"]), _asked("province", "is", "广东")]
    second = {"or": [_asked("level", "is", "A"), _asked("owner", "is", "me")]}
    nested = {
        "or": [
            {"and": [*place, {"not": _asked("level", "is", "C")}]},
            {"and": [_asked("industry", "is", "food"), _asked("source", "is", "referral"), second]},
        ]
    }
    trees: list[tuple[str, dict[str, Any], float | None]] = [
        ("status + province + created in the last 30 days", {"and": [*place, _asked("created_at", "last_days", 30)]}, aims.of(7, 12)),
        ("status + province + followed up in the last 30 days", {"and": [*place, _asked("last_follow_up_at", "last_days", 30)]}, None),
        ("nested groups", nested, None),
        (f"name contains {common}, level A", {"and": [_asked("name", "contains", common), _asked("level", "is", "A")]}, None),
        ("custom choice and number", {"and": [_asked(products, "any_of", ["training"]), _asked(number, "ge", 500_000)]}, None),
        ("status, not followed up for 30 days", {"and": [place[0], _asked("last_follow_up_at", "more_than_days_ago", 30)]}, None),
        ("new, never followed up", {"and": [_asked("status", "is", "new"), _asked("last_follow_up_at", "is_empty", None)]}, None),
        ("any of two tags, level A", {"and": [_asked("tags", "any_of", tags), _asked("level", "is", "A")]}, None),
    ]
    for name, tree, aim in trees:
        path = f"/api/customers?limit=20&filter={quote(json.dumps(tree))}&sort=last_follow_up_at"
        add_request(table, _list(world, f"filter: {name}", path), aim)
    for nth, tree in enumerate(_nested(products), 1):
        path = f"/api/customers?limit=20&filter={quote(json.dumps(tree))}&sort=last_follow_up_at"
        add_request(table, _list(world, f"filter: nested search {nth}", path, times=60), None)
    seldom = quote(json.dumps(_asked("remark", "contains", "乌龟")))
    add_request(table, _list(world, "filter: a text that no index knows", f"/api/customers?limit=20&filter={seldom}", times=20), None)
    add_request(table, _list(world, "by a custom number", f"/api/customers?limit=20&sort={number}"), None)


def _nested(trade: str) -> tuple[dict[str, Any], ...]:
    """The five shapes that ``tests/integration/customer/test_filter_listed.py`` proves, on a custom field of many choices."""

    def of(op: str, *values: str) -> dict[str, Any]:
        return _asked(trade, op, list(values))

    def province(*names: str) -> dict[str, Any]:
        return _asked("province", "any_of", list(names))

    since = _asked("created_at", "ge", "2025-01-01")
    named = {"or": [_asked("name", "contains", "科技"), _asked("name", "starts_with", "中")]}
    during = _asked("created_at", "between", ["2025-01-01", "2025-12-31"])
    return (
        {"and": [of("any_of", "service", "training"), province("浙江", "江苏"), since]},
        {
            "or": [
                {"and": [of("any_of", "training"), {"not": province("广东")}]},
                {"and": [of("any_of", "hardware"), _asked("created_at", "lt", "2024-06-01")]},
            ]
        },
        {"and": [of("none_of", "cloud", "software", "hardware"), named]},
        {"and": [{"not": {"or": [of("any_of", "service"), province("北京", "上海"), during]}}, _asked("province", "is_not", "浙江")]},
        {
            "or": [
                {"and": [of("any_of", "service", "training"), {"or": [province("北京"), {"and": [province("上海"), since]}]}]},
                {"and": [_asked("name", "not_contains", "股"), of("any_of", "software"), {"not": {"not": province("江苏")}}]},
            ]
        },
    )


def _list(world: World, name: str, path: str, *, times: int = 400) -> Measured:
    return measure(name, lambda _: world.asker.json("GET", path), world.stack, times=times, warm_up=min(times, WARM_UP))


def _page(world: World, base: str) -> str:
    """The address of a page far down, reached by large pages (the cursor does not hold the limit)."""
    after, rows = "", 0
    while rows < PAGE_OF_INTEREST * ROWS_OF_A_PAGE:
        page = world.asker.json("GET", f"/api/customers?sort=last_follow_up_at&limit=200{after}")
        rows += len(page["items"])
        if page["next"] is None:
            break
        after = f"&after={quote(page['next'])}"
    return f"{base}&sort=last_follow_up_at{after}"


def _tags(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tags that most and fewest customers have."""
    items = {item["name"]: item for item in world.asker.json("GET", "/api/tags")["items"]}
    shares = sorted((share, name) for name, share in TAGS.items() if name in items)
    return items[shares[-1][1]], items[shares[0][1]]


def _tagged(op: str, *tags: dict[str, Any]) -> str:
    return quote(json.dumps({"field": "tags", "op": op, "value": [tag["tag_id"] for tag in tags]}))


def _words(world: World) -> tuple[str, str]:
    """Two characters that stand in many names, and two that stand in few."""
    counted = {}
    for word in ("科技", "重庆", "庆啤", "同仁", "华为", "金龙", "凤海", "圆正"):
        count = world.asker.json("GET", f"/api/customers?limit=1&q={quote(word)}")["count"]
        counted[word] = count["value"]
    few = {word: count for word, count in counted.items() if count}
    return max(few, key=lambda word: few[word]), min(few, key=lambda word: few[word])
