"""What ``access`` says of an action is what the command then does, for every relation to a customer in every state."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.common.clock import now
from services.common.database import reading
from services.customer.rules.permission import ACTIONS, refusal
from services.customer.store import member as member_store
from services.customer.store import permission as permission_store
from tests.support.customer import Answer, Caller, CustomerService, People, create, url
from tests.support.customer_rows import put_customers, put_participant

VISIBILITIES = ("public", "private")
STATES = [(state, visibility) for state in ("owned", "unassigned", "pool") for visibility in VISIBILITIES]
CASES = [(*case, lock) for case in STATES for lock in ("free", "locked") if case[0] != "pool" or lock == "free"]
EXPLAINED = ("code", "rule", "detail", "since", "by", "who_can_change")
RELATIONS = ("owner", "manager", "admin", "editor", "viewer", "stranger", "pool_admin", "assigner", "without_rights")


@pytest.fixture(scope="module")
def callers(service: CustomerService, people: People) -> dict[str, Caller]:
    top = people.department()
    made = {
        "owner": people.member("负责人", department_id=people.department(parent_id=top)),
        "manager": people.member("经理", role="manager", department_id=top),
        "admin": people.member("管理员", role="admin"),
        "pool_admin": people.member("公海管理员", rights=["pool_admin"]),
        "assigner": people.member("分配人", rights=["assign"]),
        "without_rights": people.member("无权", rights=[]),
        **{name: people.member(name) for name in ("editor", "viewer", "stranger", "target")},
    }
    return {name: service.as_member(member_id) for name, member_id in made.items()}


def customers(
    service: CustomerService, callers: dict[str, Caller], state: str, visibility: str, count: int, *, locked: bool = False
) -> list[dict[str, Any]]:
    owner_id = callers["owner"].member_id if state == "owned" else None
    lock = {"locked_at": now(), "locked_by": callers["admin"].member_id} if locked else {}
    row = {"name": "某公司", "state": state, "visibility": visibility, "owner_id": owner_id, **lock}
    made = put_customers(service.engine, [row] * count)
    for customer_id in made:
        for role in ("editor", "viewer"):
            put_participant(service.engine, customer_id, callers[role].member_id or uuid.uuid4(), role)
    return [{"customer_id": str(customer_id)} for customer_id in made]


def commands(target: UUID | None) -> dict[str, Callable[[Caller, dict[str, Any]], Answer]]:
    """One real command per action; each is tried on a customer of its own."""
    other = {"public": "private", "private": "public"}

    def show_other_way(caller: Caller, made: dict[str, Any]) -> Answer:
        present = caller.get(url(made)).expect(200)["visibility"]
        return caller.patch(url(made), {"visibility": other[present], "base": {"visibility": present}})

    return {
        "view": lambda caller, made: caller.get(url(made)),
        "edit": lambda caller, made: caller.patch(url(made), {"city": "杭州", "base": {"city": None}}),
        "follow_up": lambda caller, made: caller.post(url(made, "/follow_ups"), {"method": "call", "content": "聊了"}),
        "assign": lambda caller, made: caller.post(url(made, "/assign"), {"owner_id": target}),
        "return_to_pool": lambda caller, made: caller.post(url(made, "/return_to_pool"), {"reason": "other"}),
        "claim": lambda caller, made: caller.post(url(made, "/claim")),
        "lock": lambda caller, made: caller.post(url(made, "/lock")),
        "hold": lambda caller, made: caller.post(url(made, "/hold"), {"until": now().date() + timedelta(days=9), "reason": "等预算"}),
        "visibility": show_other_way,
        "participants": lambda caller, made: caller.post(url(made, "/participants"), {"member_id": target, "role": "viewer"}),
    }


@pytest.mark.parametrize(("state", "visibility", "locked"), CASES)
def test_each_answer_is_what_the_command_does_and_what_the_policy_says(
    service: CustomerService, callers: dict[str, Caller], state: str, visibility: str, locked: str
) -> None:
    tried = commands(callers["target"].member_id)
    made = iter(customers(service, callers, state, visibility, len(RELATIONS) * len(tried), locked=locked == "locked"))
    for relation in RELATIONS:
        caller = callers[relation]
        for action, command in tried.items():
            customer = next(made)
            asked = caller.get(url(customer, "/access"))
            if asked.status == 404:
                assert caller.get(url(customer)).status == 404
                continue
            actions = asked.expect(200)["actions"]
            told = actions[action]
            assert {name: found.get("code") for name, found in actions.items()} == policy(service, caller, customer)
            done = command(caller, customer)
            case = (relation, state, visibility, action, told, done.json)
            assert told["allowed"] == (done.status < 300), case
            if not told["allowed"]:
                assert done.status in (403, 409, 423), case
                assert (done.status == 423) == (done.code == "locked"), case
                codes = {"claim": "already_claimed", "visibility": actions["edit"].get("code")}  # who may not edit is told that first
                assert done.code in (told["code"], codes.get(action)), case
                assert done.json["rule"], case
                if done.code == told["code"]:
                    assert {name: done.json.get(name) for name in EXPLAINED} == {name: told.get(name) for name in EXPLAINED}, case


def policy(service: CustomerService, caller: Caller, customer: dict[str, Any]) -> dict[str, str | None]:
    """What the one function says of every action."""
    customer_id = UUID(customer["customer_id"])
    with reading(service.engine) as connection:
        viewer = member_store.get_viewer(connection, caller.member_id or uuid.uuid4())
        facts = permission_store.get_facts(connection, viewer, [customer_id])[customer_id].facts
    return {action: found.code if (found := refusal(action, viewer, facts)) else None for action in ACTIONS}


def test_a_lock_says_who_locked_it_when_and_who_may_change_it(service: CustomerService, callers: dict[str, Caller]) -> None:
    made = customers(service, callers, "owned", "public", 1)[0]
    callers["manager"].post(url(made, "/lock")).expect(200)
    by = {"member_id": str(callers["manager"].member_id), "name": "经理"}
    may = [{"member_id": str(callers[name].member_id), "name": shown} for name, shown in (("owner", "负责人"), ("editor", "editor"))]
    told = callers["stranger"].get(url(made, "/access")).expect(200)["actions"]["edit"]
    refused = callers["stranger"].patch(url(made), {"city": "杭州", "base": {"city": None}})
    assert refused.status == 423
    for found in (told, refused.json):
        assert (found["code"], found["rule"], found["by"], found["who_can_change"]) == ("locked", "locked", by, may)
        assert found["since"] == callers["owner"].get(url(made)).expect(200)["locked_at"]


def test_what_is_invisible_has_no_access(callers: dict[str, Caller]) -> None:
    made = create(callers["owner"], visibility="private")
    for where in (made, {"customer_id": str(uuid.uuid4())}):
        answer = callers["stranger"].get(url(where, "/access"))
        assert (answer.status, answer.code) == (404, "customer_not_found")


def test_every_action_is_answered_and_a_refusal_says_why_since_when_by_whom_and_who_can_change_it(callers: dict[str, Caller]) -> None:
    made = create(callers["owner"])
    actions = callers["stranger"].get(url(made, "/access")).expect(200)["actions"]
    assert tuple(actions) == ACTIONS
    refused = actions["assign"]
    owner = {"member_id": str(callers["owner"].member_id), "name": "负责人"}
    assert (refused["code"], refused["by"], refused["who_can_change"]) == ("owner_only", owner, [owner])
    assert refused["since"]
    callers["owner"].post(url(made, "/return_to_pool"), {"reason": "other"}).expect(200)
    in_pool = callers["stranger"].get(url(made, "/access")).expect(200)["actions"]["edit"]
    assert (in_pool["code"], in_pool["by"]) == ("in_pool", owner)
    assert in_pool["who_can_change"]


def test_a_missing_right_names_admins_who_can_give_it(callers: dict[str, Caller]) -> None:
    made = create(callers["owner"])
    actions = callers["without_rights"].get(url(made, "/access")).expect(200)["actions"]
    assert actions["export"]["rule"] == "right_export"
    assert {found["name"] for found in actions["export"]["who_can_change"]} >= {"管理员"}


def test_other_services_are_told_what_a_member_may_see(service: CustomerService, callers: dict[str, Caller]) -> None:
    """The batch and the single question agree with the page, hidden fields too."""
    made = [found for state, visibility in STATES for found in customers(service, callers, state, visibility, 1)]
    ids = [found["customer_id"] for found in made]
    for relation in RELATIONS:
        caller = callers[relation]
        told = caller.post("/internal/customers/visible", {"customer_ids": [*ids, uuid.uuid4()]}).expect(200)
        pages = {customer_id: caller.get(f"/api/customers/{customer_id}") for customer_id in ids}
        assert set(told["names"]) == set(told["visible"])
        assert set(told["visible"]) == {customer_id for customer_id, page in pages.items() if page.status == 200}
        for customer_id, page in pages.items():
            single = caller.get(f"/internal/customers/{customer_id}/visible")
            assert single.status == page.status
            if page.status == 200:
                hidden = single.json["hidden_fields"]
                assert not set(hidden) & page.json.keys()
                assert told["hidden_fields"].get(customer_id, []) == hidden
                assert bool(hidden) == ("phone" not in page.json)
