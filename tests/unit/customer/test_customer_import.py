"""What an uploaded table means: headers, regions, options, members, times."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.problem import Problem
from services.customer.rules import customer_import as rules
from services.customer.rules import import_columns, region
from services.customer.rules.field import BY_NAME
from services.customer.rules.option import OPTIONS_MAX, Option

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("手机（必填）", "mobile"), ("客户联系电话", "phone"), ("客户编号", None),
        ("公司名称", "name"), ("企业名称", "name"), ("客户名称*", "name"), ("Company Name", "name"), ("name", "name"), (" 名 称 ", "name"),
        ("省份", "province"), ("所在省份", "province"), ("省/市", "province"), ("Province", "province"), ("城市", "city"),
        ("行业", "industry"),
        ("所属行业（选填）", "industry"), ("Industry", "industry"), ("联系电话", "phone"), ("手机号码", "mobile"), ("Tel", "phone"),
        ("统一社会信用代码", "credit_code"), ("纳税人识别号", "credit_code"), ("客户经理", "owner"), ("下次跟进时间", "next_contact_at"),
        ("ＥＭＡＩＬ", "email"), ("电子邮箱地址", "email"), ("官网", "website"), ("备注信息", "remark"), ("员工人数(人)", "staff_size"),
        ("listed_on", None), ("", None), ("合同编号", None), ("id", None),
    ],
)  # fmt: skip
def test_headers_are_recognised_in_both_languages(header: str, field: str | None) -> None:
    assert import_columns.guess([header]) == [field]


def test_every_importable_field_is_recognised_by_its_own_labels() -> None:
    for field in BY_NAME.values():
        expected = field.field if field.importable else None
        assert import_columns.guess([field.label_zh]) == [expected], field.label_zh
        if field.field != "state":  # as a header it means the province
            assert import_columns.guess([field.field]) == [expected], field.field


def test_a_field_is_used_once_by_the_first_column_that_fits() -> None:
    assert import_columns.guess(["公司名称", "企业名称", "电话"]) == ["name", None, "phone"]


def test_the_header_is_found_below_a_title() -> None:
    assert import_columns.header_row([["2026 客户资料"], ["制表：张三", "第一页"], ["公司名称", "电话", "行业"], ["甲", "1", "x"]]) == 2
    assert import_columns.header_row([["一", "二"], ["三", "四"]]) == 0


@given(st.lists(st.text(max_size=20), max_size=30))
def test_guessing_never_fails_and_never_repeats(headers: list[str]) -> None:
    found = [name for name in import_columns.guess(headers) if name is not None]
    assert len(found) == len(set(found))
    assert all(BY_NAME[name].importable for name in found)


@pytest.mark.parametrize(
    ("province", "city", "expected"),
    [
        ("浙江", None, ("浙江", None)), ("浙江省", None, ("浙江", None)), ("内蒙", None, ("内蒙古", None)),
        ("内蒙古自治区", None, ("内蒙古", None)),
        ("广西壮族自治区", None, ("广西", None)), ("新疆维吾尔自治区", None, ("新疆", None)), ("上海市", None, ("上海", None)),
        ("深圳", None, ("广东", "深圳")), ("深圳市", None, ("广东", "深圳")), ("深圳", "南山", ("广东", "南山")),
        ("广东深圳", None, ("广东", "深圳")),
        ("浙江省杭州市", None, ("浙江", "杭州")), ("江苏 - 苏州", None, ("江苏", "苏州")), ("香港特别行政区", None, ("香港", None)),
        ("吉林", None, ("吉林", None)), ("朝阳", None, ("辽宁", "朝阳")), ("California", None, ("California", None)),
        ("", None, ("", None)),
    ],
)  # fmt: skip
def test_regions_are_settled_as_people_mean_them(province: str, city: str | None, expected: tuple[str, str | None]) -> None:
    assert region.settle(province, city) == expected


@given(st.text(min_size=1, max_size=30).filter(str.strip), st.none() | st.text(max_size=10))
def test_settling_a_region_keeps_what_it_does_not_know(province: str, city: str | None) -> None:
    settled, settled_city = region.settle(province, city)
    assert settled
    if city:
        assert settled_city == city


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23", datetime(2026, 11, 23, 9, tzinfo=ZONE)),
        ("2026/1/3", datetime(2026, 1, 3, 9, tzinfo=ZONE)),
        ("2026年1月3日", datetime(2026, 1, 3, 9, tzinfo=ZONE)),
        ("20260103", datetime(2026, 1, 3, 9, tzinfo=ZONE)),
        ("2026-11-23 14:30", datetime(2026, 11, 23, 14, 30, tzinfo=ZONE)),
        ("2026-11-23 14:30:15", datetime(2026, 11, 23, 14, 30, 15, tzinfo=ZONE)),
        ("2026-11-23T06:30:00Z", datetime(2026, 11, 23, 14, 30, tzinfo=ZONE)),
        ("２０２６－１１－２３", datetime(2026, 11, 23, 9, tzinfo=ZONE)),
        ("明天", None),
        ("2026-13-01", None),
    ],
)
def test_times_are_read_as_people_write_them(text: str, expected: datetime | None) -> None:
    assert rules.parse_time(text, "Asia/Shanghai") == expected


def option(value: str, label: str) -> Option:
    return Option(value, label, value.title(), None, 0, active=True, system=False)


def known(**changes: Any) -> rules.Known:
    options = {
        "status": [option("new", "新客户"), option("won", "已成交")],
        "industry": [option("software", "软件与信息服务")],
        "level": [option("A", "A 重点")],
    }
    keys = {name: rules.option_keys([(o.value, o.label_zh, o.label_en) for o in items]) for name, items in options.items()}
    return rules.Known(**{"keys": keys | {"visibility": rules.fixed_options("visibility")}, "options": options, **changes})


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("status", "已成交", "won"), ("status", "won", "won"), ("status", "Won", "won"), ("level", "重点", "A"), ("level", "a", "A"),
        ("visibility", "私有", "private"), ("visibility", "是", "public"), ("staff_size", "1,200人", 1200), ("staff_size", "100-500", 100),
        ("phone", "０５７１-87654321", "0571-87654321"), ("name", "  重庆\u3000啤酒 ", "重庆 啤酒"),
    ],
)  # fmt: skip
def test_texts_mean_values(field: str, text: str, value: object) -> None:
    found = rules.check(["甲", text] if field != "name" else ["", text], ["name" if field != "name" else None, field], known())
    assert found.reasons == []
    assert found.values[field] == value


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("status", "不存在", "unknown_option"), ("industry", "商品城", "unknown_option"), ("staff_size", "很多", "number_expected"),
        ("next_contact_at", "改天", "time_expected"), ("owner", "谁", "unknown_member"), ("owner", "同名", "member_not_unique"),
        ("email", "x", "email_malformed"), ("remark", "长" * 5001, "too_long"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_a_reason(field: str, text: str, code: str) -> None:
    found = rules.check(["甲", text], ["name", field], known(members={"同名": None}))
    assert [(reason.field, reason.code) for reason in found.reasons] == [(field, code)]
    assert rules.in_words(rules.as_json(found.reasons), "zh").startswith(f"{BY_NAME[field].label_zh}：")


def test_a_row_without_a_name_is_refused() -> None:
    found = rules.check(["", "won"], ["name", "status"], known())
    assert [reason.code for reason in found.reasons] == ["required"]


def test_an_owner_is_found_by_name_or_account() -> None:
    member_id: UUID = uuid4()
    for text in ("张三", "zhang.san", "ZHANG SAN"):
        found = rules.check(["甲", text], ["name", "owner"], known(members={"张三": member_id, "zhangsan": member_id}))
        assert found.values["owner_id"] == member_id


def test_who_may_add_options_gets_them_suggested() -> None:
    found = rules.check(["甲", "商品城"], ["name", "industry"], known(may_add=True))
    assert (found.reasons, found.new_options) == ([], [("industry", "商品城")])
    assert rules.check(["甲", "x" * 61], ["name", "industry"], known(may_add=True)).reasons[0].code == "unknown_option"


def test_new_options_stand_at_the_end_and_stop_where_the_list_is_full() -> None:
    current = [option(f"o{n}", f"选项{n}") for n in range(OPTIONS_MAX - 2)]
    added = rules.add_options(current, ["商品城", "商品城", "元 器:件,甲", "第三个"])
    assert [(o.value, o.label_zh, o.position) for o in added] == [
        ("商品城", "商品城", OPTIONS_MAX - 2),
        ("元_器_件_甲", "元 器:件,甲", OPTIONS_MAX - 1),
    ]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_no_row_makes_the_rules_fail(cells: list[str]) -> None:
    columns = ["name", "status", "industry", "staff_size", "next_contact_at", "email", "credit_code", "province"][: len(cells)]
    found = rules.check(cells, columns, known(may_add=True))
    assert found.reasons or found.values["name"]


REPEATED = [
    ("previewed", "run", True), ("running", "run", False), ("done", "run", False), ("previewed", "cancel", True),
    ("running", "cancel", True), ("cancelled", "cancel", False),
]  # fmt: skip


@pytest.mark.parametrize(("state", "wanted", "changes"), REPEATED)
def test_repeating_changes_nothing(state: str, wanted: Any, changes: bool) -> None:  # noqa: FBT001
    assert rules.check_state(state, wanted) is changes


@pytest.mark.parametrize(("state", "wanted"), [("cancelled", "run"), ("failed", "run"), ("done", "cancel"), ("failed", "cancel")])
def test_what_has_ended_stays_ended(state: str, wanted: Any) -> None:
    with pytest.raises(Problem) as refused:
        rules.check_state(state, wanted)
    assert refused.value.code == f"import_{state}"
