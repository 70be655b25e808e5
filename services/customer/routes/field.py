"""Which fields a customer has: read by forms, columns, sort menus, export and import."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from services.common.web import Shape, call, endpoint, engine
from services.customer.queries import field as queries
from services.customer.rules.field import FieldType

blueprint = Blueprint("field", __name__)


class FieldShape(Shape):
    """One field. ``list`` names the option list of a choice, a custom field's own key where it is one; ``operators`` are what a filter
    may ask of it; ``listed``: a value of the customer, which can be a column, not only something to filter by;
    ``pinyin``: how the Chinese label is typed.
    """

    field: str
    type: FieldType
    label_zh: str
    label_en: str
    list: str | None
    sortable: bool
    filterable: bool
    exportable: bool
    importable: bool
    editable: bool
    column_default: bool
    custom: bool
    listed: bool
    operators: tuple[str, ...]
    pinyin: str


class FieldList(Shape):
    """All fields."""

    fields: list[FieldShape]


@blueprint.get("/api/fields")
@endpoint(answer=FieldList)
def list_fields() -> dict[str, Any]:
    """The fields of a customer."""
    return {"fields": queries.list_fields(engine(), call().member_id)}
