"""Option lists: what can be chosen for status, level, industry and the like."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import option as commands
from services.customer.queries import option as queries
from services.customer.rules.option import OPTIONS_MAX, Change

blueprint = Blueprint("option", __name__)

Label = Annotated[str, Field(min_length=1, max_length=60)]


class Option(Shape):
    """One choice; ``system`` ones are given by the product alone."""

    value: str
    label_zh: str
    label_en: str
    color: str | None
    position: int
    active: bool
    system: bool


class Options(Shape):
    """One list in its order, inactive options too."""

    items: list[Option]
    list: str


class OptionLists(Shape):
    """All lists by name; those of custom fields by their keys."""

    lists: dict[str, list[Option]]


class SaveOption(Body):
    """One option as it shall be; without ``value`` it is a new one and gets a code of its own."""

    value: str | None = Field(None, pattern=r"^[^\s,:]{1,64}$")
    label_zh: Label
    label_en: Label | None = None
    color: str | None = Field(None, pattern=r"^#[0-9a-fA-F]{6}$")
    position: int | None = Field(None, ge=0, le=1_000_000)
    active: bool = True
    system: bool | None = None  # told back by clients that send what they read; the product alone decides it


class SaveOptions(Body):
    """The whole list. Where positions are given they set the order, else the order of the items does."""

    items: list[SaveOption] = Field(max_length=OPTIONS_MAX)


@blueprint.get("/api/options")
@endpoint(answer=OptionLists)
def list_options() -> dict[str, object]:
    """All option lists."""
    return queries.list_options(engine(), call().member_id)


@blueprint.get("/api/options/<name>")
@endpoint(answer=Options)
def find_options(name: str) -> dict[str, object]:
    """One option list."""
    return queries.find_options(engine(), call().member_id, name)


@blueprint.put("/api/options/<name>")
@endpoint(body=SaveOptions, answer=Options, right="admin")
def save_options(name: str, body: SaveOptions) -> dict[str, object]:
    """Replace an option list; options left out become inactive."""
    items = sorted(body.items, key=lambda item: item.position or 0) if all(i.position is not None for i in body.items) else body.items
    wanted = [Change(item.value, item.label_zh, item.label_en or item.label_zh, item.color, item.active) for item in items]
    return commands.save_options(engine(), call(), name, wanted)
