"""Positions are gapless and in the order of the ids; what somebody still needs stays in the stream."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.customer.rules.stream import Reader, number, trim_below

ids = st.lists(st.integers(1, 10_000), unique=True, max_size=50)


@given(st.integers(0, 1000), ids)
def test_positions_follow_the_last_one_without_a_gap(last: int, given_ids: list[int]) -> None:
    numbered = number(last, given_ids)
    assert [position for _, position in numbered] == list(range(last + 1, last + 1 + len(given_ids)))
    assert [event_id for event_id, _ in numbered] == sorted(given_ids)


@given(ids, st.integers(1, 7))
def test_numbering_in_batches_gives_what_numbering_at_once_gives(given_ids: list[int], size: int) -> None:
    ordered, last, batches = sorted(given_ids), 0, []
    for begin in range(0, len(ordered), size):
        batches += number(last, ordered[begin : begin + size])
        last = batches[-1][1]
    assert batches == number(0, ordered)


def test_a_late_commit_gets_a_later_position() -> None:
    assert number(7, [3]) == [(3, 8)]


def test_nothing_leaves_a_stream_that_nobody_reads() -> None:
    assert trim_below([]) is None


def test_the_slowest_reader_decides() -> None:
    assert trim_below([Reader("90-0", None), Reader("80-3", None)]) == "80-4"
    assert trim_below([Reader("90-0", "85-2"), Reader("88-0", None)]) == "85-2"


def test_a_group_that_has_read_nothing_keeps_everything() -> None:
    assert trim_below([Reader("0-0", None), Reader("90-0", None)]) == "0-1"


def test_ids_are_compared_as_numbers() -> None:
    assert trim_below([Reader("9-9", None), Reader("10-0", None)]) == "9-10"
