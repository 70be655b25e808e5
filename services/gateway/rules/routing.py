"""The one table that says which service answers a path. A path that has no row is not there.

Rows are prefixes: the longest one that fits decides, ``*`` stands for exactly one segment. ``/internal`` has no row on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CUSTOMER: Final = "customer"
ACTIVITY: Final = "activity"
EXPORT: Final = "export"
GATEWAY: Final = "gateway"

_READ = "GET HEAD"
_ALL = "GET HEAD POST PATCH PUT DELETE"


@dataclass(frozen=True, slots=True)
class Row:
    """One prefix: the service behind it, the methods let through, whether only the exact path counts."""

    path: str
    service: str
    methods: frozenset[str]
    exact: bool = False
    needs_visible_customer: bool = False


def _row(path: str, service: str, methods: str, *, exact: bool = False, needs_visible_customer: bool = False) -> Row:
    return Row(path, service, frozenset(methods.split()), exact, needs_visible_customer)


TABLE: Final = (
    _row("/api/session", GATEWAY, "GET HEAD POST DELETE", exact=True),
    _row("/api/setup", GATEWAY, "POST", exact=True),
    _row("/api/live", GATEWAY, "GET", exact=True),
    _row("/api/health", GATEWAY, _READ, exact=True),
    _row("/api/ready", GATEWAY, _READ, exact=True),
    _row("/api/openapi.json", GATEWAY, _READ, exact=True),
    _row("/api/docs", GATEWAY, _READ),
    _row("/api/me", CUSTOMER, "POST"),
    _row("/api/tokens", CUSTOMER, "GET HEAD POST DELETE"),
    _row("/api/members", CUSTOMER, "GET HEAD POST PATCH"),
    _row("/api/departments", CUSTOMER, "GET HEAD POST PATCH DELETE"),
    _row("/api/options", CUSTOMER, "GET HEAD PUT"),
    _row("/api/fields", CUSTOMER, _READ),
    _row("/api/custom_fields", CUSTOMER, "GET HEAD POST PATCH PUT"),
    _row("/api/tags", CUSTOMER, "GET HEAD POST PATCH PUT"),
    _row("/api/tag_groups", CUSTOMER, _ALL),
    _row("/api/pinned_tags", CUSTOMER, "GET HEAD PUT"),
    _row("/api/customers", CUSTOMER, _ALL),
    _row("/api/customers/*/timeline", ACTIVITY, _READ, exact=True, needs_visible_customer=True),
    _row("/api/saved_searches", CUSTOMER, _ALL),
    _row("/api/notifications", GATEWAY, _READ, exact=True),
    _row("/api/notifications/read", ACTIVITY, "POST", exact=True),
    _row("/api/access_requests", CUSTOMER, "POST"),
    _row("/api/follow_ups", CUSTOMER, "PATCH DELETE"),
    _row("/api/holidays", CUSTOMER, "GET HEAD PUT DELETE"),
    _row("/api/pools", CUSTOMER, "GET HEAD POST PATCH DELETE"),
    _row("/api/batches", CUSTOMER, "GET HEAD POST"),
    _row("/api/undo", CUSTOMER, "POST"),
    _row("/api/imports", CUSTOMER, "GET HEAD POST DELETE"),
    _row("/api/exports", EXPORT, "GET HEAD POST DELETE"),
)

# Looked up by the first segment after /api/, longest rows first: two or three comparisons per request.
_BY_SEGMENT: Final[dict[str, list[tuple[list[str], Row]]]] = {}
for _entry in sorted(TABLE, key=lambda row: -row.path.count("/")):
    _parts = _entry.path.split("/")
    _BY_SEGMENT.setdefault(_parts[2], []).append((_parts, _entry))


def find(path: str) -> Row | None:
    """The row for ``path`` (already checked by ``limits.plain_path``), or None."""
    parts = path.rstrip("/").split("/")
    if len(parts) < 3 or parts[1] != "api":
        return None
    for pattern, row in _BY_SEGMENT.get(parts[2], ()):
        if len(parts) < len(pattern) or (row.exact and len(parts) != len(pattern)):
            continue
        if all(want in ("*", have) for want, have in zip(pattern, parts, strict=False)):
            return row
    return None
