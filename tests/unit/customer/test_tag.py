"""Tags as decisions: names, what setting, taking away and merging leave on a customer, who may manage them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.problem import Problem
from services.customer.rules import tag as rules
from services.customer.rules.tag import Tag
from services.customer.rules.viewer import Viewer

SINGLE, FREE = uuid.uuid4(), uuid.uuid4()
TAGS = tuple(
    Tag(UUID(int=index + 1), f"标签{index}", "#1677ff", group, single=group == SINGLE)
    for index, group in enumerate((SINGLE, SINGLE, SINGLE, FREE, FREE, None, None))
)
tag_sets = st.lists(st.sampled_from(TAGS), unique=True).map(
    lambda tags: [tag for tag in tags if not tag.single] + [tag for tag in tags if tag.single][:1]
)


def after(held: list[Tag], step: rules.Step) -> set[UUID]:
    return ({tag.tag_id for tag in held} - {tag.tag_id for tag in step.removed}) | {tag.tag_id for tag in step.added}


def one_of_each_group(ids: set[UUID]) -> bool:
    return sum(tag.tag_id in ids for tag in TAGS if tag.single) <= 1


@given(tag_sets, tag_sets)
def test_setting_sets_all_keeps_the_rest_and_one_of_a_single_group(held: list[Tag], wanted: list[Tag]) -> None:
    step = rules.add(held, wanted)
    found = after(held, step)
    assert {tag.tag_id for tag in wanted} <= found
    assert {tag.tag_id for tag in held if not tag.single} <= found
    assert one_of_each_group(found)
    assert rules.add([tag for tag in TAGS if tag.tag_id in found], wanted).is_empty, "doing it again is nothing to do"


@given(tag_sets, tag_sets)
def test_taking_away_takes_these_and_no_others(held: list[Tag], wanted: list[Tag]) -> None:
    step = rules.remove(held, wanted)
    assert after(held, step) == {tag.tag_id for tag in held} - {tag.tag_id for tag in wanted}
    assert set(step.removed) <= set(held)


@given(tag_sets, st.sampled_from(TAGS), st.sampled_from(TAGS))
def test_a_merge_leaves_no_source_and_undoes_no_choice(held: list[Tag], source: Tag, target: Tag) -> None:
    if source == target:
        return
    step = rules.merge(held, source, target)
    found = after(held, step)
    assert source.tag_id not in found
    assert one_of_each_group(found)
    assert {tag.tag_id for tag in held} - {source.tag_id} <= found, "whatever else was chosen stays"
    assert step.is_empty == (source not in held)


@given(tag_sets)
def test_a_step_is_told_by_one_event(held: list[Tag]) -> None:
    type_, payload = rules.payload(rules.Step(tuple(held[:1]), tuple(held[1:])), merged=True)
    assert type_ == ("customer.tagged" if held[:1] else "customer.untagged")
    assert [tag["tag_id"] for tag in payload["tags"]] == [str(tag.tag_id) for tag in held[:1]]
    assert len(payload.get("replaced", [])) == len(held[1:])


@given(st.text(max_size=40))
def test_a_name_that_is_taken_can_be_read_back_from_a_file(text: str) -> None:
    try:
        name = rules.check_name(text)
    except Problem:
        return
    assert rules.split_names(name) == [name]
    assert rules.split_names(f"{name}、{name}") == [name]
    assert rules.check_name(name) == name


def test_names_are_found_by_how_they_are_read() -> None:
    assert {"重点", "zhongdian", "zd"} <= set(rules.name_columns("重点")["search"].split("\n"))
    assert rules.name_columns("ＶＩＰ 客户")["name_key"] == rules.name_columns("vip 客户")["name_key"]


@pytest.mark.parametrize(
    ("role", "own", "others", "create", "merge"),
    [("admin", True, True, True, True), ("manager", True, True, True, True), ("member", True, False, True, False)],
)
def test_who_may_manage(role: str, own: bool, others: bool, create: bool, merge: bool) -> None:  # noqa: FBT001 - a table
    me = uuid.uuid4()
    viewer = Viewer(me, "李伟", role, frozenset(), None, ())  # type: ignore[arg-type]
    found = (
        rules.may_manage(viewer, "edit", me),
        rules.may_manage(viewer, "edit", uuid.uuid4()),
        rules.may_manage(viewer, "create"),
        rules.may_manage(viewer, "merge"),
    )
    assert found == (own, others, create, merge)


def test_an_order_names_some_first_and_loses_none() -> None:
    ids = [uuid.uuid4() for _ in range(4)]
    assert rules.check_order([ids[2], ids[0], ids[2]], ids, "/tag_ids") == [ids[2], ids[0], ids[1], ids[3]]
    with pytest.raises(Problem):
        rules.check_order([uuid.uuid4()], ids, "/tag_ids")


def test_a_customer_has_room_for_a_replaced_tag() -> None:
    held = [replace(TAGS[5], tag_id=UUID(int=1000 + index)) for index in range(rules.CUSTOMER_TAGS_MAX)]
    assert rules.too_many(held, rules.Step((TAGS[0],)))
    assert not rules.too_many(held, rules.Step((TAGS[0],), (held[0],)))
    assert not rules.too_many(held, rules.Step(removed=(held[0],)))
