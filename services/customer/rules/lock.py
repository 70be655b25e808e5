"""Lock and hold: two meanings of keeping a customer. A lock decides who may change it (``permission.py``); a hold keeps rules from
taking it into the pool until a day is over, and ends by itself.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.common.events.envelope import Change
from services.common.problem import invalid
from services.customer.rules.customer import plain

HOLD_DAYS_MAX = 365
REASON_MAX = 500


def hold_end(until: date, now: datetime, zone: str) -> datetime:
    """The last moment of the day, which is today or later, within the longest time that the organisation allows."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    if until < today:
        raise invalid("/until", "hold_in_the_past", "The last day of a hold is today or later.")
    if until > today + timedelta(days=HOLD_DAYS_MAX):
        raise invalid("/until", "hold_too_long", f"A hold lasts at most {HOLD_DAYS_MAX} days.")
    return datetime.combine(until, time(23, 59, 59), here)


def check_reason(reason: str) -> str:
    """Why it is held, in a few words."""
    clean = " ".join(reason.split())
    if not clean:
        raise invalid("/reason", "required", "Say why it is held, so that others understand it.")
    if len(clean) > REASON_MAX:
        raise invalid("/reason", "too_long", f"The reason has at most {REASON_MAX} characters.")
    return clean


def is_held(hold_until: datetime | None, now: datetime) -> bool:
    """Whether a hold still runs."""
    return hold_until is not None and hold_until > now


def lock_change(*, locked: bool) -> Change:
    """What events tell of a lock (``locked``) or of its end."""
    texts = {False: "未锁定", True: "已锁定"}
    return Change("locked", not locked, locked, texts[not locked], texts[locked])


def hold_changes(before: tuple[datetime | None, str | None], after: tuple[datetime | None, str | None], zone: str) -> list[Change]:
    """What events tell of a hold: its last day and its reason, where they changed."""
    changes = []
    if before[0] != after[0]:
        changes.append(Change("hold_until", plain(before[0]), plain(after[0]), day_text(before[0], zone), day_text(after[0], zone)))
    if before[1] != after[1]:
        changes.append(Change("hold_reason", before[1], after[1], before[1], after[1]))
    return changes


def opened_changes(locked: bool, hold_until: datetime | None, hold_reason: str | None, zone: str) -> list[Change]:  # noqa: FBT001 - a value
    """What a way into the pool ends beside the ownership."""
    lock = [lock_change(locked=False)] if locked else []
    return [*lock, *hold_changes((hold_until, hold_reason), (None, None), zone)]


def day_text(moment: datetime | None, zone: str) -> str | None:
    """The day as people read it."""
    return None if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")
