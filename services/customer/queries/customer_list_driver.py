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

from services.customer.queries.customer_list_cover import COVERED_TIMES, SHARES, cover
from services.customer.queries.customer_list_told import ENTRIES_OF_A_ROW, SHARE_OF_TAG, VALUES_MAX, Ids, all_of, told, values_of
from services.customer.rules.filter import And, Condition, Node, Not
from services.customer.rules.filter_time import span
from services.customer.rules.search import CHOICE_LETTERS, chosen, name_query
from services.customer.store.customer_condition import COLUMNS, NEGATED, Compiler

SHARE_MAX = 0.15  # beyond, rows are looked through in order
_SHARES = {**SHARES, "state": 0.3, "tags": SHARE_OF_TAG, "name": 0.02}
TIMES = ("created_at", "updated_at", "last_follow_up_at", "next_contact_at")
PRESENCE = ("is_empty", "is_not_empty")
COVERED = ("status", "level", "province", "source", "industry", "owner_id")  # what they hold
IDS_SHARE_MAX, HASHED_SHARE_MAX = 0.3, 0.05
ENTRIES_OF_A_KEY = 3  # more may be read where that saves fetching the hits for their keys
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
    made.empty = frozenset(one.field for one in all_of(node) if isinstance(one, Condition) and one.op == "is_empty")
    conditions = [one for one in all_of(node) if isinstance(one, Condition) and one.op not in NEGATED]
    for one in conditions:
        if one.field in CHOICE_LETTERS and one.op in ("is", "any_of") and not _is_hidden(one, compiler):
            made.choices[one.field] = [str(value) for value in values_of(one)]
        if one.field in TIMES and one.op not in PRESENCE:
            made.bounds.setdefault(one.field, []).append(compiler.time(f"c.{one.field}", one.op, one.value))
    made.ids = told(node, compiler)
    whole = cover(node, compiler.asker)
    if whole is not None and (made.ids is None or whole.share < made.ids.share * ENTRIES_OF_A_ROW):
        keyed = cover(node, compiler.asker, order) if order in COVERED_TIMES else None
        made.keyed = keyed is not None and keyed.share <= whole.share * ENTRIES_OF_A_KEY and keyed.is_all == whole.is_all
        best = keyed if keyed is not None and made.keyed else whole
        made.covered = Ids(best.sql(compiler), best.share)
    elif made.ids is not None and made.ids.exact and not (made.ids.hashed and made.tokens is not None and made.tokens.exact):
        made.covered = made.ids
    if made.ids is not None and made.ids.share > (HASHED_SHARE_MAX if made.ids.hashed else IDS_SHARE_MAX):
        made.ids = None  # rows in order are fetched in a fraction of the time that those of many ids take
    spans = [found for one in conditions if (found := _span(one, compiler, conditions)) is not None]
    made.span = min(spans, key=lambda found: found.share, default=None)
    return made


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
    values = values_of(one)
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
    if one.field == "recycle_at":
        return Ids(f"SELECT r.customer_id FROM recycling r WHERE {compiler.time('r.recycle_at', one.op, one.value)}", days / 2_000)
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
        parts.append(f" AND x.{one.field} = ANY({compiler.bind([str(value) for value in values_of(one)])}::text[])")
    return "".join(parts)
