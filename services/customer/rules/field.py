"""The one list of a customer's fields: what they are called, of which type they are, what may be done with them.

Editing, sorting, export columns, import mapping and ``GET /api/fields`` read it; how values are checked is in ``customer.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.customer.rules.option import OptionList

FieldType = Literal["text", "number", "date", "datetime", "choice", "choices", "member", "members", "boolean", "customer", "tags"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``field`` is its name in answers, bodies, export columns and (for editable ones) the column of the table."""

    field: str
    type: FieldType
    label_zh: str
    label_en: str
    list: str | None = None
    sortable: bool = False
    filterable: bool = False
    exportable: bool = True
    importable: bool = False
    editable: bool = False
    column_default: bool = False
    length_max: int = 0
    custom: bool = False


def _text(field: str, label_zh: str, label_en: str, length_max: int, *, sortable: bool = False, column_default: bool = False) -> Field:
    return Field(
        field, "text", label_zh, label_en, sortable=sortable, importable=True, editable=True,
        column_default=column_default, length_max=length_max,
    )  # fmt: skip


def _choice(field: OptionList, label_zh: str, label_en: str, *, sortable: bool = False, column_default: bool = False) -> Field:
    filterable = field in ("status", "level", "province", "industry", "source")
    return Field(
        field, "choice", label_zh, label_en, list=field, sortable=sortable, filterable=filterable,
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
    Field("owner", "member", "负责人", "Owner", filterable=True, importable=True, column_default=True),
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
    Field("tags", "tags", "标签", "Tags", filterable=True),
    Field("starred", "boolean", "星标", "Starred", exportable=False),
    _time("last_follow_up_at", "最新跟进", "Latest follow-up", sortable=True, column_default=True),
    Field("last_follow_up_by", "member", "最新跟进人", "Latest follow-up by"),
    Field("last_follow_up_excerpt", "text", "最新跟进内容", "Latest follow-up text"),
    _time("next_contact_at", "下次联系", "Next contact", sortable=True, editable=True, column_default=True),
    Field("previous_owner", "member", "原负责人", "Previous owner"),
    _time("pool_entered_at", "进入公海时间", "In the pool since", sortable=True),
    Field("pool_reason", "choice", "退回原因", "Reason of return", list="return_reason"),
    Field("pool_note", "text", "退回说明", "Note of return"),
    Field("times_claimed", "number", "被领取次数", "Times claimed"),
    _time("created_at", "创建时间", "Created", sortable=True),
    Field("created_by", "member", "创建人", "Created by"),
    _time("updated_at", "更新时间", "Updated", sortable=True),
)

BY_NAME: dict[str, Field] = {field.field: field for field in FIELDS}
EDITABLE: tuple[str, ...] = tuple(field.field for field in FIELDS if field.editable)
CHOICES: tuple[Field, ...] = tuple(field for field in FIELDS if field.editable and field.list is not None)
OPTION_LISTS: tuple[str, ...] = tuple(field.list for field in CHOICES if field.list is not None)

# A choice whose options are the product's own words, not an admin's list.
FIXED_LABELS: dict[str, dict[str, str]] = {
    "visibility": {"public": "公开", "private": "私有"},
    "state": {"owned": "有负责人", "unassigned": "未分配", "pool": "公海"},
}
