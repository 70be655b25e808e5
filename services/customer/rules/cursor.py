"""Where the next page begins: a signed bookmark that only fits the question it was given for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from services.common.problem import Kind, Problem

_SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The last row of a page: its sort key (JSON; None for the empty ones at the end), its id and, where there is one, its group."""

    key: Any
    customer_id: UUID
    group: int = 0


def encode(bookmark: Bookmark, question: str, secret: bytes) -> str:
    """An opaque text; ``question`` is everything that decides on order and content of the list."""
    content = orjson.dumps([bookmark.key, str(bookmark.customer_id), bookmark.group])
    return base64.urlsafe_b64encode(_sign(content, question, secret) + content).rstrip(b"=").decode()


def decode(text: str, question: str, secret: bytes) -> Bookmark:
    """The bookmark in ``text``; 400 where it was not given by us for this very question."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused() from error
    signature, content = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _sign(content, question, secret)):
        raise _refused()
    key, customer_id, group = orjson.loads(content)
    return Bookmark(key, UUID(customer_id), group)


def _sign(content: bytes, question: str, secret: bytes) -> bytes:
    message = b"cursor\0" + hashlib.sha256(question.encode()).digest() + content
    return hmac.new(secret, message, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _refused() -> Problem:
    return Problem(Kind.MALFORMED, "cursor_refused", "This cursor does not belong to this list. Begin again without `after`.")
