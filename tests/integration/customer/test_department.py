"""The tree of departments."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.customer.rules.department import DEPTH_MAX
from services.customer.store.member import get_viewer
from tests.support.customer import Caller, CustomerService, People, counted


def make(admin: Caller, name: str | None = None, parent_id: str | None = None) -> Any:
    return admin.post("/api/departments", {"name": name or uuid4().hex, "parent_id": parent_id}).expect(201)


def listed(caller: Caller) -> dict[str, Any]:
    return {item["department_id"]: item for item in caller.get("/api/departments").expect(200)["items"]}


def test_a_tree_knows_its_paths_counts_and_order(admin: Caller, people: People) -> None:
    top = make(admin)
    second, first = make(admin, parent_id=top["department_id"]), make(admin, parent_id=top["department_id"])
    assert (second["position"], first["position"]) == (0, 1)
    admin.patch(f"/api/departments/{first['department_id']}", {"position": 0}).expect(200)
    admin.patch(f"/api/departments/{second['department_id']}", {"position": 1}).expect(200)
    people.member(department_id=UUID(first["department_id"]))
    people.member(department_id=UUID(first["department_id"]), active=False)
    found = listed(admin)
    assert found[first["department_id"]]["path"] == [top["department_id"], first["department_id"]]
    assert found[first["department_id"]]["member_count"] == 1
    assert found[top["department_id"]]["member_count"] == 0
    order = list(found)
    assert order.index(top["department_id"]) < order.index(first["department_id"]) < order.index(second["department_id"])


def test_moving_a_department_moves_everything_below_it(admin: Caller) -> None:
    left, right = make(admin), make(admin)
    moved = make(admin, parent_id=left["department_id"])
    leaf = make(admin, parent_id=make(admin, parent_id=moved["department_id"])["department_id"])
    middle = leaf["parent_id"]
    answer = admin.patch(f"/api/departments/{moved['department_id']}", {"parent_id": right["department_id"]}).expect(200)
    assert answer["path"] == [right["department_id"], moved["department_id"]]
    found = listed(admin)
    assert found[leaf["department_id"]]["path"] == [right["department_id"], moved["department_id"], middle, leaf["department_id"]]
    admin.patch(f"/api/departments/{moved['department_id']}", {"parent_id": None}).expect(200)
    assert listed(admin)[leaf["department_id"]]["path"] == [moved["department_id"], middle, leaf["department_id"]]


def test_a_department_cannot_stand_below_itself(admin: Caller) -> None:
    top = make(admin)
    below = make(admin, parent_id=make(admin, parent_id=top["department_id"])["department_id"])
    for parent_id in (top["department_id"], below["department_id"]):
        answer = admin.patch(f"/api/departments/{top['department_id']}", {"parent_id": parent_id})
        assert (answer.status, answer.code) == (422, "department_circle")


def test_two_moves_at_once_make_no_circle(service: CustomerService, admin_id: UUID, admin: Caller) -> None:
    pair = [make(admin)["department_id"], make(admin)["department_id"]]
    barrier = threading.Barrier(2)
    statuses: list[int] = []

    def move(department_id: str, parent_id: str) -> None:
        caller = service.as_member(admin_id)
        barrier.wait()
        statuses.append(caller.patch(f"/api/departments/{department_id}", {"parent_id": parent_id}).status)

    threads = [threading.Thread(target=move, args=(pair[n], pair[1 - n])) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 422]


def test_the_tree_has_a_greatest_depth_also_by_moving(admin: Caller) -> None:
    parent_id: str = make(admin)["department_id"]
    for _ in range(DEPTH_MAX - 1):
        parent_id = make(admin, parent_id=parent_id)["department_id"]
    assert admin.post("/api/departments", {"name": "x", "parent_id": parent_id}).code == "department_too_deep"
    path = listed(admin)[parent_id]["path"]
    other = make(admin)
    assert admin.patch(f"/api/departments/{path[0]}", {"parent_id": other["department_id"]}).code == "department_too_deep"


def test_siblings_have_different_names(admin: Caller) -> None:
    top, name = make(admin), uuid4().hex
    made = make(admin, name, top["department_id"])
    again = admin.post("/api/departments", {"name": name, "parent_id": top["department_id"]})
    assert (again.status, again.code) == (409, "department_name_taken")
    assert admin.post("/api/departments", {"name": top["name"]}).status == 409
    make(admin, name)
    assert admin.patch(f"/api/departments/{made['department_id']}", {"parent_id": None}).status == 409
    assert admin.patch(f"/api/departments/{made['department_id']}", {"name": name}).status == 200


def test_only_an_empty_department_can_be_deleted(admin: Caller, people: People) -> None:
    top = make(admin)
    below = make(admin, parent_id=top["department_id"])
    assert admin.delete(f"/api/departments/{top['department_id']}").code == "department_not_empty"
    member_id = people.member(department_id=UUID(below["department_id"]), active=False)
    assert admin.delete(f"/api/departments/{below['department_id']}").code == "department_not_empty"
    admin.patch(f"/api/members/{member_id}", {"department_id": None}).expect(200)
    for department in (below, top):
        assert admin.delete(f"/api/departments/{department['department_id']}").status == 204
        assert admin.delete(f"/api/departments/{department['department_id']}").status == 404


def test_unknown_departments_are_told(admin: Caller) -> None:
    assert admin.patch(f"/api/departments/{uuid4()}", {"name": "x"}).status == 404
    assert admin.post("/api/departments", {"name": "x", "parent_id": str(uuid4())}).code == "department_unknown"
    assert admin.post("/api/departments", {"name": " "}).status == 422
    assert admin.patch(f"/api/departments/{make(admin)['department_id']}", {"name": None}).code == "null_refused"


def test_moving_a_department_changes_who_manages_whom_at_once(service: CustomerService, admin: Caller, people: People) -> None:
    left, right = make(admin), make(admin)
    moved = make(admin, parent_id=left["department_id"])
    manager_id = people.member(role="manager", department_id=UUID(left["department_id"]))
    member_id = people.member(department_id=UUID(moved["department_id"]))
    with service.engine.connect() as connection:
        assert get_viewer(connection, manager_id).manages(get_viewer(connection, member_id).department_path)
    admin.patch(f"/api/departments/{moved['department_id']}", {"parent_id": right["department_id"]}).expect(200)
    with service.engine.connect() as connection:
        assert not get_viewer(connection, manager_id).manages(get_viewer(connection, member_id).department_path)


def test_the_tree_costs_two_statements_however_large(service: CustomerService, admin: Caller) -> None:
    make(admin)
    with counted(service.engine) as statements:
        admin.get("/api/departments").expect(200)
    assert len(statements) == 2


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_only_admins_change_departments(service: CustomerService, people: People, admin: Caller, method: str) -> None:
    department_id = make(admin)["department_id"]
    manager = service.as_member(people.member(role="manager", department_id=UUID(department_id)))
    path = "/api/departments" if method == "POST" else f"/api/departments/{department_id}"
    answer = manager.send(method, path, None if method == "DELETE" else {"name": "x"})
    assert (answer.status, answer.code) == (403, "admin_only")
