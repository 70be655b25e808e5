"""What the export service asks for, in the name of the member who exports. Never forwarded by the gateway."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from pydantic import Field

from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import export_rows as commands
from services.customer.queries import export_rows as queries
from services.customer.routes.customer import zone

blueprint = Blueprint("export_rows", __name__)


class AuthorizeExport(Body):
    """What is to be exported: chosen ids, or a list's parameters; null asks for the right alone."""

    selection: dict[str, Any] | None = None


class ExportOption(Shape):
    """One option and what it is called."""

    value: str
    label_zh: str
    label_en: str


class ExportField(Shape):
    """One field that can be a column."""

    field: str
    type: str
    label_zh: str
    label_en: str
    options: list[ExportOption] | None


class ExportAuthorization(Shape):
    """The asker's name, the fields, those that the conditions ask, and the names of the ids that they mention."""

    member_name: str
    fields: list[ExportField]
    conditions: list[ExportField]
    names: dict[str, str]


class AskExportRows(Body):
    """Which rows and columns; times come as shown in ``zone``."""

    selection: dict[str, Any]
    columns: list[str] = Field(min_length=1, max_length=100)
    zone: str = Field(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")


class RecordExport(Body):
    """What was exported."""

    export_id: UUID
    name: str
    rows: int
    columns: list[str]
    selection: dict[str, Any]


@blueprint.post("/internal/exports/authorize")
@endpoint(body=AuthorizeExport, answer=ExportAuthorization, callers=("export",), right="export")
def authorize_export(body: AuthorizeExport) -> Any:
    """Whether the member may export this."""
    return queries.authorize(engine(), call().member_id, body.selection, zone=zone())


@blueprint.post("/internal/export_rows")
@endpoint(body=AskExportRows, callers=("export",), right="export")
def stream_export_rows(body: AskExportRows) -> Response:
    """The rows as PostgreSQL's COPY text, their number in ``X-Rows-Total``."""
    stream = queries.open_rows(engine(), call().member_id, body.selection, body.columns, zone=body.zone)
    response = Response(stream.chunks, headers={"X-Rows-Total": str(stream.total)}, content_type="text/plain; charset=utf-8")
    response.call_on_close(stream.close)  # also where the caller went away before the first piece
    return response


@blueprint.post("/internal/exports/record")
@endpoint(body=RecordExport, callers=("export",))
def record_export(body: RecordExport) -> None:
    """Write the audit entry of a finished export."""
    commands.record_export(engine(), call(), body.model_dump())
