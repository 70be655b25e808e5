"""Accounts, names, rights, the last admin, cursors."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from services.common.ids import new_id
from services.common.problem import Problem
from services.customer.rules import member as rules
from services.customer.rules.pinyin import fold
from services.customer.rules.viewer import RIGHTS, ROLES, Right, Role


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("曾小贤", "zengxiaoxian", "zxx"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("Ｂｏｂ Smith", "bobsmith", "bs"),
        ("张 Bob", "zhangbob", "zb"),
        ("小曾", "xiaoceng", "xc"),
        ("3号", "3hao", "3h"),
        ("張學友", "zhangxueyou", "zxy"),
    ],
)
def test_names_are_read_as_people_read_them(name: str, pinyin: str, initials: str) -> None:
    forms = rules.name_forms(name)
    assert (forms.pinyin, forms.initials) == (pinyin, initials)


def test_names_sort_by_syllable() -> None:
    names = ["西安", "先生", "仙", "张三丰", "张三", "长孙"]
    assert sorted(names, key=lambda name: rules.name_forms(name).sort) == ["西安", "仙", "先生", "张三", "张三丰", "长孙"]


@given(st.text(max_size=100))
def test_any_name_has_forms_without_control_of_the_database(name: str) -> None:
    columns = rules.name_columns("account", name)
    assert columns["name"] == name
    assert fold(name) in columns["search"]


@given(st.text(st.characters(categories=("L", "Nd")) | st.sampled_from("._-@+ "), min_size=1, max_size=30))
def test_an_account_that_is_accepted_stays_itself(account: str) -> None:
    try:
        clean = rules.check_account(account)
    except Problem:
        reject()
    assert rules.check_account(clean) == clean
    assert not any(c.isspace() for c in clean)
    assert rules.account_key(clean) == rules.account_key(account)


@given(st.sampled_from(ROLES), st.none() | st.lists(st.sampled_from(RIGHTS), max_size=8))
def test_rights_are_ordered_and_single_and_an_admin_has_all(role: Role, given_rights: list[Right] | None) -> None:
    rights = rules.rights_for(role, given_rights)
    assert rights == [right for right in RIGHTS if right in rights]
    if role == "admin":
        assert rights == list(RIGHTS)
    elif given_rights is not None:
        assert set(rights) == set(given_rights)


@pytest.mark.parametrize(
    ("role", "active", "changes", "loses"),
    [
        ("admin", True, {"active": False}, True),
        ("admin", True, {"role": "member"}, True),
        ("admin", True, {"name": "x"}, False),
        ("admin", True, {"role": "admin", "active": True}, False),
        ("admin", False, {"role": "member"}, False),
        ("manager", True, {"active": False}, False),
    ],
)
def test_only_an_active_admin_can_be_lost(role: Role, active: bool, changes: dict[str, object], loses: bool) -> None:  # noqa: FBT001
    assert rules.loses_admin(role, changes, active=active) is loses


@given(st.text(max_size=50))
def test_a_cursor_comes_back_as_it_was(name_sort: str) -> None:
    member_id = new_id()
    assert rules.from_cursor(rules.to_cursor(name_sort, member_id)) == (name_sort.replace("\0", ""), member_id)


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    with contextlib.suppress(Problem):
        rules.from_cursor(text)
