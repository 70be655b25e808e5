"""What is next: each position once, in order, whatever is delivered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.activity.rules.position import ATTEMPTS_MAX, Delivered, is_parked, next_step, other_generation

positions = st.lists(st.integers(1, 30), max_size=40)


def delivered(*numbers: int) -> list[Delivered]:
    return [Delivered(number, f"event {number}") for number in numbers]


def numbers(events: list[Delivered]) -> list[int]:
    return [event.position for event in events]


def test_the_following_positions_are_applied_and_the_rest_waits() -> None:
    step = next_step(4, delivered(5, 6, 8, 9))
    assert (numbers(step.run), numbers(step.ahead)) == ([5, 6], [8, 9])


def test_what_is_applied_already_is_left_out() -> None:
    step = next_step(6, delivered(4, 5, 6))
    assert (step.run, step.ahead) == ([], [])


@given(st.integers(0, 30), positions)
def test_a_step_begins_after_the_last_and_has_no_gap(last: int, given_positions: list[int]) -> None:
    step = next_step(last, delivered(*given_positions))
    assert numbers(step.run) == list(range(last + 1, last + 1 + len(step.run)))


@given(st.integers(0, 30), positions)
def test_nothing_new_is_forgotten_and_nothing_is_doubled(last: int, given_positions: list[int]) -> None:
    step = next_step(last, delivered(*given_positions))
    assert numbers(step.run) + numbers(step.ahead) == sorted({number for number in given_positions if number > last})


@given(st.integers(0, 30), positions, st.randoms())
def test_the_order_of_delivery_does_not_matter(last: int, given_positions: list[int], dice: object) -> None:
    shuffled = sorted(given_positions, key=lambda _: dice.random())  # type: ignore[attr-defined]
    assert next_step(last, delivered(*given_positions)) == next_step(last, delivered(*shuffled))


def test_an_event_is_parked_after_its_fifth_failure() -> None:
    assert [attempts for attempts in range(1, 8) if is_parked(attempts)] == list(range(ATTEMPTS_MAX, 8))
    assert ATTEMPTS_MAX == 5


def test_a_rebuild_fills_the_generation_that_is_not_shown() -> None:
    assert (other_generation(1), other_generation(2)) == (2, 1)
