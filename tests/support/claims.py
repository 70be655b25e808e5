"""Checks a history of claims, returns and assignments: is there an order of what was answered that one customer could have gone through?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

POOL = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One answered request: who asked between which moments, what for, and whether it was done. ``owner``: whose it was to become."""

    begun: float
    ended: float
    verb: str
    who: str
    done: bool
    owner: str = POOL


def _after(state: str, move: Move) -> str | None:
    """The owner after a move that was done, None where it could not have been done in this state."""
    if move.verb == "claim":
        return move.who if state == POOL else None
    if move.verb == "return_to_pool":
        return POOL if state == move.who else None
    return move.owner if state == move.who and move.owner != state else None


def is_linearizable(moves: Iterable[Move], first: str = POOL, last: str | None = None) -> bool:
    """Whether the moves that were done have an order, true to real time, in which each was possible and the last state is ``last``.

    Refused ones change nothing; for a refused claim there must be a moment within it at which the customer was not free.
    """
    every = sorted(moves, key=lambda move: move.begun)
    done = [move for move in every if move.done]
    lost = [move for move in every if not move.done and move.verb == "claim"]
    seen: set[tuple[frozenset[int], str, frozenset[int]]] = set()

    def explained(state: str, since: float, until: float, open_: frozenset[int]) -> frozenset[int]:
        if state == POOL:
            return open_
        return frozenset(at for at in open_ if lost[at].ended < since or lost[at].begun > until)

    def search(left: frozenset[int], state: str, open_: frozenset[int], since: float) -> bool:
        if not left:
            return (last is None or state == last) and not explained(state, since, float("inf"), open_)
        key = (left, state, open_)
        if key in seen:
            return False
        seen.add(key)
        earliest_end = min(done[at].ended for at in left)
        for at in sorted(left):
            move = done[at]
            after = _after(state, move)
            if move.begun > earliest_end or after is None:
                continue
            if search(left - {at}, after, explained(state, since, move.ended, open_), max(since, move.begun)):
                return True
        return False

    return search(frozenset(range(len(done))), first, frozenset(range(len(lost))), float("-inf"))


def by_customer(moves: Sequence[tuple[str, Move]]) -> dict[str, list[Move]]:
    """The moves of each customer."""
    found: dict[str, list[Move]] = {}
    for customer_id, move in moves:
        found.setdefault(customer_id, []).append(move)
    return found
