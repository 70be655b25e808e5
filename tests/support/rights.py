"""The table of rights of the customer service: one row per route, with a request that is valid but for who sends it.

``right`` says who gets past the door; what he may then do with one customer is decided by the relation to it and tested with the
customers. ``tests/integration/customer/test_rights.py`` sends every row as everybody; a route without a row fails there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Right = Literal["public", "service", "gateway", "member", "browser_session", "admin", "tag_manager", "customer", "import", "export"]

NOBODY = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Row:
    """One route.

    * ``public``: everyone, signed in or not
    * ``service``: the services that the route names, speaking for themselves
    * ``gateway``: the same, the gateway alone
    * ``member``: every active member
    * ``browser_session``: every active member in a browser, not a script with a token
    * ``admin``: active admins
    * ``tag_manager``: active admins and managers
    * ``customer``: every active member; one customer's answer then depends on the relation to it (else 404 or 403)
    * ``import``, ``export``: every active member who holds that right

    ``file`` is sent as a form's field of that name instead of a body.
    """

    method: str
    path: str
    right: Right
    body: Any = None
    values: dict[str, str] = field(default_factory=dict)
    query: str = ""
    file: bytes = b""

    @property
    def url(self) -> str:
        """The path with ids that belong to nothing."""
        parts = self.path.split("/")
        filled = [self.values.get(part[1:-1], NOBODY) if part.startswith("<") else part for part in parts]
        return "/".join(filled) + self.query


MEMBERS: Sequence[Row] = (
    Row("GET", "/internal/health", "public"),
    Row("GET", "/internal/ready", "public"),
    Row("POST", "/internal/sessions", "gateway", {"account": "nobody", "password": "nothing", "address": "192.0.2.9"}),
    Row("POST", "/internal/sessions/resolve", "gateway", {"token_hash": "0" * 64}),
    Row("POST", "/internal/sessions/ended", "gateway", {"token_hashes": ["0" * 64]}),
    Row("POST", "/internal/sessions/end", "gateway", {"session_id": NOBODY}),
    Row("POST", "/internal/setup", "gateway", {"code": "x", "account": "x", "name": "x", "password": "long enough"}),
    Row("GET", "/internal/me", "member"),
    Row("POST", "/api/me/password", "browser_session", {"current_password": "x", "new_password": "long enough"}),
    Row("GET", "/api/tokens", "member"),
    Row("POST", "/api/tokens", "browser_session", {"name": "x", "scopes": ["read"]}),
    Row("DELETE", "/api/tokens/<token_id>", "member"),
    Row("GET", "/api/members", "member"),
    Row("POST", "/api/members", "admin", {"account": "matrix", "name": "x", "password": "long enough"}),
    Row("GET", "/api/members/<member_id>", "member"),
    Row("PATCH", "/api/members/<member_id>", "admin", {"name": "x"}),
    Row("POST", "/api/members/<member_id>/password", "admin", {"new_password": "long enough"}),
    Row("GET", "/api/departments", "member"),
    Row("POST", "/api/departments", "admin", {"name": "matrix"}),
    Row("PATCH", "/api/departments/<department_id>", "admin", {"name": "x"}),
    Row("DELETE", "/api/departments/<department_id>", "admin"),
    Row("GET", "/api/options", "member"),
    Row("GET", "/api/options/<name>", "member", values={"name": "level"}),
    Row("PUT", "/api/options/<name>", "admin", {"items": []}, {"name": "level"}),
    Row("GET", "/api/custom_fields", "member"),
    Row("POST", "/api/custom_fields", "admin", {"type": "text", "label_zh": "矩阵"}),
    Row("PATCH", "/api/custom_fields/<key>", "admin", {"label_zh": "x"}, {"key": "cf_0"}),
    Row("PUT", "/api/custom_fields/order", "admin", {"keys": []}),
)

CUSTOMERS: Sequence[Row] = (
    Row("GET", "/api/fields", "member"),
    Row("GET", "/api/pools", "member"),
    Row("POST", "/api/pools", "admin", {"name": "matrix"}),
    Row("GET", "/api/pools/<pool_id>", "customer"),
    Row("PATCH", "/api/pools/<pool_id>", "admin", {"description": "x"}),
    Row("POST", "/api/pools/<pool_id>/archive", "admin", {}),
    Row("POST", "/api/pools/<pool_id>/restore", "admin", {}),
    Row("POST", "/api/pools/<pool_id>/next", "customer", {}),
    Row("GET", "/api/customers", "member"),
    Row("GET", "/api/customers/counts", "member"),
    Row("GET", "/api/customers/facets", "member", query="?field=status"),
    Row("POST", "/api/customers", "member", {"name": "matrix"}),
    Row("GET", "/api/customers/<customer_id>", "customer"),
    Row("POST", "/api/customers/<customer_id>/assign", "customer", {"owner_id": NOBODY}),
    Row("POST", "/api/customers/<customer_id>/return_to_pool", "customer", {"reason": "no_interest"}),
    Row("POST", "/api/customers/<customer_id>/claim", "customer", {}),
    Row("POST", "/api/customers/<customer_id>/lock", "customer", {}),
    Row("POST", "/api/customers/<customer_id>/unlock", "customer", {}),
    Row("POST", "/api/customers/<customer_id>/hold", "customer", {"until": "2030-01-01", "reason": "x"}),
    Row("POST", "/api/customers/<customer_id>/release_hold", "customer", {}),
    Row("POST", "/api/customers/lock", "member", {"customer_ids": [NOBODY]}),
    Row("POST", "/api/customers/unlock", "member", {"customer_ids": [NOBODY]}),
    Row("POST", "/api/customers/hold", "member", {"customer_ids": [NOBODY], "until": "2030-01-01", "reason": "x"}),
    Row("POST", "/api/customers/release_hold", "member", {"customer_ids": [NOBODY]}),
    Row("GET", "/api/customers/<customer_id>/access_requests", "customer"),
    Row("POST", "/api/customers/<customer_id>/access_requests", "customer", {"role": "editor"}),
    Row("POST", "/api/access_requests/<access_request_id>/approve", "customer", {}),
    Row("POST", "/api/access_requests/<access_request_id>/decline", "customer", {}),
    Row("GET", "/api/customers/<customer_id>/ownership_history", "customer"),
    Row("POST", "/api/customers/assign", "member", {"customer_ids": [NOBODY], "owner_id": NOBODY}),
    Row("POST", "/api/customers/return_to_pool", "member", {"customer_ids": [NOBODY], "reason": "no_interest"}),
    Row("POST", "/api/customers/claim", "member", {"customer_ids": [NOBODY]}),
    Row("POST", "/api/customers/star", "member", {"customer_ids": [NOBODY]}),
    Row("POST", "/api/customers/unstar", "member", {"customer_ids": [NOBODY]}),
    Row("POST", "/api/customers/edit", "member", {"customer_ids": [NOBODY], "values": {"level": "A"}}),
    Row("GET", "/api/batches", "member"),
    Row("GET", "/api/batches/<batch_id>", "member"),
    Row("POST", "/api/batches/<batch_id>/cancel", "member"),
    Row("POST", "/api/undo/<batch_id>", "member"),
    Row("PUT", "/api/customers/<customer_id>/star", "customer"),
    Row("DELETE", "/api/customers/<customer_id>/star", "customer"),
    Row("GET", "/api/customers/<customer_id>/participants", "customer"),
    Row("POST", "/api/customers/<customer_id>/participants", "customer", {"member_id": NOBODY, "role": "viewer"}),
    Row("PATCH", "/api/customers/<customer_id>/participants/<member_id>", "customer", {"role": "viewer"}),
    Row("DELETE", "/api/customers/<customer_id>/participants/<member_id>", "customer"),
    Row("GET", "/api/customers/<customer_id>/follow_ups", "customer"),
    Row("POST", "/api/customers/<customer_id>/follow_ups", "customer", {"method": "call", "content": "x"}),
    Row("PATCH", "/api/follow_ups/<follow_up_id>", "customer", {"content": "x"}),
    Row("DELETE", "/api/follow_ups/<follow_up_id>", "customer"),
    Row("GET", "/api/customers/<customer_id>/tags", "customer"),
    Row("PUT", "/api/customers/<customer_id>/tags/<tag_id>", "customer"),
    Row("DELETE", "/api/customers/<customer_id>/tags/<tag_id>", "customer"),
    Row("POST", "/api/customers/tag", "member", {"customer_ids": [NOBODY], "tag_ids": [NOBODY]}),
    Row("POST", "/api/customers/untag", "member", {"customer_ids": [NOBODY], "tag_ids": [NOBODY]}),
    Row("GET", "/api/customers/<customer_id>/access", "customer"),
    Row("GET", "/internal/customers/<customer_id>/visible", "customer"),
    Row("POST", "/internal/customers/visible", "member", {"customer_ids": [NOBODY]}),
    Row("PATCH", "/api/customers/<customer_id>", "customer", {"name": "x", "base": {"name": "y"}}),
)

SEARCHES: Sequence[Row] = (
    Row("GET", "/api/saved_searches", "member"),
    Row("POST", "/api/saved_searches", "member", {"name": "x", "view": "mine"}),
    Row("GET", "/api/saved_searches/<saved_search_id>", "member"),
    Row("PATCH", "/api/saved_searches/<saved_search_id>", "member", {"name": "x"}),
    Row("DELETE", "/api/saved_searches/<saved_search_id>", "member"),
    Row("POST", "/api/saved_searches/<saved_search_id>/restore", "member"),
    Row("PUT", "/api/saved_searches/order", "member", {"saved_search_ids": []}),
)

RECYCLING: Sequence[Row] = (
    Row("GET", "/api/holidays", "member"),
    Row("PUT", "/api/holidays/<day>", "admin", {"workday": True, "name": "x"}, {"day": "2031-03-01"}),
    Row("DELETE", "/api/holidays/<day>", "admin", values={"day": "2031-03-02"}),
    Row("GET", "/api/pools/<pool_id>/rules", "customer"),
    Row("POST", "/api/pools/<pool_id>/rules", "customer", {"name": "x", "days": 30}),
    Row("PATCH", "/api/pools/<pool_id>/rules/<pool_rule_id>", "customer", {"name": "x"}),
    Row("DELETE", "/api/pools/<pool_id>/rules/<pool_rule_id>", "customer"),
    Row("GET", "/api/pools/<pool_id>/figures", "customer"),
    Row("POST", "/api/pools/<pool_id>/simulation", "customer", {"rule": {"name": "x", "days": 30}}),
)

TAGS: Sequence[Row] = (
    Row("GET", "/api/tags", "member"),
    Row("POST", "/api/tags", "member", {"name": "matrix"}),
    Row("PUT", "/api/tags/order", "tag_manager", {"tag_ids": []}),
    Row("PATCH", "/api/tags/<tag_id>", "member", {"name": "x"}),
    Row("POST", "/api/tags/<tag_id>/merge", "tag_manager", {"into": "00000000-0000-7000-8000-000000000001"}),
    Row("GET", "/api/tag_groups", "member"),
    Row("POST", "/api/tag_groups", "tag_manager", {"name": "matrix"}),
    Row("PUT", "/api/tag_groups/order", "tag_manager", {"tag_group_ids": []}),
    Row("PATCH", "/api/tag_groups/<tag_group_id>", "tag_manager", {"name": "x"}),
    Row("DELETE", "/api/tag_groups/<tag_group_id>", "tag_manager"),
    Row("GET", "/api/pinned_tags", "member"),
    Row("PUT", "/api/pinned_tags", "member", {"tag_ids": []}),
)

FEED: Sequence[Row] = (
    Row("GET", "/internal/feed", "service", query="?lane=0&after=0"),
    Row("GET", "/internal/feed/heads", "service"),
)

TABLES: Sequence[Row] = (
    Row("POST", "/api/imports", "import", file="客户名称\n某公司\n".encode()),
    Row("GET", "/api/imports", "member"),
    Row("GET", "/api/imports/<import_id>", "member"),
    Row("POST", "/api/imports/<import_id>/preview", "member", {}),
    Row("POST", "/api/imports/<import_id>/run", "import", {}),
    Row("POST", "/api/imports/<import_id>/cancel", "member"),
    Row("DELETE", "/api/imports/<import_id>", "member"),
    Row("GET", "/api/imports/<import_id>/rejected", "member"),
    Row("POST", "/internal/exports/authorize", "export", {}),
    Row("POST", "/internal/export_rows", "export", {"selection": {}, "columns": ["name"], "zone": "UTC"}),
    Row(
        "POST",
        "/internal/exports/record",
        "member",
        {"export_id": NOBODY, "name": "x", "rows": 1, "columns": ["name"], "selection": {}},
    ),
)

ROWS: Sequence[Row] = (*MEMBERS, *CUSTOMERS, *SEARCHES, *TAGS, *FEED, *TABLES, *RECYCLING)
