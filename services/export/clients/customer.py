"""What export asks of customer: may this member export, which fields are there, the rows themselves, and the audit entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import urllib3

from services.common.calls import Service, problem_of
from services.common.identity import Identity, Signer
from services.common.problem import Kind, Problem

CHUNK_BYTES = 256 * 1024
# Shorter than a lease: an attempt that waits in vain ends before another worker begins one.
ROWS_TIMEOUT_SECONDS = 25.0
_END = b"\\."
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

Batch = list[Sequence[str]]  # column by column


@dataclass(frozen=True, slots=True)
class Authorization:
    """Customer's yes: who asks, the fields that may be exported with labels and options, those that the conditions ask, names for ids."""

    member_name: str
    fields: list[dict[str, Any]]
    names: dict[str, str]
    conditions: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """An open stream of rows: all of one moment, ``total`` of them."""

    total: int
    batches: Iterator[Batch]


class CustomerClient:
    """Calls to customer in the name of one member."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def authorize(self, member_id: UUID, selection: Mapping[str, Any] | None) -> Authorization:
        """Whether the member may export what ``selection`` says (None: anything at all); 403 and 422 come as they are."""
        answer = self._service.ask("POST", "/internal/exports/authorize", identity=_as(member_id), json={"selection": selection})
        return Authorization(answer["member_name"], answer["fields"], answer["names"], answer["conditions"])

    def record(self, member_id: UUID, entry: Mapping[str, Any]) -> None:
        """Write the audit entry of a finished export; the same ``export_id`` again changes nothing."""
        self._service.ask("POST", "/internal/exports/record", identity=_as(member_id), json=dict(entry))

    @contextmanager
    def rows(self, member_id: UUID, selection: Mapping[str, Any], columns: Sequence[str], zone: str) -> Iterator[Rows]:
        """The rows that the member may see, as they are at one moment."""
        body = orjson.dumps({"selection": selection, "columns": columns, "zone": zone})
        headers = {"Content-Type": "application/json"}
        answer = self._service.send("POST", "/internal/export_rows", identity=_as(member_id), body=body, headers=headers, stream=True)
        try:
            if answer.status != 200:
                raise problem_of(answer, "customer")
            yield Rows(int(answer.headers["X-Rows-Total"]), parse(_chunks(answer)))
        finally:
            answer.close()


def customer_client(url: str, key_file: Path | None, *, timeout_seconds: float = 5.0) -> CustomerClient:
    """Customer at ``url``; calls are signed with this service's own key."""
    if key_file is None:
        raise ValueError("IDENTITY_KEY_FILE is not set")
    return CustomerClient(Service("customer", url, Signer("export", key_file), timeout_seconds=timeout_seconds))


def _as(member_id: UUID) -> Identity:
    return Identity("export", member_id)


def _chunks(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from answer.stream(CHUNK_BYTES)
    except urllib3.exceptions.HTTPError as error:
        raise _broken() from error


def _broken() -> Problem:
    return Problem(Kind.UNAVAILABLE, "rows_interrupted", "The stream of rows broke off. It is begun again.", retry_after=2)


def parse(chunks: Iterator[bytes]) -> Iterator[Batch]:
    r"""Batches from PostgreSQL's COPY text (empty text for NULL). The last line ``\.`` says that nothing is missing."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        cut = rest.rfind(b"\n")
        if cut < 0:
            continue
        whole, rest = rest[:cut], rest[cut + 1 :]
        ended = whole == _END or whole.endswith(b"\n" + _END)
        if ended:
            whole = whole[: -len(_END) - 1]
        if whole:
            yield _columns(whole.decode())
        if ended:
            return
    raise _broken()


def _columns(text: str) -> Batch:
    if "\\" not in text:
        return list(zip(*[line.split("\t") for line in text.split("\n")], strict=True))
    return list(zip(*[_unescaped(line) for line in text.split("\n")], strict=True))


def _unescaped(line: str) -> list[str]:
    values = line.split("\t")
    if "\\" not in line:
        return values
    return [_ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), value) if "\\" in value else value for value in values]
