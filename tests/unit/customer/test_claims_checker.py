"""The checker of histories finds what is wrong: a checker that accepts everything proves nothing."""

from __future__ import annotations

from tests.support.claims import POOL, Move, is_linearizable


def claim(begun: float, ended: float, who: str, *, done: bool = True) -> Move:
    return Move(begun, ended, "claim", who, done)


def give_back(begun: float, ended: float, who: str) -> Move:
    return Move(begun, ended, "return_to_pool", who, done=True)


def test_one_after_the_other_is_fine() -> None:
    assert is_linearizable([claim(0, 1, "a"), give_back(2, 3, "a"), claim(4, 5, "b")], last="b")
    assert is_linearizable([claim(0, 1, "a"), Move(2, 3, "assign", "a", done=True, owner="b"), give_back(4, 5, "b")], last=POOL)


def test_what_overlaps_may_stand_in_any_order() -> None:
    assert is_linearizable([claim(0, 9, "b"), claim(1, 2, "a"), give_back(3, 4, "a")], last="b")
    assert is_linearizable([claim(0, 9, "a"), claim(0, 9, "b", done=False)], last="a")


def test_two_winners_are_found() -> None:
    assert not is_linearizable([claim(0, 1, "a"), claim(2, 3, "b")])
    assert not is_linearizable([claim(0, 3, "a"), claim(0, 3, "b")])


def test_a_lost_update_is_found() -> None:
    assert not is_linearizable([claim(0, 1, "a")], last="b")
    assert not is_linearizable([claim(0, 1, "a"), give_back(2, 3, "b")])


def test_a_refusal_without_anybody_holding_it_is_found() -> None:
    assert not is_linearizable([claim(0, 1, "a", done=False), claim(2, 3, "b")])
    assert not is_linearizable([claim(0, 1, "a"), give_back(2, 3, "a"), claim(4, 5, "b", done=False), claim(6, 7, "c")])
