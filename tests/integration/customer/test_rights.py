"""Every route × everybody, from one table (``tests/support/rights.py``). A route without a row fails."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from services.common.web import EndpointInfo
from tests.support.customer import PASSWORD, Answer, Caller, CustomerService, People
from tests.support.rights import ROWS, Right, Row

ACTING = {"member", "browser_session", "admin", "tag_manager", "customer", "import", "export"}
ISSUERS = ("gateway", "activity", "export")
WHO = ("nobody", "service", "admin", "manager", "member", "without_rights", "disabled", "token")


def names(row: Row) -> str:
    return f"{row.method} {row.path}"


def routes(service: CustomerService) -> dict[tuple[str, str], str]:
    found = {}
    for rule in service.app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found[method, rule.rule] = rule.endpoint
    return found


def info_of(service: CustomerService, row: Row) -> EndpointInfo:
    found: EndpointInfo = getattr(service.app.view_functions[routes(service)[row.method, row.path]], "info")  # noqa: B009
    return found


@pytest.fixture(scope="module")
def everybody(service: CustomerService, people: People) -> dict[str, Caller]:
    """One caller of each kind."""
    department_id = people.department()
    return {
        "service": service.as_service(),
        "admin": service.as_member(people.member("管理员", role="admin")),
        "manager": service.as_member(people.member("经理", role="manager", department_id=department_id)),
        "member": service.as_member(people.member("成员", department_id=department_id)),
        "without_rights": service.as_member(people.member("无权", rights=[])),
        "disabled": service.as_member(people.member("走人", role="admin", active=False)),
        "token": service.as_member(people.member("脚本", role="admin"), scopes=("read", "write", "export")),
    }


def send(service: CustomerService, everybody: dict[str, Caller], who: str, row: Row) -> Answer:
    if who == "nobody":
        return Answer(service.app.test_client().open(row.url, method=row.method, json=row.body))
    callers = info_of(service, row).callers
    caller = everybody[who]
    if caller.issuer not in callers:
        caller = replace(caller, signer=service.as_service(callers[0]).signer, issuer=callers[0])
    return caller.send(row.method, row.url, row.body, file=row.file)


def refusal(right: Right, who: str) -> int | None:
    """The status at the door, None where it opens."""
    if right == "public":
        return None
    if who == "nobody":
        return 401
    if right in ("service", "gateway"):
        return None
    if who in ("service", "disabled"):
        return 401
    if (right == "browser_session" and who == "token") or (right == "admin" and who in ("manager", "member", "without_rights")):
        return 403
    if right == "tag_manager" and who in ("member", "without_rights"):
        return 403
    return 403 if right in ("import", "export") and who == "without_rights" else None


def test_every_route_has_one_row_and_every_row_a_route(service: CustomerService) -> None:
    rows = Counter((row.method, row.path) for row in ROWS)
    assert set(routes(service)) - set(rows) == set(), "routes without a row in tests/support/rights.py"
    assert set(rows) - set(routes(service)) == set(), "rows without a route"
    assert [key for key, count in rows.items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=names)
def test_the_route_says_the_same_right_as_the_table(service: CustomerService, row: Row) -> None:
    info = info_of(service, row)
    assert info.right == row.right
    assert info.public == (row.right == "public")


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("row", ROWS, ids=names)
def test_the_door_opens_for_whom_the_table_says(service: CustomerService, everybody: dict[str, Caller], row: Row, who: str) -> None:
    answer = send(service, everybody, who, row)
    wanted = refusal(row.right, who)
    if wanted is not None:
        assert answer.status == wanted, answer.json
        return
    assert answer.status < 500, answer.json
    if row.right not in ("gateway", "service"):  # those answer 401 for a wrong password and 403 for a wrong code
        assert answer.status != 401, answer.json
        assert answer.status != 403 or row.right == "customer", answer.json


@pytest.mark.parametrize("row", [row for row in ROWS if row.right != "public"], ids=names)
def test_a_route_opens_for_the_services_it_names_and_no_others(service: CustomerService, people: People, row: Row) -> None:
    callers = info_of(service, row).callers
    assert row.right != "gateway" or callers == ("gateway",)
    member_id = people.member(role="admin")
    for issuer in ISSUERS:
        caller = service.as_service(issuer)
        caller.member_id = member_id if row.right in ACTING else None
        answer = caller.send(row.method, row.url, row.body)
        refused = answer.status == 401 and answer.code == "identity_refused"
        assert refused == (issuer not in callers), (issuer, answer.status)


def test_the_table_knows_the_difference_between_right_and_wrong(service: CustomerService, people: People) -> None:
    """The matrix sends a wrong password; with the right one the same route answers."""
    body = {"account": people.member().hex, "password": PASSWORD, "address": "192.0.2.10"}
    service.as_service().post("/internal/sessions", body).expect(201)
