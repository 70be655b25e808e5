"""One page of a list as one statement: count first, up to 10,000, then sort what was collected or walk along the sort order.

* Each partition of the view is collected up to one row more than is counted exactly. If it is all there, it is sorted. If there is
  more, hits are dense, and walking the index of the order from the bookmark on meets them soon.
* Where an index alone can count (no filter, chips, a search), rows are counted without being fetched.
* Once the first partition alone is more than is counted, nobody needs the number of the others: they are walked from the bookmark to
  the edge, the last row that the first one puts on the page.
* A walk with conditions that no edge ends looks at a bounded number of rows. Should hits all stand elsewhere along the order, they are
  collected and sorted whole, which costs as much as there are hits, never as much as there are customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.customer.queries.customer_list_cover import COVERED_TIMES
from services.customer.queries.customer_list_filter import Filter
from services.customer.queries.customer_list_order import Order
from services.customer.queries.customer_list_view import DUE, OVERDUE, Partition
from services.customer.rules.customer_list import COUNT_MAX
from services.customer.rules.permission import BY_ID

SORTED_MAX = 3_000  # beyond, fetching rows to sort them costs more than walking, where counting them did not fetch them
# So do fewer hits among fewer customers: of n among all, a walk meets a page's worth after about 21 / n of all. It costs this much of the
# square of as many fetched ones, where the order's index holds what the filter asks and where each row is fetched.
WALKED_COVERED, WALKED_FETCHED = 2, 17
WALKED_MAX = 20_000
SPAN_MAX, SPAN_FETCHED_MAX = 250_000, 20_000  # entries of a span that are looked at where its index narrows them down, and where not
SPAN_HASHED_MAX = 100_000  # where they only narrow down other ids
HASHED_SHARE_MIN = 0.01
NARROW = 0.0005  # of all customers: nothing can be a better beginning
SEARCHED_SHARE = 0.02
FEW = 1_000  # rows that are looked through without asking whether there is a shorter way
_GROUP = f"CASE WHEN {OVERDUE} THEN 0 WHEN {DUE} THEN 1 ELSE 2 END"

Driven = Callable[[Partition, str], str]  # (partition, gate) → its hits, beginning somewhere
Fetched = Callable[[Partition, str, str], str]  # (partition, ids, gate) → the hits among these


@dataclass(slots=True)
class Statement:
    """Builds the common table expressions of one page; ``arms`` are the selects that the page is merged from."""

    order: Order
    filter: Filter
    projected: str
    tables: list[str] = field(default_factory=list)
    arms: list[str] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    edged: bool = False

    def page(self, partitions: list[Partition]) -> str:
        """SQL: WITH …, ``page (customer_id, k, g)`` in order and ``total (value)``, capped at one more than is exact."""
        if self.order.sort.rank is not None:
            self.tables.append(self.order.ranks())
        for index, partition in enumerate(partitions):
            if index == 1:
                self._add_edge()
            self._add_partition(f"p{index}", partition)
        self.tables.append(f"total AS (SELECT least({' + '.join(self.counts)}, {COUNT_MAX + 1}) AS value)")
        self.tables.append(f"page AS ({self._merged()})")
        return "WITH " + ",\n".join(self.tables)

    def values(self) -> dict[str, Any]:
        """What the statement binds by name, the rights apart."""
        return {**self.filter.values, **self.order.values()}

    def _merged(self) -> str:
        arms = " UNION ALL ".join(f"({arm})" for arm in self.arms)
        return f"SELECT customer_id, k, g FROM ({arms}) u ORDER BY {self.order.by('u')} LIMIT {self.order.limit}"

    def _add_edge(self) -> None:
        """``edge``: the last row that the first partition puts on the page; ``bounded``: it ends the walks of the others."""
        self.tables.append(f"first AS MATERIALIZED ({self._merged()})")
        self.arms = ["SELECT customer_id, k, g FROM first"]
        last = f"SELECT k, customer_id FROM first f ORDER BY {self.order.by('f')} OFFSET {self.order.limit - 1} LIMIT 1"
        self.tables.append(f"edge AS MATERIALIZED ({last})")
        full = f"(SELECT n > {COUNT_MAX} FROM p0n) AND EXISTS (SELECT FROM edge WHERE k IS NOT NULL)"
        self.tables.append(f"bounded AS MATERIALIZED (SELECT {full} AS yes)")
        self.edged = True

    @property
    def _open_end(self) -> str:
        """SQL: no edge ends this partition's walk, so that it has to be counted."""
        return "NOT (SELECT yes FROM bounded)" if self.edged else "true"

    @property
    def _cap(self) -> str:
        """SQL: how far to count; where counting is over, far enough to choose the way."""
        if not self.edged:
            return str(COUNT_MAX + 1)
        enough = f"WHEN (SELECT n FROM p0n) > {COUNT_MAX} THEN {SORTED_MAX + 1}"
        return f"(SELECT CASE WHEN yes THEN 0 {enough} ELSE {COUNT_MAX + 1} END FROM bounded)"

    # --- collecting -------------------------------------------------------------------------------------------------------

    def _add_partition(self, name: str, partition: Partition) -> None:
        hits = None if partition.open is None else self.filter.hits(is_open=partition.open, token=partition.token)
        if partition.open is None:
            self._add_small(name, partition)
        elif self.filter.is_empty and (partition.whole or partition.ordered_by == self.order.sort.column):
            self._add_count(name, self._by_view(partition, columns="SELECT"))
            self._add_walk(name, partition)
        else:
            self._add_narrowed(name, partition, hits)
            if self.edged:
                self._add_walk_to_edge(partition)
        self.counts.append(f"(SELECT n FROM {name}n)")

    def _add_narrowed(self, name: str, partition: Partition, hits: str | None) -> None:
        covered = self._covered(partition)
        if self.filter.is_empty:
            self._add_counted(name, partition, self._by_view(partition, columns="SELECT"), self._by_view)
        elif covered is not None and self.filter.is_keyed:
            rows = f"SELECT q.customer_id, q.k, 0 AS g FROM ({covered}) q"
            self._add_collected(name, partition, rows, lambda _, gate: f"{rows} WHERE true{gate}")
        elif covered is not None:
            self._add_told(name, partition, covered, self._by_ids)
        elif self.filter.begun is not None and not self._is_answered_by_index(partition):
            self._add_begun(name, partition, hits)
        elif hits is None:
            self._add_collected(name, partition, self._by_view(partition))
        elif self._is_answered_by_index(partition):
            self._add_told(name, partition, hits, self._by_hits)
        else:
            self._add_by_the_smaller_side(name, partition, hits)

    def _covered(self, partition: Partition) -> str | None:
        """SQL: the ids of the hits as an index of customers alone tells them, where it does."""
        begun = self.filter.begun
        if begun is None or begun.covered is None or not partition.whole or self.filter.plain or self.filter.texts:
            return None
        return begun.covered.among(is_open=bool(partition.open))

    def _is_answered_by_index(self, partition: Partition) -> bool:
        """Whether the filter's index hits are the partition's hits: all of them belong to the view, and nothing else is asked."""
        if not partition.whole and partition.token is None:
            return False
        if self.filter.tree and not self.filter.told:
            return False
        return bool(self.filter.indexed) and not self.filter.plain and not self._asks_phones

    @property
    def _asks_phones(self) -> bool:
        return bool(self.filter.by_name) and self.projected != "false"

    def _add_small(self, name: str, partition: Partition) -> None:
        """Few rows by nature: collected whole, never walked."""
        self.tables.append(f"{name} AS MATERIALIZED ({self._by_view(partition)})")
        self.tables.append(f"{name}n AS MATERIALIZED (SELECT count(*) AS n FROM {name})")
        self.arms.append(self._sorted(name, "true"))

    def _add_count(self, name: str, rows: str) -> None:
        self.tables.append(f"{name}n AS MATERIALIZED (SELECT count(*) AS n FROM (SELECT FROM ({rows}) q LIMIT {self._cap}) q)")

    def _add_counted(self, name: str, partition: Partition, rows: str, driven: Driven) -> None:
        """Counted by an index, then fetched only if few."""
        self._add_count(name, rows)
        few = f"(SELECT n <= {self._sorted_most(partition)} FROM {name}n)"
        self.arms.append(self._sorted(f"({driven(partition, f' AND {self._open_end} AND {few}')})", "true"))
        self._add_bounded_walk(name, partition, f"{self._open_end} AND NOT {few}", driven)

    def _add_told(self, name: str, partition: Partition, ids: str, fetched: Fetched) -> None:
        """The hits' ids are told by an index: counted, and kept for being fetched if they are few."""
        self.tables.append(f"{name}h AS MATERIALIZED (SELECT customer_id FROM ({ids}) q LIMIT {self._cap})")
        self.tables.append(f"{name}n AS MATERIALIZED (SELECT count(*) AS n FROM {name}h)")
        few = f"(SELECT n <= {self._sorted_most(partition)} FROM {name}n)"
        kept = fetched(partition, f"SELECT customer_id FROM {name}h", f" AND {self._open_end} AND {few}")
        self.arms.append(self._sorted(f"({kept})", "true"))
        gate = f"{self._open_end} AND NOT {few}"
        self._add_bounded_walk(name, partition, gate, lambda inner, inner_gate: fetched(inner, ids, inner_gate))

    def _sorted_most(self, partition: Partition) -> str:
        """SQL: how many hits that are counted, but not fetched, are sorted rather than walked to."""
        if self.filter.bounds(self.order.sort.column):
            return str(min(FEW, SORTED_MAX))  # the walk begins and ends where hits are
        covered = self._covered(partition) is not None and self.order.sort.column in COVERED_TIMES
        ratio = WALKED_COVERED if covered else WALKED_FETCHED
        customers = "(SELECT greatest(reltuples, 1000) FROM pg_class WHERE oid = 'customer'::regclass)"
        return f"least({SORTED_MAX}, sqrt({ratio} * {customers}))"

    def _add_collected(self, name: str, partition: Partition, rows: str, driven: Driven | None = None) -> None:
        """Rows are fetched once, with their keys, and counted by that."""
        self.tables.append(f"{name} AS MATERIALIZED (SELECT * FROM ({rows}) q LIMIT {self._cap})")
        self.tables.append(f"{name}n AS MATERIALIZED (SELECT count(*) AS n FROM {name})")
        n = f"(SELECT n FROM {name}n)"
        self.arms.append(self._sorted(name, f"{self._open_end} AND {n} < {self._cap}"))
        self._add_bounded_walk(name, partition, f"{self._open_end} AND {n} >= {self._cap}", driven or self._by_view)

    def _add_by_the_smaller_side(self, name: str, partition: Partition, hits: str) -> None:
        """A filter among rows that are not all the viewer's begins at the view's rows or at the filter's hits, whichever are fewer.

        Where the view's rows are many to count, few hits are told apart first.
        """
        rows = self._by_view(partition, columns="SELECT", narrowed=False)
        open_end = f"CASE WHEN {self._open_end} THEN {FEW + 1} ELSE 0 END" if partition.large else "0"
        self.tables.append(f"{name}h AS MATERIALIZED (SELECT count(*) AS n FROM (SELECT FROM ({hits}) q LIMIT {open_end}) q)")
        few_hits = f"((SELECT n FROM {name}h) <= {FEW})" if partition.large else "false"
        cap = f"CASE WHEN {few_hits} THEN 0 ELSE {self._cap} END"
        self.tables.append(f"{name}v AS MATERIALIZED (SELECT count(*) AS n FROM (SELECT FROM ({rows}) q LIMIT {cap}) q)")
        few_rows = f"(SELECT n FROM {name}v) <= {FEW}"
        count = f"SELECT count(*) FROM (SELECT FROM ({hits}) q LIMIT {COUNT_MAX + 1}) q"
        self.tables.append(f"{name}s AS MATERIALIZED (SELECT CASE WHEN {few_rows} THEN {COUNT_MAX + 1} ELSE ({count}) END AS n)")
        fewer = f"(SELECT NOT {few_hits} AND v.n <= s.n FROM {name}v v, {name}s s)"
        by_view, by_hits = self._by_view(partition, f" AND {fewer}"), self._by_hits(partition, hits, f" AND NOT {fewer}")
        self._add_collected(name, partition, f"{by_view} UNION ALL {by_hits}")

    def _add_begun(self, name: str, partition: Partition, hits: str | None) -> None:
        """A condition tree begins at the view's rows where they are few, at a span of its own where that holds few, else at the best
        of what tells its hits, and where nothing does, or too much, at the view's rows again.
        """
        begun = self.filter.begun
        assert begun is not None  # noqa: S101 - for the type checker
        is_open = bool(partition.open)
        known = [(SEARCHED_SHARE if begun.tokens is None else begun.tokens.share, hits)] if hits is not None else []
        known += [(begun.ids.share, begun.ids.among(is_open=is_open))] if begun.ids is not None else []
        best = min(known, key=lambda one: one[0], default=None)
        few: list[tuple[str, int, str, Callable[[str], str]]] = []
        rest = self._open_end
        if not partition.whole:
            rows = self._by_view(partition, columns="SELECT", narrowed=False)
            few.append((f"{name}v", FEW, rows, lambda gate: self._by_view(partition, gate)))
        if begun.span is not None and (best is None or best[0] > NARROW):
            most, within = SPAN_MAX if begun.span.beside else SPAN_FETCHED_MAX, begun.span
            if begun.ids is not None and begun.ids.share > HASHED_SHARE_MIN:
                most, within = SPAN_HASHED_MAX, begun.ids.within(begun.span)
            ids = within.among(is_open=is_open)
            few.append((f"{name}r", most, begun.span.entries(is_open=is_open), lambda gate: self._by_ids(partition, ids, gate)))
        ways = []
        for table, most, rows, way in few:
            count = f"SELECT count(*) FROM (SELECT FROM ({rows}) q LIMIT {most + 1}) q"
            self.tables.append(f"{table} AS MATERIALIZED (SELECT CASE WHEN {rest} THEN ({count}) ELSE 0 END AS n)")
            ways.append(way(f" AND {rest} AND (SELECT n FROM {table}) <= {most}"))
            rest += f" AND (SELECT n FROM {table}) > {most}"
        last = self._by_view(partition, f" AND {rest}") if best is None else self._by_ids(partition, best[1], f" AND {rest}")
        driven = self._by_view if best is None else lambda inner, gate: self._by_ids(inner, best[1], gate)
        self._add_collected(name, partition, " UNION ALL ".join([*ways, last]), driven)

    def _by_ids(self, partition: Partition, ids: str, gate: str) -> str:
        """SQL: the hits of a partition among these ids."""
        asked = self.filter.of_each(projected=self.projected)
        source = f"({ids} OFFSET 0) q{BY_ID}{self.filter.beside}"
        return f"{self._columns()} FROM {source} WHERE {partition.of} AND {partition.walk}{asked}{gate}"

    def _by_hits(self, partition: Partition, ids: str, gate: str) -> str:
        """SQL: the same where the inverted index has answered already what it knows."""
        beside, asked = self.filter.beyond_index(projected=self.projected)
        source = f"({ids} OFFSET 0) q{BY_ID}{beside}"
        return f"{self._columns()} FROM {source} WHERE {partition.of} AND {partition.walk}{asked}{gate}"

    def _columns(self) -> str:
        return f"SELECT c.customer_id, {self.order.key()} AS k, {_GROUP if self.order.grouped else '0'} AS g"

    def _by_view(self, partition: Partition, gate: str = "", *, columns: str = "", narrowed: bool = True) -> str:
        """SQL: the hits of a partition, beginning at its branches."""
        beside, asked = (self.filter.beside, self.filter.of_each(projected=self.projected)) if narrowed else ("", "")
        return " UNION ALL ".join(
            f"{columns or self._columns()} FROM {branch.source}{beside} WHERE {branch.condition}{asked}{gate}"
            for branch in partition.branches
        )

    def _sorted(self, source: str, gate: str) -> str:
        order = self.order
        rows = f"SELECT h.customer_id, h.k, h.g FROM {source} h WHERE {gate}{order.beyond_bookmark('h')}"
        return f"{rows} ORDER BY {order.by('h')} LIMIT {order.limit}"

    # --- walking ----------------------------------------------------------------------------------------------------------

    def _conditions(self, partition: Partition) -> str:
        return f"{partition.walk}{self.filter.of_each(projected=self.projected)}"

    def _add_walk(self, name: str, partition: Partition) -> None:
        """Along a whole partition: the filled part, and the empty one as far as the filled one does not suffice."""
        order = self.order
        if order.sort.rank is not None:
            filled = order.walk_by_rank(partition, self.filter, partition.walk, "true")
        else:
            filled = order.whole(partition)
        enough = "true"
        if not order.in_empty_part:
            self.tables.append(f"{name}f AS MATERIALIZED ({filled})")
            self.arms.append(f"SELECT customer_id, k, g FROM {name}f")
            enough = f"(SELECT count(*) FROM {name}f) < {order.limit}"
        if order.sort.nullable:
            empty = f"SELECT c.customer_id, NULL::{order.sort.type} AS k, 0 AS g FROM customer c WHERE {enough}"
            self.arms.append(f"{empty} AND {order.empty_part(partition)}")

    def _add_walk_to_edge(self, partition: Partition) -> None:
        """All hits from the bookmark to the edge; there is an edge only among filled values."""
        order = self.order
        if order.in_empty_part:
            return
        if order.sort.rank is not None:
            walk = order.walk_by_rank(partition, self.filter, self._conditions(partition), "(SELECT yes FROM bounded)", to_edge=True)
        else:
            part = order.filled_part(partition, to_edge=True)
            walk = order.walk("(SELECT yes FROM bounded)", part, self.filter, self._conditions(partition))
        self.arms.append(walk)

    def _add_bounded_walk(self, name: str, partition: Partition, gate: str, driven: Driven) -> None:
        order = self.order
        if order.sort.rank is not None and order.in_empty_part:
            self.arms.append(self._sorted(f"({driven(partition, f' AND {gate}')})", "true"))
            return
        empty = order.in_empty_part or self.filter.is_empty_in(order.sort.column)
        if order.sort.rank is not None:
            walk = order.walk_by_rank(partition, self.filter, self._conditions(partition), gate)
        elif order.sort.column == "last_follow_up_at" and "chip_status" in self.filter.values and not empty:
            walk = order.walk_by_status(partition, self.filter, self._conditions(partition), gate)
        else:
            along = (order.empty_part if empty else order.filled_part)(partition, limit=WALKED_MAX)
            walk = order.walk(gate, along, self.filter, self._conditions(partition), empty=empty)
        self.tables.append(f"{name}w AS MATERIALIZED ({walk})")
        found = f"(SELECT count(*) FROM {name}w)"
        self.arms.append(f"SELECT customer_id, k, g FROM {name}w WHERE {found} >= {order.limit}")
        self.arms.append(self._sorted(f"({driven(partition, f' AND {gate} AND {found} < {order.limit}')})", "true"))
