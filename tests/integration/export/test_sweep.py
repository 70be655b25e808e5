"""The sweep finds what hints missed, ends what died too often, and removes what has expired."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from services.common.database import transaction
from services.common.ids import new_id
from services.export.commands import sweep
from services.export.commands.build_export import Workshop, build_export
from services.export.store.queue import Queue

Shops = Callable[..., Workshop]


def change(engine: Engine, export_id: UUID, assignments: str) -> None:
    with transaction(engine) as connection:
        connection.execute(text(f"UPDATE export SET {assignments} WHERE export_id = :id"), {"id": export_id})  # noqa: S608


def running(engine: Engine, export_id: UUID, attempt: int, lease: str) -> None:
    values = f"state = 'running', attempt = {attempt}, lease_token = '{new_id()}', lease_until = now() + interval '{lease}'"
    change(engine, export_id, values)


def forget_all(engine: Engine) -> None:
    with transaction(engine) as connection:
        connection.execute(text("DELETE FROM export"))


def test_lost_hints_are_sent_again_and_only_then(member: Any, engine: Engine, own_redis: Any) -> None:
    forget_all(engine)
    queue = Queue(own_redis.url)
    waiting, resting, dead, alive = (member.export() for _ in range(4))
    change(engine, resting, "not_before = now() + interval '1 hour'")
    running(engine, dead, 1, "-1 s")
    running(engine, alive, 1, "30 s")
    assert sweep.offer_waiting(engine, queue) == [waiting, dead]
    assert queue.length() == 2
    assert sweep.offer_waiting(engine, queue) == [], "messages wait already"
    own_redis.kill()
    assert sweep.offer_waiting(engine, queue) == [], "no Redis, no hint, no error"
    own_redis.start()


def test_a_flushed_queue_takes_messages_again(member: Any, engine: Engine, own_redis: Any) -> None:
    import redis

    forget_all(engine)
    queue = Queue(own_redis.url)
    export_id = member.export()
    assert sweep.offer_waiting(engine, queue) == [export_id]
    with redis.Redis.from_url(own_redis.url) as client:
        client.flushall()
    assert sweep.offer_waiting(engine, queue) == [export_id]
    assert queue.length() == 1


def test_an_export_that_died_five_times_ends_with_a_reason(member: Any, make_shop: Shops, engine: Engine) -> None:
    forget_all(engine)
    dead, another_chance, alive = (member.export() for _ in range(3))
    running(engine, dead, 5, "-1 s")
    running(engine, another_chance, 4, "-1 s")
    running(engine, alive, 5, "30 s")
    assert sweep.end_given_up(engine, make_shop().live) == [dead]
    failed = member.get(dead)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "gave_up")
    assert member.get(another_chance)["state"] == "running"
    assert build_export(make_shop(), another_chance)
    assert member.get(another_chance)["state"] == "done"


def test_expired_files_are_removed(member: Any, make_shop: Shops, engine: Engine) -> None:
    forget_all(engine)
    shop = make_shop()
    old, young = member.export(), member.export()
    for export_id in (old, young):
        build_export(shop, export_id)
    change(engine, old, "expires_at = now() - interval '1 s'")
    assert sweep.expire_files(engine, shop.files) == 1
    assert len(list(shop.files.folder.iterdir())) == 1
    assert [member.get(export_id)["state"] for export_id in (old, young)] == ["expired", "done"]


def test_files_of_killed_workers_are_removed_and_others_are_not(member: Any, make_shop: Shops, engine: Engine) -> None:
    forget_all(engine)
    shop = make_shop()
    done = member.export()
    build_export(shop, done)
    unfinished = shop.files.folder / f"{new_id()}.part"
    unknown = shop.files.folder / f"{new_id()}.xlsx"
    foreign = shop.files.folder / "notes.xlsx"
    for path in (unfinished, unknown, foreign):
        path.write_bytes(b"x")
    assert sweep.remove_forgotten(engine, shop.files) == 0, "all are young"
    for path in shop.files.folder.iterdir():
        os.utime(path, (0, 0))
    assert sweep.remove_forgotten(engine, shop.files) == 2
    left = {path.name for path in shop.files.folder.iterdir()}
    assert foreign.name in left
    assert len(left) == 2
    assert member.ask("GET", f"/api/exports/{done}/file").status_code == 200


def test_history_is_kept_for_its_days(member: Any, engine: Engine) -> None:
    forget_all(engine)
    old, young, waiting = member.export(), member.export(), member.export()
    for export_id in (old, young):
        member.ask("DELETE", f"/api/exports/{export_id}")
    for export_id in (old, waiting):
        change(engine, export_id, "created_at = now() - interval '91 days'")
    assert sweep.delete_history(engine) == 1
    assert {item["export_id"] for item in member.ask("GET", "/api/exports").json["items"]} == {str(young), str(waiting)}


def test_every_step_runs_on_its_own_connections(export_settings: Any, tmp_path: Path) -> None:
    steps = sweep.make_steps(database_url=export_settings.database(), redis_url=export_settings.redis_url, files_dir=tmp_path)
    for step in steps:
        step()
