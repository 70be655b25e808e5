"""The one error type of the product. Turning it into an HTTP answer happens in ``web.py`` alone."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Kind(Enum):
    """What went wrong, as an HTTP status and its title."""

    MALFORMED = (400, "Malformed request")
    UNAUTHENTICATED = (401, "Not signed in")
    FORBIDDEN = (403, "Refused by a rule")
    NOT_FOUND = (404, "Not found")
    METHOD_NOT_ALLOWED = (405, "Method not allowed")
    CONFLICT = (409, "Conflict")
    GONE = (410, "No longer available")
    STALE = (412, "Changed since it was read")
    TOO_LARGE = (413, "Too large")
    UNSUPPORTED_TYPE = (415, "Unsupported content type")
    INVALID = (422, "Invalid request")
    LOCKED = (423, "Locked")
    PRECONDITION_REQUIRED = (428, "Precondition required")
    TOO_MANY = (429, "Too many requests")
    INTERNAL = (500, "Internal error")
    UNAVAILABLE = (503, "Temporarily unavailable")

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value[0]

    @property
    def title(self) -> str:
        """The short title of the status."""
        return self.value[1]


class Problem(Exception):  # noqa: N818 - the RFC 9457 word
    """A refusal or failure that a client is told of.

    ``code`` is stable and for programs, ``message`` is a sentence for people that says what to do next;
    ``data`` holds extra members of the answer (``errors``, ``rule``, ``since``, ``by``, ``who_can_change``, ``retry_after``…).
    """

    def __init__(self, kind: Kind, code: str, message: str, **data: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.kind = kind
        self.code = code
        self.message = message
        self.data = data


def not_found(what: str) -> Problem:
    """The one answer for "not there" and "not for you"; ``what`` is the noun, e.g. ``customer``."""
    return Problem(Kind.NOT_FOUND, f"{what}_not_found", f"There is no such {what.replace('_', ' ')}, or it is not open to you.")


def invalid(pointer: str, code: str, detail: str) -> Problem:
    """One invalid field; ``pointer`` is a JSON pointer into the body or the name of a query parameter."""
    return Problem(Kind.INVALID, "invalid", detail, errors=[{"pointer": pointer, "code": code, "detail": detail}])
