"""Batches and undoing, as decisions: what a selection may say, until when and by whom a batch can be undone, what may come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.problem import Problem
from services.customer.rules import batch, permission, undo
from services.customer.rules.batch import Undoing
from services.customer.rules.permission import Facts
from services.customer.rules.undo import Former, FormerOwner, FormerPool
from services.customer.rules.viewer import Viewer, effective_rights

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def viewer(role: Any = "member") -> Viewer:
    return Viewer(uuid4(), "张三", role, effective_rights(role, ()), None, ())


def test_a_selection_is_either_named_or_described() -> None:
    customer_id = uuid4()
    assert batch.choose([customer_id], {"view": None}) == batch.Chosen((customer_id,))
    assert batch.choose(None, {"view": "mine", "q": None}) == batch.Chosen(None, {"view": "mine"})
    for ids, selection in ((None, {"view": None}), ([customer_id], {"view": "mine"})):
        with pytest.raises(Problem) as refused:
            batch.choose(ids, selection)
        assert refused.value.data["errors"][0]["code"] == "selection_expected"


@pytest.mark.parametrize(("count", "code"), [(0, "nothing_matches"), (1, None), (100_000, None), (100_001, "too_many")])
def test_a_selection_has_bounds(count: int, code: str | None) -> None:
    if code is None:
        batch.check_selected(count)
        return
    with pytest.raises(Problem) as refused:
        batch.check_selected(count)
    assert refused.value.data["errors"][0]["code"] == code


@given(
    st.builds(
        Undoing,
        verb=st.sampled_from(batch.VERBS),
        state=st.sampled_from(["queued", "running", "done", "failed", "cancelled"]),
        done=st.integers(0, 3),
        ended_at=st.none() | st.integers(0, 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
        undone=st.booleans(),
    )
)
def test_a_batch_can_be_undone_exactly_while_everything_speaks_for_it(one: Undoing) -> None:
    open_ = (
        one.verb in batch.UNDOABLE
        and not one.undone
        and one.state in ("done", "failed", "cancelled")
        and one.done > 0
        and one.ended_at is not None
        and one.ended_at >= NOW - timedelta(minutes=30)
    )
    assert (batch.undo_refused(one, NOW, 30) is None) is open_


def test_only_who_did_it_and_admins_may_undo_it() -> None:
    one = Undoing("assign", "done", 1, NOW, undone=False)
    me = viewer()
    batch.check_undo(me, me.member_id, one, NOW, 30)
    batch.check_undo(viewer("admin"), me.member_id, one, NOW, 30)
    with pytest.raises(Problem, match="batch_not_found"):
        batch.check_undo(viewer("manager"), me.member_id, one, NOW, 30)


def former_of(*members: UUID, pool_id: UUID | None = None) -> Former:
    pools = {pool_id: FormerPool(archived=False, open_to_all=True)} if pool_id else {}
    return Former({member_id: FormerOwner(active=True, department_path=()) for member_id in members}, pools)


def before(owner_id: UUID | None, state: str = "owned", pool_id: UUID | None = None) -> dict[str, Any]:
    columns = {"owner_id": str(owner_id) if owner_id else None, "state": state, "pool_id": str(pool_id) if pool_id else None}
    return {"columns": columns, "participants": []}


@given(state=st.sampled_from(["owned", "pool"]), mine=st.booleans(), unchanged=st.booleans(), role=st.sampled_from(["member", "admin"]))
def test_undoing_asks_for_the_right_that_doing_it_would_need_on_the_customer_as_it_was(
    *, state: str, mine: bool, unchanged: bool, role: str
) -> None:
    me, somebody, pool_id = viewer(role), uuid4(), uuid4()
    owner_id = None if state == "pool" else me.member_id if mine else somebody
    kept = before(owner_id, state, pool_id if state == "pool" else None)
    former = Former(
        {me.member_id: FormerOwner(active=True, department_path=()), somebody: FormerOwner(active=True, department_path=())},
        {pool_id: FormerPool(archived=False, open_to_all=True)},
    )
    now = Facts(uuid4(), (), "owned", "public")
    then = undo.restored(me, now, kept, former, NOW)
    skip = undo.may_undo(me, "assign", now, then, unchanged=unchanged)
    if not unchanged:
        assert skip is not None
        assert skip.code == "changed_since"
    else:
        assert (skip is None) is (permission.refusal("assign", me, then) is None) is (role == "admin" or owner_id == me.member_id)


def test_who_cannot_see_it_is_told_nothing() -> None:
    me = viewer()
    now = Facts(uuid4(), (), "owned", "private")
    mine = undo.restored(me, now, before(me.member_id), former_of(me.member_id), NOW)
    assert undo.may_undo(me, "assign", now, mine, unchanged=True) is None
    for unchanged, then in ((False, mine), (True, now)):
        skip = undo.may_undo(me, "assign", now, then, unchanged=unchanged)
        assert skip is not None
        assert skip.code == "customer_not_found"


def test_a_participant_counts_until_he_expires() -> None:
    me = viewer()
    one = {"member_id": str(me.member_id), "role": "editor", "expires_at": "2026-11-23T08:00:00+00:00"}
    now = Facts(uuid4(), (), "owned", "private")
    expired = undo.restored(me, now, {"columns": {}, "participants": [one]}, Former({}, {}), NOW)
    there = undo.restored(me, now, {"columns": {}, "participants": [one | {"expires_at": None}]}, Former({}, {}), NOW)
    assert (expired.participant_role, there.participant_role) == (None, "editor")


def test_there_must_be_a_place_to_go_back_to() -> None:
    owner_id, pool_id = uuid4(), uuid4()
    former = Former({owner_id: FormerOwner(active=False, department_path=())}, {pool_id: FormerPool(archived=True, open_to_all=True)})
    faults = [former.fault(before(owner_id)["columns"]), former.fault(before(None, "pool", pool_id)["columns"])]
    assert [fault.code for fault in faults if fault] == ["former_owner_inactive", "former_pool_archived"]
    assert former.fault({"status": "won"}) is None


def test_what_is_told_is_turned_round() -> None:
    told = [{"field": "status", "before": "new", "after": "won", "before_text": "新客户", "after_text": "已成交"}]
    (one,) = undo.reversed_changes(told)
    assert (one.before, one.after, one.before_text, one.after_text) == ("won", "new", "已成交", "新客户")


def test_a_batch_that_ended_cannot_be_cancelled() -> None:
    assert [batch.may_cancel(state) for state in ("queued", "running", "cancelled")] == [True, True, False]
    for state in ("done", "failed"):
        with pytest.raises(Problem, match="batch_ended"):
            batch.may_cancel(state)
