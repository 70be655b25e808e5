"""Imports, from the upload to the file of rejected rows, on real PostgreSQL; the worker's turn is taken by hand."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import text

from services.common.database import transaction
from services.common.ids import new_id
from tests.support.customer import CustomerService, People
from tests.support.importer import Importer, customers_of, rows_of, table, unique, work


@pytest.fixture
def importer(service: CustomerService, people: People) -> Importer:
    return Importer(service, people.member("导入员"))


@pytest.fixture
def admin_importer(service: CustomerService, people: People) -> Importer:
    return Importer(service, people.member("导入管理员", role="admin"))


def test_columns_are_guessed_and_errors_told_row_by_row(importer: Importer) -> None:
    content = table(
        ["公司名称", "所在省份", "邮箱", "人数", "无关"],
        ["甲", "浙江省", "a@b.cn", "100人", "x"],
        ["", "深圳", "not-mail", "很多", "y"],
    )
    answer = importer.upload(content).expect(201)
    assert answer["state"] == "previewed"
    assert [column["field"] for column in answer["columns"]] == ["name", "province", "email", "staff_size", None]
    assert answer["rows"] == 2
    assert [row["row"] for row in answer["preview"]] == [2, 3]
    assert {(error["row"], error["field"], error["code"]) for error in answer["errors"]} == {
        (3, "name", "required"),
        (3, "email", "email_malformed"),
        (3, "staff_size", "number_expected"),
    }
    assert importer.get(answer["import_id"]) == answer


def test_nothing_is_a_customer_before_it_runs(importer: Importer, service: CustomerService) -> None:
    name = unique("还没有")
    importer.upload(table(["名称"], [name]))
    assert not work(service)
    assert rows_of(service, "SELECT 1 FROM customer WHERE name = :name", name=name) == []


def test_rows_become_customers_with_their_events(importer: Importer, service: CustomerService) -> None:
    first, second = unique("重庆啤酒"), unique("青岛啤酒")
    done = importer.run(
        table(
            ["客户名称", "状态", "级别", "省份", "电话", "下次联系时间", "备注"],
            [first, "意向", "A 重点", "深圳", "13800138000", "2026-12-01", "=1+1"],
            [second, "contacted", "b", "内蒙", "", "", ""],
        )
    )
    assert (done["state"], done["rows_done"], done["accepted"], done["rejected"]) == ("done", 2, 2, 0)
    one, two = customers_of(service, done["import_id"])
    assert (one.name, one.status, one.level, one.province, one.city, one.phone, one.remark) == (
        first, "interested", "A", "广东", "深圳", "13800138000", "=1+1",
    )  # fmt: skip
    assert (two.status, two.level, two.province) == ("contacted", "B", "内蒙古")
    assert (one.state, one.owner_id, one.created_by, one.version) == ("owned", importer.member_id, importer.member_id, 1)
    assert one.next_contact_at.isoformat() == "2026-12-01T01:00:00+00:00"
    assert len(rows_of(service, "SELECT 1 FROM next_contact WHERE customer_id = :id AND closed_at IS NULL", id=one.customer_id)) == 1
    assert [row.how for row in rows_of(service, "SELECT how FROM ownership WHERE customer_id = :id", id=one.customer_id)] == ["imported"]
    events = rows_of(service, "SELECT * FROM event WHERE batch_id = :id ORDER BY id", id=done["batch_id"])
    assert [event.customer_id for event in events] == [one.customer_id, two.customer_id]
    assert events[0].payload == {"source": "import", "import_id": done["import_id"]}
    assert {change["field"]: change["after_text"] for change in events[0].changes}["status"] == "意向"
    found = service.as_member(importer.member_id).get(f"/api/customers/{one.customer_id}").expect(200)
    assert found["name"] == first


def test_rejected_rows_come_back_with_their_reasons(importer: Importer) -> None:
    good = unique("好")
    done = importer.run(table(["名称", "邮箱", "级别"], [good, "a@b.cn", "A"], ["=坏", "x", "Z"], ["", "", "B"]))
    assert (done["state"], done["accepted"], done["rejected"], done["rows"]) == ("done", 1, 2, 3)
    header, *rows = importer.rejected(done["import_id"])
    assert header == ("行号", "名称", "邮箱", "级别", "原因")
    assert rows == [
        ("3", "=坏", "x", "Z", "级别：不是可选项；邮箱：邮箱格式不正确"),
        ("4", None, None, "B", "客户名称：不能为空"),
    ]
    assert importer.rejected(done["import_id"], "en")[2][-1].startswith("Name: ")


def test_a_workbook_is_imported_too(importer: Importer, service: CustomerService) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2026 年客户资料"])
    sheet.append([])
    sheet.append(["企业名称", "手机号", "统一社会信用代码"])
    name = unique("表格")
    sheet.append([name, 13912345678, "91440300708461136T"])
    file = BytesIO()
    book.save(file)
    done = importer.run(file.getvalue())
    assert (done["accepted"], done["rejected"]) == (1, 0)
    [found] = customers_of(service, done["import_id"])
    assert (found.name, found.mobile, found.credit_code) == (name, "13912345678", "91440300708461136T")


def test_other_columns_than_the_guessed_ones(importer: Importer, service: CustomerService) -> None:
    name = unique("映射")
    import_id = importer.upload(table(["甲", "乙"], ["北京", name])).expect(201)["import_id"]
    refused = importer.post(import_id, "run")
    assert (refused.status, refused.code) == (422, "name_missing")
    for columns, code in (
        (["name", "name"], "repeated_field"),
        (["name", "customer_no"], "unknown_field"),
        (["name", None, None], "columns_count"),
        (["province"], "name_missing"),
    ):
        assert importer.post(import_id, "preview", {"columns": columns}).code == code
        assert importer.post(import_id, "run", {"columns": columns}).code == code
    previewed = importer.post(import_id, "preview", {"columns": ["province", "name"]}).expect(200)
    assert previewed["errors"] == []
    importer.post(import_id, "run", {"columns": ["province", "name"]}).expect(202)
    work(service)
    [found] = customers_of(service, import_id)
    assert (found.name, found.province) == (name, "北京")


def test_new_options_are_added_for_an_admin_and_refused_otherwise(
    importer: Importer, admin_importer: Importer, service: CustomerService
) -> None:
    label = unique("新行业")
    content = table(["名称", "行业"], [unique("甲"), label], [unique("乙"), label])
    preview = importer.upload(content).expect(201)
    assert [error["code"] for error in preview["errors"]] == ["unknown_option"] * 2
    assert importer.run(content)["rejected"] == 2
    assert admin_importer.upload(content).expect(201)["new_options"] == [{"field": "industry", "label": label}]
    done = admin_importer.run(content)
    assert done["accepted"] == 2
    assert {row.industry for row in customers_of(service, done["import_id"])} == {label}
    options = service.as_member(admin_importer.member_id).get("/api/options/industry").expect(200)["items"]
    assert [option["active"] for option in options if option["label_zh"] == label] == [True]


def test_owners_are_found_by_account_or_name(importer: Importer, service: CustomerService, people: People) -> None:
    anna, twin = people.member(unique("安娜")), unique("同名")
    account = unique("acc")
    zoe = people.member("佐伊", account=account)
    for _ in range(2):
        people.member(twin)
    names = {row.member_id: row.name for row in rows_of(service, "SELECT member_id, name FROM member")}
    gone = unique("离职")
    people.member(gone, active=False)
    done = importer.run(
        table(
            ["名称", "负责人"],
            [unique("甲"), names[anna]],
            [unique("乙"), account],
            [unique("丙"), ""],
            [unique("丁"), twin],
            [unique("戊"), gone],
        )
    )
    assert [row.owner_id for row in customers_of(service, done["import_id"])] == [anna, zoe, importer.member_id]
    assert [row[-1] for row in importer.rejected(done["import_id"])[1:]] == [
        "负责人：有多位同名成员，请填写账号",
        "负责人：没有此名称的在职成员",
    ]


def test_the_importer_chooses_owner_and_visibility(importer: Importer, service: CustomerService, people: People) -> None:
    other = people.member(unique("他人"))
    [mine] = customers_of(service, importer.run(table(["名称"], [unique("甲")]), owner_id=str(other), visibility="private")["import_id"])
    assert (mine.owner_id, mine.visibility) == (other, "private")
    [free] = customers_of(service, importer.run(table(["名称"], [unique("乙")]), owner_id=None)["import_id"])
    assert (free.owner_id, free.state) == (None, "unassigned")


def test_importing_the_same_file_again_doubles_nothing(importer: Importer) -> None:
    content = table(["名称"], [unique("甲")], [unique("乙")], [twice := unique("丙")], [twice])
    first, second = importer.run(content), importer.run(content)
    assert (first["accepted"], first["rejected"]) == (3, 1)
    assert (second["accepted"], second["rejected"]) == (0, 4)
    assert importer.rejected(second["import_id"])[1][-1] == "客户名称：已有同名客户"
    third = importer.run(content, skip_existing=False)
    assert third["accepted"] == 4


def test_a_private_customer_of_others_is_not_betrayed_by_an_import(importer: Importer, people: People, service: CustomerService) -> None:
    name = unique("秘密")
    owner = Importer(service, people.member("别人"))
    assert owner.run(table(["名称"], [name]), visibility="private")["accepted"] == 1
    assert importer.run(table(["名称"], [name]))["accepted"] == 1


def test_a_credit_code_is_used_once(importer: Importer) -> None:
    code = "91330106673959654P"
    done = importer.run(table(["名称", "税号"], [unique("甲"), code], [unique("乙"), code], [unique("丙"), "123"]))
    assert (done["accepted"], done["rejected"]) == (1, 2)
    assert importer.run(table(["名称", "税号"], [unique("丁"), code.lower()]))["rejected"] == 1


def test_sending_the_upload_again_with_its_key_makes_one_import(importer: Importer) -> None:
    key = {"Idempotency-Key": new_id().hex}
    content = table(["名称"], ["甲"])
    first, again = (importer.upload(content, headers=key).expect(201)["import_id"] for _ in range(2))
    assert first == again
    other = importer.upload(table(["名称"], ["乙"]), headers=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_running_twice_is_running_once(importer: Importer, service: CustomerService) -> None:
    import_id = importer.upload(table(["名称"], [unique("甲")])).expect(201)["import_id"]
    for _ in range(2):
        importer.post(import_id, "run").expect(202)
    work(service)
    importer.post(import_id, "run").expect(202)
    assert not work(service)
    assert importer.get(import_id)["accepted"] == 1


def test_without_the_right_nothing_is_imported(service: CustomerService, people: People) -> None:
    nobody = Importer(service, people.member("无权", rights=[]))
    assert nobody.upload(table(["名称"], ["甲"])).code == "import_right_missing"


def test_a_right_that_was_taken_away_ends_a_running_import(service: CustomerService, people: People) -> None:
    importer = Importer(service, people.member("将失权"))
    import_id = importer.upload(table(["名称"], [unique("甲")])).expect(201)["import_id"]
    importer.post(import_id, "run").expect(202)
    with transaction(service.engine) as connection:
        connection.execute(text("UPDATE member SET rights = '{}' WHERE member_id = :id"), {"id": importer.member_id})
    work(service)
    failed = importer.get(import_id)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "import_right_missing")


def test_others_do_not_see_it(importer: Importer, service: CustomerService, people: People) -> None:
    import_id = importer.upload(table(["名称"], ["甲"])).expect(201)["import_id"]
    other = service.as_member(people.member("旁人"))
    assert other.get(f"/api/imports/{import_id}").code == "import_not_found"
    for verb in ("run", "cancel", "preview"):
        assert other.post(f"/api/imports/{import_id}/{verb}").status == 404
    assert other.get(f"/api/imports/{import_id}/rejected").status == 404
    assert other.get("/api/imports").expect(200)["items"] == []
    assert [item["import_id"] for item in service.as_member(importer.member_id).get("/api/imports").expect(200)["items"]] == [import_id]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "file_empty"),
        (b"name\n", 422, "file_empty"),
        (b"\x89PNG\r\n", 415, "file_kind_unknown"),
        (b"PK\x03\x04xx", 422, "file_broken"),
    ],
)
def test_what_is_no_table_is_refused(importer: Importer, content: bytes, status: int, code: str) -> None:
    refused = importer.upload(content)
    assert (refused.status, refused.code) == (status, code)


def test_a_file_that_is_too_large_is_refused(importer: Importer) -> None:
    assert importer.upload(b"x" * (20 * 1024 * 1024 + 10)).status == 413
    assert importer.upload(b"x" * (22 * 1024 * 1024)).status == 413


def test_something_else_than_a_form_is_refused(importer: Importer, service: CustomerService) -> None:
    assert service.as_member(importer.member_id).post("/api/imports", {"file": "x"}).status == 415
