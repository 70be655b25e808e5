"""The order of a list by a custom field: as any other order, but walked along the lines of ``custom_value``, whose indexes hold key,
openness, value and id. Choices stand in the order of their options, members in that of their names: value by value, as status does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.customer.queries.customer_list_filter import Filter
from services.customer.queries.customer_list_order import GREATEST, LEAST, Order
from services.customer.queries.customer_list_view import Partition
from services.customer.rules.permission import ASKED

_LINE = "v.customer_id = c.customer_id AND v.key = %(sort_key)s AND v.item = 0"
_CUSTOMER = f" CROSS JOIN LATERAL (SELECT {ASKED} FROM customer x WHERE x.customer_id = v.customer_id OFFSET 0) c"


@dataclass(frozen=True, slots=True)
class CustomOrder(Order):
    """An order by the first line of a custom field."""

    def values(self) -> dict[str, Any]:
        """What the bookmark and the field bind by name."""
        return {**Order.values(self), "sort_key": self.sort.name}

    @property
    def _value(self) -> str:
        return "v.number" if self.sort.type == "numeric" else "v.text"

    @staticmethod
    def _of(partition: Partition) -> str:
        return f"v.key = %(sort_key)s AND v.item = 0 AND {'' if partition.open else 'NOT '}v.open"

    def key(self) -> str:
        """SQL: the key of ``c``."""
        if self.sort.rank is not None:
            return f"(SELECT r.rank FROM custom_value v JOIN ranks r ON r.value = v.text WHERE {_LINE})"
        return f"(SELECT {self._value} FROM custom_value v WHERE {_LINE})"

    def ranks(self) -> str:
        """SQL: the options, or the members, with their ranks."""
        if self.sort.rank != "member":
            return Order.ranks(self)
        ranked = "SELECT member_id::text AS value, row_number() OVER (ORDER BY name_sort, member_id) AS rank FROM member"
        return f"ranks AS MATERIALIZED ({ranked})"

    def filled_part(self, partition: Partition, *, limit: int = 0, to_edge: bool = False) -> str:
        """SQL: the conditions, order and limit of a walk along the lines."""
        row = f"({self._value}, v.customer_id)"
        parts = [self._of(partition), f"{self._value} IS NOT NULL"]
        if self.after is not None:
            parts.append(f"{row} {self.beyond} (%(after_key)s::{self.sort.type}, %(after_id)s)")
        if to_edge:
            parts.append(f"{row} {self.until} ((SELECT k FROM edge), (SELECT customer_id FROM edge))")
        end = "OFFSET 0" if to_edge else f"LIMIT {limit or self.limit}"
        return f"{' AND '.join(parts)} ORDER BY {self._value} {self.direction}, v.customer_id {self.direction} {end}"

    def empty_part(self, partition: Partition, *, limit: int = 0) -> str:
        """SQL: the same along the customers without a line."""
        parts = [partition.of, f"NOT EXISTS (SELECT FROM custom_value v WHERE {_LINE})"]
        if self.in_empty_part:
            parts.append(f"c.customer_id {self.beyond} %(after_id)s")
        return f"{' AND '.join(parts)} ORDER BY c.customer_id {self.direction} LIMIT {limit or self.limit}"

    def whole(self, partition: Partition) -> str:
        """SQL: the filled part of a whole partition from the bookmark on."""
        return f"SELECT v.customer_id, {self._value} AS k, 0 AS g FROM custom_value v WHERE {self.filled_part(partition)}"

    def walk(self, gate: str, part: str, narrowing: Filter, conditions: str, *, empty: bool = False) -> str:
        """SQL: along a part of the order, with conditions on each row."""
        if empty:
            walked, key = f"(SELECT {ASKED} FROM customer c WHERE {gate} AND {part}) c", f"NULL::{self.sort.type}"
        else:
            walked, key = f"(SELECT v.customer_id, {self._value} AS k FROM custom_value v WHERE {gate} AND {part}) v{_CUSTOMER}", "v.k"
        rows = f"SELECT c.customer_id, {key} AS k, 0 AS g FROM {walked}{narrowing.beside} WHERE {conditions}"
        return f"SELECT * FROM ({rows}) w ORDER BY w.k {self.direction}, w.customer_id {self.direction} LIMIT {self.limit}"

    def walk_by_rank(self, partition: Partition, narrowing: Filter, conditions: str, gate: str, *, to_edge: bool = False) -> str:
        """SQL: value by value in the order of the ranks, each along its lines."""
        least, greatest = (GREATEST, LEAST) if self.sort.descending else (LEAST, GREATEST)
        chosen, bounds = [gate], ""
        if self.after is not None:
            chosen.append(f"rank {self.beyond}= %(after_key)s::bigint")
            bounds += f" AND v.customer_id {self.beyond} CASE WHEN r.rank = %(after_key)s::bigint THEN %(after_id)s ELSE {least} END"
        if to_edge:
            chosen.append(f"rank {self.until} (SELECT k FROM edge)")
            edge = f"CASE WHEN r.rank = (SELECT k FROM edge) THEN (SELECT customer_id FROM edge) ELSE {greatest} END"
            bounds += f" AND v.customer_id {self.until} {edge}"
        ranks = f"SELECT value, rank FROM ranks WHERE {' AND '.join(chosen)} ORDER BY rank {self.direction}"
        inner = (
            f"SELECT c.customer_id FROM custom_value v{_CUSTOMER}{narrowing.beside} WHERE {self._of(partition)} AND {conditions} "
            f"AND v.text = r.value{bounds} ORDER BY v.customer_id {self.direction} LIMIT {self.limit}"
        )
        return (
            f"SELECT x.customer_id, r.rank AS k, 0 AS g FROM ({ranks}) r CROSS JOIN LATERAL ({inner}) x "
            f"ORDER BY r.rank {self.direction}, x.customer_id {self.direction} LIMIT {self.limit}"
        )
