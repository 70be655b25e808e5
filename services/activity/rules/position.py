"""Decisions about order: what of the delivered events is next, what was there before, what comes after a gap. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ATTEMPTS_MAX = 5  # an event that fails so often is parked


@dataclass(frozen=True, slots=True)
class Delivered:
    """One event as it arrived, from the stream or from the feed: its place, and the envelope not looked into yet."""

    position: int
    data: Any


@dataclass(frozen=True, slots=True)
class Step:
    """``run`` is to be applied now, in this order; ``ahead`` must wait until what is missing between has been fetched."""

    run: list[Delivered]
    ahead: list[Delivered]


def next_step(last: int, delivered: Iterable[Delivered]) -> Step:
    """What to do with events of one lane whose positions up to ``last`` are applied: each position is applied once, in order."""
    fresh = {event.position: event for event in delivered if event.position > last}
    ordered = [fresh[position] for position in sorted(fresh)]
    length = next((index for index, event in enumerate(ordered) if event.position != last + 1 + index), len(ordered))
    return Step(ordered[:length], ordered[length:])


def is_parked(attempts: int) -> bool:
    """Whether an event that failed ``attempts`` times is put aside, so that the rest goes on."""
    return attempts >= ATTEMPTS_MAX


def other_generation(shown: int) -> int:
    """The generation that a rebuild fills."""
    return 3 - shown
