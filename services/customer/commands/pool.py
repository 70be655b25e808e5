"""Making, changing and archiving pools; admins only. What goes into them and out of them is ``ownership.py`` and ``claim.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.events.envelope import Change, NewEvent
from services.common.ids import new_id
from services.common.problem import invalid, not_found
from services.customer.rules import pool as rules
from services.customer.rules.viewer import Viewer, require_admin
from services.customer.store import audit, custom_field, department, event, held_filter, idempotency, member, pool, recycling_state, search

# What a body holds beside the pool's own columns.
PEOPLE = ("member_ids", "department_ids", "admin_ids", "default_of_department_ids")


def create_pool(engine: Engine, call: Call, values: Mapping[str, Any]) -> UUID:
    """Add a pool; answers its id."""
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return UUID(stored.value())
        require_admin(member.get_viewer(connection, call.member_id))
        pool.lock_pools(connection)
        rules.refuse_count(pool.count_pools(connection))
        pool_id = new_id()
        columns = _checked(connection, values, pool_id)
        pool.insert_pool(connection, {"hidden_fields": [], "open_to_all": False, **columns, "pool_id": pool_id})
        _save_people(connection, pool_id, values)
        audit.append(connection, call, "pool.created", {"pool_id": pool_id, **values})
        idempotency.remember(connection, call, 201, str(pool_id))
        return pool_id


def edit_pool(engine: Engine, call: Call, pool_id: UUID, changes: Mapping[str, Any]) -> None:
    """Change what is named; members, departments and admins are replaced as a whole."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        pool.lock_pools(connection)
        found = pool.get_pool(connection, pool_id, lock=True)
        if found is None or found.archived_at is not None:
            raise not_found("pool")
        columns = _checked(connection, changes, pool_id)
        if columns:
            pool.save_pool(connection, pool_id, columns)
        _save_people(connection, pool_id, changes)
        if columns.get("open_to_all", found.open_to_all) != found.open_to_all:
            pool.save_open(connection, pool_id, open_to_all=columns["open_to_all"])
        if changes:
            audit.append(connection, call, "pool.edited", {"pool_id": pool_id, "changes": dict(changes)})


def _checked(connection: Connection, values: Mapping[str, Any], pool_id: UUID) -> dict[str, Any]:
    columns = {name: value for name, value in values.items() if name not in PEOPLE}
    if "name" in columns and pool.name_exists(connection, columns["name"], besides=pool_id):
        raise rules.name_taken()
    if "hidden_fields" in columns:
        columns["hidden_fields"] = rules.check_hidden(
            columns["hidden_fields"], {field.field for field in custom_field.get_fields(connection)}
        )
    if columns.get("held_filter") is not None:
        columns["held_filter"] = held_filter.check(connection, columns["held_filter"])
    return columns


def _save_people(connection: Connection, pool_id: UUID, values: Mapping[str, Any]) -> None:
    for name in ("member_ids", "admin_ids"):
        _check_known(values.get(name) or (), set(member.get_names(connection, values.get(name) or ())), f"/{name}", "member_unknown")
    for name in ("department_ids", "default_of_department_ids"):
        ids = values.get(name) or ()
        _check_known(ids, department.lock_known(connection, ids), f"/{name}", "department_unknown")
    if values.get("member_ids") is not None:
        pool.save_belonging(connection, pool_id, "member_id", list(dict.fromkeys(values["member_ids"])))
    if values.get("department_ids") is not None:
        pool.save_belonging(connection, pool_id, "department_id", list(dict.fromkeys(values["department_ids"])))
    if values.get("admin_ids") is not None:
        pool.save_admins(connection, pool_id, list(dict.fromkeys(values["admin_ids"])))
    if values.get("default_of_department_ids") is not None:
        pool.save_default_of(connection, pool_id, values["default_of_department_ids"])


def _check_known(ids: Sequence[UUID], known: set[UUID], pointer: str, code: str) -> None:
    for index, found in enumerate(ids):
        if found not in known:
            raise invalid(f"{pointer}/{index}", code, "There is no such member or department.")


def archive_pool(engine: Engine, call: Call, pool_id: UUID, *, target_id: UUID | None) -> None:
    """Take a pool out of use; its customers move to another pool first, some at a time, each move an event of its own."""
    batch_id = new_id()
    while not _archive(engine, call, pool_id, target_id, batch_id):
        pass


def _archive(engine: Engine, call: Call, pool_id: UUID, target_id: UUID | None, batch_id: UUID) -> bool:
    """One step: move some customers, or none are left and the pool is archived."""
    with transaction(engine) as connection:
        viewer = member.get_viewer(connection, call.member_id)
        require_admin(viewer)
        pool.lock_pools(connection)
        target = None if target_id is None else pool.lock_targets(connection, target_id).get(target_id)
        found = pool.get_pool(connection, pool_id, lock=True)
        if found is None:
            raise not_found("pool")
        if found.archived_at is not None:
            return True
        if target_id is not None and (target is None or target_id == pool_id):
            raise rules.unknown_pool("/target_pool_id")
        customers = pool.has_customers(connection, pool_id)
        rules.check_archive(is_default=found.is_default, customers=customers, has_target=target is not None)
        if target_id is not None and target is not None and customers:
            _move(connection, call, viewer, batch_id, (pool_id, found.name), (target_id, target))
            return False
        pool.save_default_of(connection, pool_id, [])
        pool.save_archived(connection, pool_id)
        recycling_state.touch(connection)  # its rules move nobody any more
        audit.append(connection, call, "pool.archived", {"pool_id": pool_id, "name": found.name, "target_pool_id": target_id})
        return True


def _move(connection: Connection, call: Call, viewer: Viewer, batch_id: UUID, source: tuple[UUID, str], target: tuple[UUID, str]) -> None:
    rows = pool.move_some(connection, source[0], target[0], limit=rules.MOVED_AT_ONCE)
    search.save_state(connection, [row.customer_id for row in rows])
    change = Change("pool", str(source[0]), str(target[0]), source[1], target[1])
    event.append(
        connection,
        [
            NewEvent(
                "customer.moved_to_pool", row.customer_id, row.version, viewer.member_id, viewer.name, call.request_id,
                changes=[change], batch_id=batch_id,
            )
            for row in rows
        ],
    )  # fmt: skip


def restore_pool(engine: Engine, call: Call, pool_id: UUID) -> None:
    """Take an archived pool into use again."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        pool.lock_pools(connection)
        found = pool.get_pool(connection, pool_id, lock=True)
        if found is None:
            raise not_found("pool")
        if found.archived_at is None:
            return
        rules.refuse_count(pool.count_pools(connection))
        if pool.name_exists(connection, found.name, besides=pool_id):
            raise rules.name_taken()
        pool.save_pool(connection, pool_id, {"archived_at": None})
        recycling_state.touch(connection)
        audit.append(connection, call, "pool.restored", {"pool_id": pool_id, "name": found.name})
