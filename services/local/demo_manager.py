"""What a sales manager of the demo sets up: tags on customers, searches for everybody, a second pool with its limits and a rule, holds.

Run again, it makes nothing twice: what has its name stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.local.demo_client import Visitor

Tree = dict[str, Any]
ZONE = ZoneInfo("Asia/Shanghai")
HELD = 6
LEVELS = (("A", 50), ("B", 100), ("C", 150))  # how many customers get which
HOLD_DAYS = 30
POOL = "大客户公海"
RULE = "重点客户 30 个工作日未跟进"
KEY_ACCOUNT = "重点客户"
# (group, one at most, ((tag, colour), …))
TAG_GROUPS: tuple[tuple[str, bool, tuple[tuple[str, str], ...]], ...] = (
    ("客户类型", True, ((KEY_ACCOUNT, "#d4380d"), ("渠道伙伴", "#7c3aed"), ("老客户", "#389e0d"))),
    ("商机", False, (("近期采购", "#d48806"), ("等待预算", "#0958d9"), ("竞品客户", "#c41d7f"))),
)


def asked(field: str, op: str, value: Any = None) -> Tree:
    """One condition."""
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def searches(tags: Mapping[str, str]) -> tuple[tuple[str, str, Tree], ...]:
    """(name, colour, conditions) of the saved searches that everybody gets."""
    region = asked("province", "any_of", ["上海", "浙江", "江苏"])
    either = {"or": [asked("level", "is", "A"), asked("tags", "any_of", [tags[KEY_ACCOUNT]])]}
    return (
        ("我的客户两周未跟进", "#d4380d", {"and": [asked("owner", "is", "me"), {"not": asked("last_follow_up_at", "last_days", 14)}]}),
        ("华东重点", "#0958d9", {"and": [region, either, asked("status", "none_of", ["lost", "invalid"])]}),
        ("本月新客户", "#389e0d", asked("created_at", "relative", "this_month")),
        ("有报价未成交", "#d48806", asked("status", "any_of", ["proposal", "negotiating"])),
    )


def set_up(admin: Visitor, add: Callable[[str], None]) -> None:
    """All of it, each told by ``add``."""
    tags = _tags(admin, add)
    _searches(admin, tags, add)
    _pool(admin, tags, add)


def work(admin: Visitor, add: Callable[[str], None]) -> None:
    """What is done with it on customers that have just come."""
    tags = {found["name"]: found["tag_id"] for found in admin.ask("GET", "/api/tags")["items"]}
    owned = admin.ask("GET", "/api/customers", query={"view": "team", "limit": 200, "sort": "name"})["items"]
    ids = [row["customer_id"] for row in owned]
    done = 0
    for every, (_, _, found) in enumerate(TAG_GROUPS, start=1):
        for number, (name, _) in enumerate(found):
            chosen = [customer_id for place, customer_id in enumerate(ids) if place % 5 == number and place // 5 % every == 0]
            if chosen:
                done += admin.ask("POST", "/api/customers/tag", {"customer_ids": chosen, "tag_ids": [tags[name]]})["done"]
    add(f"{done:,} tags put on customers")
    levelled = _levels(admin)
    add(f"{levelled} customers given a level")
    until = (datetime.now(ZONE) + timedelta(days=HOLD_DAYS)).date().isoformat()
    body = {"customer_ids": ids[:HELD], "until": until, "reason": "正在走采购流程，暂不回收"}
    held = admin.ask("POST", "/api/customers/hold", body)["done"] if ids else 0
    add(f"{held} customers held for {HOLD_DAYS} days")


def _levels(admin: Visitor) -> int:
    """Levels by bulk edit for the newest customers that have none, so that columns, filters and figures of levels show something."""
    ids: list[str] = []
    query: dict[str, Any] = {"view": "all", "limit": 200, "sort": "created_at", "filter": json.dumps(asked("level", "is_empty"))}
    wanted = sum(number for _, number in LEVELS)
    while len(ids) < wanted:
        page = admin.ask("GET", "/api/customers", query=query)
        ids += [row["customer_id"] for row in page["items"]]
        if page["next"] is None:
            break
        query = {**query, "after": page["next"]}
    done = begin = 0
    for level, number in LEVELS:
        if chosen := ids[begin : begin + number]:
            done += admin.ask("POST", "/api/customers/edit", {"customer_ids": chosen, "values": {"level": level}})["done"]
        begin += number
    return done


def _fresh(known: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in {found["name"] for found in known}]


def _tags(admin: Visitor, add: Callable[[str], None]) -> dict[str, str]:
    """The tags by name; the first of each group stand in the admin's menu."""
    answer = admin.ask("GET", "/api/tags")
    groups = {found["name"]: found["tag_group_id"] for found in answer["groups"]}
    tags = {found["name"]: found["tag_id"] for found in answer["items"]}
    fresh = 0
    for group, single, found in TAG_GROUPS:
        if group not in groups:
            groups[group] = admin.ask("POST", "/api/tag_groups", {"name": group, "single": single})["tag_group_id"]
        for name, color in found:
            if name not in tags:
                tags[name] = admin.ask("POST", "/api/tags", {"name": name, "color": color, "tag_group_id": groups[group]})["tag_id"]
                fresh += 1
    if fresh:
        admin.ask("PUT", "/api/pinned_tags", {"tag_ids": [tags[found[0][0]] for _, _, found in TAG_GROUPS]})
    add(f"{sum(len(found) for _, _, found in TAG_GROUPS)} tags, {fresh} of them new")
    return tags


def _searches(admin: Visitor, tags: Mapping[str, str], add: Callable[[str], None]) -> None:
    wanted = searches(tags)
    fresh = _fresh(admin.ask("GET", "/api/saved_searches")["items"], [name for name, _, _ in wanted])
    for name, color, tree in wanted:
        if name in fresh:
            admin.ask("POST", "/api/saved_searches", {"name": name, "color": color, "filter": tree, "shared_with": "everyone"})
    add(f"{len(wanted)} saved searches for everybody, {len(fresh)} of them new")


def _pool(admin: Visitor, tags: Mapping[str, str], add: Callable[[str], None]) -> None:
    """A pool of few members with all its limits, and a rule that takes key accounts from those who forget them."""
    if not _fresh(admin.ask("GET", "/api/pools")["items"], [POOL]):
        add("the pool of large customers is there already")
        return
    managers = [
        found["member_id"] for found in admin.ask("GET", "/api/members", query={"limit": 200})["items"] if found["role"] == "manager"
    ]
    limits = {"claims_per_day": 5, "held_max": 200, "previous_owner_wait_days": 30, "new_wait_hours": 4, "cooldown_days": 7}
    body = {
        "name": POOL,
        "description": "只由部门经理领取",
        "open_to_all": False,
        "member_ids": managers,
        "hidden_fields": ["phone", "mobile"],
    }
    pool = admin.ask("POST", "/api/pools", {**body, **limits})
    rule = {"name": RULE, "days": 30, "workdays": True, "filter": asked("tags", "any_of", [tags[KEY_ACCOUNT]]), "active": True}
    admin.ask("POST", f"/api/pools/{pool['pool_id']}/rules", rule)
    add(f"a pool of large customers for {len(managers)} managers, with a rule")
