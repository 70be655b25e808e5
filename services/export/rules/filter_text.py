"""A tree of conditions as one sentence, for the sheet about an export. The screen says the same: both are held to the cases in
``tests/support/filter_sentences.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_FAMILIES: Final[Mapping[str, str]] = {
    "text": "text", "code": "text", "number": "number", "integer": "number", "date": "date", "datetime": "date", "choice": "single",
    "member": "single", "customer": "single", "choices": "many", "members": "many", "tags": "many", "boolean": "boolean",
}  # fmt: skip
_QUOTED: Final = ("is", "is_not", "any_of", "none_of", "contains", "not_contains", "starts_with")
_BY_FAMILY: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("is", "lt", "le", "gt", "ge"),
    "many": ("any_of", "none_of"),
    "boolean": ("is",),
}

_SAY: Final[Mapping[str, tuple[str, str]]] = {
    "is": ("{field} 是 {value}", "{field} is {value}"),
    "is_not": ("{field} 不是 {value}（含未填写）", "{field} is not {value} (or is empty)"),
    "any_of": ("{field} 属于 {value}", "{field} is any of {value}"),
    "none_of": ("{field} 不属于 {value}（含未填写）", "{field} is none of {value} (or is empty)"),
    "many_any_of": ("{field} 包含任一 {value}", "{field} has any of {value}"),
    "many_none_of": ("{field} 不含 {value}（含未填写）", "{field} has none of {value} (or is empty)"),
    "all_of": ("{field} 包含全部 {value}", "{field} has all of {value}"),
    "contains": ("{field} 包含 {value}", "{field} contains {value}"),
    "not_contains": ("{field} 不包含 {value}（含未填写）", "{field} does not contain {value} (or is empty)"),
    "starts_with": ("{field} 开头是 {value}", "{field} starts with {value}"),
    "is_empty": ("{field} 为空", "{field} is empty"),
    "is_not_empty": ("{field} 不为空", "{field} is not empty"),
    "lt": ("{field} < {value}", "{field} < {value}"),
    "le": ("{field} ≤ {value}", "{field} ≤ {value}"),
    "gt": ("{field} > {value}", "{field} > {value}"),
    "ge": ("{field} ≥ {value}", "{field} ≥ {value}"),
    "date_is": ("{field} 在 {value}", "{field} is on {value}"),
    "date_lt": ("{field} 早于 {value}", "{field} is before {value}"),
    "date_le": ("{field} 不晚于 {value}", "{field} is on or before {value}"),
    "date_gt": ("{field} 晚于 {value}", "{field} is after {value}"),
    "date_ge": ("{field} 不早于 {value}", "{field} is on or after {value}"),
    "boolean_is": ("{field}：{value}", "{field}: {value}"),
    "between": ("{field} 在 {low} 到 {high} 之间", "{field} is between {low} and {high}"),
    "relative": ("{field} 在 {value}", "{field} is {value}"),
    "last_days": ("{field} 在最近 {value} 天内", "{field} is within the last {value} days"),
    "next_days": ("{field} 在未来 {value} 天内", "{field} is within the next {value} days"),
    "more_than_days_ago": ("{field} 在 {value} 天以前", "{field} is more than {value} days ago"),
}
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "today": ("今天", "today"), "yesterday": ("昨天", "yesterday"), "tomorrow": ("明天", "tomorrow"),
    "this_week": ("本周", "this week"), "last_week": ("上周", "last week"), "next_week": ("下周", "next week"),
    "this_month": ("本月", "this month"), "last_month": ("上月", "last month"), "next_month": ("下月", "next month"),
    "this_quarter": ("本季度", "this quarter"), "last_quarter": ("上季度", "last quarter"), "next_quarter": ("下季度", "next quarter"),
    "this_year": ("今年", "this year"), "last_year": ("去年", "last year"), "next_year": ("明年", "next year"),
    "yes": ("是", "yes"), "no": ("否", "no"), "and": ("，且 ", " and "), "or": ("，或 ", " or "), "comma": ("、", ", "),
    "group": ("（{text}）", "({text})"), "not": ("不符合（{text}）", "not ({text})"), "quoted": ("“{value}”", "“{value}”"),
    "gone": ("已删除的字段 {field}", "deleted field {field}"), "gone_value": ("已删除的选项", "deleted option"),
    "me": ("我", "me"), "my_department": ("我的部门", "my department"), "everything": ("不限条件", "no conditions"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What fields are called (with their options), and the names of the ids that conditions mention."""

    fields: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    language: str

    def word(self, key: str) -> str:
        """One of the fixed texts."""
        return _WORDS[key][self.language == "en"]


def vocabulary(fields: Sequence[Mapping[str, Any]], names: Mapping[str, str], language: str) -> Vocabulary:
    """The words for an export's conditions."""
    return Vocabulary({one["field"]: one for one in fields}, names, language)


def sentence(node: Any, words: Vocabulary, *, inner: bool = False) -> str:
    """The whole tree in words. It was checked before; what is unknown by now is called gone, never left out."""
    if not isinstance(node, Mapping) or not node:
        return words.word("everything")
    if "not" in node:
        return words.word("not").format(text=sentence(node["not"], words))
    for joint in ("and", "or"):
        if joint in node:
            texts = [sentence(one, words, inner=True) for one in node[joint]]
            text = words.word(joint).join(texts)
            return words.word("group").format(text=text) if inner and len(texts) > 1 else text
    return _condition(node, words)


def _condition(node: Mapping[str, Any], words: Vocabulary) -> str:
    name, op = str(node.get("field")), str(node.get("op"))
    field = words.fields.get(name)
    kind = str(field["type"]) if field else "text"
    title = str(field[f"label_{words.language}"]) if field else words.word("gone").format(field=name)
    value = node.get("value")
    values = [_value(one, field, kind, op, words) for one in (value if isinstance(value, list) else [] if value is None else [value])]
    family = _FAMILIES.get(kind, "text")
    key = f"{family}_{op}" if op in _BY_FAMILY.get(family, ()) else op
    template = _SAY.get(key, ("{field} {value}", "{field} {value}"))[words.language == "en"]
    low, high = (*values, "", "")[:2]
    return template.format(field=title, value=words.word("comma").join(values), low=low, high=high)


def _value(value: Any, field: Mapping[str, Any] | None, kind: str, op: str, words: Vocabulary) -> str:
    if op == "relative" and value in _WORDS:
        return words.word(str(value))
    if kind == "boolean":
        return words.word("yes" if value is True else "no")
    if value in ("me", "my_department"):
        return words.word(str(value))
    options = (field or {}).get("options")
    if options:
        known = {one["value"]: one[f"label_{words.language}"] for one in options}
        return str(known.get(value, words.word("gone_value")))
    if _FAMILIES.get(kind, "text") == "text" and op in _QUOTED:
        return words.word("quoted").format(value=value)
    return words.names.get(str(value), str(value))
