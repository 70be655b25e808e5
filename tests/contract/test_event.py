"""Events, both sides: what producers may send, and that the consumer takes every example."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

import orjson
import pytest
from jsonschema import Draft202012Validator, ValidationError

from services.activity.rules.timeline import KINDS, OTHER, entry_for
from services.common.events.__main__ import PAGE, render
from services.common.events.catalogue import FOLDER, EventType, check, event_types
from services.common.events.envelope import NewEvent, from_dict, from_json, to_json
from services.common.ids import new_id
from tests.support.event_schemas import validator

TYPES = list(event_types().values())
each_type = pytest.mark.parametrize("known", TYPES, ids=lambda known: f"{known.type}.{known.version}")


def new_event(known: EventType, payload: dict[str, Any]) -> NewEvent:
    return NewEvent(known.type, new_id(), 1, None, "系统", "request", payload=payload, version=known.version)


def test_every_schema_has_its_example_and_every_example_its_schema() -> None:
    schemas = {path.name for path in (FOLDER / "schemas").glob("*.*.json")}
    assert schemas == {path.name for path in (FOLDER / "examples").glob("*.json")}
    assert len(schemas) == len(TYPES) > 0


@each_type
def test_a_schema_is_a_schema_named_after_its_type(known: EventType) -> None:
    Draft202012Validator.check_schema(known.schema)
    assert known.schema["$id"] == f"{known.type}.{known.version}"


@each_type
def test_the_example_is_what_the_schema_says(known: EventType) -> None:
    validator(known.type, known.version).validate(known.example)


@each_type
@pytest.mark.parametrize("place", ["envelope", "payload", "actor", "change"])
def test_a_member_that_no_schema_names_is_refused(known: EventType, place: str) -> None:
    example = copy.deepcopy(known.example)
    change = {"field": "a", "before": 1, "after": 2, "before_text": "1", "after_text": "2"}
    example["changes"].append(change)
    validator(known.type, known.version).validate(example)
    {"envelope": example, "payload": example["payload"], "actor": example["actor"], "change": change}[place]["surprise"] = 1
    with pytest.raises(ValidationError):
        validator(known.type, known.version).validate(example)


@each_type
def test_a_producer_may_send_the_example_and_nothing_beside_it(known: EventType) -> None:
    check(new_event(known, known.example["payload"]))
    with pytest.raises(ValueError, match="surprise"):
        check(new_event(known, {**known.example["payload"], "surprise": 1}))
    for name in known.payload.get("required", ()):
        with pytest.raises(ValueError, match=name):
            check(new_event(known, {key: value for key, value in known.example["payload"].items() if key != name}))


def test_a_producer_may_not_send_an_unknown_type() -> None:
    with pytest.raises(ValueError, match=r"customer\.vanished"):
        check(NewEvent("customer.vanished", new_id(), 1, None, "系统", "request"))


@each_type
def test_the_consumer_takes_the_example_and_knows_its_kind(known: EventType) -> None:
    entry = entry_for(from_dict(known.example))
    assert entry.kind == KINDS[known.type] != OTHER
    assert str(entry.event.actor["name"]) in entry.words


@each_type
def test_an_envelope_is_the_same_after_its_journey(known: EventType) -> None:
    row = {
        **known.example,
        **{name: orjson.dumps(known.example[name]).decode() for name in ("actor", "changes", "payload")},
        "event_id": UUID(known.example["event_id"]),
        "occurred_at": from_dict(known.example).occurred_at,
    }
    assert orjson.loads(to_json(row)) == known.example
    assert from_json(to_json(row)) == from_dict(known.example)


@each_type
def test_the_consumer_shows_a_type_it_does_not_know_as_a_plain_entry(known: EventType) -> None:
    entry = entry_for(from_dict({**known.example, "type": "customer.frozen", "version": 7, "news": {"a": 1}}))
    assert entry.kind == OTHER
    assert entry.event.type == "customer.frozen"


@pytest.mark.parametrize("name", ["event_id", "customer_id", "actor", "changes", "position", "audience"])
def test_an_envelope_that_lacks_a_member_is_refused(name: str) -> None:
    broken = {key: value for key, value in TYPES[0].example.items() if key != name}
    with pytest.raises(ValueError, match=name):
        from_dict(broken)


def test_the_page_about_events_is_current() -> None:
    assert PAGE.read_text() == render(), "run `python -m services.common.events`"
