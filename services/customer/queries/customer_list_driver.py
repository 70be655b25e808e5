"""Where the search for a tree's hits begins: ids among which all of them are, as one index tells them.

* tokens: what the tree asks of choices, tags and names, as one condition on the inverted index. Where that is all the tree asks, the
  index has answered.
* ids of one condition that all the others only narrow down: an owner, a participant, a value of a custom field.
* a span of time, or of a custom field's numbers or days: how many that are nobody can guess, so the statement counts them first.

Which of them is best is told beforehand by a rough share of all customers, from how many values there are of a kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.customer.queries.customer_list_cover import COVERED_TIMES, SHARES, cover, partial_cover
from services.customer.rules.filter import And, Condition, Node, Not
from services.customer.rules.filter_time import span
from services.customer.rules.filter_value import MY_DEPARTMENT
from services.customer.rules.search import CHOICE_LETTERS, chosen, name_query
from services.customer.store.customer_condition import COLUMNS, NEGATED, UNEXPIRED, Compiler

VALUES_MAX = 50  # more alternatives than these are no beginning
SHARE_MAX = 0.15  # beyond, rows are looked through in order
_SHARES = {**SHARES, "state": 0.3, "tags": 0.03, "name": 0.02}
TIMES = ("created_at", "updated_at", "last_follow_up_at", "next_contact_at")
PRESENCE = ("is_empty", "is_not_empty")
COVERED = ("status", "level", "province", "source", "industry", "owner_id")  # what they hold
ENTRIES_OF_A_ROW = 15  # of a covering index are read in the time in which one customer is fetched
HASHED_FOR_A_ROW = 8  # ids are told and hashed in that time
ENTRIES_OF_A_KEY = 3  # more may be read where that saves fetching the hits for their keys
TELLING = ("tags", "owner")  # conditions of which an index of their own tells the hits
_EVER = (datetime(1800, 1, 1, tzinfo=UTC), datetime(2400, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Tokens:
    """A condition on the inverted index that every hit fulfils; ``exact``: and nothing else does. Without ``positive`` it is no
    beginning: it says only what hits are not.
    """

    query: str
    share: float
    exact: bool
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Ids:
    """A query for ids, with ``{of}`` where it tells open from closed customers; ``beside``: what the same index is asked of each."""

    sql: str
    share: float
    beside: str = ""

    def among(self, *, is_open: bool) -> str:
        """SQL: those of them that are open, or closed, as far as the index tells."""
        return self.entries(is_open=is_open) + self.beside

    def within(self, other: Ids) -> Ids:
        """Those that are among other ones, too."""
        # OFFSET 0: hashed once, not looked up for each.
        both = f"SELECT i.customer_id FROM ({self.sql}) i WHERE i.customer_id IN ({other.sql}{other.beside} OFFSET 0)"
        return Ids(both, self.share * min(other.share, 1.0))

    def entries(self, *, is_open: bool) -> str:
        """SQL: everything that has to be looked at for that."""
        return self.sql.replace("{of}", "" if is_open else "NOT ")


@dataclass(slots=True)
class Beginning:
    """What there is to begin with."""

    covered: Ids | None = None  # the hits themselves, where an index holds all that is asked
    keyed: bool = False  # and that index tells their keys ``k`` in the list's order, too
    tokens: Tokens | None = None
    ids: Ids | None = None
    span: Ids | None = None
    bounds: dict[str, list[str]] = field(default_factory=dict)  # times that must lie between these, as SQL on ``c``
    choices: dict[str, list[str]] = field(default_factory=dict)  # what must be one of these
    empty: frozenset[str] = frozenset()  # what must be empty


def beginning(node: Node, compiler: Compiler, order: str) -> Beginning:
    """The beginnings of a tree for a list by the column ``order``; what they bind goes to the compiler's values."""
    made = Beginning(tokens=_tokens(node, compiler))
    made.empty = frozenset(one.field for one in _all(node) if isinstance(one, Condition) and one.op == "is_empty")
    conditions = [one for one in _all(node) if isinstance(one, Condition) and one.op not in NEGATED]
    for one in conditions:
        if one.field in CHOICE_LETTERS and one.op in ("is", "any_of") and not _is_hidden(one, compiler):
            made.choices[one.field] = [str(value) for value in _values(one)]
        if one.field in TIMES and one.op not in PRESENCE:
            made.bounds.setdefault(one.field, []).append(compiler.time(f"c.{one.field}", one.op, one.value))
    ids = [found for one in conditions if (found := _ids(one, compiler)) is not None]
    told = len(_all(node)) == len(ids) == 1 and _is_telling(conditions[0], compiler)
    whole = cover(node, compiler.asker)
    part = partial_cover(_all(node), compiler.asker) if whole is None else whole
    if part is not None and part.share <= SHARE_MAX:
        ids.append(Ids(part.sql(compiler), part.share))
    made.ids = _intersected(ids)
    if told:
        made.covered = made.ids
    elif whole is not None and (made.ids is None or whole.share < made.ids.share * ENTRIES_OF_A_ROW):
        keyed = cover(node, compiler.asker, order) if order in COVERED_TIMES else None
        made.keyed = keyed is not None and keyed.share <= whole.share * ENTRIES_OF_A_KEY and keyed.is_all == whole.is_all
        best = keyed if keyed is not None and made.keyed else whole
        made.covered = Ids(best.sql(compiler), best.share)
    spans = [found for one in conditions if (found := _span(one, compiler, conditions)) is not None]
    made.span = min(spans, key=lambda found: found.share, default=None)
    return made


def _intersected(ids: list[Ids]) -> Ids | None:
    """The fewest ids, and of those what others hold, too, where looking that up costs less than fetching the customers."""
    if not ids:
        return None
    fewest = min(ids, key=lambda found: found.share)
    others = [found for found in ids if found is not fewest and found.share < fewest.share * HASHED_FOR_A_ROW]
    made = fewest
    for other in others:
        made = made.within(other)
    return made


def _is_telling(one: Condition, compiler: Compiler) -> bool:
    return one.field in TELLING and len(_values(one)) == 1 and not _is_hidden(one, compiler)


def _all(node: Node) -> list[Node]:
    """What must all hold."""
    return [found for inner in node.nodes for found in _all(inner)] if isinstance(node, And) else [node]


def _values(one: Condition) -> tuple[Any, ...]:
    return one.value if isinstance(one.value, tuple) else (one.value,)


def _is_hidden(one: Condition, compiler: Compiler) -> bool:
    return one.field in compiler.asker.viewer.pools.hidden


# --- tokens -------------------------------------------------------------------------------------------------------------------


def _tokens(node: Node, compiler: Compiler) -> Tokens | None:
    if isinstance(node, Condition):
        return _token(node, compiler)
    if isinstance(node, Not):
        return _turned(_tokens(node.node, compiler))
    found = [_tokens(inner, compiler) for inner in node.nodes]
    known = [one for one in found if one is not None]
    if not known or (len(known) < len(found) and not isinstance(node, And)):
        return None
    exact = all(one.exact for one in known) and len(known) == len(found)
    if isinstance(node, And):
        share = 1.0
        for one in known:
            share *= one.share
        return Tokens(" & ".join(f"({one.query})" for one in known), share, exact, any(one.positive for one in known))
    return Tokens(
        " | ".join(f"({one.query})" for one in known), min(1.0, sum(one.share for one in known)), exact, all(one.positive for one in known)
    )


def _turned(found: Tokens | None) -> Tokens | None:
    return Tokens(f"!({found.query})", 1 - found.share, exact=True, positive=False) if found is not None and found.exact else None


def _token(one: Condition, compiler: Compiler) -> Tokens | None:
    if one.op in ("is_not", "none_of"):
        return _turned(_token(Condition(one.field, NEGATED[one.op], one.value), compiler))
    values = _values(one)
    if one.op not in ("is", "any_of", "all_of", "contains", "starts_with") or len(values) > VALUES_MAX:
        return None
    if one.field == "name":
        query = " | ".join(f"({found})" for found in map(name_query, map(str, values)) if found)
        return Tokens(query, _SHARES["name"], exact=False) if query and query.count("(") == len(values) else None
    if one.field in CHOICE_LETTERS:
        query = chosen(one.field, map(str, values))
    elif one.field == "tags":
        query = (" & " if one.op == "all_of" else " | ").join(f"'g{value.hex}'" for value in values)
    else:
        return None
    return Tokens(query, min(1.0, _SHARES[one.field] * len(values)), exact=not _is_hidden(one, compiler))


# --- ids ----------------------------------------------------------------------------------------------------------------------


def _ids(one: Condition, compiler: Compiler) -> Ids | None:
    known = compiler.registry.by_name[one.field]
    values = _values(one)
    if known.custom:
        return _custom_ids(one, compiler)
    if one.field == "starred" and one.value is True:
        return Ids(f"SELECT st.customer_id FROM star st WHERE st.member_id = {compiler.bind(compiler.asker.viewer.member_id)}", 0.001)
    if one.op not in ("is", "any_of", "all_of"):
        return None
    share = 0.05 if MY_DEPARTMENT in values else 0.001 * len(values)
    if one.field == "participants":
        wanted = values[:1] if one.op == "all_of" else values
        condition = " OR ".join(compiler.among("p.member_id", wanted))
        return Ids(f"SELECT DISTINCT p.customer_id FROM participant p WHERE ({condition}) AND {UNEXPIRED}", share)
    if one.field == "owner":
        return Ids(
            f"SELECT x.customer_id FROM customer x WHERE ({' OR '.join(compiler.among('x.owner_id', values))}) AND {{of}}x.open", share
        )
    if one.field == "tags":
        distinct, wanted = ("DISTINCT ", values) if one.op == "any_of" and len(values) > 1 else ("", values[:1])
        tag = f"ct.tag_id = ANY({compiler.bind(list(wanted))}::uuid[])"
        return Ids(f"SELECT {distinct}ct.customer_id FROM customer_tag ct WHERE {tag} AND {{of}}ct.open", _SHARES["tags"] * len(wanted))
    if one.field == "parent_customer_id":
        return Ids(f"SELECT x.customer_id FROM customer x WHERE x.parent_customer_id = ANY({compiler.bind(list(values))}::uuid[])", 0.0001)
    return None


def _custom_ids(one: Condition, compiler: Compiler) -> Ids | None:
    """A value of a custom field that is told exactly; spans are ``_span``."""
    known, values = compiler.registry.by_name[one.field], _values(one)
    if one.op not in ("is", "any_of", "all_of") or len(values) > VALUES_MAX:
        return None
    wanted = values[:1] if one.op == "all_of" else values
    if known.type in ("choice", "choices"):
        condition, share = f"v.text = ANY({compiler.bind([str(value) for value in wanted])}::text[])", 0.1 * len(wanted)
    elif known.type == "member" and MY_DEPARTMENT not in wanted:
        ids = [str(compiler.asker.viewer.member_id) if value == "me" else str(value) for value in wanted]
        condition, share = f"v.text = ANY({compiler.bind(ids)}::text[])", 0.001 * len(wanted)
    elif known.type == "number":
        condition, share = f"v.number = {compiler.bind(one.value)}::numeric", 0.01
    else:
        return None
    distinct = "DISTINCT " if known.type == "choices" and len(wanted) > 1 else ""
    return Ids(
        f"SELECT {distinct}v.customer_id FROM custom_value v WHERE v.key = {compiler.bind(one.field)} AND {{of}}v.open AND {condition}",
        share,
    )


# --- spans --------------------------------------------------------------------------------------------------------------------


def _span(one: Condition, compiler: Compiler, conditions: list[Condition]) -> Ids | None:
    known = compiler.registry.by_name[one.field]
    if known.custom and known.type == "number" and one.op in ("lt", "le", "gt", "ge", "between"):
        condition = compiler.number("v.number", one.op, one.value)
        return Ids(
            f"SELECT v.customer_id FROM custom_value v WHERE v.key = {compiler.bind(one.field)} AND {{of}}v.open AND {condition}", 0.3
        )
    if one.op in PRESENCE or known.type not in ("date", "datetime"):
        return None
    found = span(one.op, one.value, compiler.asker.today)
    days = (found.end - found.begin).days if found.begin and found.end else 2_000
    if known.custom:
        condition = compiler.days("v.text", one.op, one.value)
        ids = f"SELECT v.customer_id FROM custom_value v WHERE v.key = {compiler.bind(one.field)} AND {{of}}v.open AND {condition}"
        return Ids(ids, days / 2_000)
    if one.field not in TIMES:
        return None
    begin, end = found.moments(compiler.asker.zone)
    beside = _covered(compiler, conditions) if one.field in COVERED_TIMES else ""
    bounds = f"x.{one.field} >= {compiler.bind(begin or _EVER[0])} AND x.{one.field} < {compiler.bind(end or _EVER[1])}"
    return Ids(f"SELECT x.customer_id FROM customer x WHERE {{of}}x.open AND {bounds}", days / 2_000, beside)


def _covered(compiler: Compiler, conditions: list[Condition]) -> str:
    """SQL: what else the index of a time can be asked."""
    parts = []
    for one in conditions:
        if one.field in ("owner", "participants") or COLUMNS.get(one.field, one.field) not in COVERED or one.op not in ("is", "any_of"):
            continue
        parts.append(f" AND x.{one.field} = ANY({compiler.bind([str(value) for value in _values(one)])}::text[])")
    return "".join(parts)
