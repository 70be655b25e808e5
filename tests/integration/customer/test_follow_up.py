"""Follow-ups: latest and next contact of a customer stay right whatever is recorded, back-dated, edited and deleted in any order."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.common.clock import now
from tests.support.customer import Caller, CustomerService, People, create, events_of, url
from tests.support.customer_rows import count_rows, put_participant

pytestmark = pytest.mark.usefixtures("checked_events")

SAID = {"method": "call", "content": "已确认需求"}


def record(caller: Caller, made: dict[str, Any], **fields: Any) -> dict[str, Any]:
    recorded: dict[str, Any] = caller.post(url(made, "/follow_ups"), {**SAID, **fields}).expect(201)
    return recorded


def at(recorded: dict[str, Any]) -> str:
    return f"/api/follow_ups/{recorded['follow_up_id']}"


# --- one by one -------------------------------------------------------------------------------------------------------------


def test_recording_brings_status_level_and_next_contact_along_in_one_event(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member)
    recorded = record(
        other, made, status="interested", level="A", next_contact_at="2026-12-01T10:00:00+08:00", next_contact_note="报价", result="好"
    )
    assert (recorded["author"]["name"], recorded["status_before"], recorded["status_after"]) == ("王芳", "new", "interested")
    assert (recorded["level_before"], recorded["level_after"], recorded["next_contact_note"]) == (None, "A", "报价")
    after = member.get(url(made)).expect(200)
    assert (after["status"], after["level"], after["next_contact_at"], after["version"]) == ("interested", "A", "2026-12-01T02:00:00Z", 2)
    assert (after["last_follow_up_by"]["name"], after["last_follow_up_excerpt"]) == ("王芳", "已确认需求")
    assert after["last_follow_up_at"] == recorded["followed_at"]
    event = events_of(service.engine, made)[-1]
    assert (event.type, event.audience) == ("follow_up.recorded", [member.member_id])
    assert event.payload == {
        **{name: recorded[name] for name in ("follow_up_id", "method", "content", "followed_at", "next_contact_at", "result")},
        "method_text": "电话",
    }
    assert {change["field"]: (change["before_text"], change["after_text"]) for change in event.changes} == {
        "status": ("新客户", "意向"), "level": (None, "A 重点"), "next_contact_at": (None, "2026-12-01 10:00"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"method": "pigeon"}, "/method"),
        ({"content": " \n"}, "/content"),
        ({"content": "长" * 10_001}, "/content"),
        ({"status": "x"}, "/status"),
        ({"level": "Z"}, "/level"),
        ({"followed_at": (now() + timedelta(hours=1)).isoformat()}, "/followed_at"),
        ({"followed_at": "0001-01-01T00:00:00+14:00"}, "/followed_at"),
        ({"next_contact_at": "9999-12-31T23:00:00-12:00"}, "/next_contact_at"),
        ({"followed_at": "2026-01-01T00:00:00"}, "/followed_at"),
        ({"result": "长" * 501}, "/result"),
        ({"author": "x"}, "/author"),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(
    member: Caller, service: CustomerService, fields: dict[str, Any], pointer: str
) -> None:
    made = create(member)
    before = count_rows(service.engine, "follow_up"), count_rows(service.engine, "next_contact"), count_rows(service.engine, "event")
    answer = member.post(url(made, "/follow_ups"), {**SAID, **fields})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert member.get(url(made)).expect(200) == made
    assert (
        count_rows(service.engine, "follow_up"),
        count_rows(service.engine, "next_contact"),
        count_rows(service.engine, "event"),
    ) == before


def test_back_dating_does_not_become_the_latest(member: Caller) -> None:
    made = create(member)
    today = record(member, made, content="今天")
    record(member, made, content="上周", followed_at=(now() - timedelta(days=7)).isoformat())
    after = member.get(url(made)).expect(200)
    assert (after["last_follow_up_at"], after["last_follow_up_excerpt"]) == (today["followed_at"], "今天")
    member.delete(at(today))
    assert member.get(url(made)).expect(200)["last_follow_up_excerpt"] == "上周"


def test_a_text_keeps_its_signs_and_the_excerpt_is_one_short_line(member: Caller) -> None:
    made = create(member)
    said = "第一行\n家庭 👨‍👩‍👧　全角空格 " + "长" * 200
    assert record(member, made, content=said)["content"] == said
    excerpt = member.get(url(made)).expect(200)["last_follow_up_excerpt"]
    assert len(excerpt) == 80
    assert "\n" not in excerpt


def test_a_follow_up_sent_twice_with_its_key_is_one(member: Caller) -> None:
    made = create(member)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [member.post(url(made, "/follow_ups"), SAID, key).expect(201) for _ in range(2)]
    assert answers[0] == answers[1]
    assert member.get(url(made)).expect(200)["version"] == 2


def test_only_its_author_edits_a_follow_up_and_who_leads_may_delete_it(
    member: Caller, other: Caller, people: People, service: CustomerService
) -> None:
    made = create(member)
    said = record(other, made)
    refused = member.patch(at(said), {"content": "改"})
    assert (refused.status, refused.code) == (403, "author_only")
    stranger = service.as_member(people.member())
    refused = stranger.delete(at(said))
    assert (refused.status, refused.code) == (403, "author_or_owner_only")
    assert other.patch(at(said), {"content": "改", "method": "visit"}, {"If-Match": '"1"'}).expect(200)["content"] == "改"
    assert other.patch(at(said), {"content": "再改"}, {"If-Match": '"1"'}).status == 412
    event = events_of(service.engine, made)[-1]
    assert event.type == "follow_up.edited"
    assert {c["field"]: (c["before_text"], c["after_text"]) for c in event.changes} == {
        "content": ("已确认需求", "改"),
        "method": ("电话", "拜访"),
    }
    assert member.delete(at(said)).status == 204
    assert [event.type for event in events_of(service.engine, made)][-1] == "follow_up.deleted"
    assert other.patch(at(said), {"content": "x"}).status == 404


def test_an_edit_that_changes_nothing_makes_no_event(member: Caller, service: CustomerService) -> None:
    made = create(member)
    said = record(member, made, next_contact_at="2026-12-01T02:00:00Z")
    same = {name: said[name] for name in ("method", "content", "followed_at", "next_contact_at")}
    for body in ({}, same):
        assert member.patch(at(said), body).expect(200) == said
    assert len(events_of(service.engine, made)) == 2


def test_viewers_may_not_record_and_strangers_learn_nothing(member: Caller, other: Caller, service: CustomerService) -> None:
    made = create(member, visibility="private")
    said = record(member, made)
    missing = f"/api/follow_ups/{uuid.uuid4()}"
    assert other.post(url(made, "/follow_ups"), SAID).status == 404
    assert other.get(url(made, "/follow_ups")).status == 404
    for send in (
        other.patch(at(said), {"content": "x"}),
        other.patch(missing, {"content": "x"}),
        other.delete(at(said)),
        other.delete(missing),
    ):
        assert (send.status, send.code) == (404, "follow_up_not_found")
    put_participant(service.engine, uuid.UUID(made["customer_id"]), other.member_id or uuid.uuid4(), "viewer")
    assert other.post(url(made, "/follow_ups"), SAID).code == "participant_views_only"
    assert [item["follow_up_id"] for item in other.get(url(made, "/follow_ups")).expect(200)["items"]] == [said["follow_up_id"]]


def test_the_list_goes_by_when_it_happened_page_by_page(member: Caller) -> None:
    made = create(member)
    moments = [now() - timedelta(days=day) for day in (3, 1, 2, 1, 5, 4)]
    moments[3] = moments[1]
    said = [record(member, made, content=str(number), followed_at=moment.isoformat()) for number, moment in enumerate(moments)]
    found, after = [], ""
    for _ in range(4):
        page = member.get(url(made, f"/follow_ups?limit=2{after}")).expect(200)
        found += page["items"]
        after = f"&after={page['next']}"
        if page["next"] is None:
            break
    assert sorted(item["content"] for item in found) == [item["content"] for item in said]
    assert [item["followed_at"] for item in found] == sorted((item["followed_at"] for item in said), reverse=True)


# --- in any order -----------------------------------------------------------------------------------------------------------


@dataclass
class Said:
    """A follow-up in the model, or (without id) a next contact set in the customer itself."""

    order: int
    author: int
    followed_at: datetime
    due_at: datetime | None
    follow_up_id: str | None = None


class FollowUps(RuleBasedStateMachine):
    """Three members follow up one customer; the model keeps everything in a list and looks it through."""

    callers: list[Caller]

    def __init__(self) -> None:
        super().__init__()
        self.made = create(self.callers[0])
        self.said: list[Said] = []
        self.order = 0
        self.today = datetime.now(UTC).replace(microsecond=0)

    def _next(self) -> int:
        self.order += 1
        return self.order

    def _open(self, one: Said) -> bool:
        """A plan is closed by its author's next follow-up and by whatever is set in the customer itself afterwards."""
        later = (found for found in self.said if found.order > one.order)
        return not any(found.follow_up_id is None or found.author == one.author for found in later)

    def _next_contact(self) -> datetime | None:
        return min((one.due_at for one in self.said if one.due_at is not None and self._open(one)), default=None)

    def _due(self, days: int | None) -> datetime | None:
        return None if days is None else self.today + timedelta(days=days)

    @property
    def recorded(self) -> list[Said]:
        return [one for one in self.said if one.follow_up_id is not None]

    @rule(author=st.integers(0, 2), ago=st.integers(0, 9), days=st.none() | st.integers(1, 20))
    def record(self, author: int, ago: int, days: int | None) -> None:
        followed_at, due_at = self.today - timedelta(days=ago), self._due(days)
        body = {"followed_at": followed_at.isoformat(), "next_contact_at": due_at and due_at.isoformat()}
        recorded = record(self.callers[author], self.made, **body)
        self.said.append(Said(self._next(), author, followed_at, due_at, recorded["follow_up_id"]))

    @precondition(lambda self: self.recorded)
    @rule(data=st.data(), days=st.none() | st.integers(1, 20), ago=st.integers(0, 9))
    def edit(self, data: st.DataObject, days: int | None, ago: int) -> None:
        one = data.draw(st.sampled_from(self.recorded))
        one.due_at, one.followed_at = self._due(days), self.today - timedelta(days=ago)
        body = {"next_contact_at": one.due_at and one.due_at.isoformat(), "followed_at": one.followed_at.isoformat()}
        self.callers[one.author].patch(f"/api/follow_ups/{one.follow_up_id}", body).expect(200)

    @precondition(lambda self: self.recorded)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.recorded))
        assert self.callers[one.author].delete(f"/api/follow_ups/{one.follow_up_id}").status == 204
        self.said.remove(one)

    @rule(author=st.integers(0, 2), days=st.none() | st.integers(1, 20))
    def set_directly(self, author: int, days: int | None) -> None:
        due_at, present = self._due(days), self._next_contact()
        body = {"next_contact_at": due_at and due_at.isoformat(), "base": {"next_contact_at": present and present.isoformat()}}
        self.callers[author].patch(url(self.made), body).expect(200)
        if due_at != present:
            self.said.append(Said(self._next(), author, self.today, due_at))

    @invariant()
    def the_customer_shows_what_the_model_finds(self) -> None:
        shown = self.callers[0].get(url(self.made)).expect(200)
        expected = self._next_contact()
        assert (shown["next_contact_at"] and datetime.fromisoformat(shown["next_contact_at"])) == expected
        latest = max(self.recorded, key=lambda one: (one.followed_at, one.order), default=None)
        assert (shown["last_follow_up_at"] and datetime.fromisoformat(shown["last_follow_up_at"])) == (latest and latest.followed_at)
        by = shown["last_follow_up_by"]
        assert (by and by["member_id"]) == (latest and str(self.callers[latest.author].member_id))


def test_latest_and_next_contact_are_right_in_any_order(service: CustomerService, people: People) -> None:
    class Bound(FollowUps):
        callers = [service.as_member(people.member(f"成员{number}")) for number in range(3)]  # noqa: RUF012 - made per test

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Bound, settings=settings(max_examples=15, stateful_step_count=12, deadline=None, database=None, suppress_health_check=checks)
    )
