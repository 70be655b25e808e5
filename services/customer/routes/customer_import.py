"""Imports at the door: upload, look at the preview, run, watch, cancel, fetch the rejected rows. Shapes stand here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request, send_file
from pydantic import Field

from services.common.call import Call
from services.common.problem import Kind, Problem, invalid
from services.common.web import Body, Query, Shape, call, endpoint, engine, identity
from services.customer.commands import customer_import as commands
from services.customer.queries import customer_import as queries
from services.customer.rules.customer_import import FILE_BYTES_MAX

blueprint = Blueprint("customer_import", __name__)

State = Literal["previewed", "running", "done", "failed", "cancelled"]
_FORM_BYTES = 64 * 1024  # what a multipart body has around its file


class ImportColumn(Shape):
    """One column of the table and the field that it is, if any."""

    header: str
    field: str | None


class PreviewRow(Shape):
    """One of the first rows as it stands in the file."""

    row: int
    cells: list[str]


class RowError(Shape):
    """Why a row would be rejected; ``field`` is null where it is the row as a whole."""

    row: int
    field: str | None
    code: str
    detail: str


class NewOption(Shape):
    """A text in the table that is no option yet; the import of an admin adds it."""

    field: str
    label: str


class ImportError(Shape):  # noqa: A001 - the word of the interface; Python's own is not used here
    """Why the import ended early."""

    code: str
    detail: str


class ImportSummary(Shape):
    """One import. At its end ``accepted + rejected = rows``."""

    import_id: UUID
    file_name: str
    state: State
    columns: list[ImportColumn]
    rows: int
    rows_done: int
    accepted: int
    rejected: int
    batch_id: UUID
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: ImportError | None


class Import(ImportSummary):
    """One import; before it runs, with its first rows and what is wrong with them."""

    preview: list[PreviewRow]
    errors: list[RowError]
    new_options: list[NewOption]


class ImportPage(Shape):
    """Some imports, newest first."""

    items: list[ImportSummary]
    next: str | None


class ListImports(Query):
    """Which imports."""

    limit: int = Field(50, ge=1, le=200)
    after: UUID | None = None


class PreviewImport(Body):
    """Other columns than the guessed ones, in the table's order; null leaves a column out."""

    columns: list[str | None] | None = Field(None, max_length=200)


class RunImport(Body):
    """How to import. Without ``owner_id`` the importer owns the customers; null leaves them unassigned."""

    columns: list[str | None] | None = Field(None, max_length=200)
    owner_id: UUID | None = None
    visibility: Literal["public", "private"] = "public"
    skip_existing: bool = True


class RejectedFile(Query):
    """The language of headers and reasons."""

    language: Literal["zh", "en"] = "zh"


@blueprint.post("/api/imports")
@endpoint(answer=Import, status=201, right="import")
def upload() -> Any:
    """Upload a table (multipart field ``file``, .xlsx or .csv): its columns are guessed and its first rows checked."""
    with _uploaded() as (path, name):
        import_id = commands.upload(engine(), _call(), current_app.extensions["blobs"], source=path, file_name=name)
    return _find(import_id, None)


@blueprint.get("/api/imports")
@endpoint(query=ListImports, answer=ImportPage)
def list_imports(query: ListImports) -> Any:
    """My imports, newest first."""
    return queries.list_imports(engine(), call().member_id, after=query.after, limit=query.limit)


@blueprint.get("/api/imports/<import_id>")
@endpoint(answer=Import)
def get_import(import_id: UUID) -> Any:
    """One of my imports."""
    return _find(import_id, None)


@blueprint.post("/api/imports/<import_id>/preview")
@endpoint(body=PreviewImport, answer=Import)
def preview_import(import_id: UUID, body: PreviewImport) -> Any:
    """What would be wrong with the first rows under other columns; nothing is changed."""
    return _find(import_id, body.columns)


@blueprint.post("/api/imports/<import_id>/run")
@endpoint(body=RunImport, answer=ImportSummary, status=202, right="import")
def run_import(import_id: UUID, body: RunImport) -> Any:
    """Begin in the background."""
    choices: dict[str, Any] = {"visibility": body.visibility, "skip_existing": body.skip_existing}
    if "owner_id" in body.model_fields_set:
        choices["owner_id"] = str(body.owner_id) if body.owner_id else None
    return queries.shown(commands.run_import(engine(), call(), import_id, columns=body.columns, choices=choices))


@blueprint.post("/api/imports/<import_id>/cancel")
@endpoint(answer=ImportSummary)
def cancel_import(import_id: UUID) -> Any:
    """Stop it; what is imported already stays."""
    return queries.shown(commands.cancel_import(engine(), call(), import_id))


@blueprint.delete("/api/imports/<import_id>")
@endpoint()
def delete_import(import_id: UUID) -> None:
    """The same, as for every job."""
    commands.cancel_import(engine(), call(), import_id)


@blueprint.get("/api/imports/<import_id>/rejected")
@endpoint(query=RejectedFile)
def get_rejected(import_id: UUID, query: RejectedFile) -> Response:
    """The rejected rows as they stood in the file, each with its reasons, as .xlsx."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    blobs = current_app.extensions["blobs"]
    name = queries.write_rejected(engine(), blobs, call().member_id, import_id, file, language=query.language)
    file.seek(0)
    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return send_file(file, mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)


def _call() -> Call:
    """The caller; the command makes the digest of the request from the file, which is on disk by then."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 200:
        raise Problem(Kind.MALFORMED, "idempotency_key_malformed", "An Idempotency-Key has 1 to 200 characters.")
    return Call(identity(), g.request_id, key)


def _find(import_id: UUID, columns: list[str | None] | None) -> Any:
    settings = current_app.extensions["settings"]
    blobs = current_app.extensions["blobs"]
    return queries.find_import(engine(), blobs, call().member_id, import_id, columns=columns, zone=settings.organisation_timezone)


@contextmanager
def _uploaded() -> Iterator[tuple[Path, str]]:
    """The uploaded file on disk, and what it is called."""
    request.max_content_length = FILE_BYTES_MAX + _FORM_BYTES
    if request.mimetype != "multipart/form-data":
        raise Problem(Kind.UNSUPPORTED_TYPE, "multipart_expected", "Send the file as multipart/form-data in the field file.")
    found = request.files.get("file")
    if found is None or not found.filename:
        raise invalid("/file", "file_missing", "Send the file in the field file.")
    name = PurePath(found.filename.replace("\\", "/")).name[:200]
    with tempfile.TemporaryDirectory(prefix="gonghai-upload-") as folder:
        path = Path(folder) / "upload"
        found.save(path)
        yield path, name
