"""Nested searches over listed companies, with their industry as a custom field, equal to the sets that plain Python finds."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import bindparam, insert, text

from services.common.database import transaction
from services.customer.store import custom_field, custom_value, option
from tests.support.customer import Caller, CustomerService
from tests.support.customer_rows import put_customers

ROWS_MAX = 1_500


@dataclass(frozen=True)
class Company:
    """One line of the file."""

    name: str
    province: str
    industry: str
    listed_on: date


def companies() -> list[Company]:
    """The listed companies beside the project; where that file is not there, made-up ones of the same shape."""
    for parent in Path(__file__).resolve().parents:
        file = parent / "shared" / "data" / "listed_companies.csv"
        if file.exists():
            with file.open(encoding="utf-8") as lines:
                rows = [row for row in csv.DictReader(lines) if row["listed_on"]]
            chosen = random.Random(1).sample(rows, min(ROWS_MAX, len(rows)))  # noqa: S311 - a test's dice
            return [Company(row["name"], row["province"], row["industry"], date.fromisoformat(row["listed_on"])) for row in chosen]
    dice = random.Random(1)  # noqa: S311 - a test's dice
    industries, places = ("银行", "元器件", "化工原料", "软件服务", "电气设备"), ("浙江", "江苏", "广东", "北京", "上海")
    return [
        Company(f"{dice.choice('海宁东方中国')}{number}科技", dice.choice(places), dice.choice(industries), date(2000 + number % 25, 1, 9))
        for number in range(ROWS_MAX)
    ]


@dataclass(frozen=True)
class World:
    """The companies by customer, the key of their industry, and who asks."""

    companies: dict[UUID, Company]
    key: str
    values: dict[str, str]  # industry → option
    caller: Caller


@pytest.fixture(scope="module")
def listed(service: CustomerService, admin_id: UUID) -> World:
    found = companies()
    industries = sorted({one.industry for one in found})
    values = {industry: f"i{number}" for number, industry in enumerate(industries)}
    moments = [datetime(one.listed_on.year, one.listed_on.month, one.listed_on.day, 4, tzinfo=UTC) for one in found]
    rows = [
        {"name": one.name, "province": one.province or None, "created_at": at, "updated_at": at}
        for one, at in zip(found, moments, strict=True)
    ]
    ids = put_customers(service.engine, rows)
    with transaction(service.engine) as connection:
        row = {"type": "choice", "label_zh": "所属行业", "label_en": "Trade", "position": 0}
        key = str(custom_field.insert_field(connection, row)["key"])
        options = [{"list": key, "value": v, "label_zh": i, "label_en": i, "position": n} for n, (i, v) in enumerate(values.items())]
        connection.execute(insert(option.option), options)
        held = [(customer_id, {key: values[one.industry]}) for customer_id, one in zip(ids, found, strict=True)]
        statement = text("UPDATE customer SET custom = CAST(:held AS jsonb) WHERE customer_id = :id").bindparams(bindparam("held"))
        connection.execute(statement, [{"held": json.dumps(value), "id": customer_id} for customer_id, value in held])
        custom_value.save_values(connection, held, {one.field: one for one in custom_field.get_fields(connection)})
    return World(dict(zip(ids, found, strict=True)), key, values, service.as_member(admin_id))


def condition(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def searches(world: World) -> list[tuple[dict[str, Any], Callable[[Company], bool]]]:
    """Trees, and the same in Python; the industries are the five most frequent ones."""
    count: dict[str, int] = {}
    for one in world.companies.values():
        count[one.industry] = count.get(one.industry, 0) + 1
    a, b, c, d, e = sorted(count, key=lambda industry: -count[industry])[:5]

    def trade(op: str, *industries: str) -> dict[str, Any]:
        return condition(world.key, op, [world.values[one] for one in industries])

    def province(*names: str) -> dict[str, Any]:
        return condition("province", "any_of", list(names))

    return [
        ({"and": [trade("any_of", a, b), province("浙江", "江苏"), condition("created_at", "ge", "2010-01-01")]},
         lambda x: x.industry in (a, b) and x.province in ("浙江", "江苏") and x.listed_on >= date(2010, 1, 1)),
        ({"or": [{"and": [trade("any_of", a), {"not": province("广东")}]},
                 {"and": [trade("any_of", c), condition("created_at", "lt", "2005-01-01")]}]},
         lambda x: (x.industry == a and x.province != "广东") or (x.industry == c and x.listed_on < date(2005, 1, 1))),
        ({"and": [trade("none_of", a, b, c), {"or": [condition("name", "contains", "科技"), condition("name", "starts_with", "中")]}]},
         lambda x: x.industry not in (a, b, c) and ("科技" in x.name or x.name.startswith("中"))),
        ({"and": [{"not": {"or": [trade("any_of", d), province("北京", "上海"),
                                  condition("created_at", "between", ["2015-01-01", "2019-12-31"])]}},
                  condition("province", "is_not", "浙江")]},
         lambda x: not (x.industry == d or x.province in ("北京", "上海") or date(2015, 1, 1) <= x.listed_on <= date(2019, 12, 31))
         and x.province != "浙江"),
        ({"or": [{"and": [trade("any_of", d, e),
                          {"or": [province("北京"), {"and": [province("上海"), condition("created_at", "ge", "2000-01-01")]}]}]},
                 {"and": [condition("name", "not_contains", "股"), trade("any_of", b), {"not": {"not": province("江苏")}}]}]},
         lambda x: (x.industry in (d, e) and (x.province == "北京" or (x.province == "上海" and x.listed_on >= date(2000, 1, 1))))
         or ("股" not in x.name and x.industry == b and x.province == "江苏")),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(5))
def test_a_nested_search_is_the_set_that_python_finds(listed: World, number: int) -> None:
    tree, fits = searches(listed)[number]
    wanted = {str(customer_id) for customer_id, one in listed.companies.items() if fits(one)}
    asked: dict[str, Any] = {"filter": json.dumps(tree), "limit": 200, "sort": "name"}
    page = listed.caller.get("/api/customers?" + urlencode(asked)).expect(200)
    assert page["count"] == {"value": len(wanted), "exact": True}
    found = [item["customer_id"] for item in page["items"]]
    while page["next"] is not None:
        page = listed.caller.get("/api/customers?" + urlencode({**asked, "after": page["next"]})).expect(200)
        found += [item["customer_id"] for item in page["items"]]
    assert len(found) == len(set(found))
    assert set(found) == wanted
    assert 0 < len(wanted) < len(listed.companies)
