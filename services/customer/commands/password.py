"""Changing one's own password, and setting another member's."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common.call import Call
from services.common.database import reading, transaction
from services.common.problem import invalid, not_found
from services.customer.rules import password as rules
from services.customer.rules import session as session_rules
from services.customer.rules.member import account_key
from services.customer.rules.viewer import require_admin
from services.customer.store import audit, idempotency, member, session


def change_own_password(engine: Engine, call: Call, *, current_password: str, new_password: str) -> None:
    """Set a new password after checking the current one; every other session of the member ends.

    Wrong current passwords count as failed attempts to sign in to the account, so they cannot be guessed here either.
    """
    session_rules.require_browser_session(call.identity.scopes)
    with reading(engine) as connection:
        member.get_viewer(connection, call.member_id)
        who = member.get_member(connection, call.member_id)
        if who is None:
            raise session_rules.not_signed_in()
        key, place = account_key(who.account), f"member {who.member_id}"
        session_rules.refuse_throttled(session.throttled_for(connection, key, place))
    rules.check_new_password(new_password, who.account, "/new_password")
    right = rules.is_right(current_password, who.password_hash)
    new_hash = rules.hash_password(new_password) if right else None
    with transaction(engine) as connection:
        session.lock_attempts(connection, key, place)
        session_rules.refuse_throttled(session.throttled_for(connection, key, place))
        attempt = connection.begin_nested()
        if idempotency.take(connection, call) is not None:
            return  # done before; the current password is the new one by now
        if new_hash is not None and _replace(connection, call, who, new_hash):
            idempotency.remember(connection, call, 204, None)
            return
        attempt.rollback()  # the key stays free for another try
        session.insert_failure(connection, key, place)
    raise invalid("/current_password", "current_password_wrong", "The current password is not right.")


def _replace(connection: Connection, call: Call, who: member.MemberRow, new_hash: str) -> bool:
    now = member.get_member(connection, who.member_id, lock=True)
    if now is None or now.password_hash != who.password_hash:
        return False
    member.save_password(connection, who.member_id, new_hash)
    ended = session.delete_sessions_of(connection, who.member_id, besides=call.identity.session_id)
    audit.append(connection, call, "password.changed", {"sessions_ended": ended})
    return True


def set_member_password(engine: Engine, call: Call, member_id: UUID, *, new_password: str) -> None:
    """An admin gives a member a new password; all sessions of the member end (the admin's own goes on if it is his)."""
    with reading(engine) as connection:
        require_admin(member.get_viewer(connection, call.member_id))
        who = member.get_member(connection, member_id)
    if who is None:
        raise not_found("member")
    session_rules.require_browser_session(call.identity.scopes if member_id == call.member_id else None)
    rules.check_new_password(new_password, who.account, "/new_password")
    new_hash = rules.hash_password(new_password)
    with transaction(engine) as connection:
        if idempotency.take(connection, call) is not None:
            return
        require_admin(member.get_viewer(connection, call.member_id))
        member.save_password(connection, member_id, new_hash)
        keep = call.identity.session_id if member_id == call.member_id else None
        ended = session.delete_sessions_of(connection, member_id, besides=keep)
        audit.append(connection, call, "member.password_set", {"member_id": member_id, "sessions_ended": ended})
        idempotency.remember(connection, call, 204, None)
