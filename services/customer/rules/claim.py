"""Whether somebody may claim one more customer now: a pool's limits, as decisions on values. Who belongs to a pool: ``permission.py``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.customer.rules.ownership import Skip

_Wait = tuple[datetime, datetime, str, str, str]  # until, since, code, rule, detail


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one pool; None or 0 is none. ``exempt``: they do not bind the one who claims."""

    pool_id: UUID
    name: str
    claims_per_day: int | None = None
    held_max: int | None = None
    previous_owner_wait_days: int = 0
    new_wait_hours: int = 0
    cooldown_days: int = 0
    exempt: bool = False

    @property
    def changed_by(self) -> str:
        """The sentence that tells whose limits they are, and who may change them."""
        return f"That is a limit of the pool {self.name}; its admins can change it."

    def told(self, rule: str) -> dict[str, Any]:
        """What a refusal by one of them tells beside its code: which one, how much it is, and of which pool."""
        return {"rule": rule, "limit": getattr(self, rule), "pool": self.name}


@dataclass(frozen=True, slots=True)
class Free:
    """One customer in a pool, as its claimer meets it.

    ``owned_until``: when he ceased to own it last; ``claimed_at``: when anybody claimed it last; None: never. ``counts``: it would
    count among the customers that he holds.
    """

    customer_id: UUID
    limits: Limits
    entered_at: datetime
    owned_until: datetime | None = None
    claimed_at: datetime | None = None
    counts: bool = True


@dataclass(slots=True)
class Quota:
    """What a member has used: claims of the organisation's day in each pool, and how many customers he holds that count there."""

    now: datetime
    day_begin: datetime
    day_end: datetime
    used: dict[UUID, int] = field(default_factory=dict)
    held: dict[UUID, int] = field(default_factory=dict)

    def refusal(self, free: Free) -> Skip | None:
        """None where the customer may be claimed now."""
        if free.limits.exempt:
            return None
        return self._of_customer(free) or self._of_member(free)

    def take(self, free: Free) -> None:
        """One more was claimed."""
        pool_id = free.limits.pool_id
        self.used[pool_id] = self.used.get(pool_id, 0) + 1
        if free.counts:
            self.held[pool_id] = self.held.get(pool_id, 0) + 1

    def _of_customer(self, free: Free) -> Skip | None:
        limits = free.limits
        waits: list[_Wait] = []
        if free.owned_until is not None and limits.previous_owner_wait_days:
            until = free.owned_until + timedelta(days=limits.previous_owner_wait_days)
            detail = (
                f"It was yours. Who owned it waits {limits.previous_owner_wait_days} days before claiming it again. {limits.changed_by}"
            )
            waits.append((until, free.owned_until, "previous_owner_waits", "previous_owner_wait_days", detail))
        if limits.new_wait_hours:
            until = free.entered_at + timedelta(hours=limits.new_wait_hours)
            detail = f"It has just entered the pool. It can be claimed after {limits.new_wait_hours} hours. {limits.changed_by}"
            waits.append((until, free.entered_at, "newly_entered_waits", "new_wait_hours", detail))
        if free.claimed_at is not None and limits.cooldown_days:
            since = max(free.claimed_at, free.entered_at)
            until = since + timedelta(days=limits.cooldown_days)
            detail = f"It was claimed and returned a short while ago. It cools down for {limits.cooldown_days} days. {limits.changed_by}"
            waits.append((until, since, "cooling_down", "cooldown_days", detail))
        return self._longest(limits, waits)

    def _longest(self, limits: Limits, waits: Iterable[_Wait]) -> Skip | None:
        """Whichever ends last, so that trying again then succeeds."""
        until, since, code, rule, detail = max(waits, default=(self.now, self.now, "", "", ""))
        if until <= self.now:
            return None
        return Skip(code, detail, rule, {**limits.told(rule), "since": since, "until": until})

    def _of_member(self, free: Free) -> Skip | None:
        limits = free.limits
        used, held = self.used.get(limits.pool_id, 0), self.held.get(limits.pool_id, 0)
        if limits.claims_per_day is not None and used >= limits.claims_per_day:
            claimed = f"You have claimed {used} today, of {limits.claims_per_day} a day. Returning customers gives no claim back."
            detail = f"{claimed} {limits.changed_by}"
            told = {**limits.told("claims_per_day"), "since": self.day_begin, "until": self.day_end}
            return Skip("claim_quota_used", detail, "claims_per_day", told)
        if limits.held_max is not None and free.counts and held >= limits.held_max:
            detail = f"You hold {held} customers, of {limits.held_max} at most. Return or hand over some of them first. {limits.changed_by}"
            return Skip("held_max_reached", detail, "held_max", limits.told("held_max"))
        return None
