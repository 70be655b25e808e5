"""Which column of an uploaded table is which field: headers guessed in both languages, and a mapping checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from services.common.problem import invalid
from services.customer.rules.field import BY_NAME, Field

HEADER_SEARCH_ROWS = 10

# Beyond the fields' own labels and names; compared without spaces, punctuation and case.
_SYNONYMS: Mapping[str, str] = {
    "name": "公司名称 企业名称 客户名 客户 公司 企业 单位 单位名称 机构名称 公司全称 全称 名称 姓名"
    " company companyname customer customername account accountname",
    "short_name": "公司简称 客户简称 证券简称 abbreviation shortname",
    "owner": "负责人 销售 销售员 业务员 客户经理 所有者 归属人 owner salesperson accountmanager",
    "status": "客户状态 跟进状态 阶段 销售阶段 stage",
    "level": "客户级别 客户等级 等级 重要程度 grade rank",
    "kind": "客户类型 性质 customertype type",
    "relation": "客户关系 关系类型 relationship",
    "industry": "所属行业 行业类别 行业分类 sector",
    "source": "客户来源 线索来源 渠道 来源渠道 leadsource channel",
    "province": "省 省市 所在省 所在省份 所属省份 地区 区域 所在地区 state region area",
    "city": "市 所在城市 所在市 城市名称 town",
    "district": "区 县 区县 所在区县 county",
    "address": "公司地址 联系地址 详细地址 通讯地址 办公地址 地址 addr street",
    "phone": "联系电话 公司电话 固定电话 座机 电话号码 联系方式 tel telephone phonenumber",
    "mobile": "手机号 手机号码 移动电话 联系手机 cell cellphone mobilephone",
    "email": "电子邮箱 邮件 电子邮件 邮箱地址 mail emailaddress",
    "website": "网站 公司网址 官网 公司网站 主页 url web homepage site",
    "wechat": "微信号 weixin wechatid",
    "credit_code": "信用代码 社会信用代码 统一信用代码 税号 纳税人识别号 taxid uscc",
    "staff_size": "员工人数 人数 企业规模 公司规模 员工数 规模 employees headcount size",
    "remark": "说明 描述 备注信息 简介 note notes comment comments description remarks",
    "tags": "标签 客户标签 标记 tag labels label",
    "visibility": "是否公开 公开",
    "next_contact_at": "下次联系时间 下次跟进 下次跟进时间 nextcontact nextfollowup",
}
_NOT_A_WORD = re.compile(r"[\s\W_]+")


def key(header: str) -> str:
    """A text as texts are compared: without spaces, punctuation, width and case."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", header)).casefold()


def _labels() -> dict[str, str]:
    """The fields' own names and labels."""
    importable = [one for one in BY_NAME.values() if one.importable]
    return {key(word): one.field for one in importable for word in (one.field, one.label_zh, one.label_en)}


def _synonyms() -> dict[str, str]:
    return {key(word): name for name, words in _SYNONYMS.items() if name in BY_NAME and BY_NAME[name].importable for word in words.split()}


_LABELS = _labels()
_HEADERS = _synonyms() | _LABELS  # every known header → its field; a field's own label wins over another's synonym


_NOT_IMPORTED = frozenset(key(word) for one in BY_NAME.values() if not one.importable for word in (one.field, one.label_zh, one.label_en))
_ASIDE = re.compile(r"[(（【\[].*?[)）】\]]|必填|选填|可选|required|optional", re.IGNORECASE)


def guess(headers: Sequence[str], custom: Sequence[Field] = ()) -> list[str | None]:
    """The field of each column, None where none fits; each field is used once, by the best fitting column.

    A custom field is known by its labels, unless a field of the product's own has the same.
    """
    own = {key(label): one.field for one in custom for label in (one.label_en, one.label_zh)}
    chosen: list[str | None] = [_known_header(header, own) for header in headers]
    for position, name in enumerate(chosen):
        if name is not None and name in chosen[:position]:
            chosen[position] = None
    for position, header in enumerate(headers):
        if chosen[position] is None and (name := _containing(key(header))) not in (None, *chosen):
            chosen[position] = name
    return chosen


def _known_header(header: str, own: Mapping[str, str]) -> str | None:
    whole, short = key(header), key(_ASIDE.sub("", header))
    return _LABELS.get(whole) or own.get(whole) or _HEADERS.get(whole) or _LABELS.get(short) or own.get(short) or _HEADERS.get(short)


def _containing(text: str) -> str | None:
    """The field whose longest known header (three characters at least) stands inside ``text``, e.g. ``客户联系电话``."""
    if text in _NOT_IMPORTED or len(text) > 20:
        return None
    inside = [known for known in _HEADERS if known in text and len(known) >= (5 if known.isascii() else 3)]
    return _HEADERS[max(inside, key=len)] if inside else None


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows is the header: the one with the most known headers, the first where none is known."""
    known = [sum(name is not None for name in guess(row)) for row in rows[:HEADER_SEARCH_ROWS]]
    return known.index(max(known)) if known else 0


def check_columns(columns: Sequence[str | None], width: int, custom: Sequence[Field] = ()) -> None:
    """Refuse a mapping that has no name, an unknown field, or a field twice."""
    if len(columns) > max(width, 1):
        raise invalid("/columns", "columns_count", f"The table has {width} columns.")
    own = {one.field for one in custom}
    for position, name in enumerate(columns):
        if name is None:
            continue
        if name not in own and (name not in BY_NAME or not BY_NAME[name].importable):
            raise invalid(f"/columns/{position}", "unknown_field", f"{name} is not a field that can be imported.")
        if name in columns[:position]:
            raise invalid(f"/columns/{position}", "repeated_field", f"{name} stands for two columns.")
    if "name" not in columns:
        raise invalid("/columns", "name_missing", "One column must be the customer's name.")
