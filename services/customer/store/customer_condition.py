"""A condition tree as SQL that is true or not of a customer ``c``; every value is bound by name.

The SQL is never to be negated as it is: what is empty makes it null. ``Not`` and the negating operators say ``IS NOT TRUE``, so that
negations hold what is empty. A field that the pool hides from the viewer is empty for him: nothing can be filtered into the open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.customer.rules import permission, text_pattern
from services.customer.rules.field import Field, Registry
from services.customer.rules.filter import And, Condition, Node, Not, Or, fields_of
from services.customer.rules.filter_time import span
from services.customer.rules.filter_value import ME, MY_DEPARTMENT
from services.customer.rules.viewer import Viewer
from services.customer.store.recycling import VALID

# A negating operator and what it negates.
NEGATED = {"is_not": "is", "none_of": "any_of", "not_contains": "contains", "is_empty": "is_not_empty"}
_COMPARED = {"is": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_HIDDEN_WITH = {"follow_up_content": "last_follow_up_excerpt"}
COLUMNS = {
    "owner": "owner_id", "previous_owner": "previous_owner_id", "locked": "locked_at", "held": "hold_until", "pool": "pool_id",
    "recycle_at": "version",
}  # fmt: skip
_OF_MY_DEPARTMENT = """SELECT m.member_id FROM department d JOIN member m ON m.department_id = d.department_id
    WHERE d.path @> ARRAY[%(my_department)s::uuid]"""
UNEXPIRED = "(p.expires_at IS NULL OR p.expires_at > now())"


def columns_of(node: Node | None, registry: Registry) -> set[str]:
    """The columns of a customer that a tree asks."""
    asked = [registry.by_name[name] for name in fields_of(node) if name not in _ASIDE or name in COLUMNS]
    return {"custom" if known.custom else COLUMNS.get(known.field, known.field) for known in asked}


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a tree is resolved: who he is, the day he has, his zone."""

    viewer: Viewer
    today: date
    zone: str


@dataclass(slots=True)
class Compiler:
    """Puts trees into SQL; ``values`` collects what they bind."""

    registry: Registry
    asker: Asker
    values: dict[str, Any] = field(default_factory=dict)

    def sql(self, node: Node) -> str:
        """A condition on ``c``: true, false or null."""
        if isinstance(node, Condition):
            return self._condition(node)
        if isinstance(node, Not):
            return f"({self.sql(node.node)}) IS NOT TRUE"
        word = " AND " if isinstance(node, And) else " OR "
        assert isinstance(node, And | Or)  # noqa: S101 - for the type checker
        return "(" + word.join(self.sql(inner) for inner in node.nodes) + ")"

    def bind(self, value: Any) -> str:
        """SQL that stands for a value."""
        name = f"f{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def _condition(self, condition: Condition) -> str:
        known = self.registry.by_name[condition.field]
        negated = NEGATED.get(condition.op)
        if known.type == "boolean" and condition.value is False:
            return f"({self._shown(known, 'is', True)}) IS NOT TRUE"
        if negated is None:
            return self._shown(known, condition.op, condition.value)
        return f"({self._shown(known, negated, condition.value)}) IS NOT TRUE"

    def _shown(self, known: Field, op: str, value: Any) -> str:
        """A condition that does not negate, where the viewer is shown the field."""
        asked = f"({self._positive(known, op, value)})"
        name = _HIDDEN_WITH.get(known.field, known.field)
        if name not in self.asker.viewer.pools.hidden:
            return asked
        return f"({asked} AND NOT {permission.hides(self.asker.viewer, name)})"

    def _positive(self, known: Field, op: str, value: Any) -> str:
        aside = _ASIDE.get(known.field)
        if aside is not None:
            return aside(self, op, value)
        if known.custom:
            return self._custom(known, op, value)
        column = f"c.{COLUMNS.get(known.field, known.field)}"
        if op == "is_not_empty":
            return f"{column} IS NOT NULL"
        return _OF_TYPE[known.type](self, column, op, value)

    # --- by type ----------------------------------------------------------------------------------------------------------

    def _text(self, column: str, op: str, value: Any) -> str:
        return f"{column} ~ {self._pattern(op, value)}"

    def _pattern(self, op: str, value: Any) -> str:
        if op == "any_of":
            return self.bind(text_pattern.equals(*value))
        if op == "is":
            return self.bind(text_pattern.equals(value))
        return self.bind(text_pattern.contains(value) if op == "contains" else text_pattern.starts_with(value))

    def number(self, column: str, op: str, value: Any) -> str:
        if op == "between":
            return f"{column} BETWEEN {self.bind(value[0])}::numeric AND {self.bind(value[1])}::numeric"
        return f"{column} {_COMPARED[op]} {self.bind(value)}::numeric"

    def time(self, column: str, op: str, value: Any) -> str:
        begin, end = span(op, value, self.asker.today).moments(self.asker.zone)
        bounds = [*([f"{column} >= {self.bind(begin)}"] if begin else []), *([f"{column} < {self.bind(end)}"] if end else [])]
        return " AND ".join(bounds)

    def _choice(self, column: str, op: str, value: Any) -> str:
        return f"{column} = {self.bind(value)}" if op == "is" else f"{column} = ANY({self.bind(list(value))}::text[])"

    def _customer(self, column: str, op: str, value: Any) -> str:
        return f"{column} = ANY({self.bind(list(value) if op == 'any_of' else [value])}::uuid[])"

    def _member(self, column: str, op: str, value: Any) -> str:
        wanted = value if op == "any_of" else (value,)
        return " OR ".join(self.among(column, wanted))

    def among(self, column: str, wanted: tuple[Any, ...]) -> list[str]:
        """SQL: a member's id is one of these, who may be told by a token."""
        ids = [self.asker.viewer.member_id if one == ME else one for one in wanted if one != MY_DEPARTMENT]
        parts = [f"{column} = ANY({self.bind(ids)}::uuid[])"] if ids else []
        if MY_DEPARTMENT in wanted:
            self.values["my_department"] = self.asker.viewer.department_id
            parts.append(f"{column} IN ({_OF_MY_DEPARTMENT})")
        return parts

    # --- custom fields ----------------------------------------------------------------------------------------------------

    def _custom(self, known: Field, op: str, value: Any) -> str:
        key = f"{self.bind(known.field)}::text"
        if op == "is_not_empty":
            return f"c.custom ? {key}"
        if known.type == "choices":
            return f"(c.custom->{key}) {'?&' if op == 'all_of' else '?|'} {self.bind(list(value))}::text[]"
        held = f"(c.custom->>{key})"
        if known.type == "date":
            return self.days(held, op, value)
        if known.type == "boolean":
            return f"{held}::boolean"
        types = {"number": "::numeric", "member": "::uuid"}
        return _OF_TYPE[known.type](self, held + types.get(known.type, ""), op, value)

    def days(self, held: str, op: str, value: Any) -> str:
        """Days are kept as text, which sorts as they do."""
        found = span(op, value, self.asker.today)
        bounds = [*([f"{held} >= {self.bind(found.begin.isoformat())}"] if found.begin else [])]
        bounds += [f"{held} < {self.bind(found.end.isoformat())}"] if found.end else []
        return " AND ".join(bounds)

    # --- what stands beside the customer ----------------------------------------------------------------------------------

    def _participants(self, op: str, value: Any) -> str:
        def takes_part(condition: str) -> str:
            return f"EXISTS (SELECT FROM participant p WHERE p.customer_id = c.customer_id AND {UNEXPIRED}{condition})"

        if op == "is_not_empty":
            return takes_part("")
        if op == "all_of":
            return " AND ".join(takes_part(f" AND ({self.among('p.member_id', (one,))[0]})") for one in value)
        return takes_part(f" AND ({' OR '.join(self.among('p.member_id', value))})")

    def _tags(self, op: str, value: Any) -> str:
        def tagged(condition: str) -> str:
            return f"EXISTS (SELECT FROM customer_tag ct WHERE ct.customer_id = c.customer_id{condition})"

        if op == "is_not_empty":
            return tagged("")
        if op == "all_of":
            return " AND ".join(tagged(f" AND ct.tag_id = {self.bind(one)}") for one in value)
        return tagged(f" AND ct.tag_id = ANY({self.bind(list(value))}::uuid[])")

    def _locked(self, _op: str, _value: Any) -> str:
        return "c.locked_at IS NOT NULL"

    def _held(self, _op: str, _value: Any) -> str:
        return "c.hold_until > now()"

    def _pool(self, op: str, value: Any) -> str:
        return "c.pool_id IS NOT NULL" if op == "is_not_empty" else self._customer("c.pool_id", op, value)

    def _recycle_at(self, op: str, value: Any) -> str:
        """Only while the deadline speaks of the customer as it is now, as on the screen."""
        at = "true" if op == "is_not_empty" else self.time("r.recycle_at", op, value)
        kept = f"SELECT FROM recycling r {VALID} WHERE r.customer_id = c.customer_id AND r.version = c.version"
        return f"EXISTS ({kept} AND {at})"

    def _starred(self, _op: str, _value: Any) -> str:
        me = self.bind(self.asker.viewer.member_id)
        return f"EXISTS (SELECT FROM star st WHERE st.member_id = {me} AND st.customer_id = c.customer_id)"

    def _follow_up_content(self, op: str, value: Any) -> str:
        said = "" if op == "is_not_empty" else f" AND fu.content ~ {self._pattern(op, value)}"
        return f"EXISTS (SELECT FROM follow_up fu WHERE fu.customer_id = c.customer_id{said})"


_ASIDE: dict[str, Callable[[Compiler, str, Any], str]] = {
    "participants": Compiler._participants,  # noqa: SLF001 - a table of this module
    "tags": Compiler._tags,  # noqa: SLF001
    "locked": Compiler._locked,  # noqa: SLF001
    "held": Compiler._held,  # noqa: SLF001
    "pool": Compiler._pool,  # noqa: SLF001
    "recycle_at": Compiler._recycle_at,  # noqa: SLF001
    "starred": Compiler._starred,  # noqa: SLF001
    "follow_up_content": Compiler._follow_up_content,  # noqa: SLF001
}
_OF_TYPE: dict[str, Callable[[Compiler, str, str, Any], str]] = {
    "text": Compiler._text,  # noqa: SLF001
    "number": Compiler.number,
    "date": Compiler.time,
    "datetime": Compiler.time,
    "choice": Compiler._choice,  # noqa: SLF001
    "customer": Compiler._customer,  # noqa: SLF001
    "member": Compiler._member,  # noqa: SLF001
}
