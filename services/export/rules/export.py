"""What may happen to an export, what it is called, and what an error in an attempt means. Columns are in ``columns.py``."""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.common.problem import Kind, Problem

ATTEMPTS_MAX = 5
WAITING_MAX = 20  # exports that one member may have queued or running
KEPT_DAYS = 90  # history of ended exports

_RETRY_SECONDS = (5, 20, 80, 320)
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')

VIEW_NAMES: Mapping[str, tuple[str, str]] = {
    "mine": ("我负责的", "Mine"),
    "participating": ("我参与的", "Participating"),
    "contact_today": ("今日联系", "Contact today"),
    "overdue": ("逾期未联系", "Overdue"),
    "starred": ("星标", "Starred"),
    "soon_recycled": ("即将掉入公海", "Soon in the pool"),
    "team": ("下属的", "My team's"),
    "unassigned": ("未分配", "Unassigned"),
    "all": ("全部", "All"),
    "pool": ("公海", "Pool"),
}


class State(StrEnum):
    """Where an export stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


ENDED = (State.DONE, State.FAILED, State.CANCELLED, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt ended: ``final`` ones end the export, others are tried again."""

    code: str
    detail: str
    final: bool


def failure_of(error: BaseException) -> Failure:
    """What an error in an attempt means for the export."""
    if isinstance(error, Problem):
        final = error.kind not in (Kind.UNAVAILABLE, Kind.INTERNAL, Kind.TOO_MANY)
        return Failure(error.code, error.message, final)
    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        return Failure("disk_full", "There is no room left for files. Tell your admin, then export again.", final=True)
    return Failure("internal_error", "Something failed on our side. Tell your admin the export's id.", final=False)


def gave_up() -> Failure:
    """The end of an export whose every attempt died."""
    return Failure("gave_up", f"The export was interrupted {ATTEMPTS_MAX} times. Export again, or choose fewer rows.", final=True)


def retry_seconds(attempt: int) -> float:
    """How long to rest after the failed attempt number ``attempt`` (from 1)."""
    return float(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS)) - 1])


def check_waiting(count: int) -> None:
    """Refuse one more export while too many of the member's wait."""
    if count >= WAITING_MAX:
        message = f"You have {count} exports waiting. Wait for one to end, or cancel one."
        raise Problem(Kind.TOO_MANY, "too_many_exports", message, retry_after=10)


def default_name(selection: Mapping[str, Any], language: str, day: date) -> str:
    """The name of an export that was given none, e.g. ``客户_我负责的_20261123``."""
    english = language == "en"
    what = "Customers" if english else "客户"
    scope = VIEW_NAMES[selection["view"]][english] if "view" in selection else ("已选", "Selected")[english]
    return f"{what}_{scope}_{day:%Y%m%d}"


def file_name(name: str) -> str:
    """``name`` as a file's name on any system."""
    safe = _UNSAFE.sub("_", name).strip(" .")[:120].rstrip(" .")
    return f"{safe or 'export'}.xlsx"


def scope_of(selection: Mapping[str, Any]) -> dict[str, Any]:
    """What the history shows of a selection: its conditions, but only the number of chosen rows."""
    if "customer_ids" in selection:
        return {"customer_count": len(selection["customer_ids"])}
    return dict(selection)


def message(export_id: UUID, member_id: UUID, state: State, rows_done: int, rows_total: int | None) -> dict[str, Any]:
    """What watchers are told."""
    return {
        "export_id": str(export_id),
        "member_id": str(member_id),
        "state": state.value,
        "rows_done": rows_done,
        "rows_total": rows_total,
    }
