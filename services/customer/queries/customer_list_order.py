"""The order of a list and where its page begins, as SQL: how rows are sorted, and how an index of the order is walked along.

Empty values come last both ways: the filled part of an index first, then the empty one, so that one ascending index serves both
directions. Orders by an option list (status, level) go value by value in the list's order, which is read with the page: reordering the
options changes no customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.customer.queries.customer_list_filter import Filter
from services.customer.queries.customer_list_view import Partition
from services.customer.rules.cursor import Bookmark
from services.customer.rules.customer_list import Sort
from services.customer.rules.permission import ASKED

LEAST, GREATEST = "'00000000-0000-0000-0000-000000000000'::uuid", "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"


@dataclass(frozen=True, slots=True)
class Order:
    """A sort order from a bookmark on, ``limit`` rows of it. Rows have a key ``k``, a ``customer_id`` and a group ``g``.

    Statements with an edge have a table ``edge (k, customer_id)``: the last row that can stand on the page.
    """

    sort: Sort
    after: Bookmark | None
    limit: int
    grouped: bool = False

    @property
    def direction(self) -> str:
        """SQL."""
        return "DESC" if self.sort.descending else "ASC"

    @property
    def in_empty_part(self) -> bool:
        """Whether the page begins among the empty values."""
        return self.after is not None and self.after.key is None

    @property
    def beyond(self) -> str:
        """SQL: how rows after the bookmark compare to it."""
        return "<" if self.sort.descending else ">"

    @property
    def until(self) -> str:
        """SQL: how rows up to the edge compare to it."""
        return ">=" if self.sort.descending else "<="

    def values(self) -> dict[str, Any]:
        """What the bookmark binds by name."""
        if self.after is None:
            return {}
        return {"after_key": self.after.key, "after_id": self.after.customer_id, "after_group": self.after.group}

    def by(self, alias: str) -> str:
        """SQL: groups, filled before empty, the key, the id in the same direction (so that one index gives all of it)."""
        empty = f"({alias}.k IS NULL), " if self.sort.nullable else ""
        return f"{alias}.g, {empty}{alias}.k {self.direction}, {alias}.customer_id {self.direction}"

    def beyond_bookmark(self, alias: str) -> str:
        """SQL: rows after the bookmark among collected ones."""
        if self.after is None:
            return ""
        if self.in_empty_part:
            within = f"{alias}.k IS NULL AND {alias}.customer_id {self.beyond} %(after_id)s"
        else:
            bookmark = f"(%(after_key)s::{self.sort.type}, %(after_id)s)"
            within = f"({alias}.k, {alias}.customer_id) {self.beyond} {bookmark}" + (f" OR {alias}.k IS NULL" if self.sort.nullable else "")
        if not self.grouped:
            return f" AND ({within})"
        return f" AND ({alias}.g > %(after_group)s OR ({alias}.g = %(after_group)s AND ({within})))"

    def key(self) -> str:
        """SQL: the key of ``c``."""
        if self.sort.rank is not None:
            return f"(SELECT r.rank FROM ranks r WHERE r.value = c.{self.sort.column})"
        return f"c.{self.sort.column}"

    def filled_part(self, partition: Partition, *, limit: int = 0, to_edge: bool = False) -> str:
        """SQL: the conditions, order and limit of a walk along the filled part of the order's index; ``to_edge`` bounds it instead."""
        row = f"(c.{self.sort.column}, c.customer_id)"
        parts = [partition.of]
        if self.sort.nullable:
            parts.append(f"c.{self.sort.column} IS NOT NULL")
        if self.sort.column == "pool_entered_at":
            parts.append("c.state = 'pool'")  # its index holds nothing else
        if partition.ordered_by == self.sort.column:
            parts.append(partition.walk)
        if self.after is not None:
            parts.append(f"{row} {self.beyond} (%(after_key)s::{self.sort.type}, %(after_id)s)")
        if to_edge:
            parts.append(f"{row} {self.until} ((SELECT k FROM edge), (SELECT customer_id FROM edge))")
        end = "OFFSET 0" if to_edge else f"LIMIT {limit or self.limit}"
        return f"{' AND '.join(parts)} ORDER BY c.{self.sort.column} {self.direction}, c.customer_id {self.direction} {end}"

    def empty_part(self, partition: Partition, *, limit: int = 0) -> str:
        """SQL: the same along the empty part."""
        parts = [partition.of, f"c.{self.sort.column} IS NULL"]
        if partition.ordered_by == self.sort.column:
            parts.append(partition.walk)
        if self.in_empty_part:
            parts.append(f"c.customer_id {self.beyond} %(after_id)s")
        return f"{' AND '.join(parts)} ORDER BY c.customer_id {self.direction} LIMIT {limit or self.limit}"

    def whole(self, partition: Partition) -> str:
        """SQL: the filled part of a whole partition from the bookmark on."""
        return f"SELECT c.customer_id, c.{self.sort.column} AS k, 0 AS g FROM customer c WHERE {self.filled_part(partition)}"

    def walk(self, gate: str, part: str, narrowing: Filter, conditions: str, *, empty: bool = False) -> str:
        """SQL: along a part of the index, with conditions on each row; what is empty stands in the order of its ids."""
        key = f"NULL::{self.sort.type}" if empty else f"c.{self.sort.column}"
        walked = f"SELECT {ASKED} FROM customer c WHERE {gate} AND {narrowing.bounds(self.sort.column)}{part}"
        rows = f"SELECT c.customer_id, {key} AS k, 0 AS g FROM ({walked}) c{narrowing.beside} WHERE {conditions}"
        by = "" if empty else f"{key} {self.direction}, "
        return f"{rows} ORDER BY {by}c.customer_id {self.direction} LIMIT {self.limit}"

    def ranks(self) -> str:
        """SQL: the options of the list with their ranks."""
        ranked = "SELECT value, row_number() OVER (ORDER BY position, value) AS rank FROM option"
        return f"ranks AS MATERIALIZED ({ranked} WHERE list = '{self.sort.rank}')"

    def walk_by_rank(self, partition: Partition, narrowing: Filter, conditions: str, gate: str, *, to_edge: bool = False) -> str:
        """SQL: value by value in the list's order; within the bookmark's value from its id on, within the edge's up to its id."""
        least, greatest = (GREATEST, LEAST) if self.sort.descending else (LEAST, GREATEST)
        chosen, bounds = [gate], ""
        if self.after is not None:
            chosen.append(f"rank {self.beyond}= %(after_key)s::bigint")
            bounds += f" AND c.customer_id {self.beyond} CASE WHEN r.rank = %(after_key)s::bigint THEN %(after_id)s ELSE {least} END"
        if to_edge:
            chosen.append(f"rank {self.until} (SELECT k FROM edge)")
            edge = f"CASE WHEN r.rank = (SELECT k FROM edge) THEN (SELECT customer_id FROM edge) ELSE {greatest} END"
            bounds += f" AND c.customer_id {self.until} {edge}"
        if f"chip_{self.sort.column}" in narrowing.values:
            chosen.append(f"value = ANY(%(chip_{self.sort.column})s)")
        ranks = f"SELECT value, rank FROM ranks WHERE {' AND '.join(chosen)} ORDER BY rank {self.direction}"
        inner = (
            f"SELECT c.customer_id FROM customer c{narrowing.beside} WHERE {partition.of} AND {conditions} "
            f"AND c.{self.sort.column} = r.value{bounds} ORDER BY c.customer_id {self.direction} LIMIT {self.limit}"
        )
        return (
            f"SELECT x.customer_id, r.rank AS k, 0 AS g FROM ({ranks}) r CROSS JOIN LATERAL ({inner}) x "
            f"ORDER BY r.rank {self.direction}, x.customer_id {self.direction} LIMIT {self.limit}"
        )

    def walk_by_status(self, partition: Partition, narrowing: Filter, conditions: str, gate: str) -> str:
        """SQL: status by status, each along the index that holds it together with the order."""
        inner = (
            f"SELECT c.customer_id, c.{self.sort.column} AS k FROM customer c{narrowing.beside} "
            f"WHERE c.status = v.value AND {conditions} AND {self.filled_part(partition)}"
        )
        chosen = f"(SELECT value FROM unnest(%(chip_status)s::text[]) AS value WHERE {gate}) v"
        order = f"x.k {self.direction}, x.customer_id {self.direction}"
        return f"SELECT x.customer_id, x.k, 0 AS g FROM {chosen} CROSS JOIN LATERAL ({inner}) x ORDER BY {order} LIMIT {self.limit}"
