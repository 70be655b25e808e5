"""Custom fields of the customers that are loaded for measuring: how much, when, which products, what business."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import psycopg

from services.customer.rules import custom_value

PRODUCTS = ("cloud", "software", "hardware", "service", "training")
BUSINESSES = ("精密机械加工", "食品饮料批发", "建筑工程总包", "医疗器械代理", "软件外包", "物流仓储", "新能源材料", "跨境电商")
# key → (type, Chinese label)
FIELDS = {
    "cf_1": ("number", "预计成交金额"),
    "cf_2": ("date", "预计成交日期"),
    "cf_3": ("choices", "意向产品"),
    "cf_4": ("text", "主营业务"),
    "cf_5": ("boolean", "是否上市"),
}


def define(connection: psycopg.Connection) -> None:
    """The fields and the options of the products, where they are not there yet."""
    for position, (key, (type_, label)) in enumerate(FIELDS.items()):
        connection.execute(
            "INSERT INTO custom_field (key, type, label_zh, label_en, position) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (key, type_, label, label, position),
        )
    for position, value in enumerate(PRODUCTS):
        connection.execute(
            "INSERT INTO option (list, value, label_zh, label_en, position) VALUES ('cf_3', %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (value, value, value, position),
        )
    connection.execute("SELECT setval('custom_field_key', %s)", (len(FIELDS) + 1,))


def values(rng: random.Random) -> dict[str, Any]:
    """What one customer holds; every field is empty for some."""
    found: dict[str, Any] = {}
    if rng.random() < 0.6:
        found["cf_1"] = round(rng.lognormvariate(11, 1.2), 2)
    if rng.random() < 0.5:
        found["cf_2"] = f"{rng.choice((2025, 2026, 2027))}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    if rng.random() < 0.7:
        chosen = set(rng.choices(PRODUCTS, (40, 30, 15, 10, 5), k=rng.randint(1, 3)))
        found["cf_3"] = [value for value in PRODUCTS if value in chosen]
    if rng.random() < 0.4:
        found["cf_4"] = rng.choice(BUSINESSES)
    if rng.random() < 0.3:
        found["cf_5"] = rng.random() < 0.1
    return found


def lines(held: dict[str, Any]) -> Iterator[tuple[str, int, Decimal | None, str | None]]:
    """(key, item, number, text) of every line, by the product's own rule."""
    for key, value in held.items():
        type_ = FIELDS[key][0]
        for item, (number, text) in enumerate(_sorted(value) if type_ == "text" else custom_value.lines(type_, value)):
            yield key, item, number, text


@lru_cache(maxsize=64)
def _sorted(text: str) -> list[tuple[Decimal | None, str | None]]:
    return custom_value.lines("text", text)
