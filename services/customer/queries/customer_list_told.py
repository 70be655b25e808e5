"""Ids that indexes tell of conditions, and of trees by intersecting and uniting them, without a look at the customers.

Ids are ``exact`` where they are all that fit and nothing else, told apart by openness; others hold all that fit and more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from services.customer.queries.customer_list_cover import Cover, cover, partial_cover
from services.customer.rules.filter import And, Condition, Node, Or
from services.customer.rules.filter_value import MY_DEPARTMENT
from services.customer.store.customer_condition import UNEXPIRED, Compiler

VALUES_MAX = 50  # more alternatives than these are no beginning
SHARE_OF_TAG = 0.03
UNITED_SHARE_MAX = 0.5  # of all customers; beyond, rows are looked through in order
ENTRIES_OF_A_ROW = 15  # of a covering index are read in the time in which one customer is fetched
HASHED_FOR_A_ROW = 8  # ids are told and hashed in the time in which one customer is fetched


@dataclass(frozen=True, slots=True)
class Ids:
    """A query for ids, each once, with ``{of}`` where it tells open from closed customers; ``share`` of all customers, roughly.

    ``beside``: what the same index is asked of each. ``hashed``: they are put together from several, in no order.
    """

    sql: str
    share: float
    beside: str = ""
    exact: bool = False
    hashed: bool = False

    def among(self, *, is_open: bool) -> str:
        """SQL: those of them that are open, or closed, as far as the index tells."""
        return self.entries(is_open=is_open) + self.beside

    def entries(self, *, is_open: bool) -> str:
        """SQL: everything that has to be looked at for that."""
        return self.sql.replace("{of}", "" if is_open else "NOT ")

    def within(self, other: Ids) -> Ids:
        """Those that are among other ones, too, which are fewer."""
        # OFFSET 0: hashed once, not looked up for each.
        both = f"SELECT i.customer_id FROM ({self.sql}{self.beside}) i WHERE i.customer_id IN ({other.sql}{other.beside} OFFSET 0)"
        return Ids(both, self.share * min(other.share, 1.0), exact=self.exact and other.exact, hashed=True)


def told(node: Node, compiler: Compiler) -> Ids | None:
    """Ids among which all hits of a tree are; None where no index tells any."""
    covered = _covered(cover(node, compiler.asker), compiler)
    if isinstance(node, Condition):
        found = _of_condition(node, compiler)
    elif isinstance(node, And):
        found = _intersected(node, compiler)
    else:
        found = _united(node, compiler) if isinstance(node, Or) else None
    return _better(covered, found)


def _better(covered: Ids | None, other: Ids | None) -> Ids | None:
    """Entries of one index, unless others are very much fewer."""
    if covered is None or other is None:
        return covered or other
    return covered if covered.share < other.share * ENTRIES_OF_A_ROW else other


def _covered(found: Cover | None, compiler: Compiler) -> Ids | None:
    return None if found is None or found.is_all else Ids(found.sql(compiler), found.share, exact=True)


def _intersected(node: And, compiler: Compiler) -> Ids | None:
    """What all tell: each for itself, or one index for some of them together."""
    nodes = all_of(node)
    part = partial_cover(nodes, compiler.asker)
    each = _common([told(one, compiler) for one in nodes])
    if part is None:
        return each
    beside = [told(one, compiler) for one in nodes if one not in part.nodes]
    return _better(_common([_covered(part, compiler), *beside]), each)


def all_of(node: Node) -> list[Node]:
    """What must all hold."""
    return [found for inner in node.nodes for found in all_of(inner)] if isinstance(node, And) else [node]


def _common(every: list[Ids | None]) -> Ids | None:
    """The fewest ids, and of those what others hold, too, where looking that up costs less than fetching the customers."""
    known = sorted((one for one in every if one is not None), key=lambda one: one.share)
    if not known:
        return None
    made = known[0]
    chosen = [one for one in known[1:] if one.share < known[0].share * HASHED_FOR_A_ROW]
    for one in chosen:
        made = one.within(made)
    return made if len(chosen) + 1 == len(every) else replace(made, exact=False)


def values_of(one: Condition) -> tuple[Any, ...]:
    """The values that a condition names."""
    return one.value if isinstance(one.value, tuple) else (one.value,)


def _united(node: Or, compiler: Compiler) -> Ids | None:
    every = [told(one, compiler) for one in node.nodes]
    known = [one for one in every if one is not None]
    share = sum(one.share for one in known)
    if len(known) < len(every) or share > UNITED_SHARE_MAX:
        return None
    union = " UNION ".join(f"SELECT customer_id FROM ({one.sql}) u" for one in known)
    return Ids(f"SELECT customer_id FROM ({union}) u", share, exact=all(one.exact for one in known), hashed=True)


def _of_condition(one: Condition, compiler: Compiler) -> Ids | None:
    known = compiler.registry.by_name[one.field]
    values = values_of(one)
    if known.custom:
        return _of_custom(one, compiler)
    exact = (one.op != "all_of" or len(values) == 1) and one.field not in compiler.asker.viewer.pools.hidden
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
        owned = " OR ".join(compiler.among("x.owner_id", values))
        return Ids(f"SELECT x.customer_id FROM customer x WHERE ({owned}) AND {{of}}x.open", share, exact=exact)
    if one.field == "tags":
        distinct, wanted = ("DISTINCT ", values) if one.op == "any_of" and len(values) > 1 else ("", values[:1])
        tag = f"ct.tag_id = ANY({compiler.bind(list(wanted))}::uuid[])"
        sql = f"SELECT {distinct}ct.customer_id FROM customer_tag ct WHERE {tag} AND {{of}}ct.open"
        return Ids(sql, SHARE_OF_TAG * len(wanted), exact=exact, hashed=bool(distinct))
    if one.field == "parent_customer_id":
        return Ids(f"SELECT x.customer_id FROM customer x WHERE x.parent_customer_id = ANY({compiler.bind(list(values))}::uuid[])", 0.0001)
    return None


def _of_custom(one: Condition, compiler: Compiler) -> Ids | None:
    """A value of a custom field that is told exactly; spans are ``customer_list_driver._span``."""
    known, values = compiler.registry.by_name[one.field], values_of(one)
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
    sql = f"SELECT {distinct}v.customer_id FROM custom_value v WHERE v.key = {compiler.bind(one.field)} AND {{of}}v.open AND {condition}"
    exact = (one.op != "all_of" or len(values) == 1) and one.field not in compiler.asker.viewer.pools.hidden
    return Ids(sql, share, exact=exact, hashed=bool(distinct))
