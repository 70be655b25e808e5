"""Custom fields: what an admin adds to the fields of a customer. Values go with the customer, options under ``/api/options/<key>``."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Blueprint
from pydantic import AwareDatetime, Field

from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import custom_field as commands
from services.customer.queries import custom_field as queries
from services.customer.rules.custom_field import CustomType
from services.customer.rules.option import OPTIONS_MAX, Change

blueprint = Blueprint("custom_field", __name__)

Label = Annotated[str, Field(min_length=1, max_length=60)]


class CustomField(Shape):
    """One field; ``key`` is its name in bodies, answers, filters, columns and events, and of its option list. It is never reused."""

    key: str
    type: CustomType
    label_zh: str
    label_en: str
    position: int
    active: bool
    created_at: AwareDatetime


class CustomFields(Shape):
    """All of them in their order, retired ones too."""

    items: list[CustomField]


class NewFieldOption(Body):
    """One option of a new choice."""

    label_zh: Label
    label_en: Label | None = None
    color: str | None = Field(None, pattern=r"^#[0-9a-fA-F]{6}$")


class CreateField(Body):
    """A new field; its type stays what it is. Without an English label the Chinese one stands for both."""

    type: CustomType
    label_zh: Label
    label_en: Label | None = None
    options: list[NewFieldOption] = Field([], max_length=OPTIONS_MAX)


class EditField(Body):
    """What is to change; ``active`` false retires the field, its values stay."""

    label_zh: Label | None = None
    label_en: Label | None = None
    active: bool | None = None


class OrderFields(Body):
    """Keys in their new order."""

    keys: list[str] = Field(max_length=1000)


@blueprint.get("/api/custom_fields")
@endpoint(answer=CustomFields)
def list_fields() -> dict[str, Any]:
    """All custom fields."""
    return queries.list_fields(engine(), call().member_id)


@blueprint.post("/api/custom_fields")
@endpoint(body=CreateField, answer=CustomField, status=201, right="admin")
def create_field(body: CreateField) -> dict[str, Any]:
    """Add a custom field."""
    options = [Change(None, one.label_zh, one.label_en or one.label_zh, one.color, active=True) for one in body.options]
    label_en = body.label_en or body.label_zh
    return commands.create_field(engine(), call(), type_=body.type, label_zh=body.label_zh, label_en=label_en, options=options)


@blueprint.patch("/api/custom_fields/<key>")
@endpoint(body=EditField, answer=CustomField, right="admin")
def edit_field(key: str, body: EditField) -> dict[str, Any]:
    """Rename, retire or revive a custom field."""
    return commands.edit_field(engine(), call(), key, body.changes("label_zh", "label_en", "active"))


@blueprint.put("/api/custom_fields/order")
@endpoint(body=OrderFields, answer=CustomFields, right="admin")
def order_fields(body: OrderFields) -> dict[str, Any]:
    """Put the custom fields into an order."""
    return commands.order_fields(engine(), call(), body.keys)
