"""Signing in, using a session, signing out. Passwords are in ``password.py``; the cookie belongs to the gateway."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from services.common import logs
from services.common.call import Call
from services.common.database import reading, transaction
from services.customer.rules import password as passwords
from services.customer.rules import session as rules
from services.customer.rules.member import account_key
from services.customer.store import audit, member, session, token

SWEEP_ROWS = 1000


def sign_in(engine: Engine, call: Call, *, account: str, password: str, address: str, user_agent: str) -> dict[str, Any]:
    """Begin a session for account and password.

    A wrong password, an unknown account and a disabled member get the same answer after the same work: one look-up, one hash,
    one counted failure. The outcome is counted after hashing, one at a time per account and address: guesses sent in parallel
    learn no more than ten sent in a row.
    """
    key, place = account_key(account), rules.address_key(address)
    with reading(engine) as connection:
        rules.refuse_throttled(session.throttled_for(connection, key, place))
        found = member.get_member_by_account(connection, key)
    right = passwords.is_right(password, found.password_hash if found else None)
    with transaction(engine) as connection:
        session.lock_attempts(connection, key, place)
        rules.refuse_throttled(session.throttled_for(connection, key, place))
        # Read again under lock: he may have been disabled, or his password changed, while the hash was computed.
        now = member.get_member(connection, found.member_id, lock=True) if found and right else None
        if now is not None and found is not None and now.active and now.password_hash == found.password_hash:
            return _begin(connection, call, now, password, address, user_agent)
        session.insert_failure(connection, key, place)
    logs.get().info("sign_in_failed", address=place)
    raise rules.sign_in_failed()


def _begin(connection: Connection, call: Call, who: member.MemberRow, password: str, address: str, user_agent: str) -> dict[str, Any]:
    if passwords.is_outdated(who.password_hash):
        member.save_password(connection, who.member_id, passwords.hash_password(password))
    text = rules.new_token()
    session_id, expires_at = session.insert_session(
        connection, member_id=who.member_id, token_hash=rules.hash_token(text), address=address, user_agent=user_agent
    )
    member.mark_seen(connection, who.member_id)
    audit.append_for(connection, who.member_id, call.request_id, "session.begun", {"session_id": session_id, "address": address})
    shown = member.get_shown(connection, who.member_id)
    return {"session_token": text, "session_id": session_id, "expires_at": expires_at, "member": shown}


def resolve(engine: Engine, token_hash: bytes) -> dict[str, Any]:
    """Who stands behind a cookie or an access token: one question, and at most every five minutes a note that it is in use."""
    with reading(engine) as connection:
        found = session.find_by_token(connection, token_hash)
    if found is None:
        raise rules.not_signed_in()
    if found.extension_due:
        with transaction(engine) as connection:
            if found.kind == "session":
                session.extend_session(connection, found.session_id)
            else:
                token.mark_used(connection, found.session_id)
    return {"member_id": found.member_id, "session_id": found.session_id, "scopes": found.scopes, "kind": found.kind}


def end(engine: Engine, call: Call, session_id: UUID) -> None:
    """Sign out; ending a session that has ended already is no error."""
    with transaction(engine) as connection:
        member_id = session.delete_session(connection, session_id)
        if member_id is not None:
            audit.append_for(connection, member_id, call.request_id, "session.ended", {"session_id": session_id})


def sweep(engine: Engine) -> bool:
    """Remove what has expired; True while there may be more. For the worker's loop."""
    with transaction(engine) as connection:
        return session.delete_expired(connection, SWEEP_ROWS) >= SWEEP_ROWS
