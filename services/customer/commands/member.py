"""Creating and changing members; admins only. Passwords are in ``password.py``, the first admin in ``setup.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import reading, transaction
from services.common.ids import new_id
from services.common.problem import invalid, not_found
from services.customer.rules import member as rules
from services.customer.rules import password as passwords
from services.customer.rules.viewer import Right, Role, require_admin
from services.customer.store import audit, department, idempotency, member, session, token


def create_member(
    engine: Engine,
    call: Call,
    *,
    account: str,
    name: str,
    password: str,
    role: Role = "member",
    rights: Sequence[Right] | None = None,
    department_id: UUID | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> dict[str, Any]:
    """Add a member who can sign in at once."""
    with reading(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))  # before the costly hash
    clean = rules.check_account(account)
    passwords.check_new_password(password, clean)
    password_hash = passwords.hash_password(password)
    member_id = new_id()
    values = {
        "member_id": member_id,
        "account": clean,
        "account_key": rules.account_key(clean),
        "password_hash": password_hash,
        "role": role,
        "rights": rules.rights_for(role, rights),
        "department_id": department_id,
        "email": email,
        "phone": phone,
        **rules.name_columns(clean, name),
    }
    with transaction(engine) as connection:
        stored = idempotency.take(connection, call)
        if stored is not None:
            return stored.value()  # type: ignore[no-any-return]
        require_admin(member.get_viewer(connection, call.member_id))
        _check_department(connection, department_id)
        if not member.insert_member(connection, values):
            raise rules.account_taken()
        audit.append(
            connection, call, "member.created", {"member_id": member_id, "account": clean, "role": role, "rights": values["rights"]}
        )
        answer = member.get_shown(connection, member_id)
        idempotency.remember(connection, call, 201, answer)
        return answer


def edit_member(engine: Engine, call: Call, member_id: UUID, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change what ``changes`` names: name, email, phone, role, rights, department_id, active.

    A new role brings its usual rights unless rights are given too. Disabling ends all sessions and revokes all tokens at once.
    """
    with transaction(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        member.lock_admins(connection)
        who = member.get_member(connection, member_id, lock=True)
        if who is None:
            raise not_found("member")
        if rules.loses_admin(who.role, changes, active=who.active) and not member.has_active_admin(connection, besides=member_id):
            raise rules.refuse_last_admin()
        if changes.get("department_id") is not None:
            _check_department(connection, changes["department_id"])
        before = member.get_shown(connection, member_id)
        values = rules.columns_after(who.account, who.role, changes)
        if values:
            member.save_member(connection, member_id, values)
        if values.get("active") is False:
            session.delete_sessions_of(connection, member_id)
            token.delete_tokens_of(connection, member_id)
        after = member.get_shown(connection, member_id)
        _tell_audit(connection, call, member_id, before, after)
        return after


def _tell_audit(connection: Connection, call: Call, member_id: UUID, before: dict[str, Any], after: dict[str, Any]) -> None:
    changed = {name: {"before": before[name], "after": after[name]} for name in _AUDITED if before[name] != after[name]}
    if changed:
        audit.append(connection, call, "member.edited", {"member_id": member_id, "changes": changed})


_AUDITED = ("name", "email", "phone", "role", "rights", "department_id", "active")


def _check_department(connection: Connection, department_id: UUID | None) -> None:
    if department_id is not None and department.get_department(connection, department_id, share=True) is None:
        raise invalid("/department_id", "department_unknown", "There is no such department.")
