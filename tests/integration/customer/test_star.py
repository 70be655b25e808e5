"""Stars: private marks, one's own business alone."""

from __future__ import annotations

import uuid

from tests.support.customer import Caller, CustomerService, create, url
from tests.support.customer_rows import count_rows


def test_a_star_is_seen_by_who_set_it_alone(member: Caller, other: Caller) -> None:
    made = create(member)
    for _ in range(2):
        assert member.put(url(made, "/star")).status == 204
    assert member.get(url(made)).expect(200)["starred"] is True
    assert other.get(url(made)).expect(200)["starred"] is False
    for _ in range(2):
        assert member.delete(url(made, "/star")).status == 204
    assert member.get(url(made)).expect(200) == made


def test_what_is_not_there_cannot_be_marked(member: Caller, other: Caller, service: CustomerService) -> None:
    hidden = create(member, visibility="private")
    before = count_rows(service.engine, "star")
    for where in (hidden, {"customer_id": str(uuid.uuid4())}):
        assert (other.put(url(where, "/star")).status, other.delete(url(where, "/star")).status) == (404, 404)
    assert count_rows(service.engine, "star") == before


def test_many_are_marked_and_unmarked_at_once(member: Caller, other: Caller) -> None:
    seen, hidden = [create(other) for _ in range(3)], create(other, visibility="private")
    ids = [made["customer_id"] for made in (*seen, hidden)]
    for verb, starred in (("star", True), ("unstar", False)):
        batch = member.post(f"/api/customers/{verb}", {"customer_ids": ids}).expect(200)
        assert [result["done"] for result in batch["results"]] == [True, True, True, False]
        assert [member.get(url(made)).expect(200)["starred"] for made in seen] == [starred] * 3
