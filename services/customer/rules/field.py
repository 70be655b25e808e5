"""The one list of a customer's fields: what they are called, of which type they are, what may be done with them.

Editing, filtering, sorting, export columns, import mapping and ``GET /api/fields`` read it; how values are checked is in
``customer.py``. What an organisation adds (custom fields) joins it in a ``Registry``, made for a request that needs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from services.customer.rules.option import OptionList

FieldType = Literal["text", "number", "date", "datetime", "choice", "choices", "member", "members", "boolean", "customer", "tags"]
TYPES: tuple[FieldType, ...] = get_args(FieldType)
CUSTOM_PREFIX = "cf_"

_PRESENCE = ("is_empty", "is_not_empty")
_RANGE = ("is", "lt", "le", "gt", "ge", "between")
_TIME = (*_RANGE, *_PRESENCE, "relative", "last_days", "next_days", "more_than_days_ago")
_ONE = ("is", "is_not", "any_of", "none_of", *_PRESENCE)
_MANY = ("any_of", "all_of", "none_of", *_PRESENCE)
OPERATORS: Mapping[FieldType, tuple[str, ...]] = {
    "text": ("is", "is_not", "any_of", "none_of", "contains", "not_contains", "starts_with", *_PRESENCE),
    "number": ("is", "is_not", "lt", "le", "gt", "ge", "between", *_PRESENCE),
    "date": _TIME,
    "datetime": _TIME,
    "choice": _ONE,
    "member": _ONE,
    "customer": _ONE,
    "choices": _MANY,
    "members": _MANY,
    "tags": _MANY,
    "boolean": ("is",),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``field`` is its name in answers, bodies, export columns and (for editable ones) the column of the table.

    ``list`` names the option list of a choice; of a custom one that is the field itself. ``listed``: it is a value of the
    customer, not only something to filter by. ``narrowed_to``: the operators of a field that understands fewer than its type has.
    """

    field: str
    type: FieldType
    label_zh: str
    label_en: str
    list: str | None = None
    sortable: bool = False
    filterable: bool = True
    exportable: bool = True
    importable: bool = False
    editable: bool = False
    column_default: bool = False
    length_max: int = 0
    custom: bool = False
    listed: bool = True
    narrowed_to: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        """What a filter may ask of it."""
        return (self.narrowed_to or OPERATORS[self.type]) if self.filterable else ()


def _text(field: str, label_zh: str, label_en: str, length_max: int, *, sortable: bool = False, column_default: bool = False) -> Field:
    return Field(
        field, "text", label_zh, label_en, sortable=sortable, importable=True, editable=True,
        column_default=column_default, length_max=length_max,
    )  # fmt: skip


def _choice(field: OptionList, label_zh: str, label_en: str, *, sortable: bool = False, column_default: bool = False) -> Field:
    return Field(
        field, "choice", label_zh, label_en, list=field, sortable=sortable,
        importable=True, editable=True, column_default=column_default,
    )  # fmt: skip


def _time(
    field: str, label_zh: str, label_en: str, *, sortable: bool = False, editable: bool = False, column_default: bool = False
) -> Field:
    return Field(
        field, "datetime", label_zh, label_en, sortable=sortable, importable=editable, editable=editable, column_default=column_default
    )  # fmt: skip


FIELDS: tuple[Field, ...] = (
    Field("customer_no", "text", "客户编号", "Number", column_default=True),
    _text("name", "客户名称", "Name", 200, sortable=True, column_default=True),
    _text("short_name", "简称", "Short name", 100),
    Field("owner", "member", "负责人", "Owner", importable=True, column_default=True),
    _choice("status", "状态", "Status", sortable=True, column_default=True),
    _choice("level", "级别", "Level", sortable=True, column_default=True),
    _choice("kind", "类型", "Kind"),
    _choice("relation", "关系", "Relation"),
    _choice("industry", "行业", "Industry"),
    _choice("source", "来源", "Source"),
    _choice("province", "省份", "Province", column_default=True),
    _text("city", "城市", "City", 50),
    _text("district", "区县", "District", 50),
    _text("address", "地址", "Address", 500),
    _text("phone", "电话", "Phone", 50),
    _text("mobile", "手机", "Mobile", 50),
    _text("email", "邮箱", "Email", 254),
    _text("website", "网址", "Website", 300),
    _text("wechat", "微信", "WeChat", 100),
    _text("credit_code", "统一社会信用代码", "Credit code", 18),
    Field("staff_size", "number", "人数规模", "Staff size", importable=True, editable=True),
    Field("parent_customer_id", "customer", "上级客户", "Parent customer", exportable=False, editable=True),
    _text("remark", "备注", "Remark", 5000),
    Field("visibility", "choice", "可见性", "Visibility", importable=True, editable=True),
    Field("state", "choice", "归属状态", "Ownership state"),
    Field("participants", "members", "参与人", "Participants"),
    Field("tags", "tags", "标签", "Tags", importable=True),
    Field("starred", "boolean", "星标", "Starred", exportable=False),
    _time("last_follow_up_at", "最新跟进", "Latest follow-up", sortable=True, column_default=True),
    Field("last_follow_up_by", "member", "最新跟进人", "Latest follow-up by"),
    Field("last_follow_up_excerpt", "text", "最新跟进内容", "Latest follow-up text"),
    _time("next_contact_at", "下次联系", "Next contact", sortable=True, editable=True, column_default=True),
    Field("recycle_at", "datetime", "即将掉入公海", "Into the pool", sortable=True),
    Field("previous_owner", "member", "原负责人", "Previous owner"),
    _time("pool_entered_at", "进入公海时间", "In the pool since", sortable=True),
    Field("pool_reason", "choice", "退回原因", "Reason of return", list="return_reason"),
    Field("pool_note", "text", "退回说明", "Note of return"),
    Field("times_claimed", "number", "被领取次数", "Times claimed"),
    _time("created_at", "创建时间", "Created", sortable=True),
    Field("created_by", "member", "创建人", "Created by"),
    _time("updated_at", "更新时间", "Updated", sortable=True),
)

# What can be filtered by without being a value of the customer itself.
ASIDE: tuple[Field, ...] = (
    Field(
        field="follow_up_content",
        type="text",
        label_zh="跟进内容",
        label_en="Follow-up text",
        exportable=False,
        listed=False,
        narrowed_to=("contains", "not_contains", *_PRESENCE),
    ),
    Field("locked", "boolean", "已锁定", "Locked", exportable=False, listed=False),
    Field("held", "boolean", "保护中", "On hold", exportable=False, listed=False),
    Field("pool", "choice", "所在公海", "In which pool", exportable=False, listed=False),
)

BY_NAME: dict[str, Field] = {one.field: one for one in FIELDS}
EDITABLE: tuple[str, ...] = tuple(one.field for one in FIELDS if one.editable)
CHOICES: tuple[Field, ...] = tuple(one for one in FIELDS if one.editable and one.list is not None)
OPTION_LISTS: tuple[str, ...] = tuple(one.list for one in CHOICES if one.list is not None)


@dataclass(frozen=True, slots=True)
class Registry:
    """All fields of one moment: the product's own and the organisation's, in the order in which they are shown."""

    fields: tuple[Field, ...]
    by_name: Mapping[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.field: one for one in (*self.fields, *ASIDE)})

    def get(self, name: str) -> Field | None:
        """The field of this name, None where there is none (any more)."""
        return self.by_name.get(name)


def registry(custom: Sequence[Field] = ()) -> Registry:
    """The registry with these custom fields in it."""
    return Registry((*FIELDS, *custom)) if custom else SYSTEM


SYSTEM = Registry(FIELDS)


def names_custom(value: Any) -> bool:
    """Whether parameters, however deep, mention a custom field somewhere: only then must the custom ones be read."""
    return CUSTOM_PREFIX in str(value)


# A choice whose options are the product's own words, not an admin's list.
FIXED_LABELS: dict[str, dict[str, str]] = {
    "visibility": {"public": "公开", "private": "私有"},
    "state": {"owned": "有负责人", "unassigned": "未分配", "pool": "公海"},
}
