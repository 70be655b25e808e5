"""Fills a migrated customer database with many customers by COPY, for measuring: real names from a file, or made-up ones.

    python -m tests.benchmarks.bulk_load --url postgresql://owner@host/db --rows 1000000 --private 0.4 --names names.txt

Everything is drawn from ``--seed``; the same arguments give the same customers. Indexes are dropped before and made again after.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg

from services.customer.rules.member import name_columns
from services.customer.rules.permission import is_open
from services.customer.rules.pinyin import sort_key
from services.customer.rules.tag import name_columns as tag_columns
from services.customer.rules.viewer import DEFAULT_RIGHTS, Role
from services.customer.store.customer_tag import token as tag_token
from services.customer.store.search import document_of
from tests.benchmarks import custom_rows

CHUNK = 20_000
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAYS = 1_000
STATUSES = ("new", "contacted", "interested", "proposal", "negotiating", "won", "maintained", "lost", "invalid")
STATUS_WEIGHTS = (22, 20, 15, 10, 6, 10, 8, 6, 3)
SOURCES = ("referral", "website", "search", "exhibition", "cold_call", "import", "other")
INDUSTRIES = ("software", "machinery", "electronics", "food", "chemical", "construction", "trade", "logistics", "medical", "other")
PROVINCES = ("广东", "江苏", "浙江", "上海", "北京", "山东", "四川", "重庆", "湖北", "湖南", "福建", "河南", "安徽", "辽宁", "陕西", "西藏")
PROVINCE_WEIGHTS = (16, 12, 12, 9, 9, 8, 6, 5, 5, 4, 4, 4, 3, 2, 2, 1)
ENDINGS = ("科技", "贸易", "电子", "机械", "食品", "建设", "信息技术", "物流", "医疗器械", "环保", "文化传媒", "新材料", "实业", "")
FORMS = ("有限公司", "有限公司", "股份有限公司", "有限责任公司", "", "")
MADE_OF = "天地华安恒泰德信通达盛源金龙凤海江山东南西北中星光明新创世纪永兴隆昌瑞丰和美康宁博远方圆正大同重庆长沙朝阳银行乐"

COLUMNS = (
    "customer_id", "customer_no", "name", "name_sort", "status", "level", "industry", "source", "province", "phone", "mobile",
    "visibility", "state", "owner_id", "previous_owner_id", "pool_id", "pool_entered_at", "pool_reason", "last_follow_up_at",
    "last_follow_up_by", "last_follow_up_excerpt", "next_contact_at", "created_at", "created_by", "updated_at", "open", "custom",
)  # fmt: skip
# How likely a customer has each tag: some stand on many, most on few.
TAGS = {
    "重点客户": 0.1,
    "老客户介绍": 0.06,
    "展会": 0.04,
    "年框": 0.02,
    "价格敏感": 0.01,
    **{f"批次{number:02d}": 0.002 for number in range(20)},
}
VALUE_COLUMNS = ("customer_id", "key", "item", "open", "number", "text")
SEARCH_COLUMNS = ("customer_id", "open", "tokens", "name_key", "pinyin", "digits")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make."""

    url: str
    rows: int
    private: float
    pool: float
    names: Path | None
    seed: int
    members: Sequence[UUID]
    pool_id: UUID
    tags: Sequence[UUID]


def main() -> None:
    """Load, index, analyse; say how long each took."""
    parser = argparse.ArgumentParser(description="Fill a migrated customer database for measuring.")
    parser.add_argument("--url", required=True, help="PostgreSQL URL of the owner role or, faster, of a superuser")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--members", type=int, default=5_000)
    parser.add_argument("--private", type=float, default=0.4, help="share of private customers")
    parser.add_argument("--pool", type=float, default=0.05, help="share of customers in the pool")
    parser.add_argument("--names", type=Path, help="a file of company names, one a line")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    load(chosen.url, chosen.rows, chosen.members, chosen.private, chosen.pool, chosen.names, chosen.seed)


def load(url: str, rows: int, members: int, private: float, pool: float, names: Path | None, seed: int) -> None:
    """The whole of it; ``url`` is the owner's, for psycopg."""
    clock = _Clock()
    with psycopg.connect(url, autocommit=True) as connection:
        _trust(connection)
        people = _make_people(connection, members, random.Random(seed))  # noqa: S311 - test data
        custom_rows.define(connection)
        pool_id = _one(connection, "SELECT pool_id FROM pool WHERE is_default")
        indexes = _drop_indexes(connection)
        tags = _make_tags(connection, people[0], random.Random(seed))  # noqa: S311 - test data
        clock.say("members, tags, indexes dropped")
        plan = Plan(url, rows, private, pool, names, seed, people, pool_id, tags)
        with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as executor:
            for _ in executor.map(_load_chunk, itertools.repeat(plan), range(0, rows, CHUNK)):
                pass
        clock.say(f"{rows} customers")
        _load_around(connection, rows)
        connection.execute("SELECT setval('customer_number', %s)", [rows + 1])
        clock.say("owners, participants, stars")
        connection.execute("SET maintenance_work_mem = '512MB'")
        for statement in indexes:
            connection.execute(statement)
        clock.say(f"{len(indexes)} indexes")
        for table in (
            "customer",
            "customer_search",
            "custom_value",
            "custom_field",
            "ownership",
            "participant",
            "star",
            "member",
            "department",
            "tag",
            "customer_tag",
        ):
            connection.execute(f"VACUUM (ANALYZE) {table}")
        clock.say("vacuum, analyze")


class _Clock:
    def __init__(self) -> None:
        self._last = time.monotonic()

    def say(self, what: str) -> None:
        now = time.monotonic()
        print(f"{now - self._last:7.1f} s  {what}", flush=True)
        self._last = now


def _trust(connection: psycopg.Connection) -> None:
    """A superuser may leave out the checks of foreign keys, which take half of the time."""
    if _one(connection, "SELECT current_setting('is_superuser')") == "on":
        connection.execute("SET session_replication_role = replica")


def _one(connection: psycopg.Connection, statement: str) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None


def _uuid(rng: random.Random, at: datetime) -> UUID:
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (rng.getrandbits(12) << 64) | (0x2 << 62) | rng.getrandbits(62))


def _make_people(connection: psycopg.Connection, members: int, rng: random.Random) -> list[UUID]:
    """A tree of 5 × 10 departments; every 50th member is a manager, of a top department every 500th; the first one is an admin."""
    top = [_uuid(rng, NOW) for _ in range(5)]
    below = [(_uuid(rng, NOW), parent) for parent in top for _ in range(10)]
    with connection.cursor().copy("COPY department (department_id, name, parent_id, path) FROM STDIN") as copy:
        for number, department_id in enumerate(top):
            copy.write_row((department_id, f"大区{number}", None, [department_id]))
        for number, (department_id, parent) in enumerate(below):
            copy.write_row((department_id, f"部门{number}", parent, [parent, department_id]))
    ids = [_uuid(rng, NOW) for _ in range(members)]
    columns = "member_id, account, account_key, name, name_pinyin, name_sort, search, role, rights, department_id, password_hash"
    with connection.cursor().copy(f"COPY member ({columns}) FROM STDIN") as copy:
        for number, member_id in enumerate(ids):
            role: Role = "admin" if number == 0 else "manager" if number % 50 == 1 else "member"
            department_id = top[number // 500 % 5] if number % 500 == 1 else below[number % 50][0]
            account, name = f"bench{number}", rng.choice("王李张刘陈杨黄赵吴周") + rng.choice("伟芳娜敏静丽强磊军洋")
            made = name_columns(account, name)
            row = (made["name"], made["name_pinyin"], made["name_sort"], made["search"])
            copy.write_row((member_id, account, account, *row, role, list(DEFAULT_RIGHTS[role]), department_id, "-"))
    return ids


def _make_tags(connection: psycopg.Connection, member_id: UUID, rng: random.Random) -> list[UUID]:
    ids = [_uuid(rng, NOW) for _ in TAGS]
    with connection.cursor().copy("COPY tag (tag_id, name, name_key, name_sort, search, color, position, created_by) FROM STDIN") as copy:
        for position, (tag_id, name) in enumerate(zip(ids, TAGS, strict=True)):
            columns = tag_columns(name)
            copy.write_row((tag_id, *(columns[key] for key in ("name", "name_key", "name_sort", "search")), "#1677ff", position, member_id))
    return ids


def _drop_indexes(connection: psycopg.Connection) -> list[str]:
    """Drop every index that no constraint needs; answers how to make them again."""
    rows = connection.execute("""
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid IN ('customer'::regclass, 'customer_search'::regclass, 'ownership'::regclass, 'participant'::regclass,
                             'customer_tag'::regclass, 'custom_value'::regclass)
          AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
    """).fetchall()
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _, definition in rows]


def _names(plan: Plan, rng: random.Random) -> Iterator[str]:
    known = plan.names.read_text().split() if plan.names is not None else None
    while True:
        core = rng.choice(known) if known else "".join(rng.choices(MADE_OF, k=rng.randint(2, 4)))
        kind = rng.random()
        if kind < 0.3:
            yield core
        else:
            place = rng.choices(PROVINCES, PROVINCE_WEIGHTS)[0] if kind > 0.6 else ""
            yield f"{place}{core}{rng.choice(ENDINGS)}{rng.choice(FORMS)}"


def _load_chunk(plan: Plan, start: int) -> None:
    rng = random.Random(f"{plan.seed} {start}")  # noqa: S311 - test data
    names = _names(plan, rng)
    drawn = random.Random(f"{plan.seed} tags {start}")  # noqa: S311 - of its own, so that the customers stay as they were before tags
    customers = [_customer(plan, rng, number, next(names)) for number in range(start, min(start + CHUNK, plan.rows))]
    tags = [[tag_id for tag_id, share in zip(plan.tags, TAGS.values(), strict=True) if drawn.random() < share] for _ in customers]
    own = random.Random(f"custom {plan.seed} {start}")  # noqa: S311 - test data; apart, so that the customers stay what they were
    for row in customers:
        row["values"] = custom_rows.values(own)
        row["custom"] = orjson.dumps(row["values"]).decode()
    with psycopg.connect(plan.url) as connection:
        _trust(connection)
        with connection.cursor().copy(f"COPY customer ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in customers:
                copy.write_row([row.get(name) for name in COLUMNS])
        with connection.cursor().copy(f"COPY custom_value ({', '.join(VALUE_COLUMNS)}) FROM STDIN") as copy:
            for row in customers:
                for line in custom_rows.lines(row["values"]):
                    copy.write_row((row["customer_id"], line[0], line[1], row["open"], *line[2:]))
        with connection.cursor().copy(f"COPY customer_search ({', '.join(SEARCH_COLUMNS)}) FROM STDIN") as copy:
            for row, held in zip(customers, tags, strict=True):
                found = document_of(row)
                tokens = " ".join(f"'{token}'" for token in (*found.tokens, *map(tag_token, held)))
                copy.write_row((row["customer_id"], row["open"], tokens, found.name_key, found.pinyin, found.digits))
        with connection.cursor().copy("COPY customer_tag (customer_id, tag_id, open, added_by, added_at) FROM STDIN") as copy:
            for row, held in zip(customers, tags, strict=True):
                for tag_id in held:
                    copy.write_row((row["customer_id"], tag_id, row["open"], row["created_by"], row["created_at"]))


def _customer(plan: Plan, rng: random.Random, number: int, name: str) -> dict[str, Any]:
    created = NOW - timedelta(days=DAYS * (1 - number / plan.rows), seconds=rng.random() * 60)
    member_id = rng.choice(plan.members)
    followed = created + (NOW - created) * rng.random() if rng.random() < 0.7 else None
    row: dict[str, Any] = {
        "customer_id": _uuid(rng, created),
        "customer_no": f"C{number + 1:06d}",
        "name": name,
        "name_sort": sort_key(name),
        "status": "new" if followed is None and rng.random() < 0.8 else rng.choices(STATUSES, STATUS_WEIGHTS)[0],
        "level": rng.choice(("A", "B", "B", "C", "C", None)),
        "industry": rng.choice(INDUSTRIES),
        "source": rng.choice(SOURCES),
        "province": rng.choices(PROVINCES, PROVINCE_WEIGHTS)[0],
        "phone": f"0{rng.randint(21, 29)}-{rng.randint(20000000, 89999999)}" if rng.random() < 0.5 else None,
        "mobile": f"13{rng.randint(100000000, 999999999)}" if rng.random() < 0.8 else None,
        "visibility": "private" if rng.random() < plan.private else "public",
        "last_follow_up_at": followed,
        "last_follow_up_by": member_id if followed else None,
        "last_follow_up_excerpt": "电话沟通了需求，约好下周发报价方案，客户比较关心交付周期。" if followed else None,
        "next_contact_at": NOW + timedelta(days=rng.uniform(-5, 60)) if rng.random() < 0.3 else None,
        "created_at": created,
        "created_by": member_id,
        "updated_at": followed or created,
    }
    place = rng.random()
    if place < plan.pool:
        entered = created + (NOW - created) * rng.random()
        row |= {"state": "pool", "pool_id": plan.pool_id, "pool_entered_at": entered, "pool_reason": "no_interest"}
        row["previous_owner_id"] = member_id
    elif place < plan.pool + 0.03:
        row["state"] = "unassigned"
    else:
        row |= {"state": "owned", "owner_id": member_id}
    return row | {"open": is_open(row["visibility"], row["state"])}  # a trigger tells it otherwise, which a superuser's load leaves out


def _load_around(connection: psycopg.Connection, rows: int) -> None:
    connection.execute("""
        INSERT INTO ownership (customer_id, owner_id, began_at, how, began_by)
        SELECT customer_id, owner_id, created_at, 'created', owner_id FROM customer WHERE state = 'owned'
    """)
    pairs = """
        SELECT m.member_id, c.customer_id FROM generate_series(1, %s) g
        JOIN (SELECT customer_id, row_number() OVER () AS n FROM customer) c ON c.n = 1 + (g * 7919::bigint) %% %s
        JOIN (SELECT member_id, row_number() OVER () AS n, count(*) OVER () AS all_ FROM member) m
            ON m.n = 1 + (g * 104729::bigint) %% m.all_
    """
    participants = f"INSERT INTO participant (member_id, customer_id, role) SELECT q.*, 'viewer' FROM ({pairs}) q ON CONFLICT DO NOTHING"  # noqa: S608
    stars = f"INSERT INTO star (member_id, customer_id) SELECT * FROM ({pairs}) q ON CONFLICT DO NOTHING"  # noqa: S608
    connection.execute(participants, [rows // 5, rows])
    connection.execute(stars, [rows // 20, rows])


if __name__ == "__main__":
    main()
