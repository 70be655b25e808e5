"""The values of a customer: cleaning and checking what is entered, merging edits field by field, changes as events tell them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.events.envelope import Change
from services.common.problem import Kind, Problem
from services.customer.rules import credit_code, custom_value, phone
from services.customer.rules.custom_field import is_key
from services.customer.rules.custom_value import Fault
from services.customer.rules.field import BY_NAME, FIXED_LABELS, Field
from services.customer.rules.option import Option

STAFF_SIZE_MAX = 100_000_000
REQUIRED = ("name", "kind", "status", "visibility")
DEFAULTS = {"kind": "organization", "status": "new", "visibility": "public"}
_MANY_LINES = ("remark", "address")
_EMAIL = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>().]+(\.[^\s@,;<>().]+)+")
_WEBSITE = re.compile(r"(https?://)?[^\s/:@]+\.[^\s/:@.]+(:\d+)?([/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """How values are shown in events: labels of options by (list, value), names of members and customers by id, local times, custom
    fields by their types.
    """

    zone: str
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    names: Mapping[UUID, str] = field(default_factory=dict)
    custom: Mapping[str, Field] = field(default_factory=dict)

    def text(self, name: str, value: Any) -> str | None:
        """The value of a field as people read it."""
        if value is None:
            return None
        if name in self.custom:
            return custom_value.shown(self.custom[name], value, self.labels, self.names)
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, UUID):
            return self.names.get(value)
        if name in FIXED_LABELS:
            return FIXED_LABELS[name].get(str(value), str(value))
        known = BY_NAME.get(name)
        label = self.labels.get((known.list, value)) if known is not None and known.list is not None else None
        return label if label is not None else str(value)


def change(name: str, before: Any, after: Any, wording: Wording) -> Change:
    """One changed field with its values as JSON and as shown."""
    return Change(name, plain(before), plain(after), wording.text(name, before), wording.text(name, after))


def is_sensible(moment: datetime) -> bool:
    """Whether a time can be told in every zone and is meant: years far off come from slips, and overflow at the calendar's ends."""
    return 1900 <= moment.year <= 2200


def plain(value: Any) -> Any:
    """A column's value as JSON: ids and times as texts, times in UTC."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def changes(before: Mapping[str, Any], after: Mapping[str, Any], wording: Wording) -> list[Change]:
    """What differs, in the order of ``after``."""
    return [change(name, before.get(name), value, wording) for name, value in after.items() if before.get(name) != value]


def clean(values: Mapping[str, Any], options: Mapping[str, Sequence[Option]]) -> tuple[dict[str, Any], list[Fault]]:
    """Values as they are stored, and what is wrong with the others. Empty texts become None.

    ``options`` holds the option lists of the choices among ``values``; the parent customer is checked by the command.
    """
    result: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in values.items():
        try:
            result[name] = _clean_one(name, value, options)
        except _BadValueError as error:
            faults.append(Fault(name, error.code, error.detail))
    return result, faults


def refuse_faults(faults: Sequence[Fault]) -> None:
    """422 with every fault, if there is one."""
    if faults:
        errors = [{"pointer": pointer(fault.field), "code": fault.code, "detail": fault.detail} for fault in faults]
        raise Problem(Kind.INVALID, "invalid", faults[0].detail, errors=errors)


def pointer(name: str) -> str:
    """Where a field's value stands in a body."""
    return f"/custom/{name}" if is_key(name) else f"/{name}"


class _BadValueError(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def _clean_one(name: str, value: Any, options: Mapping[str, Sequence[Option]]) -> Any:
    known = BY_NAME[name]
    if isinstance(value, str):
        value = _clean_text(value, lines=name in _MANY_LINES) or None
    if value is None:
        if name in REQUIRED:
            raise _BadValueError("required", f"{known.label_en} must not be empty.")
        return None
    if known.list is not None:
        return _check_choice(known.list, value, options)
    value = _FORMS[name](value) if name in _FORMS else value
    if known.length_max and len(value) > known.length_max:
        raise _BadValueError("too_long", f"{known.label_en} has at most {known.length_max} characters.")
    check = _CHECKS.get(name)
    return check(value) if check is not None else value


def _clean_text(text: str, *, lines: bool) -> str:
    kept = "\n\t" if lines else ""
    plain_text = text.replace("\r\n", "\n")
    visible = "".join(c if c in kept or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in plain_text)
    return visible.strip() if lines else " ".join(visible.split())


def _check_choice(name: str, value: str, options: Mapping[str, Sequence[Option]]) -> str:
    found = next((option for option in options.get(name, ()) if option.value == value), None)
    if found is None:
        raise _BadValueError("option_unknown", f"{value} is not an option of {name}.")
    if not found.active:
        raise _BadValueError("option_inactive", f"The option {found.label_zh} is no longer in use.")
    return value


def _check_visibility(value: str) -> str:
    if value not in FIXED_LABELS["visibility"]:
        raise _BadValueError("option_unknown", "Visibility is public or private.")
    return value


def _check_email(value: str) -> str:
    if _EMAIL.fullmatch(value) is None:
        raise _BadValueError("email_malformed", f"{value} is not an e-mail address.")
    return value


def _check_website(value: str) -> str:
    if _WEBSITE.fullmatch(value) is None:
        raise _BadValueError("website_malformed", f"{value} is not a web address.")
    return value


def _check_credit_code(value: str) -> str:
    if not credit_code.is_valid(value):
        raise _BadValueError("credit_code_checksum", "This is not a credit code: 18 characters whose last one is a check character.")
    return value


def _check_staff_size(value: int) -> int:
    if not 0 <= value <= STAFF_SIZE_MAX:
        raise _BadValueError("out_of_range", f"The staff size is between 0 and {STAFF_SIZE_MAX}.")
    return value


def _check_time(value: datetime) -> datetime:
    if not is_sensible(value):
        raise _BadValueError("out_of_range", "The time is between the years 1900 and 2200.")
    return value


# Brought into one form before their length counts: people type separators.
_FORMS = {"credit_code": credit_code.normalise, "phone": phone.normalise, "mobile": phone.normalise}
_CHECKS: dict[str, Any] = {
    "visibility": _check_visibility,
    "email": _check_email,
    "website": _check_website,
    "credit_code": _check_credit_code,
    "staff_size": _check_staff_size,
    "next_contact_at": _check_time,
}


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome of an edit: what to change, and the fields that somebody else has changed meanwhile."""

    changed: dict[str, Any]
    conflicts: list[str]


def merge(
    current: Mapping[str, Any], wanted: Mapping[str, Any], base: Mapping[str, Any] | None, *, version: int, if_match: int | None
) -> Merge:
    """Bring an edit together with what is stored now.

    A field that already has the wanted value is nothing to do. ``base`` (what the editor started from) decides field by field;
    without it the whole record must still be at ``if_match`` (412), and one of the two is needed (428).
    """
    changed = {name: value for name, value in wanted.items() if current[name] != value}
    if base is None and if_match is None:
        message = "Send If-Match with the version you read, or base with the values you started from."
        raise Problem(Kind.PRECONDITION_REQUIRED, "precondition_required", message)
    if base is None and if_match != version:
        raise Problem(Kind.STALE, "version_mismatch", "The customer was changed since it was read. Read it again.", version=version)
    if base is None or if_match == version:
        return Merge(changed, [])
    missing = [name for name in changed if name not in base]
    if missing and if_match is None:
        message = f"base must hold every field that is changed; {missing[0]} is not in it."
        raise Problem(Kind.PRECONDITION_REQUIRED, "base_incomplete", message)
    if missing:
        raise Problem(Kind.STALE, "version_mismatch", "The customer was changed since it was read. Read it again.", version=version)
    return Merge(changed, [name for name in changed if base[name] != current[name]])


def edit_conflict(conflicts: Sequence[Mapping[str, Any]], version: int, custom: Mapping[str, Field] | None = None) -> Problem:
    """Somebody else changed the same fields: all three values, so that nothing typed is lost."""
    names = ", ".join(((custom or {}).get(conflict["field"]) or BY_NAME[conflict["field"]]).label_en for conflict in conflicts)
    latest = max((conflict for conflict in conflicts if conflict.get("at")), key=lambda conflict: conflict["at"], default=None)
    told = {} if latest is None else {"since": latest["at"], "by": latest["by"]}
    message = f"Changed by somebody else meanwhile: {names}."
    return Problem(Kind.CONFLICT, "edit_conflict", message, rule="edit_same_field", conflicts=list(conflicts), version=version, **told)
