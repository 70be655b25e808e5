"""Imports: what the texts of an uploaded table mean, why a row is refused, when it may run. Its columns are ``import_columns.py``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.problem import Kind, Problem
from services.customer.rules import custom_text, custom_value, customer, region, tag
from services.customer.rules.field import BY_NAME, FIXED_LABELS, Field
from services.customer.rules.import_columns import key
from services.customer.rules.option import OPTIONS_MAX, Option, OptionList
from services.customer.rules.pinyin import fold
from services.customer.rules.tag import Tag

State = Literal["previewed", "running", "done", "failed", "cancelled"]

FILE_BYTES_MAX = 20 * 1024 * 1024
PREVIEW_ROWS = 100
ATTEMPTS_MAX = 5
KEPT_DAYS = 7  # of rows and reasons; the history itself stays

_TIMES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%Y.%m.%d", "%Y年%m月%d日", "%Y年%m月%d日 %H:%M", "%Y%m%d",
)  # fmt: skip
_STAFF = re.compile(r"^[约超过]*\s*(\d[\d,]*)\s*(?:[人名]|-.*|~.*|以上|\+)?.*$")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not accepted: the field at fault (None: the row as a whole), a code, a sentence."""

    field: str | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Known:
    """What texts can mean: what people write for options, the options, members by name or account (None: several of that name).

    ``may_add``: the importer may add options to the lists of ``ADDABLE``.
    """

    keys: Mapping[str, Mapping[str, str]]
    options: Mapping[str, Sequence[Option]]
    members: Mapping[str, UUID | None] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    may_add: bool = False
    custom: Mapping[str, Field] = field(default_factory=dict)
    tags: Mapping[str, Tag] = field(default_factory=dict)  # those in use, by folded name


@dataclass(frozen=True, slots=True)
class Checked:
    """A row as values ready to be stored (custom ones under ``custom``), or with the reasons against it. ``new_options`` are
    (field, label) that no option has yet.
    """

    values: dict[str, Any]
    reasons: list[Reason]
    new_options: list[tuple[str, str]]


ADDABLE: tuple[OptionList, ...] = (
    "industry",
    "source",
    "province",
)  # lists that an import may grow; the options of the others mean something to the product
OPTION_LABEL_MAX = 60


def check(cells: Sequence[str], columns: Sequence[str | None], known: Known) -> Checked:
    """What a row's texts mean, checked by the same rules as what is typed into the form."""
    texts = {name: cell for name, cell in zip(columns, cells, strict=False) if name is not None and cell != ""}
    if "province" in texts:
        province, city = region.settle(texts["province"], texts.get("city"))
        texts |= {"province": province} | ({"city": city} if city else {})
    made = Checked({}, [], [])
    tags = texts.pop("tags", "")
    for name, text in texts.items():
        one = known.custom.get(name) or BY_NAME.get(name)
        if one is None:  # retired since the columns were chosen
            made.reasons.append(Reason(name, "field_unknown", f"The field {name} is no longer in use. Choose the columns again."))
        else:
            _interpret_one(one, text, known, made)
    owner = made.values.pop("owner", None)
    own, custom = custom_value.split(made.values)
    checkable = {name: value for name, value in own.items() if (name, value) not in made.new_options}
    cleaned, faults = customer.clean(checkable, known.options)
    members = {value for name, value in custom.items() if known.custom[name].type == "member"}  # active ones, found by their names
    entered, more = custom_value.clean_all(known.custom, custom, custom_value.Known(known.options, members))
    made.values.clear()
    made.values.update(own | cleaned | {"custom": custom_value.stored({}, entered)})
    made.reasons.extend(Reason(fault.field, fault.code, fault.detail) for fault in [*faults, *more])
    if owner is not None:
        made.values["owner_id"] = owner
    if tags:
        _tags(tags, known, made)
    if "name" not in texts:
        made.reasons.append(Reason("name", "required", "The customer's name is missing."))
    return made


def _interpret_one(one: Field, text: str, known: Known, made: Checked) -> None:
    if one.custom and one.type in custom_text.READERS:
        _read(one, text, made)
    elif one.type == "choices":
        _choices(one, text, known, made)
    elif one.type == "choice":
        _choice(one, text, known, made)
    elif one.type == "member":
        _member(one, text, known, made)
    elif one.type == "number":
        found = _STAFF.match(unicodedata.normalize("NFKC", text))
        if found:
            made.values[one.field] = int(found[1].replace(",", ""))
        else:
            made.reasons.append(Reason(one.field, "number_expected", f"{text} is not a number."))
    elif one.type in ("date", "datetime"):
        moment = parse_time(text, known.zone)
        if moment is None:
            made.reasons.append(
                Reason(one.field, "time_expected", f"{text} is not a day or time. Write it as 2026-11-23 or 2026-11-23 09:30.")
            )
        else:
            made.values[one.field] = moment
    else:
        made.values[one.field] = text


def _read(one: Field, text: str, made: Checked) -> None:
    value = custom_text.READERS[one.type](text)
    if value is None:
        code, detail = custom_text.EXPECTED[one.type]
        made.reasons.append(Reason(one.field, code, f"{text} {detail}"))
    else:
        made.values[one.field] = value


def _choice(one: Field, text: str, known: Known, made: Checked) -> None:
    value = known.keys.get(one.field, {}).get(key(text))
    if value is not None:
        made.values[one.field] = value
    elif one.field in ADDABLE and known.may_add and len(text) <= OPTION_LABEL_MAX:
        made.values[one.field] = text
        made.new_options.append((one.field, text))
    else:
        made.reasons.append(Reason(one.field, "unknown_option", f"{text} is not one of the options of {one.label_zh}."))


def _choices(one: Field, text: str, known: Known, made: Checked) -> None:
    keys = known.keys.get(one.field, {})
    found = {part: keys.get(key(part)) for part in ([text] if key(text) in keys else custom_text.parts(text))}
    unknown = [part for part, value in found.items() if value is None]
    if unknown:
        made.reasons.append(Reason(one.field, "unknown_option", f"{unknown[0]} is not one of the options of {one.label_zh}."))
    else:
        made.values[one.field] = list(dict.fromkeys(found.values()))


def _tags(text: str, known: Known, made: Checked) -> None:
    """``values["tags"]``: folded names; those that no tag in use has are new ones, where the importer may make some."""
    groups: set[UUID] = set()
    for name in tag.split_names(text):
        found = known.tags.get(fold(name))
        if found is None and not known.may_add:
            made.reasons.append(Reason("tags", "tag_unknown", f"There is no tag {name}. Only an admin's import makes new ones."))
        elif found is None and len(name) > tag.NAME_LENGTH_MAX:
            made.reasons.append(Reason("tags", "too_long", f"A tag has at most {tag.NAME_LENGTH_MAX} characters."))
        elif found is None:
            made.new_options.append(("tags", name))
        elif found.single and found.tag_group_id in groups:
            made.reasons.append(Reason("tags", "one_of_group", f"{name} is of a group of which a customer has one tag, and there are two."))
        elif found.single and found.tag_group_id is not None:
            groups.add(found.tag_group_id)
        made.values.setdefault("tags", []).append(fold(name))
    if len(made.values.get("tags", ())) > tag.CUSTOMER_TAGS_MAX:
        made.reasons.append(Reason("tags", "too_many_tags", f"A customer has at most {tag.CUSTOMER_TAGS_MAX} tags."))


def _member(one: Field, text: str, known: Known, made: Checked) -> None:
    found = known.members.get(key(text))
    if found is not None:
        made.values[one.field] = found
    elif key(text) in known.members:
        made.reasons.append(Reason(one.field, "member_not_unique", f"Several members are called {text}. Write the account instead."))
    else:
        made.reasons.append(Reason(one.field, "unknown_member", f"No active member is called {text}."))


def option_keys(options: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """(value, label_zh, label_en) → everything people may write for it; the value itself wins."""
    found: dict[str, str] = {}
    for value, chinese, english in options:
        found |= {key(english): value} | {key(part): value for part in (chinese, *chinese.split(" "), *chinese.split("/"))}
    return found | {key(value): value for value, _, _ in options}


def whole_keys(options: Sequence[Option]) -> dict[str, str]:
    """The same for a custom choice, whose labels count as a whole."""
    return {key(word): one.value for one in options if one.active for word in (one.value, one.label_en, one.label_zh)}


def fixed_options(name: str) -> dict[str, str]:
    """The same for choices that no admin edits."""
    words = {
        "visibility": {
            "公开": "public",
            "是": "public",
            "yes": "public",
            "true": "public",
            "私有": "private",
            "否": "private",
            "no": "private",
            "false": "private",
        }
    }
    labels = {key(label): value for value, label in FIXED_LABELS.get(name, {}).items()}
    return (
        {key(word): value for word, value in words.get(name, {}).items()} | labels | {value: value for value in FIXED_LABELS.get(name, {})}
    )


def parse_time(text: str, zone: str) -> datetime | None:
    """A day or time as people write it, in ``zone`` unless it says otherwise; a day alone is its nine o'clock."""
    text = unicodedata.normalize("NFKC", text).strip()
    for shape in _TIMES:
        try:
            moment = datetime.strptime(text, shape).replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            continue
        return moment.replace(hour=9) if "%H" not in shape else moment
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def add_options(current: Sequence[Option], labels: Sequence[str]) -> list[Option]:
    """New options for ``labels``, at the end of the list; those beyond its room are left out."""
    taken = {option.value for option in current}
    room = max(0, OPTIONS_MAX - len(current))
    fresh = [label for label in dict.fromkeys(labels) if label not in taken][:room]
    return [Option(_code(label), label, label, None, len(current) + n, active=True, system=False) for n, label in enumerate(fresh)]


def _code(label: str) -> str:
    """The label itself serves as the code where it may."""
    return re.sub(r"[\s,:]+", "_", label)


def rows_name(import_id: UUID) -> str:
    """The blob that holds an import's rows."""
    return f"{import_id}.rows"


_IN_CHINESE: Mapping[str, str] = {
    "required": "不能为空",
    "unknown_option": "不是可选项",
    "option_unknown": "不是可选项",
    "option_inactive": "该选项已停用",
    "too_long": "内容过长",
    "email_malformed": "邮箱格式不正确",
    "website_malformed": "网址格式不正确",
    "credit_code_checksum": "统一社会信用代码不正确（18 位，末位为校验码）",
    "credit_code_taken": "已有客户使用此信用代码",
    "out_of_range": "数值超出范围",
    "number_expected": "应填数字",
    "day_expected": "应填日期，如 2026-11-23",
    "boolean_expected": "应填“是”或“否”",
    "too_many_values": "选项过多",
    "field_unknown": "该字段已停用",
    "time_expected": "应填日期或时间，如 2026-11-23 或 2026-11-23 09:30",
    "member_not_unique": "有多位同名成员，请填写账号",
    "unknown_member": "没有此名称的在职成员",
    "already_there": "已有同名客户",
    "too_many_options": "选项数量已达上限",
}


REJECTED_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"title": "未导入的行", "row": "行号", "reason": "原因"},
    "en": {"title": "Rejected rows", "row": "Row", "reason": "Reason"},
}


def in_words(reasons: Sequence[Mapping[str, Any]], language: str, custom: Mapping[str, Field] | None = None) -> str:
    """Reasons as people read them, e.g. ``邮箱：邮箱格式不正确``."""
    parts = []
    for reason in reasons:
        known = BY_NAME.get(reason["field"] or "") or (custom or {}).get(reason["field"] or "")
        if language == "en":
            parts.append(f"{known.label_en}: {reason['detail']}" if known else reason["detail"])
        else:
            words = _IN_CHINESE.get(reason["code"], reason["detail"])
            parts.append(f"{known.label_zh}：{words}" if known else words)
    return ("；" if language == "zh" else " ").join(parts)


def as_json(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Reasons as they are stored and shown."""
    return [asdict(reason) for reason in reasons]


def check_state(state: str, wanted: Literal["run", "cancel"]) -> bool:
    """Whether ``wanted`` changes anything: False where it is so already, refused where it no longer can be."""
    if wanted == "run":
        if state in ("running", "done"):
            return False
        if state == "previewed":
            return True
    elif state in ("previewed", "running"):
        return True
    elif state == "cancelled":
        return False
    raise Problem(Kind.CONFLICT, f"import_{state}", "This import has ended. Upload the file again.", state=state)
