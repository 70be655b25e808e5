"""Making the first admin: from set variables, or by a one-time code. Does nothing once there is an admin."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import transaction
from services.common.ids import new_id
from services.common.problem import Kind, Problem
from services.customer.rules import member as member_rules
from services.customer.rules import password as passwords
from services.customer.rules.session import hash_token, new_token
from services.customer.store import audit, member, setup


def create_configured_admin(engine: Engine, *, account: str, password: str) -> bool:
    """Make the first admin with the account and password of the environment; False where there is an admin already."""
    clean = member_rules.check_account(account)
    passwords.check_new_password(password, clean)
    password_hash = passwords.hash_password(password)
    with transaction(engine) as connection:
        member.lock_admins(connection)
        if member.has_active_admin(connection):
            return False
        _insert_admin(connection, account=clean, name=clean, password_hash=password_hash, request_id="setup")
    return True


def make_setup_code(engine: Engine) -> str | None:
    """A fresh one-time code, good for a day; the one before it is void. None where there is an admin already."""
    with transaction(engine) as connection:
        member.lock_admins(connection)
        if member.has_active_admin(connection):
            return None
        code = new_token()
        setup.replace_code(connection, hash_token(code))
        return code


def create_first_admin(engine: Engine, call: Call, *, code: str, account: str, name: str, password: str) -> dict[str, Any]:
    """Make the first admin with the one-time code."""
    clean = member_rules.check_account(account)
    passwords.check_new_password(password, clean)
    with transaction(engine) as connection:
        member.lock_admins(connection)
        if member.has_active_admin(connection):
            raise Problem(Kind.CONFLICT, "already_set_up", "There is an admin already. Sign in, or ask the admin for an account.")
        if not setup.use_code(connection, hash_token(code)):
            message = "This link is not good, or no longer. Start the product again to get a new one."
            raise Problem(Kind.FORBIDDEN, "setup_code_wrong", message, rule="setup_code")
        password_hash = passwords.hash_password(password)
        member_id = _insert_admin(connection, account=clean, name=name, password_hash=password_hash, request_id=call.request_id)
        return member.get_shown(connection, member_id)


def _insert_admin(connection: Connection, *, account: str, name: str, password_hash: str, request_id: str) -> UUID:
    member_id = new_id()
    values = {
        "member_id": member_id,
        "account": account,
        "account_key": member_rules.account_key(account),
        "role": "admin",
        "rights": member_rules.rights_for("admin", None),
        "password_hash": password_hash,
        **member_rules.name_columns(account, name),
    }
    if not member.insert_member(connection, values):
        raise member_rules.account_taken()
    audit.append_for(
        connection, member_id, request_id, "member.created", {"member_id": member_id, "account": account, "role": "admin", "first": True}
    )
    return member_id
