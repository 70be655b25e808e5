"""Option lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.customer.rules.option import LISTS
from services.customer.store.option import option
from tests.support.customer import Caller, CustomerService, counted


@pytest.fixture(autouse=True)
def _seeds_again(service: CustomerService) -> Iterator[None]:
    """Every test begins with the lists of a new organisation."""
    with service.engine.begin() as connection:
        kept = connection.execute(option.select()).mappings().all()
    yield
    with service.engine.begin() as connection:
        connection.execute(option.delete())
        connection.execute(option.insert(), [dict(row) for row in kept])


def as_sent(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in item.items() if name != "system"} for item in items]


def test_a_new_organisation_has_all_lists_in_both_languages(admin: Caller) -> None:
    lists = admin.get("/api/options").expect(200)["lists"]
    assert set(lists) == set(LISTS)
    assert [item["value"] for item in lists["status"]] == [
        "new", "contacted", "interested", "proposal", "negotiating", "won", "maintained", "lost", "invalid",
    ]  # fmt: skip
    assert [item["value"] for item in lists["level"]] == ["A", "B", "C"]
    assert {"no_interest", "unreachable", "no_budget", "chose_competitor", "left_company", "other", "overdue"} == {
        item["value"] for item in lists["return_reason"]
    }
    assert [item["value"] for item in lists["return_reason"] if item["system"]] == ["overdue"]
    assert len(lists["province"]) == 34
    for items in lists.values():
        assert all(item["label_zh"] and item["label_en"] and item["active"] for item in items)
        assert [item["position"] for item in items] == list(range(len(items)))


def test_all_lists_cost_two_statements(service: CustomerService, admin: Caller) -> None:
    with counted(service.engine) as statements:
        admin.get("/api/options").expect(200)
    assert len(statements) == 2


def test_saving_what_was_read_changes_nothing(admin: Caller) -> None:
    before = admin.get("/api/options/industry").expect(200)
    assert admin.put("/api/options/industry", {"items": before["items"]}).expect(200) == before


def test_renaming_reordering_adding_and_leaving_out(admin: Caller) -> None:
    items = as_sent(admin.get("/api/options/source").expect(200)["items"])
    items[0]["label_zh"] = "老客户介绍"
    gone = items.pop(1)["value"]
    items.reverse()
    for item in items:
        del item["position"]
    items.insert(0, {"label_zh": "直播", "label_en": "Livestream", "color": "#12AbCd"})
    saved = admin.put("/api/options/source", {"items": items}).expect(200)["items"]
    assert saved[0]["label_en"] == "Livestream"
    assert saved[0]["value"].startswith("option_")
    assert saved[-1]["value"] == gone
    assert saved[-1]["active"] is False
    assert saved[-2]["label_zh"] == "老客户介绍"
    assert [item["position"] for item in saved] == list(range(len(saved)))
    assert admin.get("/api/options/source").expect(200)["items"] == saved


def test_positions_set_the_order_where_all_are_given(admin: Caller) -> None:
    items = as_sent(admin.get("/api/options/level").expect(200)["items"])
    for item, position in zip(items, (30, 10, 20), strict=True):
        item["position"] = position
    saved = admin.put("/api/options/level", {"items": items}).expect(200)["items"]
    assert [(item["value"], item["position"]) for item in saved] == [("B", 0), ("C", 1), ("A", 2)]


def test_what_the_product_needs_can_be_renamed_and_not_removed(admin: Caller) -> None:
    items = as_sent(admin.get("/api/options/status").expect(200)["items"])
    renamed = [dict(items[0], label_zh="新线索"), *items[1:]]
    assert admin.put("/api/options/status", {"items": renamed}).expect(200)["items"][0]["label_zh"] == "新线索"
    for wanted in (items[1:], [dict(items[0], active=False), *items[1:]]):
        answer = admin.put("/api/options/status", {"items": wanted})
        assert (answer.status, answer.code) == (422, "option_needed")
    reasons = as_sent(admin.get("/api/options/return_reason").expect(200)["items"])
    saved = admin.put("/api/options/return_reason", {"items": reasons}).expect(200)["items"]
    assert [item["value"] for item in saved if item["system"]] == ["overdue"]


def test_bad_lists_are_refused(admin: Caller) -> None:
    good = {"value": "x", "label_zh": "某", "label_en": "Some"}
    for items, pointer in (
        ([good, good], "/items/1/value"),
        ([good, good | {"value": "y"}], "/items/1/label_zh"),
        ([good | {"label_zh": " "}], "/items/0/label_zh"),
        ([good | {"color": "red"}], "/items/0/color"),
        ([good | {"value": "a,b"}], "/items/0/value"),
        ([good | {"value": "x" * 65}], "/items/0/value"),
        ([good | {"value": f"v{n}", "label_zh": f"l{n}"} for n in range(201)], "/items"),
    ):
        answer = admin.put("/api/options/industry", {"items": items})
        assert answer.status == 422, items[:2]
        assert answer.json["errors"][0]["pointer"] == pointer
    assert admin.get("/api/options/colour").status == 404
    assert admin.put("/api/options/colour", {"items": []}).status == 404
