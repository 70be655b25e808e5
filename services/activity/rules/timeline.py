"""What the timeline shows of an event: its kind and the words it is found by. Pure; a type that is not known here stays a plain entry."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.common.events.envelope import Envelope

OTHER = "other"
KINDS: dict[str, str] = {
    "customer.created": "created",
    "customer.edited": "edit",
    "customer.assigned": "assignment",
    "customer.returned_to_pool": "pool",
    "customer.claimed": "pool",
    "customer.recycled": "pool",
    "customer.recycle_warned": "pool",
    "customer.moved_to_pool": "pool",
    "customer.undone": "assignment",  # or what UNDONE_KINDS says
    "customer.participant_added": "participant",
    "customer.participant_changed": "participant",
    "customer.participant_removed": "participant",
    "customer.tagged": "tag",
    "customer.untagged": "tag",
    "customer.access_requested": "participant",
    "customer.access_granted": "participant",
    "customer.access_declined": "participant",
    "customer.locked": "lock",
    "customer.unlocked": "lock",
    "customer.held": "hold",
    "customer.hold_released": "hold",
    "follow_up.recorded": "follow_up",
    "follow_up.edited": "follow_up",
    "follow_up.deleted": "follow_up",
}
# Types whose whole payload is the value of one field: who may not see the field gets none of it.
PAYLOAD_OF_FIELD: dict[str, str] = {"customer.tagged": "tags", "customer.untagged": "tags"}
# What was undone stays of its kind: undoing an assignment is one.
UNDONE_KINDS: dict[str, str] = {
    "assign": "assignment",
    "return_to_pool": "pool",
    "claim": "pool",
    "edit": "edit",
    "tag": "tag",
    "untag": "tag",
    "lock": "lock",
    "unlock": "lock",
    "hold": "hold",
    "release_hold": "hold",
}
# Keys whose values nobody looks for: ids, moments and codes that stand beside their text.
_SILENT_ENDINGS = ("_id", "_at", "_ids")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. The words of the changes are kept apart: who may not see a field must not find its values either."""

    event: Envelope
    kind: str
    words: str
    change_words: str


def entry_for(event: Envelope) -> Entry:
    """The timeline entry of an event."""
    told = list(_texts(event.payload))
    of_field = event.type in PAYLOAD_OF_FIELD
    return Entry(
        event,
        _kind(event),
        fold(" ".join([str(event.actor.get("name") or ""), *([] if of_field else told)])),
        fold(" ".join([*_shown(event.changes), *(told if of_field else [])])),
    )


def _kind(event: Envelope) -> str:
    if event.type == "customer.undone":
        return UNDONE_KINDS.get(str(event.payload.get("verb")), KINDS[event.type])
    return KINDS.get(event.type, OTHER)


def fold(text: str) -> str:
    """Text as it is compared: width and case do not count (ＡＢＣ = abc)."""
    return unicodedata.normalize("NFKC", text).lower()


def without_hidden(changes: Iterable[dict[str, Any]], hidden: frozenset[str]) -> list[dict[str, Any]]:
    """The changes of fields that the reader may see."""
    return [change for change in changes if change.get("field") not in hidden]


def hides_payload(type_: str, hidden: frozenset[str]) -> bool:
    """Whether the payload of such an event is a field's that the reader may not see."""
    return PAYLOAD_OF_FIELD.get(type_) in hidden


def _shown(changes: Iterable[dict[str, Any]]) -> Iterator[str]:
    for change in changes:
        for text in (change.get("before_text"), change.get("after_text")):
            if isinstance(text, str):
                yield text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if not key.endswith(_SILENT_ENDINGS):
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
