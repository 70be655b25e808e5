"""Trees that one index answers alone: it holds every column that is asked, so hits are told and counted without looking at a customer.

The indexes of ``BESIDE_TIMES`` and ``BESIDE_CHOICES`` (``store/customer.py``) begin with openness and one or two columns and hold the
others beside. A cover names the entries to look at, as few as the tree allows: those of a choice, of two at once, of a span of time, or
for alternatives those of each. Which entries fit, the tree itself decides, whatever it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

from services.customer.rules.filter import And, Condition, Node, Not, Or, fields_of
from services.customer.rules.filter_time import span
from services.customer.store.customer_condition import COLUMNS, Asker, Compiler

STARTS_MAX = 24  # beyond, other ways are as good
DAYS_OF_ALL = 2_000
COVERED_TIMES = ("created_at", "last_follow_up_at", "next_contact_at")
CHOICES = ("status", "level", "province", "source", "industry")
SHARES = {"status": 0.15, "level": 0.4, "province": 0.12, "source": 0.2, "industry": 0.12}
SHARE_OF_EMPTY = 0.3
FIELDS = frozenset((*CHOICES, *COVERED_TIMES, "owner"))
# Columns that stand one after the other at the head of an index.
_TOGETHER = (("province", "status"), ("status", "last_follow_up_at"))


@dataclass(frozen=True, slots=True)
class Start:
    """A run of entries of one index: a value for each of some columns, a span of a time; ``share`` of all customers, roughly."""

    values: tuple[tuple[str, str], ...] = ()
    time: Condition | None = None
    share: float = 1.0
    node: Node | None = None  # what every entry of the run fulfils, and no other

    def holds(self, time: str) -> bool:
        """Whether the index has this time, too."""
        if self.time is not None:
            return self.time.field == time
        return not self.values or (time == "last_follow_up_at" and [name for name, _ in self.values] == ["status"])

    def overlaps(self, other: Start) -> bool:
        """Whether an entry may be in both runs."""
        mine = dict(self.values)
        return all(mine.get(name, value) == value for name, value in other.values)


@dataclass(frozen=True, slots=True)
class Cover:
    """Entries that hold all hits of ``tree``, in runs that may overlap."""

    tree: Node
    starts: tuple[Start, ...]
    key: str | None = None  # a time that their indexes hold

    @property
    def share(self) -> float:
        """How much of all customers has to be looked at, roughly."""
        return sum(start.share for start in self.starts)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """What must all hold."""
        return self.tree.nodes if isinstance(self.tree, And) else (self.tree,)

    @property
    def is_all(self) -> bool:
        """Whether it has nothing to begin with but all entries."""
        return self.starts == (Start(),)

    def sql(self, compiler: Compiler) -> str:
        """The hits, each once, as ``customer_id`` and ``k`` (of ``key``), with ``{of}`` where it tells open from closed customers."""
        tree, parts = compiler.sql(self.tree), []
        held = {COLUMNS.get(name, name) for name in fields_of(self.tree)} | ({self.key} if self.key else set())
        columns, key = ", ".join(["customer_id", *sorted(held)]), f", c.{self.key} AS k" if self.key else ""
        for index, start in enumerate(self.starts):
            run = " AND ".join(("{of}x.open", *_conditions(start, compiler)))
            before = [f" AND ({compiler.sql(one.node)}) IS NOT TRUE" for one in self.starts[:index] if one.node and start.overlaps(one)]
            # OFFSET 0: the index of the run is taken, not one that PostgreSQL, which does not know the values, guesses to be shorter.
            entries = f"SELECT {columns} FROM customer x WHERE {run} OFFSET 0"
            parts.append(f"SELECT c.customer_id{key} FROM ({entries}) c WHERE {tree}{''.join(before)}")
        return " UNION ALL ".join(parts)


def cover(tree: Node, asker: Asker, key: str | None = None) -> Cover | None:
    """The cover of a whole tree; None where it asks what no index holds together (with the time ``key``), or what a pool hides."""
    times = [name for name in COVERED_TIMES if name in fields_of(tree) or name == key]
    if len(times) > 1 or not _is_told(tree, FIELDS, asker):
        return None
    found = _starts(tree, times[0] if times else None, asker.today)
    return Cover(tree, tuple(found) if found else (Start(),), key)


def partial_cover(nodes: Iterable[Node], asker: Asker) -> Cover | None:
    """The cover of those of several nodes, all of which must hold, that are about choices and owners; None where no choice is a start."""
    known = tuple(node for node in nodes if _is_told(node, FIELDS.difference(COVERED_TIMES), asker))
    found = _starts(And(known), None, asker.today) if known else None
    return Cover(And(known), tuple(found)) if found else None


def _is_told(node: Node, fields: frozenset[str], asker: Asker) -> bool:
    return fields.issuperset(fields_of(node)) and fields_of(node).isdisjoint(asker.viewer.pools.hidden)


def _starts(node: Node, time: str | None, today: date) -> list[Start] | None:
    """Runs that hold all hits of a node, in indexes that hold ``time``; None where there are none but all entries."""
    if isinstance(node, Condition):
        return _fit(_of_condition(node, today), time)
    if isinstance(node, Not):
        return None
    inner = [_starts(one, time, today) for one in node.nodes]
    if isinstance(node, Or):
        return _fit([start for one in inner for start in one or ()], time) if all(inner) else None
    found = [one for one in (*inner, *_together(node, time, today)) if one]
    return min(found, key=lambda one: sum(start.share for start in one), default=None)


def _fit(starts: list[Start], time: str | None) -> list[Start] | None:
    fits = 0 < len(starts) <= STARTS_MAX and (time is None or all(start.holds(time) for start in starts))
    return starts if fits else None


def _of_condition(one: Condition, today: date) -> list[Start]:
    if one.field in CHOICES and one.op in ("is", "any_of"):
        values = one.value if isinstance(one.value, tuple) else (one.value,)
        return [Start(((one.field, str(value)),), None, SHARES[one.field], Condition(one.field, "is", value)) for value in values]
    if one.field in COVERED_TIMES and one.op == "is_empty":
        return [Start((), one, SHARE_OF_EMPTY, one)]
    if one.field in COVERED_TIMES and one.op != "is_not_empty":
        found = span(one.op, one.value, today)
        days = (found.end - found.begin).days if found.begin and found.end else DAYS_OF_ALL
        return [Start((), one, min(1.0, days / DAYS_OF_ALL), one)]
    return []


def _together(node: And, time: str | None, today: date) -> list[list[Start] | None]:
    """Runs of two conditions at once."""
    of = {one.field: _of_condition(one, today) for one in node.nodes if isinstance(one, Condition)}
    pairs = [product(of[first], of[second]) for first, second in _TOGETHER if of.get(first) and of.get(second)]
    return [_fit([_joined(one, other) for one, other in pair], time) for pair in pairs]


def _joined(one: Start, other: Start) -> Start:
    nodes = tuple(node for node in (one.node, other.node) if node is not None)
    return Start((*one.values, *other.values), other.time, one.share * other.share, And(nodes))


def _conditions(start: Start, compiler: Compiler) -> list[str]:
    parts = [f"x.{name} = {compiler.bind(value)}" for name, value in start.values]
    if start.time is not None and start.time.op == "is_empty":
        parts.append(f"x.{start.time.field} IS NULL")
    elif start.time is not None:
        parts.append(compiler.time(f"x.{start.time.field}", start.time.op, start.time.value))
    return parts
