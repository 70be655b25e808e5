"""Decisions about sending events: which position comes next, and what may leave the stream. Pure; the steps around them are commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """How far one consumer group is, in ids of stream entries."""

    last_delivered: str
    oldest_pending: str | None  # delivered, not acknowledged yet


def number(last_position: int, ids: Sequence[int]) -> list[tuple[int, int]]:
    """Positions for committed events of one lane, as (id, position): gapless after the last one given, in the order of their ids.

    Only the order of the ids among what is committed *now* counts: an id below an already numbered one (it committed later) simply
    gets a later position. Events of one customer keep their order, as their rows were written one after the other under its lock.
    """
    return [(event_id, last_position + number) for number, event_id in enumerate(sorted(ids), start=1)]


def trim_below(readers: Sequence[Reader]) -> str | None:
    """The entry id below which every reader has acknowledged everything; None where nobody reads yet: then nothing may go."""
    needed = [_parts(reader.oldest_pending) if reader.oldest_pending else _after(reader.last_delivered) for reader in readers]
    if not needed:
        return None
    return "{}-{}".format(*min(needed))


def _parts(entry_id: str) -> tuple[int, int]:
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number or 0)


def _after(entry_id: str) -> tuple[int, int]:
    milliseconds, number = _parts(entry_id)
    return milliseconds, number + 1
