"""Follow-ups: what may be recorded, by whom it may be changed, and what is shown of the latest one in lists."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.common.problem import Kind, Problem, invalid
from services.customer.rules import permission
from services.customer.rules.customer import is_sensible, plain
from services.customer.rules.option import Option
from services.customer.rules.permission import Facts
from services.customer.rules.viewer import Viewer

CONTENT_MAX = 10_000
RESULT_MAX = 500
EXCERPT_LENGTH = 80
CLOCK_TOLERANCE = timedelta(minutes=5)


def check_content(content: str) -> str:
    """The text, without control characters; it must not be empty."""
    clean = "".join(c for c in content.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if not clean:
        raise invalid("/content", "required", "Say what was talked about.")
    if len(clean) > CONTENT_MAX:
        raise invalid("/content", "too_long", f"A follow-up has at most {CONTENT_MAX} characters.")
    return clean


def check_followed_at(followed_at: datetime, now: datetime) -> datetime:
    """A follow-up has happened: it may be back-dated, never dated ahead."""
    if followed_at > now + CLOCK_TOLERANCE:
        raise invalid("/followed_at", "followed_at_in_future", "A follow-up lies in the past; plan the next contact instead.")
    return check_time(followed_at, "/followed_at")


def check_time(moment: datetime, pointer: str) -> datetime:
    """A time that is meant."""
    if not is_sensible(moment):
        raise invalid(pointer, "out_of_range", "The time is between the years 1900 and 2200.")
    return moment


def check_method(method: str, options: Sequence[Option]) -> str:
    """The label of an active method."""
    found = next((option for option in options if option.value == method), None)
    if found is None or not found.active:
        raise invalid("/method", "option_unknown", f"{method} is not a method of following up.")
    return found.label_zh


def excerpt(content: str) -> str:
    """The beginning on one line."""
    line = " ".join(content.split())
    return line if len(line) <= EXCERPT_LENGTH else line[: EXCERPT_LENGTH - 1] + "…"


def require_edit(viewer: Viewer, author_id: UUID, **told: Any) -> None:
    """Only the author changes what he said; ``told`` says who that is."""
    if author_id != viewer.member_id:
        raise Problem(Kind.FORBIDDEN, "author_only", "Only its author may change a follow-up.", rule="follow_up_author", **told)


def require_delete(viewer: Viewer, author_id: UUID, facts: Facts, **told: Any) -> None:
    """The author, or whoever stands as owner of the customer, may delete it; ``told`` says who they are."""
    if author_id != viewer.member_id and not permission.leads(viewer, facts):
        message = "Only its author, the owner, the owner's managers and admins may delete a follow-up."
        raise Problem(Kind.FORBIDDEN, "author_or_owner_only", message, rule="follow_up_author", **told)


def payload(row: Mapping[str, Any], method_text: str, next_contact_at: datetime | None) -> dict[str, Any]:
    """What events carry of a follow-up."""
    return {
        "follow_up_id": str(row["follow_up_id"]),
        "method": row["method"],
        "method_text": method_text,
        "content": row["content"],
        "followed_at": plain(row["followed_at"]),
        "next_contact_at": plain(next_contact_at),
        "result": row["result"],
    }
