"""Pools: who may make them, who belongs to them, what they hide, and that nothing in them is lost when one is archived."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote

import pytest

from services.customer.rules import pool as rules
from tests.support.customer import Caller, CustomerService, People, at_once, counted, create, events_of, url
from tests.support.customer_rows import FULL, put_customers, put_participant, put_pool

pytestmark = pytest.mark.usefixtures("checked_events")


def make(admin: Caller, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = admin.post("/api/pools", {"name": f"公海 {uuid.uuid4().hex}", **values}).expect(201)
    return made


def names(caller: Caller) -> set[str]:
    return {found["name"] for found in caller.get("/api/pools").expect(200)["items"]}


def listed(caller: Caller, query: str) -> set[str]:
    items, after = set(), ""
    while True:
        page = caller.get(f"/api/customers?limit=200&{query}{after}").expect(200)
        items |= {item["customer_id"] for item in page["items"]}
        if page["next"] is None:
            return items
        after = f"&after={page['next']}"


# --- making and changing ----------------------------------------------------------------------------------------------------


def test_a_pool_is_shown_as_it_was_made(admin: Caller, member: Caller, people: People) -> None:
    department_id = people.department("华东")
    values: dict[str, Any] = {
        "description": "华东区", "position": 3, "open_to_all": False, "hidden_fields": ["phone", "level"], "claims_per_day": 5,
        "held_max": 200, "previous_owner_wait_days": 30, "new_wait_hours": 24, "cooldown_days": 7, "admins_exempt": True,
    }  # fmt: skip
    made = make(
        admin, **values, member_ids=[member.member_id], department_ids=[department_id], admin_ids=[member.member_id],
        default_of_department_ids=[department_id],
    )  # fmt: skip
    assert {name: made[name] for name in values} == values
    assert made["members"] == made["admins"] == [{"member_id": str(member.member_id), "name": "李伟"}]
    assert made["departments"] == made["default_of"] == [{"department_id": str(department_id), "name": "华东"}]
    assert (made["is_default"], made["archived_at"], made["customers"]) == (False, None, {"value": 0, "exact": True})
    assert admin.get(f"/api/pools/{made['pool_id']}").expect(200) == made
    mine = member.get(f"/api/pools/{made['pool_id']}").expect(200)
    assert mine["quota"] == {"claims_today": 0, "claims_per_day": 5, "held": mine["quota"]["held"], "held_max": 200, "exempt": True}
    assert mine["admin"] is True
    assert "members" not in mine


def test_only_what_is_sent_changes_and_null_takes_a_limit_away(admin: Caller, people: People) -> None:
    one, two = people.member("甲"), people.member("乙")
    made = make(admin, claims_per_day=5, member_ids=[one, two])
    after = admin.patch(f"/api/pools/{made['pool_id']}", {"claims_per_day": None, "member_ids": [str(two)]}).expect(200)
    assert (after["claims_per_day"], [found["name"] for found in after["members"]]) == (None, ["乙"])
    assert {**after, "claims_per_day": 5, "members": made["members"], "quota": made["quota"]} == made
    assert admin.patch(f"/api/pools/{made['pool_id']}", {"open_to_all": None}).code == "null_refused"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"hidden_fields": ["name"]}, "field_not_hideable"),
        ({"hidden_fields": ["nothing"]}, "field_not_hideable"),
        ({"member_ids": [str(uuid.uuid4())]}, "member_unknown"),
        ({"admin_ids": [str(uuid.uuid4())]}, "member_unknown"),
        ({"department_ids": [str(uuid.uuid4())]}, "department_unknown"),
        ({"default_of_department_ids": [str(uuid.uuid4())]}, "department_unknown"),
        ({"name": "公海"}, "pool_name_taken"),
    ],
)
def test_what_a_pool_cannot_be_is_refused_with_the_field(admin: Caller, body: dict[str, Any], code: str) -> None:
    answer = admin.post("/api/pools", {"name": uuid.uuid4().hex, **body})
    assert answer.status in (409, 422)
    assert answer.code == code
    assert answer.json["errors"][0]["pointer"].startswith(f"/{next(iter(body))}")
    made = make(admin)
    assert admin.patch(f"/api/pools/{made['pool_id']}", body).code == code


@pytest.mark.parametrize("name", ["claims_per_day", "held_max", "previous_owner_wait_days", "new_wait_hours", "cooldown_days"])
@pytest.mark.parametrize("value", [-1, 10**9, "many", 1.5])
def test_limits_have_bounds(admin: Caller, name: str, value: Any) -> None:
    assert admin.post("/api/pools", {"name": uuid.uuid4().hex, name: value}).status == 422


def test_pools_are_made_once_per_key(admin: Caller) -> None:
    body, key = {"name": uuid.uuid4().hex}, {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (admin.post("/api/pools", body, key).expect(201) for _ in range(2))
    assert first == second


def test_of_two_of_the_same_name_one_is_made(admin: Caller) -> None:
    body = {"name": uuid.uuid4().hex}
    answers = at_once([lambda: admin.post("/api/pools", body)] * 4)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]


# --- who belongs ------------------------------------------------------------------------------------------------------------


def test_a_pool_is_there_for_its_members_alone(admin: Caller, service: CustomerService, people: People) -> None:
    top = people.department()
    below = people.department(parent_id=top)
    by_name, by_department, chief, stranger = (service.as_member(people.member(department_id=home)) for home in (None, below, None, None))
    made = make(admin, member_ids=[by_name.member_id], department_ids=[top], admin_ids=[chief.member_id])
    for caller, belongs in ((by_name, True), (by_department, True), (chief, True), (admin, True), (stranger, False)):
        assert (made["name"] in names(caller)) == belongs
        assert caller.get(f"/api/pools/{made['pool_id']}").status == (200 if belongs else 404)
    private, public = put_customers(
        service.engine, [{"name": "私", "state": "pool", "visibility": v, "pool_id": made["pool_id"]} for v in ("private", "public")]
    )
    one = f"view=pool&pool_id={made['pool_id']}"
    for caller in (by_name, by_department, chief, admin):
        assert listed(caller, one) == {str(private), str(public)}
    assert listed(stranger, one) == set()
    assert {str(private), str(public)} & listed(stranger, "view=pool") == set()
    assert {str(private), str(public)} & listed(stranger, "view=all") == {str(public)}
    assert stranger.get(f"/api/customers/{private}").status == 404
    stranger.get(f"/api/customers/{public}").expect(200)


def test_opening_and_closing_a_pool_counts_from_the_next_request_on(admin: Caller, member: Caller, service: CustomerService) -> None:
    made = make(admin)
    (private,) = put_customers(service.engine, [{"name": "私", "state": "pool", "visibility": "private", "pool_id": made["pool_id"]}])
    for open_to_all in (True, False):
        admin.patch(f"/api/pools/{made['pool_id']}", {"open_to_all": open_to_all}).expect(200)
        assert member.get(f"/api/customers/{private}").status == (200 if open_to_all else 404)
        assert (str(private) in listed(member, "view=pool")) == open_to_all
        assert (str(private) in listed(member, "view=all&q=私")) == open_to_all


def test_pool_admins_see_all_and_may_edit_and_assign_in_their_own_pool(admin: Caller, service: CustomerService, people: People) -> None:
    chief, target = service.as_member(people.member("公海管理员", rights=[])), people.member("接手")
    own, foreign = make(admin, admin_ids=[chief.member_id], hidden_fields=["phone"]), make(admin, open_to_all=True, hidden_fields=["phone"])
    mine, other = put_customers(
        service.engine,
        [{**FULL, "state": "pool", "visibility": "private", "pool_id": found["pool_id"]} for found in (own, foreign)],
    )
    shown = chief.get(f"/api/customers/{mine}").expect(200)
    assert shown["phone"] == FULL["phone"]
    assert "phone" not in chief.get(f"/api/customers/{other}").expect(200)
    chief.patch(f"/api/customers/{mine}", {"remark": "新"}, {"If-Match": f'"{shown["version"]}"'}).expect(200)
    assert chief.patch(f"/api/customers/{other}", {"remark": "新"}, {"If-Match": '"1"'}).status == 403
    chief.post(f"/api/customers/{mine}/assign", {"owner_id": target}).expect(200)
    assert chief.post(f"/api/customers/{other}/assign", {"owner_id": target}).code == "in_pool"


def test_the_list_costs_four_statements_however_many_pools_there_are(admin: Caller, service: CustomerService) -> None:
    with counted(service.engine) as statements:
        admin.get("/api/pools").expect(200)
    assert len(statements) == 4, statements


# --- archiving --------------------------------------------------------------------------------------------------------------


def test_an_empty_pool_is_archived_and_comes_back(admin: Caller, people: People) -> None:
    department_id = people.department()
    made = make(admin, default_of_department_ids=[department_id])
    archived = admin.post(f"/api/pools/{made['pool_id']}/archive").expect(200)
    assert archived["archived_at"] is not None
    assert archived["default_of"] == []
    assert made["name"] not in names(admin)
    assert made["name"] in {found["name"] for found in admin.get("/api/pools?archived=true").expect(200)["items"]}
    assert admin.patch(f"/api/pools/{made['pool_id']}", {"description": "x"}).status == 404
    admin.post(f"/api/pools/{made['pool_id']}/restore").expect(200)
    assert made["name"] in names(admin)


def test_what_is_in_a_pool_moves_before_it_is_archived(
    admin: Caller, member: Caller, service: CustomerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOVED_AT_ONCE", 2)
    made, target = make(admin), make(admin, member_ids=[member.member_id])
    rows = [{"name": f"某{number}", "state": "pool", "visibility": "private", "pool_id": made["pool_id"]} for number in range(5)]
    ids = {str(found) for found in put_customers(service.engine, rows)}
    archive = f"/api/pools/{made['pool_id']}/archive"
    assert admin.post(archive).code == "pool_not_empty"
    for wrong in (made["pool_id"], str(uuid.uuid4())):
        assert admin.post(archive, {"target_pool_id": wrong}).code == "pool_unknown"
    assert not ids & listed(member, "view=pool")
    assert admin.post(archive, {"target_pool_id": target["pool_id"]}).expect(200)["archived_at"] is not None
    assert ids == listed(member, f"view=pool&pool_id={target['pool_id']}")
    for customer_id in ids:
        (event,) = events_of(service.engine, {"customer_id": customer_id})
        assert (event.type, event.customer_version) == ("customer.moved_to_pool", 2)
        assert [(c["before_text"], c["after_text"]) for c in event.changes] == [(made["name"], target["name"])]


def test_the_default_pool_stays(admin: Caller) -> None:
    default = next(found for found in admin.get("/api/pools").expect(200)["items"] if found["is_default"])
    assert admin.post(f"/api/pools/{default['pool_id']}/archive").code == "pool_is_default"


# --- what a pool hides: the matrix of everything that answers with customers ------------------------------------------------

SECRETS = {
    "phone": "023-11119999", "mobile": "13911119999", "email": "geheim@example.com", "website": "https://geheim.example.com",
    "wechat": "geheimwx", "address": "秘密大道 1 号", "remark": "秘密备注", "level": "C", "industry": "food", "source": "exhibition",
    "province": "青海", "city": "西宁", "district": "城东区", "staff_size": 98765, "credit_code": None, "relation": "competitor",
    "next_contact_at": "2033-03-03T03:03:00Z",
}  # fmt: skip
TELLING = ("11119999", "13911119999", "geheim", "秘密", "青海", "西宁", "城东区", "98765", "2033-03-03", "competitor", "exhibition")


def test_no_hidden_value_leaves_by_any_door(service: CustomerService, people: People) -> None:
    pool_id = put_pool(service.engine, open_to_all=True, hidden_fields=list(rules.HIDEABLE))
    owner, looker = service.as_member(people.member("原主")), service.as_member(people.member("看客"))
    word = f"某{uuid.uuid4().hex[:6]}"
    secrets = {name: value for name, value in SECRETS.items() if value is not None}
    made = create(owner, name=f"{word}公司", visibility="private", **secrets)
    owner.post(url(made, "/return_to_pool"), {"reason": "other", "pool_id": str(pool_id)}).expect(200)
    looker.put(url(made, "/star"))
    answers = [
        looker.get(url(made)), looker.get(f"/api/customers?view=pool&q={word}"), looker.get(f"/api/customers?view=starred&q={word}"),
        looker.get(url(made, "/access")), looker.get(url(made, "/ownership_history")), looker.get(url(made, "/participants")),
        looker.get(url(made, "/follow_ups")),
    ]  # fmt: skip
    for answer in answers:
        answer.expect(200)
        assert not [found for found in TELLING if found in answer.response.get_data(as_text=True)], answer.response.request.path
    shown = answers[0].json
    assert not set(rules.HIDEABLE) & set(shown)
    assert [item["customer_id"] for item in answers[1].json["items"]] == [made["customer_id"]]
    assert service.as_member(looker.member_id or uuid.uuid4()).get(f"/internal/customers/{made['customer_id']}/visible").expect(200)[
        "hidden_fields"
    ] == list(rules.HIDEABLE)
    chips = {"level": "C", "industry": "food", "source": "exhibition", "province": "青海"}
    for view in ("pool", "all", "starred"):
        for name, value in chips.items():
            assert made["customer_id"] not in listed(looker, f"view={view}&q={word}&{name}={value}"), (view, name)
            assert made["customer_id"] not in listed(looker, f"view={view}&{name}={value}"), (view, name)
        for phone in ("11119999", "1391111"):
            assert made["customer_id"] not in listed(looker, f"view={view}&q={phone}")
        for name in secrets:
            tree = quote(json.dumps({"field": name, "op": "is_not_empty"}))
            assert made["customer_id"] not in listed(looker, f"view={view}&filter={tree}"), (view, name)
        for name in ("level", "next_contact_at"):
            assert looker.get(f"/api/customers?view={view}&sort={name}").code == "sort_hidden"
    found = {
        "selection": {"view": "pool", "filter": {"field": "province", "op": "is", "value": "青海"}},
        "columns": ["name"],
        "zone": "UTC",
    }
    everything = {"selection": {"customer_ids": [made["customer_id"]]}, "columns": [*secrets, "name"], "zone": "UTC"}
    exporter = Caller(service.app, service._signer("export"), looker.member_id, issuer="export")
    line = exporter.post("/internal/export_rows", everything).response.get_data(as_text=True)
    assert line.startswith("\t" * len(secrets) + word)
    assert word not in exporter.post("/internal/export_rows", found).response.get_data(as_text=True)
    put_participant(service.engine, uuid.UUID(made["customer_id"]), looker.member_id or uuid.uuid4(), "viewer")
    assert looker.get(url(made)).expect(200)["phone"] == SECRETS["phone"], "who takes part sees all of it"


def test_a_custom_field_is_hidden_like_any_other(admin: Caller, service: CustomerService, people: People) -> None:
    key = admin.post("/api/custom_fields", {"type": "text", "label_zh": f"合同底价{uuid.uuid4().hex[:6]}"}).expect(201)["key"]
    pool = make(admin, open_to_all=True, hidden_fields=[key])
    owner, looker = service.as_member(people.member("原主")), service.as_member(people.member("看客"))
    word = f"某{uuid.uuid4().hex[:6]}"
    made = create(owner, name=f"{word}公司", visibility="private", custom={key: "九十九万"})
    owner.post(url(made, "/return_to_pool"), {"reason": "other", "pool_id": pool["pool_id"]}).expect(200)
    for answer in (looker.get(url(made)), looker.get(f"/api/customers?view=pool&q={word}")):
        answer.expect(200)
        assert "九十九万" not in answer.response.get_data(as_text=True)
    for op, value in (("is_not_empty", None), ("contains", "九十"), ("is", "九十九万")):
        tree = quote(json.dumps({"field": key, "op": op, **({"value": value} if value else {})}))
        for view in ("pool", "all"):
            assert made["customer_id"] not in listed(looker, f"view={view}&filter={tree}"), (op, view)
        assert made["customer_id"] in listed(admin, f"view=pool&filter={tree}")
    assert looker.get(f"/api/customers?view=pool&sort={key}").status == 422
    exporter = Caller(service.app, service._signer("export"), looker.member_id, issuer="export")
    asked = {"selection": {"customer_ids": [made["customer_id"]]}, "columns": ["name", key], "zone": "UTC"}
    line = exporter.post("/internal/export_rows", asked).response.get_data(as_text=True)
    assert word in line
    assert "九十九万" not in line
