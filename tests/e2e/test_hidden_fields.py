"""What a pool hides from its members is in nothing that reaches them, through the gateway: answers, timeline, live messages."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import closing
from typing import Any

from tests.support.client import Client

HIDDEN = ["phone", "mobile", "email", "wechat", "address", "remark"]


def _secrets() -> dict[str, Any]:
    mark = uuid.uuid4().int
    return {
        "phone": f"023-{8 * 10**7 + mark % 10**7}", "mobile": f"139{mark % 10**8:08d}", "email": f"s{mark % 10**9}@example.com",
        "wechat": f"wx{mark % 10**9}", "address": f"暗街{mark % 10**9}号", "remark": f"密语{mark % 10**9}",
    }  # fmt: skip


def _told(secrets: list[dict[str, Any]], *said: Any) -> set[str]:
    """The names of fields of which a value stands in what was said."""
    whole = json.dumps(said, ensure_ascii=False)
    return {name for known in secrets for name, value in known.items() if value in whole}


def test_hidden_fields_reach_neither_timeline_nor_live_stream(member: Client, admin: Client, new_member: Callable[..., Client]) -> None:
    owner, first, second = new_member(name="原主"), _secrets(), _secrets()
    pool = admin.post(
        "/api/pools",
        {
            "name": f"公海{uuid.uuid4().hex[:6]}",
            "member_ids": [member.member["member_id"], owner.member["member_id"]],
            "hidden_fields": HIDDEN,
        },
    ).expect(201)
    customer = owner.create_customer(visibility="private", **first)
    customer_id = customer["customer_id"]
    path = f"/api/customers/{customer_id}"
    owner.post(f"{path}/return_to_pool", {"reason": "other", "pool_id": pool["pool_id"]}).expect(200)
    with closing(member.listen(f"counts,customer:{customer_id}")) as stream, closing(admin.listen(f"customer:{customer_id}")) as whole:
        before = admin.get(path).expect(200)
        edited = admin.edit_customer(before, **second)
        whole.wait_for("customer")
        stream.wait_for("customer")
        shown = member.timeline_to(customer_id, edited["version"])
        live = list(stream.events)
        answers = [member.get(path).expect(200), member.get("/api/customers", view="pool", pool_id=pool["pool_id"]).expect(200)]
    assert [item["type"] for item in shown][:1] == ["customer.edited"]
    assert _told([first, second], shown) == set()
    assert _told([first, second], live) == set()
    assert _told([first, second], answers) == set()
    assert _told([first, second], admin.timeline_to(customer_id, edited["version"])) == set(HIDDEN), "who may see them does"
