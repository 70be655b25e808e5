"""Counts are exact to 10,000 and then say so; what is too many for one page is walked all the same."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from services.common.database import transaction
from services.customer.rules.customer_list import COUNT_MAX
from services.customer.store import customer, search
from tests.support.customer import Caller, CustomerService, People, counted
from tests.support.customer_rows import put_customers

OWN = {"customer_id": "md5('copy' || n)::uuid", "customer_no": "'X' || n", "name_sort": "name_sort || n"}


@pytest.fixture(scope="module")
def crowd(service: CustomerService, people: People) -> Caller:
    """A member in a world of one customer fewer than the bound."""
    (customer_id,) = put_customers(service.engine, [{"name": "重庆啤酒", "status": "won", "visibility": "public"}])
    multiply(service, customer_id, COUNT_MAX - 2)
    return service.as_member(people.member())


def multiply(service: CustomerService, customer_id: UUID, count: int) -> None:
    """Copies of one customer and its search row, under ids, numbers and places of their own."""
    with transaction(service.engine) as connection:
        for table in (customer.customer, search.customer_search):
            names = [column.name for column in table.c if column.computed is None]
            columns, values = (", ".join(found) for found in ([f'"{n}"' for n in names], [OWN.get(n, f'"{n}"') for n in names]))
            copies = f"FROM {table.name}, generate_series(1, {count}) AS n WHERE customer_id = :customer_id"
            statement = f"INSERT INTO {table.name} ({columns}) SELECT {values} {copies}"
            connection.execute(text(statement), {"customer_id": customer_id})


def test_counts_are_exact_up_to_ten_thousand(crowd: Caller, service: CustomerService) -> None:
    questions = ("", "&q=庆啤", "&q=cqpj", "&status=won", "&q=chongqing&status=won", "&sort=name", "&sort=level")

    def counts() -> list[tuple[int, bool]]:
        found = [crowd.get(f"/api/customers?view=all&limit=1{asked}").expect(200)["count"] for asked in questions]
        return [(count["value"], count["exact"]) for count in found]

    assert counts() == [(COUNT_MAX - 1, True)] * len(questions)
    crowd.post("/api/customers", {"name": "重庆啤酒", "status": "won"}).expect(201)
    assert counts() == [(COUNT_MAX, True)] * len(questions)
    crowd.post("/api/customers", {"name": "重庆啤酒", "status": "won"}).expect(201)
    assert counts() == [(COUNT_MAX, False)] * len(questions)
    assert crowd.get("/api/customers/counts").expect(200)["views"]["all"] == {"value": 1_000, "exact": False}
    with counted(service.engine) as statements:
        crowd.get("/api/customers?view=all&q=庆啤&sort=name").expect(200)
    assert len(statements) <= 3, statements


@pytest.mark.parametrize("asked", ["sort=name", "sort=created_at:asc&q=庆啤", "sort=level&status=won", "sort=last_follow_up_at&q=cqpj"])
def test_a_long_list_is_walked_to_its_end(crowd: Caller, asked: str) -> None:
    seen: set[str] = set()
    total, after = 0, ""
    for _ in range(COUNT_MAX // 200 + 2):
        page = crowd.get(f"/api/customers?view=all&limit=200&{asked}{after}").expect(200)
        seen.update(item["customer_id"] for item in page["items"])
        total += len(page["items"])
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert total == len(seen)
    assert total >= COUNT_MAX - 1
