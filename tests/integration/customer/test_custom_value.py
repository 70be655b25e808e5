"""What customers hold in custom fields: entered, merged, told in events, hidden in pools, exported, imported, kept in step line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update

from services.common.database import transaction
from services.customer.store.custom_field import custom_field
from services.customer.store.pool import pool
from tests.support.customer import Caller, CustomerService, People, counted
from tests.support.importer import Importer, table, unique

pytestmark = pytest.mark.usefixtures("checked_events")


@dataclass
class Fields:
    """One field of each type, with the values of the choices' options."""

    text: str
    number: str
    date: str
    choice: str
    choices: str
    member: str
    boolean: str
    one: dict[str, str]
    many: dict[str, str]


def _new(admin: Caller, type_: str, label: str, *options: str) -> tuple[str, dict[str, str]]:
    body = {"type": type_, "label_zh": label, "options": [{"label_zh": one} for one in options]}
    key: str = admin.post("/api/custom_fields", body).expect(201)["key"]
    listed = admin.get(f"/api/options/{key}").expect(200)["items"] if options else []
    return key, {one["label_zh"]: one["value"] for one in listed}


@pytest.fixture
def fields(service: CustomerService, admin: Caller) -> Iterator[Fields]:
    one, many = _new(admin, "choice", "客户性质", "国企", "民企"), _new(admin, "choices", "意向产品", "云服务", "软件", "硬件")
    names = {"text": "主营业务", "number": "预计成交金额", "date": "预计成交日期", "member": "售前", "boolean": "是否上市"}
    plain = {type_: _new(admin, type_, label)[0] for type_, label in names.items()}
    yield Fields(**plain, choice=one[0], choices=many[0], one=one[1], many=many[1])
    with service.engine.begin() as connection:
        connection.execute(update(custom_field).values(active=False))


def full(fields: Fields, member_id: UUID) -> dict[str, Any]:
    return {
        fields.text: "啤酒酿造", fields.number: 12500.5, fields.date: "2026-12-31", fields.choice: fields.one["民企"],
        fields.choices: [fields.many["云服务"], fields.many["硬件"]], fields.member: str(member_id), fields.boolean: False,
    }  # fmt: skip


def create(member: Caller, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = member.post("/api/customers", {"name": f"客户{uuid4().hex[:8]}", **values}).expect(201)
    return made


def url(made: dict[str, Any]) -> str:
    return f"/api/customers/{made['customer_id']}"


def last_changes(service: CustomerService, made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    statement = text("SELECT changes FROM event WHERE customer_id = :id ORDER BY customer_version DESC LIMIT 1")
    with service.engine.connect() as connection:
        found = connection.execute(statement, {"id": made["customer_id"]}).scalar_one()
    return {change["field"]: change for change in found}


def lines_of(service: CustomerService, made: dict[str, Any]) -> list[tuple[Any, ...]]:
    statement = text("SELECT key, item, open, number, text FROM custom_value WHERE customer_id = :id ORDER BY key, item")
    with service.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(statement, {"id": made["customer_id"]})]


def expected_lines(fields: Fields, values: dict[str, Any], *, is_open: bool) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for key, value in values.items():
        if key == fields.choices:
            rows += [(key, item, is_open, None, part) for item, part in enumerate(value)]
        elif key in (fields.number, fields.boolean):
            rows.append((key, 0, is_open, value, None))
        else:
            rows.append((key, 0, is_open, None, "pi jiu niang zao 啤酒酿造" if key == fields.text else value))
    return sorted(rows)


def test_a_value_of_every_type_is_kept_shown_and_told(service: CustomerService, member: Caller, fields: Fields) -> None:
    assert member.member_id is not None
    values = full(fields, member.member_id)
    made = create(member, custom=values)
    assert made["custom"] == values
    assert member.get(url(made)).expect(200)["custom"] == values
    [listed] = member.get(f"/api/customers?q={made['name']}").expect(200)["items"]
    assert listed["custom"] == values
    assert {key: change["after_text"] for key, change in last_changes(service, made).items() if key in values} == {
        fields.text: "啤酒酿造", fields.number: "12500.5", fields.date: "2026-12-31", fields.choice: "民企",
        fields.choices: "云服务、硬件", fields.member: "李伟", fields.boolean: "否",
    }  # fmt: skip
    assert lines_of(service, made) == expected_lines(fields, values, is_open=True)


def test_only_what_is_sent_changes_and_null_empties(service: CustomerService, member: Caller, fields: Fields) -> None:
    assert member.member_id is not None
    made = create(member, custom=full(fields, member.member_id))
    body = {"custom": {fields.number: 7, fields.choices: [], fields.text: " ", fields.boolean: True}}
    after = member.patch(url(made), body, {"If-Match": '"1"'}).expect(200)
    kept = (fields.date, fields.choice, fields.member)
    assert after["custom"] == {key: made["custom"][key] for key in kept} | {fields.number: 7, fields.boolean: True}
    changed = last_changes(service, made)
    assert set(changed) == set(body["custom"])
    told = {key: (change["before_text"], change["after_text"]) for key, change in changed.items()}
    assert told[fields.number] == ("12500.5", "7")
    assert told[fields.choices] == ("云服务、硬件", None)
    assert told[fields.boolean] == ("否", "是")
    assert lines_of(service, made) == expected_lines(fields, after["custom"], is_open=True)
    again = member.patch(url(made), {"custom": after["custom"]}, {"If-Match": '"2"'}).expect(200)
    assert again["version"] == 2


def test_different_fields_merge_and_the_same_one_shows_all_three_values(member: Caller, other: Caller, fields: Fields) -> None:
    made = create(member, custom={fields.number: 1, fields.date: "2026-01-01"})
    base = {"custom": made["custom"]}
    member.patch(url(made), {"custom": {fields.number: 2}, "base": base}).expect(200)
    merged = other.patch(url(made), {"custom": {fields.date: "2026-02-02", fields.text: "新"}, "base": base}).expect(200)
    assert merged["custom"] == {fields.number: 2, fields.date: "2026-02-02", fields.text: "新"}
    refused = other.patch(url(made), {"custom": {fields.number: 3}, "base": base})
    assert (refused.status, refused.code) == (409, "edit_conflict")
    [conflict] = refused.json["conflicts"]
    assert {name: conflict[name] for name in ("field", "mine", "theirs", "base")} == {
        "field": fields.number, "mine": 3, "theirs": 2, "base": 1,
    }  # fmt: skip
    assert conflict["by"]["name"] == "李伟"
    assert "预计成交金额" in refused.json["detail"]
    empty = other.patch(url(made), {"custom": {fields.text: "旧"}, "base": {"custom": {}}})
    assert empty.json["conflicts"][0]["base"] is None
    assert other.patch(url(made), {"custom": {fields.number: 3}, "base": {"name": "x"}}).code == "base_incomplete"


def test_bad_values_are_refused_each_with_its_place(member: Caller, fields: Fields, people: People) -> None:
    bad = {
        fields.text: 5, fields.number: "12", fields.date: "31.12.2026", fields.choice: "x", fields.choices: "x",
        fields.member: str(people.member(active=False)), fields.boolean: "是", "cf_0": 1,
    }  # fmt: skip
    refused = member.post("/api/customers", {"name": "某", "email": "bad", "custom": bad})
    assert refused.status == 422
    pointers = {error["pointer"]: error["code"] for error in refused.json["errors"]}
    assert pointers == {
        "/email": "email_malformed", f"/custom/{fields.text}": "text_expected", f"/custom/{fields.number}": "number_expected",
        f"/custom/{fields.date}": "day_expected", f"/custom/{fields.choice}": "option_unknown",
        f"/custom/{fields.choices}": "options_expected", f"/custom/{fields.member}": "member_unknown",
        f"/custom/{fields.boolean}": "boolean_expected", "/custom/cf_0": "field_unknown",
    }  # fmt: skip
    for hostile in ({"name": 1}, {"cf_1": {"x": 1}}, [1], "x", {"cf_1": [[1]]}, {"x" * 5000: 1}):
        assert member.post("/api/customers", {"name": "某", "custom": hostile}).status == 422, hostile


def test_a_retired_field_is_neither_shown_nor_taken_and_loses_nothing(admin: Caller, member: Caller, fields: Fields) -> None:
    made = create(member, custom={fields.number: 1, fields.text: "旧"})
    admin.patch(f"/api/custom_fields/{fields.number}", {"active": False}).expect(200)
    assert member.get(url(made)).expect(200)["custom"] == {fields.text: "旧"}
    assert member.patch(url(made), {"custom": {fields.number: 2}}, {"If-Match": '"1"'}).code == "field_unknown"
    member.patch(url(made), {"custom": {fields.text: "新"}}, {"If-Match": '"1"'}).expect(200)
    admin.patch(f"/api/custom_fields/{fields.number}", {"active": True}).expect(200)
    assert member.get(url(made)).expect(200)["custom"] == {fields.number: 1, fields.text: "新"}


def test_lines_follow_the_customer_in_and_out_of_sight(service: CustomerService, member: Caller, fields: Fields) -> None:
    values = {fields.number: 5, fields.text: "啤酒酿造"}
    made = create(member, visibility="private", custom=values)
    assert lines_of(service, made) == expected_lines(fields, values, is_open=False)
    member.patch(url(made), {"visibility": "public"}, {"If-Match": '"1"'}).expect(200)
    assert lines_of(service, made) == expected_lines(fields, values, is_open=True)
    member.patch(url(made), {"visibility": "private", "custom": {fields.number: 6}}, {"If-Match": '"2"'}).expect(200)
    values[fields.number] = 6
    assert lines_of(service, made) == expected_lines(fields, values, is_open=False)
    member.post(f"{url(made)}/return_to_pool", {"reason": "no_interest"}).expect(200)
    assert lines_of(service, made) == expected_lines(fields, values, is_open=True)
    member.post(f"{url(made)}/claim").expect(200)
    assert lines_of(service, made) == expected_lines(fields, values, is_open=False)


@pytest.fixture
def hidden_number(service: CustomerService, fields: Fields) -> Iterator[str]:
    """The pool hides the amount."""
    with transaction(service.engine) as connection:
        before = connection.execute(pool.select()).one().hidden_fields
        connection.execute(update(pool).values(hidden_fields=[*before, fields.number]))
    yield fields.number
    with transaction(service.engine) as connection:
        connection.execute(update(pool).values(hidden_fields=before))


def test_a_field_that_a_pool_hides_is_absent_everywhere(
    service: CustomerService, member: Caller, other: Caller, fields: Fields, hidden_number: str
) -> None:
    made = create(member, visibility="private", custom={hidden_number: 5, fields.text: "看得到"})
    member.post(f"{url(made)}/return_to_pool", {"reason": "no_interest"}).expect(200)
    assert other.get(url(made)).expect(200)["custom"] == {fields.text: "看得到"}
    [listed] = other.get(f"/api/customers?view=pool&q={made['name']}").expect(200)["items"]
    assert listed["custom"] == {fields.text: "看得到"}
    assert exported(service, other, made, [hidden_number, fields.text]) == ("", "看得到")
    assert exported(service, other, made, [fields.text, "name"]) == ("看得到", made["name"])
    assert other.get(f"/internal/customers/{made['customer_id']}/visible").json["hidden_fields"].count(hidden_number) == 1
    other.post(f"{url(made)}/claim").expect(200)
    assert other.get(url(made)).expect(200)["custom"][hidden_number] == 5


def exported(service: CustomerService, caller: Caller, made: dict[str, Any], columns: list[str]) -> tuple[str, ...]:
    exporter = Caller(service.app, service._signer("export"), caller.member_id, issuer="export")
    body = {"selection": {"customer_ids": [made["customer_id"]]}, "columns": columns, "zone": "Asia/Shanghai"}
    answer = exporter.post("/internal/export_rows", body)
    assert answer.status == 200, answer.response.get_data(as_text=True)
    line, _ = answer.response.get_data(as_text=True).split("\n", 1)
    return tuple(line.split("\t"))


def test_columns_of_an_export_have_their_types(service: CustomerService, member: Caller, fields: Fields) -> None:
    assert member.member_id is not None
    made = create(member, custom=full(fields, member.member_id))
    columns = [fields.text, fields.number, fields.date, fields.choice, fields.choices, fields.member, fields.boolean]
    row = exported(service, member, made, columns)
    chosen = f"{fields.many['云服务']}\\n{fields.many['硬件']}"
    assert row == ("啤酒酿造", "12500.5", "1798675200", fields.one["民企"], chosen, "李伟", "f")
    assert exported(service, member, create(member), columns) == ("",) * 7
    asked = Caller(service.app, service._signer("export"), member.member_id, issuer="export").post("/internal/exports/authorize", {})
    told = {one["field"]: one for one in asked.expect(200)["fields"]}
    assert [told[key]["type"] for key in columns] == ["text", "number", "date", "choice", "choices", "text", "boolean"]
    assert {one["label_zh"] for one in told[fields.choices]["options"]} == {"云服务", "软件", "硬件"}
    body = {"selection": {}, "columns": ["cf_0"], "zone": "Asia/Shanghai"}
    assert (
        Caller(service.app, service._signer("export"), member.member_id, issuer="export").post("/internal/export_rows", body).status == 422
    )


def test_a_table_is_imported_into_custom_fields(service: CustomerService, people: People, fields: Fields) -> None:
    importer = Importer(service, people.member("导入员"))
    people.member(seller := unique("售前员"))
    mark = unique("导")
    header = ["客户名称", "主营业务", "预计成交金额", "预计成交日期（选填）", "客户性质", "意向产品", "售前", "是否上市"]
    content = table(
        header,
        [f"{mark}1", "酿酒", "1.2万", "2026/1/5", "国企", "硬件、云服务", seller, "是"],
        [f"{mark}2", "", "很多", "明天", "外星", "云服务、水", "没有这个人", "也许"],
        [f"{mark}3", "", "", "", "", "", "", ""],
    )
    uploaded = importer.upload(content).expect(201)
    keys = [fields.text, fields.number, fields.date, fields.choice, fields.choices, fields.member, fields.boolean]
    assert [column["field"] for column in uploaded["columns"]] == ["name", *keys]
    assert {(error["field"], error["code"]) for error in uploaded["errors"]} == {
        (fields.number, "number_expected"), (fields.date, "day_expected"), (fields.choice, "unknown_option"),
        (fields.choices, "unknown_option"), (fields.member, "unknown_member"), (fields.boolean, "boolean_expected"),
    }  # fmt: skip
    done = importer.run(content)
    assert (done["accepted"], done["rejected"]) == (2, 1)
    made = shown(importer, mark)
    assert made[f"{mark}3"]["custom"] == {}
    first = made[f"{mark}1"]
    assert first["custom"] == {
        fields.text: "酿酒", fields.number: 12000, fields.date: "2026-01-05", fields.choice: fields.one["国企"],
        fields.choices: [fields.many["云服务"], fields.many["硬件"]], fields.member: first["custom"][fields.member], fields.boolean: True,
    }  # fmt: skip
    told = last_changes(service, first)
    assert (told[fields.choices]["after_text"], told[fields.member]["after_text"]) == ("云服务、硬件", seller)
    assert len(lines_of(service, first)) == 8
    assert "预计成交金额：应填数字" in importer.rejected(done["import_id"])[1][-1]


def shown(importer: Importer, mark: str) -> dict[str, dict[str, Any]]:
    items = importer.service.as_member(importer.member_id).get(f"/api/customers?q={mark}").expect(200)["items"]
    return {item["name"]: item for item in items}


def test_what_is_not_asked_for_costs_nothing(service: CustomerService, member: Caller, fields: Fields) -> None:
    assert member.member_id is not None
    values = full(fields, member.member_id)
    made = create(member, custom=values)

    def cost(call: Any) -> int:
        with counted(service.engine) as statements:
            call()
        return len(statements)

    assert cost(lambda: member.get("/api/customers").expect(200)) == 2
    assert cost(lambda: member.get(url(made)).expect(200)) == 2
    without = cost(lambda: member.patch(url(made), {"city": "万州"}, {"If-Match": '"1"'}).expect(200))
    one = cost(lambda: member.patch(url(made), {"custom": {fields.number: 1}}, {"If-Match": '"2"'}).expect(200))
    everything = cost(
        lambda: member.patch(
            url(made),
            {"custom": {**values, fields.choices: [fields.many["软件"]], fields.member: None, fields.choice: fields.one["国企"]}},
            {"If-Match": '"3"'},
        ).expect(200)
    )
    assert one <= without + 3
    assert everything <= without + 5


def test_rights_are_those_of_the_customer(member: Caller, other: Caller, fields: Fields) -> None:
    made = create(member, visibility="private", custom={fields.number: 5})
    assert other.patch(url(made), {"custom": {fields.number: 6}}, {"If-Match": '"1"'}).status == 404
