"""What the customer service lets a member see: asked before a timeline is forwarded and before a live event goes out."""

from __future__ import annotations

from collections.abc import Sequence

from services.common.identity import Identity
from services.gateway.clients.services import Services
from services.gateway.rules import routing

ASKED_AT_ONCE_MAX = 100


def find_hidden_fields(services: Services, identity: Identity, customer_id: str, request_id: str) -> list[str]:
    """The fields of a customer that this member may not see; 404 where the customer is not there for them."""
    answer = services.ask(routing.CUSTOMER, "GET", f"/internal/customers/{customer_id}/visible", request_id=request_id, identity=identity)
    return list(answer.get("hidden_fields", ())) if answer else []


def list_visible(services: Services, identity: Identity, customer_ids: Sequence[str], request_id: str) -> set[str]:
    """Those of ``customer_ids`` that the member may see now."""
    visible: set[str] = set()
    for start in range(0, len(customer_ids), ASKED_AT_ONCE_MAX):
        answer = services.ask(
            routing.CUSTOMER, "POST", "/internal/customers/visible", request_id=request_id, identity=identity,
            json={"customer_ids": customer_ids[start : start + ASKED_AT_ONCE_MAX]}, repeatable=True,
        )  # fmt: skip
        visible.update(answer["visible"])
    return visible
