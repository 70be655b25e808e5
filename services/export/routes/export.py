"""Exports at the door: ask, watch, cancel, fetch. Shapes stand here; what they mean is in ``commands`` and ``queries``."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, Response, current_app, send_file
from pydantic import Field, model_validator

from services.common.web import Body, Query, Shape, call, endpoint, engine
from services.export.commands import export as commands
from services.export.queries import export as queries

blueprint = Blueprint("export", __name__)

State = Literal["queued", "running", "done", "failed", "cancelled", "expired"]
View = Literal["mine", "participating", "contact_today", "overdue", "starred", "soon_recycled", "team", "unassigned", "all", "pool"]
_LISTED = ("view", "q", "filter", "sort", "status", "level", "province", "source", "industry", "owner_id", "department_id")


class CreateExport(Body):
    """Chosen customers, or a view with the same conditions as the list (``status``, ``level`` … are comma lists)."""

    customer_ids: list[UUID] | None = Field(None, min_length=1, max_length=10_000)
    view: View | None = None
    q: str | None = Field(None, max_length=200)
    filter: dict[str, Any] | None = None
    sort: str | None = Field(None, max_length=60)
    status: str | None = Field(None, max_length=1000)
    level: str | None = Field(None, max_length=1000)
    province: str | None = Field(None, max_length=1000)
    source: str | None = Field(None, max_length=1000)
    industry: str | None = Field(None, max_length=1000)
    owner_id: UUID | None = None
    department_id: UUID | None = None
    columns: list[str] | None = Field(None, min_length=1, max_length=100)
    name: str | None = Field(None, min_length=1, max_length=120)
    language: Literal["zh", "en"] = "zh"

    @model_validator(mode="after")
    def one_way_to_select(self) -> CreateExport:
        """Either ids or a view; conditions belong to a view."""
        if self.customer_ids is None:
            if self.view is None:
                raise ValueError("give customer_ids or view")
        elif any(getattr(self, name) is not None for name in _LISTED):
            raise ValueError("customer_ids stands alone: no view and no conditions beside it")
        return self

    def selection(self) -> dict[str, Any]:
        """The selection as it is stored and sent to customer."""
        if self.customer_ids is not None:
            return {"customer_ids": [str(one) for one in dict.fromkeys(self.customer_ids)]}
        found = {name: value for name in _LISTED if (value := getattr(self, name)) is not None}
        return {name: value if name == "filter" else str(value) for name, value in found.items()}


class ExportError(Shape):
    """Why an export failed, or why its last attempt did."""

    code: str
    detail: str


class Scope(Shape):
    """What was selected: a number of chosen customers, or a view with conditions."""

    customer_count: int | None = None
    view: View | None = None
    q: str | None = None
    filter: dict[str, Any] | None = None
    sort: str | None = None
    status: str | None = None
    level: str | None = None
    province: str | None = None
    source: str | None = None
    industry: str | None = None
    owner_id: UUID | None = None
    department_id: UUID | None = None


class Export(Shape):
    """One export."""

    export_id: UUID
    name: str
    state: State
    rows_done: int
    rows_total: int | None
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
    file_name: str
    size_bytes: int | None
    error: ExportError | None
    columns: list[str]
    scope: Scope


class ExportPage(Shape):
    """Some exports, newest first."""

    items: list[Export]
    next: str | None


class ListExports(Query):
    """Which exports."""

    state: State | None = None
    limit: int = Field(50, ge=1, le=200)
    after: UUID | None = None


@blueprint.post("/api/exports")
@endpoint(body=CreateExport, answer=Export, status=202, right="export")
def request_export(body: CreateExport) -> Any:
    """Begin an export in the background."""
    parts = current_app.extensions["parts"]
    wanted = commands.Wanted(body.selection(), body.columns, body.name, body.language)
    return queries.shown(commands.request_export(engine(), call(), parts.customer, parts.queue, wanted, parts.zone))


@blueprint.get("/api/exports")
@endpoint(query=ListExports, answer=ExportPage)
def list_exports(query: ListExports) -> Any:
    """My exports, newest first."""
    return queries.list_exports(engine(), call().member_id, state=query.state, after=query.after, limit=query.limit)


@blueprint.get("/api/exports/<export_id>")
@endpoint(answer=Export)
def get_export(export_id: UUID) -> Any:
    """One of my exports."""
    return queries.find_export(engine(), call().member_id, export_id)


@blueprint.delete("/api/exports/<export_id>")
@endpoint()
def cancel_export(export_id: UUID) -> None:
    """Cancel a running export, or remove the file of a finished one."""
    parts = current_app.extensions["parts"]
    commands.cancel_export(engine(), call(), parts.files, parts.live, export_id)


@blueprint.get("/api/exports/<export_id>/file")
@endpoint(right="export")
def get_export_file(export_id: UUID) -> Response:
    """The file, for its asker alone and while the export right is held. Answers ranges."""
    parts = current_app.extensions["parts"]
    found = queries.find_file(engine(), parts.customer, parts.files, call().member_id, export_id)
    return send_file(
        found.path,
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=found.name,
        etag=found.sha256,
        conditional=True,
        max_age=0,
    )
