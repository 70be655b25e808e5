"""What the sheet about an export says: who, when, which conditions, how many rows. How it looks is in ``store/skeleton.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.export.rules.columns import Column
from services.export.rules.export import VIEW_NAMES
from services.export.rules.filter_text import sentence, vocabulary

Line = tuple[str, str | int | datetime]

_LABELS: Mapping[str, tuple[str, str]] = {
    "customers": ("客户", "Customers"),
    "about": ("导出说明", "About this export"),
    "name": ("导出名称", "Name"),
    "member": ("导出人", "Exported by"),
    "at": ("数据时间", "Data as of"),
    "zone": ("时区", "Time zone"),
    "rows": ("行数", "Rows"),
    "columns": ("列", "Columns"),
    "scope": ("范围", "Scope"),
    "chosen": ("已选的客户", "Chosen customers"),
    "q": ("搜索", "Search"),
    "filter": ("筛选条件", "Conditions"),
    "sort": ("排序", "Order"),
    "ascending": ("升序", "ascending"),
    "descending": ("降序", "descending"),
    "department_id": ("部门", "Department"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one export when its file is begun; ``at`` is naive, as shown in ``zone``."""

    name: str
    member_name: str
    at: datetime
    zone: str
    rows: int
    selection: Mapping[str, Any]


def label(word: str, language: str) -> str:
    """One of the fixed texts."""
    return _LABELS[word][language == "en"]


def lines(
    facts: Facts, columns: Sequence[Column], fields: Sequence[Mapping[str, Any]], names: Mapping[str, str], language: str
) -> list[Line]:
    """The sheet's lines; ``names`` gives the names of the ids that conditions mention."""
    top: list[Line] = [
        (label("name", language), facts.name),
        (label("member", language), facts.member_name),
        (label("at", language), facts.at),
        (label("zone", language), facts.zone),
        (label("rows", language), facts.rows),
    ]
    shown = "、" if language == "zh" else ", "
    below: Line = (label("columns", language), shown.join(column.label for column in columns))
    return [*top, *_conditions(facts.selection, fields, names, language), below]


def _conditions(selection: Mapping[str, Any], fields: Sequence[Mapping[str, Any]], names: Mapping[str, str], language: str) -> list[Line]:
    if "customer_ids" in selection:
        return [(label("scope", language), f"{label('chosen', language)}: {len(selection['customer_ids'])}")]
    known = {one["field"]: one for one in fields}
    found: list[Line] = [(label("scope", language), VIEW_NAMES[selection["view"]][language == "en"])]
    for name, value in selection.items():
        if name == "sort":
            found.append((label("sort", language), _sort(value, known, language)))
        elif name == "filter":
            found.append((label("filter", language), sentence(value, vocabulary(fields, names, language))))
        elif name != "view":
            found.append(_condition(name, str(value), known, names, language))
    return found


def _condition(name: str, value: str, known: Mapping[str, Mapping[str, Any]], names: Mapping[str, str], language: str) -> Line:
    if name == "q":
        return label("q", language), value
    field = known.get(name) or known.get(name.removesuffix("_id"), {})
    title = str(field.get(f"label_{language}") or (label(name, language) if name in _LABELS else name))
    options = {option["value"]: option[f"label_{language}"] for option in field.get("options") or ()}
    parts = [options.get(part, names.get(part, part)) for part in value.split(",")]
    return title, "、".join(parts) if language == "zh" else ", ".join(parts)


def _sort(value: str, known: Mapping[str, Mapping[str, Any]], language: str) -> str:
    name, _, direction = value.partition(":")
    title = str(known.get(name, {}).get(f"label_{language}", name))
    words = {"asc": "ascending", "desc": "descending"}
    return f"{title} {label(words[direction], language)}" if direction in words else title
