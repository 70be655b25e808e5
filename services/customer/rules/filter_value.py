"""Values of conditions: what each operator takes by the type of its field, checked and brought into one form.

Days stay days here: which moments they mean depends on who asks and when (``filter_time.py``). The tokens ``me`` and
``my_department`` stay tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.common.ids import parse_id
from services.common.problem import Problem, invalid
from services.customer.rules.field import Field

LIST_MAX = 200
TEXT_MAX = 200
TEXTS_MAX = 4_000
NUMBER_MAX = 10**15
DAYS_MAX = 3_660
YEARS = (1900, 2200)
ME, MY_DEPARTMENT = "me", "my_department"
OPERATORS_WITHOUT_VALUE = frozenset(("is_empty", "is_not_empty"))
_LISTS = frozenset(("any_of", "all_of", "none_of"))
_DAY_COUNTS = frozenset(("last_days", "next_days", "more_than_days_ago"))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PERIODS = (f"{when}_{what}" for what in ("week", "month", "quarter", "year") for when in ("this", "last", "next"))
RELATIVE = ("today", "yesterday", "tomorrow", *_PERIODS)

One = str | Decimal | date | UUID | bool | int
Value = One | tuple[One, ...] | None


def read_value(field: Field, op: str, value: Any, at: str) -> Value:
    """The value of a condition that is there; 422 at ``at`` (or a place in its list) where it is none for this operator."""
    if op in OPERATORS_WITHOUT_VALUE:
        raise invalid(at, "value_unexpected", f"{op} takes no value.")
    if op == "relative":
        if value not in RELATIVE:
            raise invalid(at, "relative_unknown", f"A relative time is one of {', '.join(RELATIVE)}.")
        return str(value)
    if op in _DAY_COUNTS:
        return _days(value, at)
    read = _id if field.field == "pool" else _READERS[field.type]  # pools are no options: they are told by their ids
    if op == "between":
        return _between(read, value, at)
    if op in _LISTS:
        return _texts(_list(read, value, at), at) if field.type == "text" else _list(read, value, at)
    return read(value, at)


def _list(read: Callable[[Any, str], One], value: Any, at: str) -> tuple[One, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= LIST_MAX:
        raise invalid(at, "list_expected", f"This takes a list of 1 to {LIST_MAX} values.")
    return tuple(dict.fromkeys(read(one, f"{at}/{index}") for index, one in enumerate(value)))


def _texts(values: tuple[One, ...], at: str) -> tuple[One, ...]:
    """Texts become one pattern, which must not grow beyond what the database takes."""
    if sum(len(str(one)) for one in values) > TEXTS_MAX:
        raise invalid(at, "text_length", f"The texts of a list have at most {TEXTS_MAX} characters together.")
    return values


def _between(read: Callable[[Any, str], One], value: Any, at: str) -> tuple[One, ...]:
    if not isinstance(value, list) or len(value) != 2:
        raise invalid(at, "between_expected", "between takes [lowest, highest]; both are included.")
    low: Any = read(value[0], f"{at}/0")
    high: Any = read(value[1], f"{at}/1")
    if low > high:
        raise invalid(at, "between_reversed", "The lowest value comes first.")
    return low, high


def _days(value: Any, at: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= DAYS_MAX:
        raise invalid(at, "days_expected", f"A whole number of days between 0 and {DAYS_MAX}.")
    return value


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str):
        raise invalid(at, "text_expected", "A text is expected.")
    text = " ".join(value.split())
    if not 1 <= len(text) <= TEXT_MAX:
        raise invalid(at, "text_length", f"A text of 1 to {TEXT_MAX} characters; for empty ones ask is_empty.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise invalid(at, "text_malformed", "The text holds characters that nobody can type.")
    return text


def _number(value: Any, at: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise invalid(at, "number_expected", "A number is expected.")
    if not -NUMBER_MAX <= value <= NUMBER_MAX:
        raise invalid(at, "number_range", "The number is too large.")
    found = Decimal(str(value))
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found


def _day(value: Any, at: str) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise _no_day(at) from None
        if YEARS[0] <= day.year <= YEARS[1]:
            return day
    raise _no_day(at)


def _no_day(at: str) -> Problem:
    return invalid(at, "day_expected", f"A day is written YYYY-MM-DD, between the years {YEARS[0]} and {YEARS[1]}.")


def _id(value: Any, at: str) -> UUID:
    found = parse_id(value) if isinstance(value, str) and len(value) <= 40 else None
    if found is None:
        raise invalid(at, "id_malformed", "An id is expected.")
    return found


def _member(value: Any, at: str) -> One:
    return value if value in (ME, MY_DEPARTMENT) else _id(value, at)


def _boolean(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise invalid(at, "boolean_expected", "true or false is expected.")
    return value


_READERS: dict[str, Callable[[Any, str], One]] = {
    "text": _text, "choice": _text, "choices": _text, "number": _number, "date": _day, "datetime": _day, "member": _member,
    "members": _member, "customer": _id, "tags": _id, "boolean": _boolean,
}  # fmt: skip


def write_value(value: Value) -> Any:
    """The value as JSON."""
    if isinstance(value, tuple):
        return [write_value(one) for one in value]
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
