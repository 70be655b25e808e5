"""Pools are locked before customers, whoever does what: nobody waits in a circle, and nothing arrives in a pool that is out of use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, text

from services.common.clock import now
from services.customer.commands import recycling
from services.customer.rules import pool as rules
from tests.support.customer import Answer, Caller, CustomerService, People, at_once, url
from tests.support.customer_rows import put_pool
from tests.support.pooling import pooled
from tests.support.recycling import ZONE, World, run
from tests.support.wait import wait_until

pytestmark = pytest.mark.usefixtures("checked_events")

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@contextmanager
def meanwhile(engine: Engine, marker: str, act: Callable[[], Any]) -> Iterator[list[Any]]:
    """Before the first statement with ``marker`` runs, ``act`` begins on a thread, and goes as far as it can: to its end or to a lock."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(act()))

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if marker not in statement or thread.ident is not None:
            return
        thread.start()
        wait_until(lambda: answers or run(engine, _WAITING).scalar_one(), what="the other one to end or to wait")

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield answers
        thread.join(20)
        assert answers, "the other one never came"
    finally:
        event.remove(engine, "before_cursor_execute", before)


def places(engine: Engine, customer_ids: list[Any]) -> set[UUID]:
    statement = text("SELECT pool_id FROM customer WHERE customer_id = ANY(:ids)")
    with engine.connect() as connection:
        return set(connection.execute(statement, {"ids": [UUID(str(one)) for one in customer_ids]}).scalars())


def archive(admin: Caller, pool_id: UUID, target_id: UUID) -> Answer:
    return admin.post(f"/api/pools/{pool_id}/archive", {"target_pool_id": str(target_id)})


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_a_rule_moves_nothing_into_a_pool_that_is_just_archived(
    service: CustomerService, people: People, world: World, visibility: str
) -> None:
    pool_id, target_id = (put_pool(service.engine, open_to_all=True) for _ in range(2))
    world.pool_id, home = str(pool_id), world.pool_id
    (customer_id,) = world.customers(people.member(), [31])
    run(world.engine, "UPDATE customer SET visibility = :v WHERE customer_id = :id", v=visibility, id=customer_id)
    world.rule(days=30, warn_days=[])
    world.refresh()
    with meanwhile(service.engine, "UPDATE customer SET state = 'pool'", lambda: archive(world.admin, pool_id, target_id)) as answers:
        assert recycling.recycle_customer(service.engine, customer_id, now(), ZONE)
    answers[0].expect(200)
    assert places(service.engine, [customer_id]) == {target_id}
    run(world.engine, "DELETE FROM pool_rule WHERE pool_id = :id", id=pool_id)
    world.pool_id = home


def test_an_undo_and_an_archive_do_not_wait_for_each_other(service: CustomerService, admin: Caller, member: Caller) -> None:
    pool_id, target_id = (put_pool(service.engine, open_to_all=True) for _ in range(2))
    ids = pooled(service, pool_id, 2, visibility="private")
    batch = member.post("/api/customers/claim", {"customer_ids": ids}).expect(200)
    member.post(f"/api/customers/{ids[1]}/return_to_pool", {"reason": "other", "pool_id": str(pool_id)}).expect(200)
    with meanwhile(service.engine, "jsonb_populate_record", lambda: archive(admin, pool_id, target_id)) as answers:
        undone = member.post(f"/api/undo/{batch['batch_id']}").expect(200)
    answers[0].expect(200)
    assert [result.get("code") for result in sorted(undone["results"], key=lambda one: ids.index(one["customer_id"]))] == [
        None,
        "changed_since",
    ]
    assert places(service.engine, ids) == {target_id}


def test_who_sees_a_customer_of_a_pool_and_the_pool_change_one_after_the_other(
    service: CustomerService, admin: Caller, member: Caller
) -> None:
    pool_id, target_id = put_pool(service.engine, open_to_all=True), put_pool(service.engine)
    ids = pooled(service, pool_id, 2, visibility="public")
    works = (
        lambda: admin.patch(f"/api/pools/{pool_id}", {"open_to_all": False}),
        lambda: archive(admin, pool_id, target_id),
    )
    for customer_id, work in zip(ids, works, strict=True):
        with meanwhile(service.engine, "UPDATE customer SET visibility", work) as answers:
            admin.patch(url({"customer_id": customer_id}), {"visibility": "private"}, {"If-Match": '"1"'}).expect(200)
        answers[0].expect(200)
    assert places(service.engine, ids) == {target_id}
    assert [member.get(f"/api/customers/{found}").status for found in ids] == [404, 404]


def test_sweeps_and_an_archive_at_once_leave_nothing_behind(
    service: CustomerService, people: People, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOVED_AT_ONCE", 3)
    pool_id, target_id = (put_pool(service.engine, open_to_all=True) for _ in range(2))
    world.pool_id, home = str(pool_id), world.pool_id
    ids = world.customers(people.member(), [31] * 30)
    run(world.engine, "UPDATE customer SET visibility = 'private' WHERE customer_id = ANY(:ids)", ids=ids[::2])
    world.rule(days=30, warn_days=[])
    world.refresh()

    works: list[Callable[[], Any]] = [
        lambda: [recycling.recycle_customer(service.engine, found, now(), ZONE) for found in ids],
        lambda: [recycling.recycle_customer(service.engine, found, now(), ZONE) for found in reversed(ids)],
        lambda: archive(world.admin, pool_id, target_id),
    ]
    first, second, archived = cast("list[Any]", at_once(works))
    archived.expect(200)
    states = world.states(ids)
    pool_ids = places(service.engine, [found for found, state in states.items() if state == "pool"])
    assert pool_ids <= {target_id}
    told = [len(world.told(found, "customer.recycled")) for found in ids]
    assert sum([*first, *second]) == sum(told) == sum(state == "pool" for state in states.values())
    run(world.engine, "DELETE FROM pool_rule WHERE pool_id = :id", id=pool_id)
    world.pool_id = home
