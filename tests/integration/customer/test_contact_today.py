"""The view ``contact_today``: what is due or was handled today in the organisation's time zone, of what I own or take part in."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.common.clock import day_bounds, now
from tests.support.customer import Caller, CustomerService, create, url
from tests.support.customer_rows import put_participant

ZONE = "Asia/Shanghai"
MINUTE = timedelta(minutes=1)


def due(caller: Caller, name: str, moment: datetime | None) -> dict[str, Any]:
    return create(caller, name=name, next_contact_at=moment and moment.isoformat())


def listed(caller: Caller, query: str = "") -> list[tuple[str, str]]:
    items = caller.get(f"/api/customers?view=contact_today{query}").expect(200)["items"]
    return [(item["group"], item["name"]) for item in items]


def follow_up(caller: Caller, made: dict[str, Any], planned: datetime | None = None) -> None:
    body = {"method": "call", "content": "聊了", "next_contact_at": planned and planned.isoformat()}
    caller.post(url(made, "/follow_ups"), body).expect(201)


def test_days_begin_and_end_in_the_organisations_time_zone(member: Caller) -> None:
    begin, end = day_bounds(ZONE)
    for name, moment in (("昨天", begin - MINUTE), ("早", begin), ("晚", end - MINUTE), ("明天", end), ("没有", None)):
        due(member, name, moment)
    assert listed(member) == [("overdue", "昨天"), ("today", "早"), ("today", "晚")]


def test_what_was_handled_today_stands_last_and_what_is_planned_anew_where_it_belongs(member: Caller) -> None:
    begin, end = day_bounds(ZONE)
    made = {name: due(member, name, begin + MINUTE) for name in ("还没", "办完", "明天再说", "今天再说")}
    late = due(member, "拖了很久", begin - timedelta(days=9))
    ahead = due(member, "提前", end + timedelta(days=7))
    follow_up(member, made["办完"])
    follow_up(member, made["明天再说"], end + MINUTE)
    follow_up(member, made["今天再说"], end - MINUTE)
    follow_up(member, late)
    follow_up(member, ahead)
    found = listed(member)
    assert found[:2] == [("today", "还没"), ("today", "今天再说")]
    assert sorted(found[2:]) == sorted([("handled", "办完"), ("handled", "明天再说"), ("handled", "拖了很久")])
    counts = member.get("/api/customers/counts").expect(200)["views"]
    assert (counts["contact_today"]["value"], counts["overdue"]["value"]) == (2, 0), "what is still to be done"


def test_groups_come_first_in_every_order_and_pages_go_through_them(member: Caller) -> None:
    begin, _ = day_bounds(ZONE)
    for number in range(9):
        moment = begin - timedelta(days=1) if number % 2 else begin + MINUTE * number
        follow_ups = due(member, f"客户{number}", moment)
        if number > 5:
            follow_up(member, follow_ups)
    for sort in ("name", "name:desc", "created_at", "next_contact_at:desc", "status", "level", "last_follow_up_at"):
        whole = listed(member, f"&sort={sort}")
        assert [group for group, _ in whole] == [*["overdue"] * 3, *["today"] * 3, *["handled"] * 3], sort
        pages: list[tuple[str, str]] = []
        page = member.get(f"/api/customers?view=contact_today&sort={sort}&limit=2").expect(200)
        while True:
            pages += [(item["group"], item["name"]) for item in page["items"]]
            if page["next"] is None:
                break
            page = member.get(f"/api/customers?view=contact_today&sort={sort}&limit=2&after={page['next']}").expect(200)
        assert pages == whole, sort


def test_it_holds_what_i_own_or_take_part_in_and_nothing_else(member: Caller, other: Caller, service: CustomerService) -> None:
    begin, _ = day_bounds(ZONE)
    due(member, "我的", begin)
    made = {name: due(other, name, begin) for name in ("参与", "过期", "别人")}
    for name, end in (("参与", None), ("过期", now() - timedelta(seconds=1))):
        put_participant(service.engine, UUID(made[name]["customer_id"]), member.member_id or uuid.uuid4(), "viewer", end)
    mine = due(member, "又是我的", begin)
    put_participant(service.engine, UUID(mine["customer_id"]), member.member_id or uuid.uuid4(), "viewer")
    assert sorted(name for _, name in listed(member)) == sorted(["我的", "参与", "又是我的"])
    assert member.get("/api/customers/counts").expect(200)["views"]["contact_today"]["value"] == 3
