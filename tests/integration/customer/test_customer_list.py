"""Lists: views, orders, pages, search, counts, and what must not be in them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.support.customer import Caller, CustomerService, People, counted

SORTS = ("last_follow_up_at", "name", "created_at", "level", "status", "next_contact_at", "updated_at", "pool_entered_at")
VIEWS = ("mine", "participating", "contact_today", "starred", "unassigned", "all", "pool")


@pytest.fixture
def member(service: CustomerService, people: People) -> Caller:
    return service.as_member(people.member("李伟"))


def names(answer: dict[str, Any]) -> list[str]:
    return [item["name"] for item in answer["items"]]


@pytest.mark.parametrize("role", ["admin", "manager", "member"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_answers_in_every_order(service: CustomerService, people: People, view: str, role: Any) -> None:
    caller = service.as_member(people.member(role=role, department_id=people.department()))
    for index in range(3):
        caller.post("/api/customers", {"name": f"客户{index}", "level": "A" if index else None}).expect(201)
    narrowed = itertools.cycle(("", "&q=客户", "&q=kehu", "&q=8000", "&q=k", "&q=khu&status=new", "&status=new,won", "&status=won&level=A"))
    for sort, direction, q in itertools.product(SORTS, (":asc", ":desc"), ("", next(narrowed), next(narrowed))):
        asked = f"/api/customers?view={view}&sort={sort}{direction}&limit=2{q}"
        answer = caller.get(asked).expect(200)
        if answer["next"]:
            caller.get(f"{asked}&after={answer['next']}").expect(200)


def test_names_stand_in_pinyin_order(member: Caller) -> None:
    for name in ("重庆啤酒", "中国银行", "长沙银行", "阿里巴巴", "IBM中国", "3M", "张裕", "常州机械"):
        member.post("/api/customers", {"name": name}).expect(201)
    answer = member.get("/api/customers?view=mine&sort=name").expect(200)
    assert names(answer) == ["3M", "阿里巴巴", "长沙银行", "常州机械", "重庆啤酒", "IBM中国", "张裕", "中国银行"]
    assert answer["count"] == {"value": 8, "exact": True}
    backwards = member.get("/api/customers?view=mine&sort=name:desc").expect(200)
    assert names(backwards) == names(answer)[::-1]


def test_two_questions_per_list(service: CustomerService, member: Caller) -> None:
    for view in VIEWS:
        with counted(service.engine) as statements:
            member.get(f"/api/customers?view={view}&q=重庆").expect(200)
        assert len(statements) == 2, statements
