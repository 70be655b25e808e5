"""Notifications as the gateway shows them: with the customer's name for who may see it, a neutral line for who may not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.common.identity import Identity
from services.gateway.queries.notification import list_notifications

SEEN, UNSEEN = str(UUID(int=1)), str(UUID(int=2))
IDENTITY = Identity("gateway", UUID(int=7))


def item(customer_id: str) -> dict[str, Any]:
    return {
        "notification_id": str(UUID(int=9)), "kind": "returned", "customer_id": customer_id, "event_id": str(UUID(int=8)),
        "occurred_at": "2026-11-23T02:15:00Z", "actor": {"member_id": str(UUID(int=3)), "name": "王芳"},
        "details": {"note": "无预算"}, "batch_id": None, "count": 2, "read": False, "state": "open",
    }  # fmt: skip


class Fake:
    def __init__(self, *items: dict[str, Any]) -> None:
        self.items = list(items)
        self.asked: list[tuple[str, str]] = []

    def ask(self, service: str, method: str, path: str, **_: Any) -> Any:
        self.asked.append((service, path))
        if method == "POST":
            return {"visible": [SEEN], "hidden_fields": {}, "names": {SEEN: "某公司"}}
        return {"items": self.items, "next": None, "unread": {"value": 1, "exact": True}}


def test_what_the_member_may_see_has_its_customers_name_and_the_rest_says_nothing() -> None:
    services: Any = Fake(item(SEEN), item(UNSEEN))
    shown, neutral = list_notifications(services, IDENTITY, {"limit": 20}, "r")["items"]
    assert shown["customer"] == {"customer_id": SEEN, "name": "某公司"}
    assert (shown["actor"]["name"], shown["details"]) == ("王芳", {"note": "无预算"})
    told = {name: value for name, value in neutral.items() if value not in (None, {})}
    assert told == {
        "notification_id": str(UUID(int=9)), "kind": "returned", "occurred_at": "2026-11-23T02:15:00Z", "count": 2, "read": False,
    }  # fmt: skip
    assert UNSEEN not in str(neutral)


def test_rights_are_asked_for_once_and_not_at_all_for_an_empty_page() -> None:
    services: Any = Fake(item(SEEN), item(SEEN))
    list_notifications(services, IDENTITY, {"limit": 20}, "r")
    assert services.asked == [("activity", "/internal/notifications?limit=20"), ("customer", "/internal/customers/visible")]
    empty: Any = Fake()
    list_notifications(empty, IDENTITY, {"limit": 20}, "r")
    assert len(empty.asked) == 1
