"""Recycle rules: whose customers go back into a pool after how long, who may set them, and how a rule is told in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.problem import Kind, Problem, invalid, not_found
from services.customer.rules.calendar import DAYS_MAX
from services.customer.rules.viewer import Viewer

Clock = Literal["not_followed_up"]
CLOCKS: tuple[Clock, ...] = get_args(Clock)
NAME_MAX = 60
WARNINGS_MAX = 5
WARN_DAYS_DEFAULT = (7, 3, 1)
RULES_MAX = 50  # of all pools together: each is asked of every customer with an owner
SOON_DAYS = 7
REASON = "overdue"
SYSTEM_NAME = "系统"


@dataclass(frozen=True, slots=True)
class PoolRule:
    """One rule. ``department_ids`` empty: the customers of everybody; ``active_from``: nothing moves before that day begins."""

    pool_rule_id: UUID
    pool_id: UUID
    name: str
    days: int
    clock: Clock = "not_followed_up"
    workdays: bool = False
    filter: Mapping[str, Any] | None = None
    department_ids: tuple[UUID, ...] = ()
    skip_locked: bool = True
    warn_days: tuple[int, ...] = WARN_DAYS_DEFAULT
    active: bool = False
    active_from: date | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A rule in words, in both languages."""

    zh: str
    en: str


def words(days: int, *, workdays: bool) -> Words:
    """What the rule demands, without its conditions."""
    unit_zh, unit_en = ("个工作日", "workday") if workdays else ("天", "day")
    plural = "" if days == 1 else "s"
    return Words(f"连续 {days} {unit_zh}未跟进", f"no follow-up for {days} {unit_en}{plural}")


def require_pool_admin(viewer: Viewer, pool_id: UUID, *, known: bool) -> None:
    """Refuse who does not administer the pool; 404 where he may not even know of it (``known``: there is such a pool)."""
    if pool_id in viewer.pools.administered:
        return
    if not known or pool_id in viewer.pools.foreign:
        raise not_found("pool")
    raise Problem(Kind.FORBIDDEN, "pool_admin_only", "Only an admin of this pool may do this.", rule="pool_admin")


def require_figures(viewer: Viewer, pool_id: UUID, *, known: bool) -> None:
    """Who may read a pool's figures: its admins, and who manages a department."""
    if viewer.managed_department_id is None or not known or pool_id in viewer.pools.foreign:
        require_pool_admin(viewer, pool_id, known=known)


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a rule as they are stored; 422 names the first bad one."""
    found = dict(values)
    if "name" in found:
        found["name"] = " ".join(str(found["name"] or "").split())
        if not 1 <= len(found["name"]) <= NAME_MAX:
            raise invalid("/name", "name_malformed", f"A rule needs a name of at most {NAME_MAX} characters.")
    if "days" in found and not 1 <= found["days"] <= DAYS_MAX:
        raise invalid("/days", "days_malformed", f"Between 1 and {DAYS_MAX} days.")
    if "warn_days" in found:
        given = found["warn_days"]
        found["warn_days"] = _warn_days(given) if given is not None else tuple(n for n in WARN_DAYS_DEFAULT if n < found["days"])
    if "department_ids" in found:
        found["department_ids"] = tuple(dict.fromkeys(found["department_ids"]))
    return found


def check_warnings(rule: PoolRule) -> None:
    """A warning must come before the deadline and after the clock began."""
    if any(days >= rule.days for days in rule.warn_days):
        raise invalid("/warn_days", "warning_too_early", f"Warnings must come fewer than {rule.days} days before the deadline.")


def _warn_days(days: Sequence[int]) -> tuple[int, ...]:
    found = tuple(sorted(set(days), reverse=True))
    if len(found) > WARNINGS_MAX or any(not 1 <= number <= 90 for number in found):
        raise invalid("/warn_days", "warn_days_malformed", f"At most {WARNINGS_MAX} warnings, 1 to 90 days before.")
    return found


def due_step(warn_days: Sequence[int], left: timedelta) -> int | None:
    """The warning that is due with ``left`` to go: the closest step, so that who is found late is warned once, not three times."""
    return min((step for step in warn_days if left <= timedelta(days=step)), default=None)


def days_left(recycle_at: datetime, now: datetime, zone: str) -> int:
    """How many days are left until a deadline, today included; 0 once it is over."""
    tz = ZoneInfo(zone)
    return max(0, (recycle_at.astimezone(tz).date() - now.astimezone(tz).date()).days)
