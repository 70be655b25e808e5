"""A pool's limits as decisions on values: what is granted, what is refused, and until when."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.common.ids import new_id
from services.customer.rules.claim import Free, Limits, Quota
from services.customer.rules.holding import Move, fitting
from services.customer.rules.ownership import Skip, spread

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
BEGIN, END = NOW - timedelta(hours=16), NOW + timedelta(hours=8)
POOL = new_id()
NONE = Limits(POOL, "公海")
ages = st.one_of(st.none(), st.integers(-1, 60 * 24 * 40).map(lambda minutes: NOW - timedelta(minutes=minutes)))
limits = st.builds(
    Limits, st.just(POOL), st.just("公海"), st.one_of(st.none(), st.integers(0, 6)), st.one_of(st.none(), st.integers(0, 6)),
    st.integers(0, 30), st.integers(0, 72), st.integers(0, 30), st.booleans(),
)  # fmt: skip
frees = st.builds(
    lambda bound, entered, owned, claimed, counts: Free(new_id(), bound, entered or NOW, owned, claimed, counts),
    limits, ages, ages, ages, st.booleans(),
)  # fmt: skip


def quota(used: int = 0, held: int = 0, now: datetime = NOW) -> Quota:
    return Quota(now, BEGIN, END, {POOL: used}, {POOL: held})


def free(bound: Limits = NONE, *, entered: datetime = NOW - timedelta(days=400), **values: datetime | bool) -> Free:
    return Free(new_id(), bound, entered, **values)  # type: ignore[arg-type]


def refused(found: Skip | None) -> tuple[str, datetime | None]:
    assert found is not None
    return found.code, (found.told or {}).get("until")


def test_without_limits_everything_is_granted() -> None:
    just_now = free(NONE, entered=NOW, owned_until=NOW, claimed_at=NOW)
    assert quota(10_000, 10_000).refusal(just_now) is None


def test_the_day_ends_the_quota_of_the_day() -> None:
    bound = replace(NONE, claims_per_day=5)
    assert quota(4).refusal(free(bound)) is None
    assert refused(quota(5).refusal(free(bound))) == ("claim_quota_used", END)


def test_what_is_held_counts_whenever_it_came() -> None:
    bound = replace(NONE, held_max=3)
    assert quota(held=2).refusal(free(bound)) is None
    assert refused(quota(held=3).refusal(free(bound)))[0] == "held_max_reached"
    assert quota(held=3).refusal(free(bound, counts=False)) is None


def test_a_refusal_tells_how_much_the_limit_is_of_which_pool_and_who_may_change_it() -> None:
    bound = replace(NONE, claims_per_day=5, held_max=3, previous_owner_wait_days=30, new_wait_hours=24, cooldown_days=7)
    old = NOW - timedelta(days=400)
    found = [
        quota(5).refusal(free(bound)),
        quota(held=3).refusal(free(bound)),
        quota().refusal(free(bound, owned_until=NOW - timedelta(days=1))),
        quota().refusal(free(bound, entered=NOW)),
        quota().refusal(free(replace(bound, new_wait_hours=0), entered=NOW - timedelta(days=1), claimed_at=old)),
    ]
    told = [skip.told for skip in found if skip is not None and skip.told is not None]
    rules = ["claims_per_day", "held_max", "previous_owner_wait_days", "new_wait_hours", "cooldown_days"]
    assert [(one["rule"], one["limit"], one["pool"]) for one in told] == [(rule, getattr(bound, rule), "公海") for rule in rules]
    assert all(skip is not None and "pool 公海; its admins can change it" in skip.detail for skip in found)


def test_previous_owners_wait_from_the_day_they_ceased_to_own() -> None:
    bound = replace(NONE, previous_owner_wait_days=30)
    until = NOW + timedelta(minutes=1)
    assert refused(quota().refusal(free(bound, owned_until=until - timedelta(days=30)))) == ("previous_owner_waits", until)
    assert quota().refusal(free(bound, owned_until=NOW - timedelta(days=30))) is None
    assert quota().refusal(free(bound)) is None


def test_new_ones_wait_from_their_entry_into_the_pool() -> None:
    bound = replace(NONE, new_wait_hours=24)
    assert refused(quota().refusal(free(bound, entered=NOW - timedelta(hours=23)))) == ("newly_entered_waits", NOW + timedelta(hours=1))
    assert quota().refusal(free(bound, entered=NOW - timedelta(hours=24))) is None


def test_what_was_claimed_before_cools_down_from_its_claim_or_return() -> None:
    bound = replace(NONE, cooldown_days=7)
    entered, claimed = NOW - timedelta(days=2), NOW - timedelta(days=3)
    assert refused(quota().refusal(free(bound, entered=entered, claimed_at=claimed))) == ("cooling_down", entered + timedelta(days=7))
    assert quota().refusal(free(bound, entered=entered)) is None, "nobody claimed it yet"


@given(frees, st.integers(0, 8), st.integers(0, 8))
def test_trying_again_when_told_to_is_not_refused_for_the_same_reason(found: Free, used: int, held: int) -> None:
    skip = quota(used, held).refusal(found)
    if skip is None or "until" not in (skip.told or {}) or skip.code == "claim_quota_used":
        return
    again = quota(used, held, now=skip.told["until"]).refusal(found)  # type: ignore[index]
    assert again is None or again.code in ("claim_quota_used", "held_max_reached")


@given(st.lists(frees, max_size=20), limits)
def test_never_more_than_allowed_and_never_less(found: list[Free], bound: Limits) -> None:
    bound = replace(bound, previous_owner_wait_days=0, new_wait_hours=0, cooldown_days=0, exempt=False)
    left = quota()
    granted = 0
    for one in (replace(one, limits=bound, counts=True) for one in found):
        if left.refusal(one) is None:
            left.take(one)
            granted += 1
    limit = min(len(found), *(limit for limit in (bound.claims_per_day, bound.held_max) if limit is not None), len(found))
    assert granted == limit


@given(frees)
def test_who_is_exempt_is_never_refused(found: Free) -> None:
    assert quota(99, 99).refusal(replace(found, limits=replace(found.limits, exempt=True))) is None


@given(st.lists(st.integers(0, 3), max_size=30), st.dictionaries(st.integers(0, 3), st.integers(0, 5)))
def test_spreading_fills_the_room_there_is_and_no_more(present: list[int], left: dict[int, int]) -> None:
    owners = [new_id() for _ in range(3)]
    room = {owners[at]: n for at, n in left.items() if at < 3}
    customers = [(new_id(), owners[at] if at < 3 else None) for at in present]
    moves = spread(customers, owners, room)
    given_ = {owner: sum(move.owner_id == owner for move in moves) for owner in owners}
    assert all(given_[owner] <= room[owner] for owner in room)
    for (_, now), move in zip(customers, moves, strict=True):
        assert move.owner_id != now or now is None
        if move.owner_id is None:
            assert all(owner == now or given_[owner] == room.get(owner) for owner in owners)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=20),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
)
def test_bringing_back_fills_the_room_there_is_and_no_more(ways: list[tuple[int, int, bool]], left: list[int]) -> None:
    owners = [new_id() for _ in range(3)]
    room = dict(zip(owners, left, strict=True))
    moves = [Move(new_id(), owners[present] if present < 3 else None, owners[owner]) for present, owner, _ in ways]
    free = {(owner, move.customer_id) for move, (_, _, counts) in zip(moves, ways, strict=True) if not counts for owner in owners}
    fits = fitting(moves, room, free)
    after = dict(room)
    for move in moves:
        assert move.customer_id in fits or (move.owner_id, move.customer_id) not in free
        if move.customer_id in fits and (owners[0], move.customer_id) not in free:
            after[move.owner_id or owners[0]] -= 1
            if move.present is not None:
                after[move.present] += 1
    assert all(number >= 0 for number in after.values())
    assert all(after[move.owner_id or owners[0]] == 0 for move in moves if move.customer_id not in fits)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans(), st.booleans()), max_size=7),
    st.lists(st.integers(0, 2), min_size=3, max_size=3),
)
def test_nothing_more_could_be_brought_back_not_even_together(ways: list[tuple[int, int, bool, bool]], left: list[int]) -> None:
    """Three members with limits, one without; a customer may count with one and not with another."""
    owners = [new_id() for _ in range(4)]
    room = dict(zip(owners, left, strict=False))
    moves = [Move(new_id(), owners[present], owners[owner]) for present, owner, _, _ in ways]
    free = {(owners[present], move.customer_id) for move, (present, _, counts, _) in zip(moves, ways, strict=True) if not counts}
    free |= {(owners[owner], move.customer_id) for move, (present, owner, _, counts) in zip(moves, ways, strict=True) if not counts}

    def fit(some: set[UUID]) -> bool:
        after = dict(room)
        for move in moves:
            for member_id, more in ((move.owner_id, -1), (move.present, 1)) if move.customer_id in some else ():
                if member_id in after and (member_id, move.customer_id) not in free:
                    after[member_id] += more
        return all(number >= 0 for number in after.values())

    fits = fitting(moves, room, free)
    assert fit(fits)
    rest = [move.customer_id for move in moves if move.customer_id not in fits]
    for count in range(1, len(rest) + 1):
        assert not any(fit(fits | set(more)) for more in itertools.combinations(rest, count))
