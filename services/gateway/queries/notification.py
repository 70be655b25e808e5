"""A member's notifications with the customers they are about, as far as he may see those now; of the others only that there is one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from services.common.identity import Identity
from services.gateway.clients.services import Services
from services.gateway.rules import routing


def list_notifications(services: Services, identity: Identity, query: dict[str, Any], request_id: str) -> dict[str, Any]:
    """The page of the activity service; what the customer service does not let the member see becomes a neutral line."""
    target = f"/internal/notifications?{urlencode(query)}"
    page = services.ask(routing.ACTIVITY, "GET", target, request_id=request_id, identity=identity)
    customer_ids = list(dict.fromkeys(item["customer_id"] for item in page["items"]))
    names: dict[str, str] = {}
    if customer_ids:
        asked = {"customer_ids": customer_ids}
        path = "/internal/customers/visible"
        answer = services.ask(routing.CUSTOMER, "POST", path, request_id=request_id, identity=identity, json=asked, repeatable=True)
        names = answer["names"]
    return {**page, "items": [_shown(item, names.get(item["customer_id"])) for item in page["items"]]}


_NEUTRAL: dict[str, Any] = {"customer": None, "actor": None, "details": {}, "event_id": None, "state": None}


def _shown(item: dict[str, Any], name: str | None) -> dict[str, Any]:
    customer_id = item.pop("customer_id")
    if name is None:
        return {**item, **_NEUTRAL}
    return {**item, "customer": {"customer_id": customer_id, "name": name}}
