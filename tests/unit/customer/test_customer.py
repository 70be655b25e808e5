"""Values of a customer: cleaning, checking, merging edits, telling changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.ids import new_id
from services.common.problem import Problem
from services.customer.rules.custom_value import Fault
from services.customer.rules.customer import (
    DEFAULTS,
    STAFF_SIZE_MAX,
    Wording,
    change,
    changes,
    clean,
    edit_conflict,
    merge,
    plain,
    refuse_faults,
)
from services.customer.rules.field import BY_NAME, CHOICES, EDITABLE, OPTION_LISTS
from services.customer.rules.option import Option

OPTIONS: dict[str, list[Option]] = {
    name: [Option("first", "第一", "First", None, 0, True, False), Option("old", "旧的", "Old", None, 1, False, False)]
    for name in OPTION_LISTS
}
TEXTS = [name for name in EDITABLE if BY_NAME[name].type == "text"]
FREE_TEXTS = [name for name in TEXTS if name not in ("phone", "mobile", "email", "website", "credit_code")]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def cleaned(name: str, value: Any) -> Any:
    values, faults = clean({name: value}, OPTIONS)
    assert faults == []
    return values[name]


def fault(name: str, value: Any) -> Fault:
    values, faults = clean({name: value}, OPTIONS)
    assert name not in values
    assert [found.field for found in faults] == [name]
    return faults[0]


# --- cleaning ---------------------------------------------------------------------------------------------------------------


@given(st.sampled_from(FREE_TEXTS), st.text(max_size=40))
def test_texts_are_stored_without_spaces_around_and_control_characters_and_cleaning_twice_changes_nothing(name: str, text: str) -> None:
    values, faults = clean({name: text}, OPTIONS)
    if faults:
        assert (name, faults[0].code) == ("name", "required")
        return
    stored = values[name]
    assert stored is None or (stored == stored.strip() and stored and "\0" not in stored and "\r" not in stored)
    assert clean({name: stored}, OPTIONS)[0] == values


@pytest.mark.parametrize("name", [name for name in EDITABLE if name not in ("name", "kind", "status", "visibility")])
def test_every_other_field_can_be_emptied(name: str) -> None:
    assert cleaned(name, None) is None
    if BY_NAME[name].type in ("text", "choice"):
        assert cleaned(name, "") is None
        assert cleaned(name, "  ") is None


@pytest.mark.parametrize("name", ["name", "kind", "status", "visibility"])
@pytest.mark.parametrize("empty", [None, "", " \n "])
def test_name_kind_status_and_visibility_must_not_be_empty(name: str, empty: str | None) -> None:
    assert fault(name, empty).code == "required"


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_is_longer_than_its_field(name: str) -> None:
    assert fault(name, "长" * (BY_NAME[name].length_max + 1)).code == "too_long"


@pytest.mark.parametrize("name", FREE_TEXTS)
def test_a_text_may_fill_its_field(name: str) -> None:
    full = "长" * BY_NAME[name].length_max
    assert cleaned(name, full) == full


def test_only_remark_and_address_have_lines() -> None:
    assert cleaned("remark", " 一\r\n二\t三\x07 ") == "一\n二\t三"
    assert cleaned("address", "一\n二") == "一\n二"
    assert cleaned("name", "一\n二  三\t四") == "一 二 三 四"


@pytest.mark.parametrize("field", CHOICES, ids=lambda field: field.field)
def test_a_choice_is_an_option_in_use(field: Any) -> None:
    assert cleaned(field.field, "first") == "first"
    assert fault(field.field, "other").code == "option_unknown"
    assert fault(field.field, "old").code == "option_inactive"


def test_visibility_is_public_or_private() -> None:
    assert cleaned("visibility", "private") == "private"
    assert fault("visibility", "secret").code == "option_unknown"


@pytest.mark.parametrize("email", ["a@b.cn", "first.last+tag@mail.example.com", "张三@例子.中国"])
def test_mail_addresses_are_accepted(email: str) -> None:
    assert cleaned("email", f" {email} ") == email


@pytest.mark.parametrize("email", ["a", "a@b", "a@@b.cn", "a b@c.cn", "a@b.cn,c@d.cn", "a@b.", "@b.cn", "<a@b.cn>", "a@b..cn"])
def test_what_is_no_mail_address_is_refused(email: str) -> None:
    assert fault("email", email).code == "email_malformed"


@pytest.mark.parametrize("website", ["example.com", "https://example.com/a?b=c#d", "HTTP://例子.中国", "example.com:8080/x"])
def test_web_addresses_are_accepted(website: str) -> None:
    assert cleaned("website", website) == website


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "example", "http://", "//example.com", "a b.com"]
)
def test_what_a_browser_should_not_open_is_refused(website: str) -> None:
    assert fault("website", website).code == "website_malformed"


def test_credit_codes_and_phones_are_stored_in_one_form() -> None:
    assert cleaned("credit_code", "9133 0100-799655058b") == "91330100799655058B"
    assert fault("credit_code", "91330100799655058A").code == "credit_code_checksum"
    assert cleaned("mobile", "+86 138 0013 8000") == "13800138000"
    assert cleaned("phone", "(023) 8913 9399") == "023-89139399"


@given(st.integers())
def test_staff_size_has_bounds(size: int) -> None:
    values, faults = clean({"staff_size": size}, OPTIONS)
    if 0 <= size <= STAFF_SIZE_MAX:
        assert values == {"staff_size": size}
    else:
        assert faults[0].code == "out_of_range"


@given(st.text(max_size=300), st.sampled_from(TEXTS))
def test_any_text_is_stored_or_refused_and_what_is_stored_fits(text: str, name: str) -> None:
    values, faults = clean({name: text}, OPTIONS)
    assert len(values) + len(faults) == 1
    if values and values[name] is not None:
        assert len(values[name]) <= BY_NAME[name].length_max
        values[name].encode()


def test_separators_do_not_count_and_signs_that_stand_for_many_letters_do() -> None:
    assert fault("phone", "\ufdfa" * 40).code == "too_long"
    assert cleaned("phone", "１" * 50) == "1" * 50
    assert cleaned("credit_code", " 91 33 01 00 79 96 55 05 8B ") == "91330100799655058B"


def test_all_faults_are_told_at_once() -> None:
    _, faults = clean({"name": "", "email": "x", "level": "Z", "city": "杭州"}, OPTIONS)
    with pytest.raises(Problem) as raised:
        refuse_faults(faults)
    pointers = [error["pointer"] for error in raised.value.data["errors"]]
    assert pointers == ["/name", "/email", "/level"]
    refuse_faults([])


def test_the_defaults_are_fields_with_valid_values() -> None:
    assert set(DEFAULTS) <= set(EDITABLE)


# --- merging ----------------------------------------------------------------------------------------------------------------

values = st.fixed_dictionaries({name: st.sampled_from(["甲", "乙", "丙", None]) for name in ("name", "city", "remark")})
some_values = st.dictionaries(st.sampled_from(["name", "city", "remark"]), st.sampled_from(["甲", "乙", "丙", None]))


@given(values, values, some_values)
def test_with_a_base_fields_merge_one_by_one(current: dict[str, Any], base: dict[str, Any], wanted: dict[str, Any]) -> None:
    found = merge(current, wanted, base, version=7, if_match=None)
    assert found.changed == {name: value for name, value in wanted.items() if value != current[name]}
    assert found.conflicts == [name for name in found.changed if base[name] != current[name]]


@given(values, some_values)
def test_from_the_current_version_everything_is_changed_without_conflict(current: dict[str, Any], wanted: dict[str, Any]) -> None:
    for base in (None, {}, {"name": "别的"}):
        assert merge(current, wanted, base, version=7, if_match=7).conflicts == []


@given(values, some_values)
def test_from_an_older_version_without_base_nothing_is_changed(current: dict[str, Any], wanted: dict[str, Any]) -> None:
    with pytest.raises(Problem) as raised:
        merge(current, wanted, None, version=7, if_match=6)
    assert raised.value.kind.status == 412
    with pytest.raises(Problem) as raised:
        merge(current, wanted, None, version=7, if_match=None)
    assert raised.value.kind.status == 428


def test_a_base_without_a_changed_field_is_not_enough() -> None:
    with pytest.raises(Problem, match="base_incomplete"):
        merge({"name": "甲", "city": None}, {"name": "乙", "city": "杭州"}, {"name": "甲"}, version=7, if_match=None)
    with pytest.raises(Problem, match="version_mismatch"):
        merge({"name": "甲", "city": None}, {"name": "乙", "city": "杭州"}, {"name": "甲"}, version=7, if_match=6)
    assert merge({"name": "甲", "city": "杭州"}, {"name": "乙", "city": "杭州"}, {"name": "甲"}, version=7, if_match=6).changed == {
        "name": "乙"
    }


def test_a_conflict_names_the_fields_and_carries_all_values() -> None:
    problem = edit_conflict([{"field": "name", "mine": "乙", "theirs": "丙", "base": "甲", "by": None, "at": None}], 9)
    assert problem.kind.status == 409
    assert problem.message == "Changed by somebody else meanwhile: Name."
    assert problem.data["version"] == 9


# --- telling ----------------------------------------------------------------------------------------------------------------


def test_changes_are_told_as_they_were_shown() -> None:
    member_id = new_id()
    wording = Wording("Asia/Shanghai", {("status", "new"): "新客户", ("status", "won"): "已成交"}, {member_id: "张三"})
    told = change("status", "new", "won", wording)
    assert (told.before, told.after, told.before_text, told.after_text) == ("new", "won", "新客户", "已成交")
    told = change("next_contact_at", None, NOON, wording)
    assert (told.after, told.after_text, told.before_text) == ("2026-11-23T04:00:00Z", "2026-11-23 12:00", None)
    told = change("owner", None, member_id, wording)
    assert (told.after, told.after_text) == (str(member_id), "张三")
    assert change("visibility", "public", "private", wording).after_text == "私有"
    assert change("state", "pool", "owned", wording).before_text == "公海"
    assert change("staff_size", 5, 50, wording).after_text == "50"
    assert change("level", "X", None, wording).before_text == "X"


@given(values, some_values)
def test_only_what_differs_is_told(before: dict[str, Any], after: dict[str, Any]) -> None:
    told = changes(before, after, Wording("UTC"))
    assert {found.field: (found.before, found.after) for found in told} == {
        name: (before[name], value) for name, value in after.items() if before[name] != value
    }


@given(st.datetimes(timezones=st.sampled_from([UTC])), st.integers(-12, 14))
def test_a_time_is_told_in_utc_whatever_zone_it_came_in(moment: datetime, hours: int) -> None:
    if not 2 < moment.year < 9990:
        return
    assert plain(moment.astimezone(timezone(timedelta(hours=hours)))) == plain(moment)
    assert datetime.fromisoformat(plain(moment)) == moment
