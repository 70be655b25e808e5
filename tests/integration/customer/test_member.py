"""Members: list, search, create, edit, disable, the last admin."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

from services.common.identity import Identity
from services.customer.store.member import get_viewer
from tests.support.customer import PASSWORD, Caller, CustomerService, People, counted


def test_an_admin_creates_a_member_who_is_told_with_his_usual_rights(admin: Caller) -> None:
    made = admin.post("/api/members", {"account": "Zhang.San", "name": " 张三 ", "password": "long enough"}).expect(201)
    assert made["account"] == "Zhang.San"
    assert made["name"] == "张三"
    assert made["name_pinyin"] == "zhangsan"
    assert made["role"] == "member"
    assert made["rights"] == ["export", "import"]
    assert made["active"] is True
    assert made["department_id"] is made["department_name"] is None


def test_an_account_is_taken_whatever_its_case_and_width(admin: Caller) -> None:
    admin.post("/api/members", {"account": "wang5", "name": "王五", "password": "long enough"}).expect(201)
    for account in ("wang5", "WANG5", "ｗａｎｇ５"):
        answer = admin.post("/api/members", {"account": account, "name": "王武", "password": "long enough"})
        assert (answer.status, answer.code) == (409, "account_taken")


def test_two_who_take_one_account_at_once_get_one_member_and_one_refusal(service: CustomerService, admin_id: UUID) -> None:
    barrier = threading.Barrier(4)
    answers = []

    def create() -> None:
        caller = service.as_member(admin_id)
        barrier.wait()
        answers.append(caller.post("/api/members", {"account": "both", "name": "同时", "password": "long enough"}).status)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409, 409]


def test_bad_members_are_refused_with_a_pointer(admin: Caller) -> None:
    good = {"account": "li4", "name": "李四", "password": "long enough"}
    for change, pointer in (
        ({"account": "li 4"}, "/account"),
        ({"account": ""}, "/account"),
        ({"name": "  "}, "/name"),
        ({"password": "short"}, "/password"),
        ({"role": "king"}, "/role"),
        ({"rights": ["fly"]}, "/rights/0"),
        ({"email": "nobody"}, "/email"),
        ({"department_id": str(uuid4())}, "/department_id"),
        ({"salary": 1}, "/salary"),
    ):
        answer = admin.post("/api/members", good | change)
        assert answer.status == 422, change
        assert answer.json["errors"][0]["pointer"] == pointer
    assert admin.post("/api/members", good | {"name": "a\0b"}).status == 422


def test_members_are_found_by_name_pinyin_initials_and_account(service: CustomerService, people: People) -> None:
    asker = service.as_member(people.member("某人"))
    wanted = people.member("曾小贤", account="xiaoxian_z")
    people.member("郑大钱")
    for q in ("曾小", "zengxiao", "zxx", "XIAOXIAN", "ｚｘｘ", "小贤", "曾小賢"):
        found = asker.get(f"/api/members?q={q}").expect(200)["items"]
        assert str(wanted) in [item["member_id"] for item in found], q
        assert all(item["name"] != "郑大钱" for item in found)
    assert asker.get("/api/members?q=%25").expect(200)["items"] == []
    assert asker.get("/api/members?q=%00").status == 400


def test_members_are_found_by_their_ids_disabled_ones_too_and_unknown_ones_are_left_out(
    service: CustomerService, people: People, admin: Caller
) -> None:
    asker = service.as_member(people.member("某人"))
    wanted, gone = people.member("甲一"), people.member("乙二")
    people.member("丙三")
    admin.patch(f"/api/members/{gone}", {"active": False}).expect(200)
    found = asker.get(f"/api/members?member_ids={wanted},{gone},{uuid4()}").expect(200)
    assert {item["member_id"]: item["name"] for item in found["items"]} == {str(wanted): "甲一", str(gone): "乙二"}
    assert asker.get("/api/members?member_ids=me").status == 422
    assert asker.get("/api/members?member_ids=" + ",".join(str(uuid4()) for _ in range(101))).status == 422


def test_the_list_is_in_pinyin_order_and_pages_by_keyset_without_gaps(service: CustomerService, people: People) -> None:
    top = people.department()
    names = ["重阳", "王一", "阿强", "长孙无忌", "Bob", "单雄信", "张 三", "王一", "欧阳", "Ärger"]
    made = {str(people.member(name, department_id=top)) for name in names}
    asker = service.as_member(people.member("某人"))
    seen: list[str] = []
    order: list[str] = []
    path = f"/api/members?department_id={top}&limit=3"
    after = ""
    while True:
        page = asker.get(path + after).expect(200)
        assert page["count"] == {"value": 10, "exact": True}
        seen += [item["member_id"] for item in page["items"]]
        order += [item["name"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert order == ["阿强", "Bob", "重阳", "欧阳", "单雄信", "王一", "王一", "张 三", "长孙无忌", "Ärger"]
    assert set(seen) == made
    assert len(seen) == len(made)


def test_a_department_filter_includes_departments_below(service: CustomerService, people: People) -> None:
    top = people.department()
    below = people.department(parent_id=people.department(parent_id=top))
    member_id = people.member("下面", department_id=below)
    found = service.as_member(member_id).get(f"/api/members?department_id={top}&active=true").expect(200)
    assert [item["member_id"] for item in found["items"]] == [str(member_id)]
    assert found["items"][0]["department_id"] == str(below)


def test_a_list_costs_three_statements_however_long_it_is(service: CustomerService, people: People) -> None:
    asker = service.as_member(people.member("某人"))
    asker.get("/api/members").expect(200)
    with counted(service.engine) as statements:
        asker.get("/api/members?limit=200&q=a").expect(200)
    assert len(statements) == 3


def test_bad_list_parameters_are_refused(admin: Caller) -> None:
    assert admin.get("/api/members?limit=201").status == 422
    assert admin.get("/api/members?limit=1&limit=2").status == 400
    assert admin.get("/api/members?colour=red").status == 400
    for cursor in ("x", "bm9wZQ==", "WzEsMl0=", "é"):
        assert admin.get(f"/api/members?after={cursor}").status == 400


def test_contact_data_is_for_admins_and_oneself(service: CustomerService, people: People, admin: Caller) -> None:
    contact = {"email": "a@b.cn", "phone": "138 0000"}
    made = admin.post("/api/members", {"account": "mail", "name": "有信", "password": "long enough", **contact})
    member_id = made.expect(201)["member_id"]
    other = service.as_member(people.member("同事")).get(f"/api/members/{member_id}").expect(200)
    assert not {"email", "phone", "last_seen_at"} & set(other)
    mine = service.as_member(UUID(member_id)).get(f"/api/members/{member_id}").expect(200)
    assert mine["email"] == "a@b.cn"
    assert admin.get(f"/api/members/{member_id}").expect(200)["phone"] == "138 0000"


def test_an_unknown_member_is_not_found(admin: Caller) -> None:
    assert admin.get(f"/api/members/{uuid4()}").status == 404
    assert admin.get("/api/members/me").status == 404
    assert admin.patch(f"/api/members/{uuid4()}", {"name": "x"}).status == 404
    assert admin.post(f"/api/members/{uuid4()}/password", {"new_password": "long enough"}).status == 404


def test_editing_changes_what_is_named_and_nothing_else(people: People, admin: Caller) -> None:
    department_id = people.department()
    member_id = people.member("赵六", department_id=department_id)
    edited = admin.patch(f"/api/members/{member_id}", {"name": "赵七", "email": "z@q.cn"}).expect(200)
    assert (edited["name"], edited["name_pinyin"], edited["email"]) == ("赵七", "zhaoqi", "z@q.cn")
    assert edited["department_id"] == str(department_id)
    assert admin.get("/api/members?q=zq").expect(200)["items"][0]["member_id"] == str(member_id)
    assert admin.patch(f"/api/members/{member_id}", {"department_id": None, "email": None}).expect(200)["department_id"] is None
    assert admin.patch(f"/api/members/{member_id}", {}).expect(200)["name"] == "赵七"
    for nothing in ("name", "role", "rights", "active"):
        assert admin.patch(f"/api/members/{member_id}", {nothing: None}).status == 422


def test_a_new_role_brings_its_usual_rights_unless_others_are_given(people: People, admin: Caller) -> None:
    member_id = people.member("钱八", rights=["import"])
    path = f"/api/members/{member_id}"
    assert admin.patch(path, {"name": "钱九", "role": "member"}).expect(200)["rights"] == ["import"]
    assert admin.patch(path, {"role": "manager"}).expect(200)["rights"] == ["assign", "export", "import"]
    assert admin.patch(path, {"rights": ["purge", "delete"]}).expect(200)["rights"] == ["delete", "purge"]
    assert admin.patch(path, {"role": "member", "rights": []}).expect(200)["rights"] == []
    assert len(admin.patch(path, {"role": "admin", "rights": []}).expect(200)["rights"]) == 6


def test_a_disabled_member_is_refused_from_the_next_request_on(service: CustomerService, people: People, admin: Caller) -> None:
    member_id = people.member("走人")
    caller = service.as_member(member_id)
    caller.get("/internal/me").expect(200)
    assert admin.patch(f"/api/members/{member_id}", {"active": False}).expect(200)["active"] is False
    answer = caller.get("/internal/me")
    assert (answer.status, answer.code) == (401, "member_disabled")
    admin.patch(f"/api/members/{member_id}", {"active": True}).expect(200)
    caller.get("/internal/me").expect(200)


def test_the_viewer_is_one_statement_and_knows_what_he_manages(service: CustomerService, people: People) -> None:
    top = people.department()
    own = people.department(parent_id=top)
    below = people.department(parent_id=own)
    manager_id = people.member("经理", role="manager", department_id=own)
    with service.engine.connect() as connection, counted(service.engine) as statements:
        viewer = get_viewer(connection, manager_id)
    assert len(statements) == 1
    assert viewer.department_path == (top, own)
    assert viewer.managed_department_id == own
    assert viewer.manages((top, own, below))
    assert not viewer.manages((top,))
    assert not viewer.manages(())
    assert viewer.has("assign")
    assert not viewer.has("purge")


def test_me_is_the_member_with_his_place(service: CustomerService, people: People) -> None:
    own = people.department("华东")
    me = service.as_member(people.member("我", role="manager", department_id=own)).get("/internal/me").expect(200)
    assert me["department_name"] == "华东"
    assert me["department_path"] == [str(own)]
    assert me["managed_department_id"] == str(own)


def test_a_service_without_a_member_is_nobody(service: CustomerService) -> None:
    assert service.as_service().get("/internal/me").status == 401
    assert service.as_service("export").get("/internal/me").status == 401
    assert service.app.test_client().get("/api/members").status_code == 401


def test_the_identity_of_a_member_who_never_was_is_refused(service: CustomerService) -> None:
    assert Identity("gateway", uuid4()).member_id is not None
    assert service.as_member(uuid4()).get("/api/members").status == 401


def test_a_member_created_twice_under_one_key_is_one_member(admin: Caller) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    body = {"account": uuid4().hex, "name": "一次", "password": "long enough"}
    first = admin.post("/api/members", body, key).expect(201)
    assert admin.post("/api/members", body, key).expect(201) == first
    other = admin.post("/api/members", body | {"name": "两次"}, key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_a_department_created_twice_under_one_key_is_one_department(admin: Caller) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    first = admin.post("/api/departments", {"name": key["Idempotency-Key"]}, key).expect(201)
    assert admin.post("/api/departments", {"name": key["Idempotency-Key"]}, key).expect(201) == first


def test_a_password_change_sent_twice_under_one_key_is_done_once(service: CustomerService, people: People) -> None:
    caller = service.as_member(people.member())
    key = {"Idempotency-Key": uuid4().hex}
    wrong = {"current_password": "wrong password", "new_password": "another good one"}
    caller.post("/api/me/password", wrong, key).expect(422)
    right = wrong | {"current_password": PASSWORD}
    for _ in range(2):
        caller.post("/api/me/password", right, key).expect(204)
    assert caller.post("/api/me/password", right).code == "current_password_wrong"
