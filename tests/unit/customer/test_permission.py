"""The one policy as a function of values, against the table of the product written down once more as cases."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.ids import new_id
from services.common.problem import Problem
from services.customer.rules.permission import ACTIONS, Action, Facts, leads, refusal, require, sees, sees_fully
from services.customer.rules.viewer import RIGHTS, ROLES, Right, Viewer, effective_rights

TOP, NORTH, SOUTH = new_id(), new_id(), new_id()
OWNER = new_id()
LEADING: tuple[Action, ...] = ("assign", "return_to_pool", "lock", "hold", "visibility", "participants", "delete")
MOVES: tuple[Action, ...] = ("claim", "return_to_pool")
OWNED = Facts(OWNER, (TOP, NORTH), "owned", "public")
POOL = Facts(None, (), "pool", "public")
UNASSIGNED = Facts(None, (), "unassigned", "public")


def viewer(
    role: str = "member", *, member_id: UUID | None = None, path: tuple[UUID, ...] = (), rights: tuple[Right, ...] = ("export",)
) -> Viewer:
    held = effective_rights(role, rights)  # type: ignore[arg-type]
    return Viewer(member_id or new_id(), "某", role, held, path[-1] if path else None, path)  # type: ignore[arg-type]


STRANGER = viewer()
paths = st.sampled_from([(), (TOP,), (TOP, NORTH), (TOP, SOUTH)])
viewers = st.builds(
    lambda role, path, rights, member_id: viewer(role, member_id=member_id, path=path, rights=tuple(rights)),
    st.sampled_from(ROLES),
    paths,
    st.sets(st.sampled_from(RIGHTS)),
    st.sampled_from([OWNER, new_id()]),
)
roles = st.sampled_from(["editor", "viewer", None])
facts = st.one_of(
    st.builds(lambda path, visibility, role, manages, locked: Facts(OWNER, path, "owned", visibility, role, manages, locked=locked),
              paths, st.sampled_from(["public", "private"]), roles, st.booleans(), st.booleans()),
    st.builds(lambda state, visibility, role, manages, lock: Facts(
                  None, (), state, visibility, role, manages, locked=lock and state != "pool"),
              st.sampled_from(["pool", "unassigned"]), st.sampled_from(["public", "private"]), roles, st.booleans(), st.booleans()),
)  # fmt: skip


def open_actions(who: Viewer, known: Facts) -> set[Action]:
    return {action for action in ACTIONS if refusal(action, who, known) is None}


# --- seeing -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [OWNED, POOL, UNASSIGNED])
def test_public_customers_are_seen_by_everybody_in_full(known: Facts) -> None:
    assert sees(STRANGER, known)
    assert sees_fully(STRANGER, known)


@pytest.mark.parametrize("known", [OWNED, UNASSIGNED])
def test_private_customers_of_others_are_not_there(known: Facts) -> None:
    assert not sees(STRANGER, replace(known, visibility="private"))


def test_private_customers_in_the_pool_are_seen_without_their_hidden_fields() -> None:
    known = replace(POOL, visibility="private")
    assert sees(STRANGER, known)
    assert not sees_fully(STRANGER, known)
    assert sees_fully(viewer(rights=("pool_admin",)), known)


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_participants_and_who_manages_them_see_private_customers(role: str) -> None:
    for known in (OWNED, POOL, UNASSIGNED):
        private = replace(known, visibility="private")
        assert sees_fully(STRANGER, replace(private, participant_role=role))  # type: ignore[arg-type]
        assert sees_fully(STRANGER, replace(private, manages_participant=True))


def test_managers_see_what_members_of_their_department_and_below_keep_private() -> None:
    private = replace(OWNED, visibility="private")
    assert sees(viewer("manager", path=(TOP,)), private)
    assert sees(viewer("manager", path=(TOP, NORTH)), private)
    assert not sees(viewer("manager", path=(TOP, SOUTH)), private)
    assert not sees(viewer("member", path=(TOP, NORTH)), private)
    assert not sees(viewer("manager"), private)


@given(viewers, facts)
def test_who_leads_or_takes_part_sees_fully_and_who_sees_fully_sees(who: Viewer, known: Facts) -> None:
    if leads(who, known) or known.participant_role or known.manages_participant or known.visibility == "public":
        assert sees_fully(who, known)
    assert sees(who, known) or not sees_fully(who, known)
    assert sees(who, known) == (sees_fully(who, known) or known.state == "pool")


@given(viewers, facts)
def test_nothing_is_hidden_from_admins(who: Viewer, known: Facts) -> None:
    if who.is_admin:
        assert sees_fully(who, known)
        assert leads(who, known)


@given(viewers, facts)
def test_making_a_customer_public_hides_it_from_nobody(who: Viewer, known: Facts) -> None:
    if sees(who, known):
        assert sees(who, replace(known, visibility="public"))


# --- doing ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", [viewer(member_id=OWNER), viewer("manager", path=(TOP,)), viewer("manager", path=(TOP, NORTH)), viewer("admin")]
)
def test_the_owner_his_managers_and_admins_may_do_everything_but_claim(who: Viewer) -> None:
    assert open_actions(who, OWNED) == set(ACTIONS) - {"claim"}
    assert open_actions(who, replace(OWNED, visibility="private")) == set(ACTIONS) - {"claim"}


def test_editors_write_and_decide_nothing() -> None:
    for visibility in ("public", "private"):
        known = replace(OWNED, visibility=visibility, participant_role="editor")
        assert open_actions(STRANGER, known) == {"view", "edit", "tag", "follow_up", "comment", "export"}


def test_viewers_read_and_comment_even_where_others_may_write() -> None:
    for visibility in ("public", "private"):
        known = replace(OWNED, visibility=visibility, participant_role="viewer")
        assert open_actions(STRANGER, known) == {"view", "comment", "export"}
        refused = refusal("edit", STRANGER, known)
        assert refused is not None
        assert refused.code == "participant_views_only"


def test_others_may_write_to_public_customers_and_decide_nothing() -> None:
    assert open_actions(STRANGER, OWNED) == {"view", "edit", "tag", "follow_up", "comment", "export"}


def test_a_lock_leaves_changes_to_the_owner_and_the_editors() -> None:
    for known in (OWNED, replace(OWNED, visibility="private"), UNASSIGNED):
        locked = replace(known, locked=True)
        for who, facts in (
            (STRANGER, locked),
            (STRANGER, replace(locked, participant_role="viewer")),
            (viewer("manager", path=(TOP, SOUTH)), replace(locked, manages_participant=True)),
        ):
            assert open_actions(who, facts) == {"view", "comment", "export"}
            for action in ("edit", "tag", "follow_up"):
                refused = refusal(action, who, facts)
                assert (refused and refused.code) == "locked"
        assert open_actions(STRANGER, replace(locked, participant_role="editor")) == {
            "view",
            "edit",
            "tag",
            "follow_up",
            "comment",
            "export",
        }
    for who in (viewer(member_id=OWNER), viewer("manager", path=(TOP,)), viewer("admin")):
        assert open_actions(who, replace(OWNED, locked=True)) == set(ACTIONS) - {"claim"}


def test_a_lock_keeps_an_unassigned_customer_from_being_given_out_by_others_than_admins() -> None:
    who, locked = viewer(rights=("assign",)), replace(UNASSIGNED, locked=True)
    for action in ("assign", "return_to_pool"):
        refused = refusal(action, who, locked)
        assert (refused and refused.code) == "locked"
        assert refusal(action, viewer("admin"), locked) is None


@given(viewers, facts, st.sampled_from(ACTIONS))
def test_a_lock_opens_nothing_and_hides_nothing(who: Viewer, known: Facts, action: Action) -> None:
    locked, free = replace(known, locked=known.state != "pool"), replace(known, locked=False)
    assert (sees(who, locked), sees_fully(who, locked)) == (sees(who, free), sees_fully(who, free))
    if refusal(action, who, free) is not None:
        assert refusal(action, who, locked) is not None
    if leads(who, known) or known.participant_role == "editor" or action in ("view", "comment", "export", "claim"):
        assert refusal(action, who, locked) == refusal(action, who, free)


def test_what_is_in_the_pool_is_neither_locked_nor_held() -> None:
    for action in ("lock", "hold"):
        for who in (viewer("admin"), viewer(rights=("pool_admin",)), STRANGER):
            refused = refusal(action, who, POOL)
            assert (refused and refused.code) == "in_pool"


def test_who_does_not_belong_to_the_pool_is_not_told_to_claim() -> None:
    others = replace(POOL, visibility="public", pool_open=False)
    asked: tuple[tuple[Action, str | None], ...] = (("edit", "in_pool"), ("assign", "in_pool"), ("claim", None))
    for action, inside in asked:
        found, of_mine = refusal(action, STRANGER, others), refusal(action, STRANGER, replace(others, pool_open=True))
        assert (found and found.code) == "not_pool_member"
        assert (of_mine and of_mine.code) == inside


def test_managers_of_a_participant_only_look() -> None:
    known = replace(OWNED, visibility="private", manages_participant=True)
    assert open_actions(viewer("manager", path=(TOP, SOUTH)), known) == {"view", "comment", "export"}


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_pool_members_claim_and_comment(visibility: str) -> None:
    known = replace(POOL, visibility=visibility)  # type: ignore[arg-type]
    assert open_actions(STRANGER, known) == {"view", "comment", "claim", "export"}


def test_pool_admins_edit_assign_and_delete_in_the_pool() -> None:
    who = viewer(rights=("pool_admin",))
    assert open_actions(who, replace(POOL, visibility="private")) == {
        "view",
        "comment",
        "claim",
        "edit",
        "tag",
        "follow_up",
        "assign",
        "delete",
    }


def test_what_is_in_the_pool_cannot_be_returned_to_it_by_anybody() -> None:
    for who in (viewer("admin"), viewer(rights=("pool_admin",)), STRANGER):
        refused = refusal("return_to_pool", who, POOL)
        assert refused is not None
        assert refused.code == "already_in_pool"


@pytest.mark.parametrize("known", [OWNED, UNASSIGNED])
def test_only_the_pool_can_be_claimed_from_whoever_asks(known: Facts) -> None:
    for who in (viewer("admin"), viewer(member_id=OWNER), STRANGER):
        refused = refusal("claim", who, known)
        assert refused is not None
        assert refused.code == "not_in_pool"


def test_unassigned_customers_are_given_out_by_who_holds_the_assign_right() -> None:
    assert {"assign", "return_to_pool"} <= open_actions(viewer(rights=("assign",)), UNASSIGNED)
    refused = refusal("assign", STRANGER, UNASSIGNED)
    assert refused is not None
    assert refused.code == "assign_right_missing"
    assert not {"visibility", "participants", "delete", "lock"} & open_actions(viewer(rights=("assign",)), UNASSIGNED)


@given(viewers, facts)
def test_what_may_be_exported_is_decided_by_the_right_alone(who: Viewer, known: Facts) -> None:
    assert (refusal("export", who, known) is None) == who.has("export")


@given(viewers, facts, st.sampled_from(LEADING))
def test_deciding_over_an_owned_customer_is_for_who_leads(who: Viewer, known: Facts, action: Action) -> None:
    if known.state == "owned":
        assert (refusal(action, who, known) is None) == leads(who, known)


@given(viewers, facts, st.sampled_from(ACTIONS))
def test_a_participant_editor_may_never_do_less_than_a_viewer(who: Viewer, known: Facts, action: Action) -> None:
    as_viewer, as_editor = replace(known, participant_role="viewer"), replace(known, participant_role="editor")
    if refusal(action, who, as_viewer) is None:
        assert refusal(action, who, as_editor) is None


@given(viewers, facts, st.sampled_from(ACTIONS))
def test_every_refusal_says_why_and_requiring_is_the_same_answer(who: Viewer, known: Facts, action: Action) -> None:
    found = refusal(action, who, known)
    if found is None:
        require(action, who, known)
        return
    assert found.code
    assert found.rule
    assert found.detail.endswith(".")
    with pytest.raises(Problem) as raised:
        require(action, who, known, who_can_change=[])
    assert raised.value.kind.status == (
        423 if found.code == "locked" else 409 if found.code.endswith("in_pool") and action in MOVES else 403
    )
    assert (raised.value.code, raised.value.data) == (found.code, {"rule": found.rule, "who_can_change": []})
