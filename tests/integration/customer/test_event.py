"""What the commands write is what the schemas allow: every type there is, one event per thing done, nothing of what was refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.common.events.catalogue import event_types
from services.common.events.envelope import NewEvent, lane_of
from services.common.ids import new_id
from services.customer.store import event
from tests.support.customer import Caller, CustomerService, People
from tests.support.event_schemas import check_record


def record(service: CustomerService) -> list[Any]:
    with service.engine.connect() as connection:
        return list(connection.execute(text("SELECT * FROM event ORDER BY id")))


@pytest.fixture
def member(service: CustomerService, people: People) -> Caller:
    return service.as_member(people.member("李伟"))


# What workers do by themselves, and what befalls a whole pool: written and checked where those are tested.
BY_THEMSELVES = {"customer.recycled", "customer.recycle_warned", "customer.moved_to_pool"}


def test_every_verb_writes_events_that_their_schemas_allow(service: CustomerService, people: People, admin: Caller, member: Caller) -> None:
    other, guest = people.member("王芳"), people.member("赵敏")
    asker = service.as_member(people.member("钱进"))
    made = member.post("/api/customers", {"name": "重庆啤酒", "mobile": "13800138000", "level": "A"}).expect(201)
    path = f"/api/customers/{made['customer_id']}"
    member.patch(path, {"remark": "明年再谈", "base": {"remark": made["remark"]}}).expect(200)
    member.post(f"{path}/participants", {"member_id": str(guest), "role": "viewer"}).expect(201)
    member.patch(f"{path}/participants/{guest}", {"role": "editor"}).expect(200)
    member.delete(f"{path}/participants/{guest}").expect(204)
    follow_up = member.post(
        f"{path}/follow_ups", {"method": "call", "content": "下周发报价", "status": "interested", "next_contact_at": "2027-01-05T02:00:00Z"}
    ).expect(201)
    member.patch(f"/api/follow_ups/{follow_up['follow_up_id']}", {"content": "下周发报价单"}).expect(200)
    member.delete(f"/api/follow_ups/{follow_up['follow_up_id']}").expect(204)
    tag = admin.post("/api/tags", {"name": "重点", "color": "#cf1322"}).expect(201)
    member.put(f"{path}/tags/{tag['tag_id']}")
    member.delete(f"{path}/tags/{tag['tag_id']}")
    member.post(f"{path}/lock").expect(200)
    for verdict in ("decline", "approve"):
        asked = asker.post(f"{path}/access_requests", {"role": "editor"}).expect(201)
        member.post(f"/api/access_requests/{asked['access_request_id']}/{verdict}").expect(200)
    member.post(f"{path}/unlock").expect(200)
    member.post(f"{path}/hold", {"until": str((datetime.now(UTC) + timedelta(days=30)).date()), "reason": "年底再谈"}).expect(200)
    member.post(f"{path}/release_hold").expect(200)
    given = admin.post(f"{path}/assign", {"owner_id": str(other), "keep_previous_owner_as": "viewer"})
    admin.post(f"/api/undo/{given.response.headers['X-Batch-ID']}").expect(200)
    admin.post(f"{path}/assign", {"owner_id": str(other), "keep_previous_owner_as": "viewer"}).expect(200)
    service.as_member(other).post(f"{path}/return_to_pool", {"reason": "no_budget", "note": "明年再联系"}).expect(200)
    member.post(f"{path}/claim", {}).expect(200)

    written = [row for row in record(service) if str(row.customer_id) == made["customer_id"]]
    assert check_record(service.engine) == len(written) == 23  # one for each verb above
    assert {row.type for row in written} == {name for name, _ in event_types()} - BY_THEMSELVES
    assert [row.customer_version for row in written] == list(range(1, len(written) + 1))
    assert {row.lane for row in written} == {lane_of(written[0].customer_id)}
    assert member.get(path).expect(200)["version"] == len(written)


def test_what_was_refused_leaves_no_event(service: CustomerService, people: People, member: Caller) -> None:
    made = member.post("/api/customers", {"name": "某公司"}).expect(201)
    before = len(record(service))
    stranger = service.as_member(people.member("钱进"))
    path = f"/api/customers/{made['customer_id']}"
    assert stranger.post(f"{path}/assign", {"owner_id": str(people.member("孙立"))}).status in (403, 404)
    assert member.patch(path, {"level": "Z", "base": {"level": None}}).status == 422
    assert member.post(f"{path}/claim", {}).status == 409
    assert len(record(service)) == before


def test_an_event_that_no_schema_knows_is_not_written(service: CustomerService) -> None:
    before = len(record(service))
    for name, payload in (("customer.vanished", {}), ("customer.edited", {"surprise": 1})):
        with pytest.raises(ValueError, match="customer"), service.engine.begin() as connection:
            event.append(connection, [NewEvent(name, new_id(), 1, None, "系统", "request", payload=payload)])
    assert len(record(service)) == before
