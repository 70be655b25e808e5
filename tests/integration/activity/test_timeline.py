"""The timeline of a customer over HTTP: newest first, by keyset, filtered, searched, without hidden fields, in two questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as sqlalchemy_event

from services.activity.app import create_app
from services.activity.settings import Settings
from services.common.events.envelope import Change
from services.common.identity import Identity, Signer
from services.common.ids import new_id
from tests.support.event_path import EventPath


class Reader:
    """Asks the activity service as the gateway does, for one member."""

    def __init__(self, client: FlaskClient, signer: Signer) -> None:
        self._client = client
        self._signer = signer
        self.member = Identity("gateway", new_id(), new_id())

    def get(self, path: str, *, hidden: str = "", identity: Identity | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._signer.token('activity', identity or self.member)}"}
        if hidden:
            headers["X-Hidden-Fields"] = hidden
        return self._client.get(path, headers=headers)

    def timeline(self, customer_id: UUID, query: str = "", *, hidden: str = "") -> Any:
        answer = self.get(f"/api/customers/{customer_id}/timeline{query}", hidden=hidden)
        assert answer.status_code == 200, answer.data
        return answer.json


@pytest.fixture
def reader(event_path: EventPath, secrets_folder: Path) -> Iterator[Reader]:
    settings = Settings(
        database_url=event_path.activity.url.render_as_string(hide_password=False),
        identity_trusted_file=secrets_folder / "activity" / "identity_trusted.json",
        threads=2,
    )
    app = create_app(settings)
    app.testing = True
    with app.test_client() as client:
        yield Reader(client, Signer("gateway", secrets_folder / "gateway" / "identity_key.json"))
    app.extensions["engine"].dispose()


@pytest.fixture
def customer_id(event_path: EventPath) -> UUID:
    """A customer with a small history of every kind."""
    customer_id = event_path.append()
    event_path.append(customer_id, changes=[Change("phone", None, "+8613800138000", None, "138 0013 8000")], name="李伟")
    event_path.append(
        customer_id, changes=[Change("level", "B", "A", "B 普通", "A 重点"), Change("name", "甲", "乙", "甲公司", "ＡＢＣ啤酒")]
    )
    event_path.append(
        customer_id, type="follow_up.recorded", changes=[], payload={"follow_up_id": str(new_id()), "content": "下周发报价"}, name="李伟"
    )
    event_path.append(customer_id, type="customer.claimed", changes=[], payload={"previous_owner": None})
    event_path.append(customer_id, type="customer.frozen", changes=[], payload={"depth": 7})
    event_path.append(count=3)
    event_path.bring_forward()
    return customer_id


def test_entries_stand_newest_first_with_everything_they_carry(reader: Reader, customer_id: UUID) -> None:
    page = reader.timeline(customer_id)
    assert [item["customer_version"] for item in page["items"]] == [6, 5, 4, 3, 2, 1]
    assert [item["kind"] for item in page["items"]] == ["other", "pool", "follow_up", "edit", "edit", "created"]
    assert (page["next"], page["applied_version"]) == (None, 6)
    edited = page["items"][3]
    assert edited["actor"]["name"] == "张三"
    assert [(change["field"], change["before_text"], change["after_text"]) for change in edited["changes"]] == [
        ("level", "B 普通", "A 重点"),
        ("name", "甲公司", "ＡＢＣ啤酒"),
    ]
    assert page["items"][2]["payload"]["content"] == "下周发报价"


def test_pages_follow_each_other_without_gap_or_repetition(reader: Reader, event_path: EventPath) -> None:
    customer_id = event_path.append(count=25)
    event_path.bring_forward()
    seen, before = [], ""
    while True:
        page = reader.timeline(customer_id, f"?limit=10&before={before}")
        seen += [item["customer_version"] for item in page["items"]]
        if page["next"] is None:
            break
        before = page["next"]
        event_path.append(customer_id)  # new entries on top do not move what follows
        event_path.bring_forward()
    assert seen == list(range(25, 0, -1))


@pytest.mark.parametrize(
    ("query", "versions"),
    [
        ("?kind=follow_up", [4]),
        ("?kind=edit,pool", [5, 3, 2]),
        ("?kind=nothing", []),
        ("?q=报价", [4]),
        ("?q=abc啤酒", [3]),
        ("?q=ＡＢＣ", [3]),
        ("?q=0013", [2]),
        ("?q=李伟", [4, 2]),
        ("?q=李伟&kind=edit", [2]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?before=3", [2, 1]),
        ("?kind=&member=&q=&before=", [6, 5, 4, 3, 2, 1]),
    ],
)
def test_filters(reader: Reader, customer_id: UUID, query: str, versions: list[int]) -> None:
    page = reader.timeline(customer_id, query)
    assert [item["customer_version"] for item in page["items"]] == versions
    assert page["applied_version"] == 6, "whatever is asked, it says how far the timeline is"


def test_entries_of_one_member(reader: Reader, customer_id: UUID) -> None:
    member_id = next(item["actor"]["member_id"] for item in reader.timeline(customer_id)["items"] if item["actor"]["name"] == "李伟")
    assert [item["customer_version"] for item in reader.timeline(customer_id, f"?member={member_id}")["items"]] == [4, 2]


class TestHiddenFields:
    def test_their_changes_are_left_out(self, reader: Reader, customer_id: UUID) -> None:
        page = reader.timeline(customer_id, hidden="phone,address")
        assert [item["customer_version"] for item in page["items"]] == [6, 5, 4, 3, 2, 1], "that something was done is no secret"
        assert "13800138000" not in str(page)
        assert "138 0013 8000" not in str(page)
        assert [change["field"] for change in page["items"][3]["changes"]] == ["level", "name"]

    @pytest.mark.parametrize("q", ["0013", "138"])
    def test_their_values_are_not_found(self, reader: Reader, customer_id: UUID, q: str) -> None:
        assert reader.timeline(customer_id, f"?q={q}&limit=1", hidden="phone") == {"items": [], "next": None, "applied_version": 6}

    def test_other_values_are_found_all_the_same(self, reader: Reader, customer_id: UUID) -> None:
        for q, version in (("abc啤酒", 3), ("报价", 4), ("重点", 3)):
            assert reader.timeline(customer_id, f"?q={q}", hidden="phone")["items"][0]["customer_version"] == version


@pytest.mark.usefixtures("customer_id")
def test_a_customer_without_entries_has_an_empty_timeline(reader: Reader) -> None:
    assert reader.timeline(new_id()) == {"items": [], "next": None, "applied_version": 0}


@pytest.mark.parametrize("query", ["?before=abc", "?before=-1", "?limit=0", "?limit=201", "?member=me", f"?q={'x' * 101}"])
def test_malformed_questions_are_refused(reader: Reader, query: str) -> None:
    answer = reader.get(f"/api/customers/{new_id()}/timeline{query}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


def test_unknown_and_repeated_parameters_are_refused(reader: Reader) -> None:
    assert reader.get(f"/api/customers/{new_id()}/timeline?page=2").status_code == 400
    assert reader.get(f"/api/customers/{new_id()}/timeline?q=a&q=b").status_code == 400


def test_only_the_gateway_may_ask_and_only_for_a_member(reader: Reader, secrets_folder: Path, customer_id: UUID) -> None:
    path = f"/api/customers/{customer_id}/timeline"
    assert reader._client.get(path).status_code == 401
    stranger = Signer("export", secrets_folder / "export" / "identity_key.json").token("activity", reader.member)
    assert reader._client.get(path, headers={"Authorization": f"Bearer {stranger}"}).status_code == 401
    assert reader.get(path, identity=Identity("gateway", None)).status_code == 401


@pytest.mark.parametrize("query", ["", "?kind=edit&q=啤酒&limit=2"])
def test_a_timeline_costs_two_questions(reader: Reader, customer_id: UUID, query: str) -> None:
    statements: list[str] = []
    engine = reader._client.application.extensions["engine"]
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    reader.timeline(customer_id, query)
    assert len(statements) == 2, statements


def test_readiness_tells_the_lag_of_every_lane(reader: Reader, event_path: EventPath) -> None:
    event_path.append(count=4)
    event_path.bring_forward()
    state: Any = reader._client.get("/internal/ready").json
    assert (state["status"], state["lag"], state["parked"]) == ("ok", 0, 0)
    assert len(state["lanes"]) == 8
    assert sum(lane["applied"] for lane in state["lanes"]) == 4
    assert reader._client.get("/internal/health").json == {"status": "ok"}
