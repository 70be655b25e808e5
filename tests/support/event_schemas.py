"""JSON Schema validators of the event types, and the check that what a test made a producer write is what the schemas allow."""

from __future__ import annotations

import functools

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from sqlalchemy import Engine, text

from services.common.events.catalogue import envelope_schema, event_types
from services.common.events.envelope import to_json


@functools.cache
def validator(name: str, version: int) -> Draft202012Validator:
    """The validator of one type."""
    registry: Registry = Registry().with_resource("envelope", Resource.from_contents(envelope_schema()))
    return Draft202012Validator(event_types()[name, version].schema, registry=registry, format_checker=FormatChecker())


def check_record(engine: Engine) -> int:
    """Validate every event in a customer database; how many there were. Call it at the end of tests that write events."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM event ORDER BY id")).mappings().all()
    for row in rows:
        # Not numbered yet is no fault of the producer's.
        event = orjson.loads(to_json({**row, "position": row["position"] or 1}))
        validator(event["type"], event["version"]).validate(event)
    return len(rows)
