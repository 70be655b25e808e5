"""Adding, renaming, ordering and retiring custom fields; admins only. Nothing is deleted: customers keep what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import invalid, not_found
from services.customer.rules import custom_field as rules
from services.customer.rules import option as option_rules
from services.customer.rules.viewer import require_admin
from services.customer.store import audit, custom_field, idempotency, member, option


def create_field(
    engine: Engine, call: Call, *, type_: rules.CustomType, label_zh: str, label_en: str, options: Sequence[option_rules.Change]
) -> dict[str, Any]:
    """Add a field at the end, a choice with its options; from now on every form, list and table may hold it."""
    if options and type_ not in rules.WITH_OPTIONS:
        raise invalid("/options", "options_unexpected", "Only a choice has options.")
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return dict(stored.value())
        viewer = member.get_viewer(connection, call.member_id)
        require_admin(viewer)
        rows = _locked(connection)
        rules.check_new(rows, label_zh, label_en)
        values = {"type": type_, "label_zh": label_zh, "label_en": label_en, "position": len(rows) + 1, "created_by": viewer.member_id}
        answer = custom_field.insert_field(connection, values)
        _add_options(connection, answer["key"], options)
        audit.append(connection, call, "custom_field.created", {"key": answer["key"], "type": type_, "label_zh": label_zh})
        idempotency.remember(connection, call, 201, answer)
        return answer


def _add_options(connection: Connection, key: str, options: Sequence[option_rules.Change]) -> None:
    codes = [f"option_{new_id().hex[-12:]}" for _ in options]
    option.save_options(connection, key, option_rules.revise(key, (), options, codes))


def _locked(connection: Connection) -> list[dict[str, Any]]:
    custom_field.lock_fields(connection)
    return custom_field.get_rows(connection)


def edit_field(engine: Engine, call: Call, key: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Rename a field, retire it (it is shown and asked for nowhere any more), or take it into use again."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        rows = _locked(connection)
        found = next((row for row in rows if row["key"] == key), None)
        if found is None:
            raise not_found("custom_field")
        wanted = found | dict(changes)
        if wanted["active"] and not found["active"]:
            rules.check_new(rows, wanted["label_zh"], wanted["label_en"])
        elif wanted["active"]:
            rules.check_labels(rows, key, wanted["label_zh"], wanted["label_en"])
        if wanted != found:
            custom_field.save_field(connection, key, dict(changes))
            audit.append(connection, call, "custom_field.edited", {"key": key, "changes": dict(changes)})
        return wanted


def order_fields(engine: Engine, call: Call, keys: Sequence[str]) -> dict[str, Any]:
    """Put the fields into an order; those that are not named keep theirs, behind."""
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        rows = _locked(connection)
        order = rules.check_order(rows, keys)
        if order != [row["key"] for row in rows]:
            custom_field.save_order(connection, order)
            audit.append(connection, call, "custom_field.ordered", {"keys": order})
        return {"items": custom_field.get_rows(connection)}
