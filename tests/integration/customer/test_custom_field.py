"""Custom fields: defined by admins, in the registry at once, never deleted. What customers hold in them: ``test_custom_value.py``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from services.customer.rules.custom_field import FIELDS_MAX, TYPES
from services.customer.store import audit
from services.customer.store.custom_field import custom_field, get_fields
from tests.support.customer import Caller, CustomerService, counted


@pytest.fixture(autouse=True)
def _without_fields(service: CustomerService) -> Iterator[None]:
    """Every test begins without custom fields, so that none meets the names or the number of another's."""
    yield
    with service.engine.begin() as connection:
        connection.execute(custom_field.delete())


def new(admin: Caller, type_: str = "text", label: str | None = None, **more: Any) -> dict[str, Any]:
    label = label or f"字段{uuid4().hex[:8]}"
    made: dict[str, Any] = admin.post("/api/custom_fields", {"type": type_, "label_zh": label, **more}).expect(201)
    return made


def in_registry(member: Caller) -> dict[str, dict[str, Any]]:
    return {one["field"]: one for one in member.get("/api/fields").expect(200)["fields"] if one["custom"]}


@pytest.mark.parametrize("type_", TYPES)
def test_a_new_field_is_known_to_everybody_at_once(admin: Caller, member: Caller, type_: str) -> None:
    made = new(admin, type_, "意向产品", label_en="Product of interest")
    found = in_registry(member)[made["key"]]
    assert (found["type"], found["label_zh"], found["label_en"]) == (type_, "意向产品", "Product of interest")
    assert found["list"] == (made["key"] if type_ in ("choice", "choices") else None)
    assert all(found[ability] for ability in ("filterable", "exportable", "importable", "editable"))
    assert found["sortable"] == (type_ != "choices")
    assert member.get("/api/custom_fields").expect(200)["items"] == [made]


def test_a_choice_comes_with_its_options_and_they_are_edited_like_all_others(admin: Caller, member: Caller) -> None:
    made = new(admin, "choices", options=[{"label_zh": "云服务", "color": "#1677ff"}, {"label_zh": "软件", "label_en": "Software"}])
    listed = member.get("/api/options").expect(200)["lists"][made["key"]]
    assert [(one["label_zh"], one["label_en"]) for one in listed] == [("云服务", "云服务"), ("软件", "Software")]
    items = [{"value": listed[1]["value"], "label_zh": "软件产品", "label_en": "Software"}, {"label_zh": "硬件"}]
    saved = admin.put(f"/api/options/{made['key']}", {"items": items}).expect(200)["items"]
    assert [(one["label_zh"], one["active"]) for one in saved] == [("软件产品", True), ("硬件", True), ("云服务", False)]
    assert member.get(f"/api/options/{made['key']}").expect(200)["items"] == saved


def test_only_fields_with_options_have_a_list(admin: Caller) -> None:
    text, choice = new(admin, "text"), new(admin, "choice")
    assert admin.put(f"/api/options/{text['key']}", {"items": []}).status == 404
    assert admin.get(f"/api/options/{text['key']}").status == 404
    assert admin.get(f"/api/options/{choice['key']}").expect(200)["items"] == []
    refused = admin.post("/api/custom_fields", {"type": "number", "label_zh": "数", "options": [{"label_zh": "一"}]})
    assert (refused.status, refused.code) == (422, "options_unexpected")


def test_retired_fields_leave_the_registry_and_can_come_back(admin: Caller, member: Caller) -> None:
    made = new(admin, label="预算")
    retired = admin.patch(f"/api/custom_fields/{made['key']}", {"active": False}).expect(200)
    assert retired == made | {"active": False}
    assert made["key"] not in in_registry(member)
    assert member.get("/api/custom_fields").expect(200)["items"] == [retired]
    second = new(admin, label="预算")
    refused = admin.patch(f"/api/custom_fields/{made['key']}", {"active": True})
    assert (refused.status, refused.code) == (422, "field_label_repeated")
    admin.patch(f"/api/custom_fields/{made['key']}", {"active": True, "label_zh": "旧预算", "label_en": "Old budget"}).expect(200)
    assert list(in_registry(member)) == [made["key"], second["key"]]


def test_names_in_use_are_there_once(admin: Caller) -> None:
    new(admin, label="Budget")
    refused = admin.post("/api/custom_fields", {"type": "text", "label_zh": "预算", "label_en": "budget"})
    assert (refused.status, refused.code) == (422, "field_label_repeated")
    assert refused.json["errors"][0]["pointer"] == "/label_en"


def test_the_order_is_what_the_admin_says(admin: Caller, member: Caller) -> None:
    keys = [new(admin)["key"] for _ in range(4)]
    order = [keys[2], keys[0]]
    items = admin.put("/api/custom_fields/order", {"keys": order}).expect(200)["items"]
    assert [one["key"] for one in items] == [keys[2], keys[0], keys[1], keys[3]]
    assert list(in_registry(member)) == [keys[2], keys[0], keys[1], keys[3]]
    for wanted, code in ((["cf_0"], "field_unknown"), ([keys[0], keys[0]], "field_repeated")):
        refused = admin.put("/api/custom_fields/order", {"keys": wanted})
        assert (refused.status, refused.code) == (422, code)


def test_a_repeated_request_makes_one_field_and_keys_are_never_given_again(admin: Caller, service: CustomerService) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    body = {"type": "date", "label_zh": "签约日"}
    first = admin.post("/api/custom_fields", body, headers).expect(201)
    assert admin.post("/api/custom_fields", body, headers).expect(201) == first
    with service.engine.begin() as connection:
        connection.execute(custom_field.delete())
    assert int(new(admin)["key"][3:]) > int(first["key"][3:])


def test_there_is_an_end_to_fields(admin: Caller, service: CustomerService) -> None:
    rows = [{"key": f"cf_{9000 + n}", "type": "text", "label_zh": f"f{n}", "label_en": f"f{n}", "position": n} for n in range(FIELDS_MAX)]
    with service.engine.begin() as connection:
        connection.execute(custom_field.insert(), rows)
    refused = admin.post("/api/custom_fields", {"type": "text", "label_zh": "多"})
    assert (refused.status, refused.code) == (409, "too_many_fields")


def test_members_read_and_admins_change(admin: Caller, member: Caller, service: CustomerService) -> None:
    key = new(admin)["key"]
    for refused in (
        member.post("/api/custom_fields", {"type": "text", "label_zh": "x"}),
        member.patch(f"/api/custom_fields/{key}", {"active": False}),
        member.put("/api/custom_fields/order", {"keys": [key]}),
    ):
        assert (refused.status, refused.code) == (403, "admin_only")
    assert admin.patch("/api/custom_fields/cf_0", {"active": False}).status == 404
    assert admin.patch(f"/api/custom_fields/{key}", {"type": "number"}).status == 422
    with service.engine.connect() as connection:
        told = connection.execute(audit.audit.select().where(audit.audit.c.action == "custom_field.created")).all()
        assert key in {row.detail["key"] for row in told}
        assert [field.field for field in get_fields(connection)] == [key]


def test_reading_fields_costs_two_statements(service: CustomerService, admin: Caller) -> None:
    for _ in range(3):
        new(admin)
    for path in ("/api/fields", "/api/custom_fields"):
        with counted(service.engine) as statements:
            admin.get(path).expect(200)
        assert len(statements) == 2
