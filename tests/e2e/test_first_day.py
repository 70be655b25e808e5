"""The first day of a sales team, through the gateway as its browsers would: who enters what, who sees what, what becomes of it."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openpyxl
import pytest

from tests.support.client import Client
from tests.support.servers import Product
from tests.support.wait import wait_until

HEADERS = ["客户名称", "电话", "省份", "来源"]
COMPANIES = ["重庆啤酒股份有限公司", "长沙银行股份有限公司", "阿里巴巴网络技术有限公司", "厦门航空有限公司", "招商银行股份有限公司"]


@dataclass
class Team:
    """A department with its manager, two members of it and one of another department."""

    manager: Client
    anna: Client
    bert: Client
    stranger: Client
    mark: str  # stands in every name that this team enters, so that others' customers do not count

    def name(self, text: str) -> str:
        return f"{text}{self.mark}"


@pytest.fixture(scope="module")
def team(product: Product, admin: Client) -> Iterator[Team]:
    mark = uuid.uuid4().hex[:8]
    north, south = (admin.post("/api/departments", {"name": f"{name}{mark}"}).expect(201)["department_id"] for name in ("华北", "华南"))
    manager = admin.make_member(product.address, role="manager", name="李娜", department_id=north)
    anna, bert = (admin.make_member(product.address, name=name, department_id=north) for name in ("张三", "王五"))
    stranger = admin.make_member(product.address, name="赵六", department_id=south)
    yield Team(manager, anna, bert, stranger, mark)
    for member in (manager, anna, bert, stranger):
        member.close()


def test_a_member_enters_a_customer_and_finds_it_in_her_list(team: Team) -> None:
    customer = team.anna.create_customer(name=team.name("北京同仁堂"), phone="010-8765 4321", province="北京", level="A")
    assert customer["owner"]["member_id"] == team.anna.member_id
    assert customer["customer_no"].startswith("C")
    rows = team.anna.list_all(view="mine", q=team.mark)
    assert [row["customer_id"] for row in rows] == [customer["customer_id"]]
    assert team.anna.counts()["mine"] >= 1


def test_a_double_click_makes_one_customer(team: Team) -> None:
    body, key = {"name": team.name("双击")}, uuid.uuid4().hex
    first, second = (team.anna.post("/api/customers", body, key=key).expect(201) for _ in range(2))
    assert first == second
    other = team.anna.post("/api/customers", {"name": team.name("另一个")}, key=key)
    assert other.status == 422
    assert len(team.anna.list_all(view="all", q=team.name("双击"))) == 1


def test_a_file_of_companies_comes_in_and_lists_sort_and_search_it(team: Team) -> None:
    lines = [
        ",".join(HEADERS),
        *(f"{team.name(name)},1380000{number:04d},重庆市,客户转介绍" for number, name in enumerate(COMPANIES)),
        ",139,重庆市,",
    ]
    done = team.bert.import_file("公司.csv", "\n".join(lines).encode())
    assert (done["state"], done["accepted"], done["rejected"]) == ("done", len(COMPANIES), 1)
    rejected = bytes(team.bert.get(f"/api/imports/{done['import_id']}/rejected").expect(200))
    assert openpyxl.load_workbook(io.BytesIO(rejected)).worksheets[0].max_row == 2
    by_name = [row["name"].removesuffix(team.mark) for row in team.bert.list_all(view="mine", sort="name")]
    assert by_name == [
        "阿里巴巴网络技术有限公司",
        "长沙银行股份有限公司",
        "重庆啤酒股份有限公司",
        "厦门航空有限公司",
        "招商银行股份有限公司",
    ]
    for q in ("庆啤", "cqpj", "chongqing"):
        found = [row["name"] for row in team.bert.list_all(view="mine", q=q)]
        assert team.name("重庆啤酒股份有限公司") in found, q


def test_two_edits_of_different_fields_both_hold_and_of_the_same_field_conflict(team: Team) -> None:
    customer = team.anna.create_customer(name=team.name("合并"), province="北京")
    path = f"/api/customers/{customer['customer_id']}"
    team.anna.patch(path, {"level": "B", "base": {"level": None}}).expect(200)
    team.manager.patch(path, {"province": "天津", "base": {"province": "北京"}}).expect(200)
    refused = team.anna.patch(path, {"province": "河北", "base": {"province": "北京"}})
    assert (refused.status, refused.code) == (409, "edit_conflict")
    conflict = refused.json["conflicts"][0]
    assert (conflict["field"], conflict["mine"], conflict["theirs"], conflict["base"]) == ("province", "河北", "天津", "北京")
    assert team.anna.patch(path, {"level": "A"}).status == 428
    assert team.anna.patch(path, {"level": "A"}, headers={"If-Match": '"1"'}).status == 412


def test_the_timeline_tells_each_change_once_in_order(team: Team) -> None:
    customer = team.anna.create_customer(name=team.name("动态"))
    customer_id = customer["customer_id"]
    edited = team.anna.edit_customer(customer, level="A", province="上海")
    team.anna.follow_up(customer_id, "电话沟通，很感兴趣", status="interested")
    assigned = team.manager.assign(customer_id, team.bert.member_id, keep_previous_owner_as="viewer")
    entries = team.anna.timeline_to(customer_id, assigned["version"])
    assert [entry["customer_version"] for entry in entries] == list(range(assigned["version"], 0, -1))
    assert edited["version"] == 2
    two_fields = next(entry for entry in entries if entry["customer_version"] == 2)
    assert {change["field"]: (change["before"], change["after"]) for change in two_fields["changes"]} == {
        "level": (None, "A"), "province": (None, "上海"),
    }  # fmt: skip
    owner = next(
        change for entry in entries if entry["type"] == "customer.assigned" for change in entry["changes"] if change["field"] == "owner"
    )
    assert (owner["before_text"], owner["after_text"]) == ("张三", "王五")
    assert {entry["actor"]["name"] for entry in entries} == {"张三", "李娜"}


def test_assigning_many_says_what_became_of_each(team: Team) -> None:
    mine = [team.anna.create_customer(name=team.name(f"批量{n}"))["customer_id"] for n in range(3)]
    private = team.stranger.create_customer(name=team.name("别人的"), visibility="private")
    asked = [*mine, private["customer_id"], str(uuid.uuid4())]
    answer = team.manager.assign_many(asked, team.bert.member_id)
    outcome = {result["customer_id"]: result for result in answer["results"]}
    assert (answer["done"], answer["skipped"]) == (3, 2)
    assert all(outcome[one]["done"] for one in mine)
    codes = {outcome[one]["code"] for one in asked[3:]}
    assert codes == {"customer_not_found"}  # a guessed id and a hidden one look alike
    assert team.stranger.get(f"/api/customers/{private['customer_id']}").expect(200)["version"] == private["version"]
    assert {row["owner"]["member_id"] for row in team.bert.list_all(view="mine", q="批量") if team.mark in row["name"]} == {
        team.bert.member_id
    }


def test_a_customer_goes_to_the_pool_and_is_claimed_with_its_history(team: Team) -> None:
    customer_id = team.anna.create_customer(name=team.name("公海"))["customer_id"]
    returned = team.anna.return_to_pool(customer_id, "no_budget", note="明年再看")
    assert (returned["state"], returned["owner"], returned["previous_owner"]["name"]) == ("pool", None, "张三")
    assert customer_id in {row["customer_id"] for row in team.stranger.list_all(view="pool", q="公海")}
    claimed = team.stranger.claim(customer_id).expect(200)
    assert (claimed["state"], claimed["owner"]["name"], claimed["times_claimed"]) == ("owned", "赵六", 1)
    late = team.bert.claim(customer_id)
    assert (late.status, late.code, late.json["by"]["name"]) == (409, "already_claimed", "赵六")
    history = team.anna.get(f"/api/customers/{customer_id}/ownership_history").expect(200)["items"]
    assert sorted((one["owner"]["name"], one["how"], one["ended_how"]) for one in history) == [
        ("张三", "created", "returned_to_pool"), ("赵六", "claimed", None),
    ]  # fmt: skip


def test_an_export_reads_back_cell_for_cell(team: Team) -> None:
    names = [team.name("=SUM(A1)"), team.name("出口一"), team.name("出口二")]
    for number, name in enumerate(names):
        team.anna.create_customer(name=name, phone=f"010000{number:04d}", staff_size=number + 1, remark="导出")
    content = team.anna.export_file(view="mine", q=team.mark, sort="name", columns=["name", "phone", "staff_size", "created_at"])
    listed = team.anna.list_all(view="mine", q=team.mark, sort="name")
    sheet, about = openpyxl.load_workbook(io.BytesIO(content)).worksheets[:2]
    header, *rows = list(sheet.iter_rows(values_only=True))
    assert len(header) == 4
    assert [row[0] for row in rows] == [row["name"] for row in listed]
    assert [row[1] for row in rows] == [row["phone"] for row in listed]
    assert [row[2] for row in rows] == [row["staff_size"] for row in listed]
    assert sheet.freeze_panes == "A2"
    assert {cell.data_type for cell in sheet["A"]} == {"s"} or {cell.data_type for cell in sheet["A"]} <= {"s", "inlineStr"}
    assert about.max_row >= 3


@pytest.fixture(scope="module")
def private(team: Team) -> dict[str, str]:
    """A private customer of Anna's that the stranger knows the id of, and nothing else."""
    customer = team.anna.create_customer(name=team.name("机密"), visibility="private", phone="13912345678")
    return {"id": customer["customer_id"], "name": customer["name"], "version": customer["version"]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/access", None),
        ("GET", "/timeline", None),
        ("GET", "/ownership_history", None),
        ("GET", "/follow_ups", None),
        ("GET", "/participants", None),
        ("PATCH", "", {"level": "A", "base": {"level": None}}),
        ("POST", "/assign", {"owner_id": "me"}),
        ("POST", "/return_to_pool", {"reason": "other"}),
        ("POST", "/claim", {}),
        ("POST", "/follow_ups", {"method": "call", "content": "x"}),
        ("POST", "/participants", {"member_id": "me", "role": "viewer"}),
        ("PUT", "/star", None),
    ],
)
def test_a_private_customer_is_not_there_for_a_stranger(
    team: Team, private: dict[str, str], method: str, path: str, body: dict[str, str] | None
) -> None:
    filled = (
        {name: team.stranger.member_id if value == "me" else value for name, value in (body or {}).items()} if body is not None else None
    )
    answer = team.stranger.send(method, f"/api/customers/{private['id']}{path}", body=filled)
    assert (answer.status, answer.code) == (404, "customer_not_found")
    unknown = team.stranger.send(method, f"/api/customers/{uuid.uuid4()}{path}", body=filled)
    assert {**answer.json, "request_id": ""} == {**unknown.json, "request_id": ""}  # word for word the answer for no such customer
    assert team.anna.get(f"/api/customers/{private['id']}").expect(200)["version"] == private["version"]


def test_a_private_customer_is_absent_from_lists_search_counts_and_export(team: Team, private: dict[str, str]) -> None:
    assert private["id"] in {row["customer_id"] for row in team.anna.list_all(view="all", q=team.mark)}
    for query in (
        {"view": "all", "q": team.mark},
        {"view": "all", "q": "机密"},
        {"view": "all", "q": "5678"},
        {"view": "all", "owner_id": team.anna.member_id},
    ):
        assert private["id"] not in {row["customer_id"] for row in team.stranger.list_all(**query)}
    before = team.stranger.list_customers(view="all", q=private["name"], limit=1)["count"]
    assert before == {"value": 0, "exact": True}
    own = team.stranger.create_customer(name=team.name("自己的"))
    content = team.stranger.export_file(customer_ids=[private["id"], own["customer_id"]], columns=["name"])
    names = {row[0] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)}
    assert own["name"] in names
    assert private["name"] not in names


def test_a_private_customer_is_silent_on_a_strangers_stream(team: Team, private: dict[str, str]) -> None:
    theirs, mine = (client.listen(f"counts,customer:{private['id']}") for client in (team.stranger, team.anna))
    try:
        customer = team.anna.get(f"/api/customers/{private['id']}").expect(200)
        changed = team.anna.edit_customer(customer, remark=uuid.uuid4().hex)
        private["version"] = changed["version"]
        wait_until(
            lambda: {"customer_id": private["id"], "version": changed["version"]} in mine.named("customer"), what="the owner to hear of it"
        )
        theirs.wait_for("counts")
        assert theirs.named("customer") == []
        assert private["id"] not in str(theirs.events)
    finally:
        theirs.close()
        mine.close()


def test_a_disabled_member_is_out_within_a_second_and_the_streams_within_five(admin: Client, new_member: Callable[..., Client]) -> None:
    leaving = new_member()
    stream = leaving.listen("counts")
    assert leaving.get("/api/customers").status == 200
    admin.patch(f"/api/members/{leaving.member_id}", {"active": False}).expect(200)
    ended_at = time.monotonic()
    wait_until(lambda: leaving.get("/api/customers").status == 401, seconds=1.2, what="the session to be over")
    wait_until(lambda: stream.ended_at, seconds=5.0, what="the stream to be over")
    assert time.monotonic() - ended_at < 5.5
    assert stream.named("session_ended") == [{}]


def test_signing_out_is_immediate(new_member: Callable[..., Client]) -> None:
    member = new_member()
    cookie = member.browser_cookies()[0]
    member.sign_out()
    again = member.send("GET", "/api/customers", headers={"Cookie": f"{cookie['name']}={cookie['value']}"})
    assert again.status == 401


def test_a_token_for_reading_reads(product: Product, team: Team) -> None:
    made = team.anna.post("/api/tokens", {"name": "脚本", "scopes": ["read"]}).expect(201)
    with Client(product.address, token=made["token"]) as script:
        assert script.get("/api/customers", view="mine").status == 200
        assert script.post("/api/customers", {"name": team.name("脚本")}).code == "scope_missing"
        team.anna.delete(f"/api/tokens/{made['token_id']}").expect(204)
        wait_until(lambda: script.get("/api/customers").status == 401, seconds=1.5, what="the token to be over")
