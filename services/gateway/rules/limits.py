"""What is too strange or too large to be let in: paths, queries, bodies, numbers of streams."""

from __future__ import annotations

import re
from typing import Final

from services.common.problem import Kind, Problem

BODY_BYTES_MAX: Final = 2 * 1024 * 1024
UPLOAD_BYTES_MAX: Final = 25 * 1024 * 1024
QUERY_BYTES_MAX: Final = 7_500  # a filter of many conditions; the services take a request line of 8,190
STREAMS_MAX: Final = 4_000
STREAMS_PER_SESSION_MAX: Final = 20
TOPICS_MAX: Final = 100

_UPLOADS: Final = frozenset({"/api/imports"})

# Names and ids need nothing else, so that there is nothing to decode: %2f, %2e%2e, %252f, backslashes and // all fall through.
_PLAIN: Final = re.compile(r"/api(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*/?")
_QUERY: Final = re.compile(r"[!-~]*")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def plain_path(raw: str) -> bool:
    """Whether the path as it stood in the request line may be an API path."""
    return _PLAIN.fullmatch(raw) is not None


def sound_web_path(raw: str, decoded: str) -> bool:
    """Whether a path outside the API may be looked up as a file or page: no trick that only shows after decoding."""
    if decoded.startswith(("/api/", "/internal/")) or decoded in ("/api", "/internal"):
        return raw == decoded
    parts = decoded.split("/")
    return "\\" not in decoded and "\0" not in decoded and "." not in parts and ".." not in parts and "//" not in decoded


def check_query(query: str) -> None:
    """Refuse a query string that is too long or holds bytes that belong percent-encoded."""
    if len(query) > QUERY_BYTES_MAX:
        raise Problem(Kind.MALFORMED, "query_too_long", "The query of this address is too long.")
    if _QUERY.fullmatch(query) is None:
        raise Problem(Kind.MALFORMED, "query_malformed", "The query of this address holds characters that must be percent-encoded.")


def is_upload(method: str, path: str) -> bool:
    """Whether the body is a file that is passed on piece by piece."""
    return method == "POST" and path.rstrip("/") in _UPLOADS


def too_large(bytes_max: int) -> Problem:
    """The refusal of a body of more than ``bytes_max``."""
    return Problem(Kind.TOO_LARGE, "too_large", f"At most {bytes_max // (1024 * 1024)} MiB can be sent here.", bytes_max=bytes_max)


def sound_request_id(given: str) -> bool:
    """Whether a client's request id is kept."""
    return _REQUEST_ID.fullmatch(given) is not None
