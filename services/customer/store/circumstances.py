"""What a refusal tells beside its rule: since when it is so, by whom, and who can change it. Read only where something is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common.problem import Problem
from services.customer.rules import permission as rules
from services.customer.rules.permission import Refusal
from services.customer.rules.viewer import Viewer

NAMED_MAX = 5
_MEMBER = "json_build_object('member_id', m.member_id, 'name', m.name)"
_UNEXPIRED = "(p.expires_at IS NULL OR p.expires_at > now())"


def _some(condition: str, source: str = "member m") -> str:
    """SQL: the first few active members that fit, by name."""
    return f"""
        (SELECT coalesce(json_agg(found.shown), '[]') FROM (
            SELECT {_MEMBER} AS shown FROM {source} WHERE m.active AND {condition}
            ORDER BY m.name_sort, m.member_id LIMIT {NAMED_MAX}
        ) found)
    """  # noqa: S608 - constants only


def _one(column: str) -> str:
    return f"(SELECT {_MEMBER} FROM member m WHERE m.member_id = {column})"  # noqa: S608 - constants only


_POOL_ADMIN = (
    "(m.role = 'admin' OR 'pool_admin' = ANY(m.rights)"
    " OR EXISTS (SELECT 1 FROM pool_admin a WHERE a.pool_id = c.pool_id AND a.member_id = m.member_id))"
)
_TAKES_PART = "participant p JOIN member m ON m.member_id = p.member_id"
_CIRCUMSTANCES = f"""
    SELECT c.pool_entered_at, (
            SELECT {_MEMBER} FROM ownership e JOIN member m ON m.member_id = e.ended_by
            WHERE e.customer_id = c.customer_id AND c.state = 'pool' AND e.ended_at = (
                SELECT max(last.ended_at) FROM ownership last WHERE last.customer_id = c.customer_id)
        ) AS returned_by,
        o.began_at, {_one("o.began_by")} AS began_by, c.locked_at, {_one("c.locked_by")} AS locked_by,
        p.added_at, {_one("p.added_by")} AS added_by, {_some("m.member_id = c.owner_id")} AS owner,
        {_some(f"p.customer_id = c.customer_id AND p.role = 'editor' AND {_UNEXPIRED}", _TAKES_PART)} AS editors,
        {_some("m.role = 'admin'")} AS admins, {_some(_POOL_ADMIN)} AS pool_admins,
        (SELECT x.name FROM pool x WHERE x.pool_id = c.pool_id AND c.state = 'pool') AS pool
    FROM customer c
    LEFT JOIN ownership o ON o.customer_id = c.customer_id AND o.ended_at IS NULL
    LEFT JOIN participant p ON p.customer_id = c.customer_id AND p.member_id = %(me)s
    WHERE c.customer_id = %(customer_id)s
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How one customer came to be as it is, and who stands for it."""

    pool_entered_at: datetime | None
    returned_by: dict[str, str] | None
    began_at: datetime | None
    began_by: dict[str, str] | None
    locked_at: datetime | None
    locked_by: dict[str, str] | None
    added_at: datetime | None
    added_by: dict[str, str] | None
    owner: list[dict[str, str]]
    editors: list[dict[str, str]]
    admins: list[dict[str, str]]
    pool_admins: list[dict[str, str]]
    pool: str | None

    def told(self, code: str, rule: str) -> dict[str, Any]:
        """The members ``since``, ``by``, ``pool`` and ``who_can_change`` of a refusal, as far as they are known."""
        since, by = self._came(code)
        told: dict[str, Any] = {"who_can_change": self._who(code, rule)}
        if since is not None:
            told["since"] = since
        if by is not None:
            told["by"] = by
        if self.pool is not None:
            told["pool"] = self.pool
        return told

    def _came(self, code: str) -> tuple[datetime | None, dict[str, str] | None]:
        """Since when it is so, and by whom."""
        if code == "locked":
            return self.locked_at, self.locked_by
        if code == "participant_views_only":
            return self.added_at, self.added_by
        if code in _OF_RIGHTS:
            return None, None
        if self.pool_entered_at is not None:
            return self.pool_entered_at, self.returned_by
        return self.began_at, self.began_by

    def _who(self, code: str, rule: str) -> list[dict[str, str]]:
        if rule.startswith("right_"):
            return self.admins
        if self.pool_entered_at is not None:
            return self.pool_admins
        if code == "locked":
            return [*self.owner, *self.editors] or self.admins
        return self.owner or self.admins


_OF_RIGHTS = ("export_right_missing",)


def get_circumstances(connection: Connection, viewer: Viewer, customer_id: UUID) -> Circumstances:
    """Everything that a refusal concerning this customer may tell, by one query."""
    values = {"me": viewer.member_id, "customer_id": customer_id}
    return Circumstances(*connection.exec_driver_sql(_CIRCUMSTANCES, values).one())


def explain(connection: Connection, viewer: Viewer, customer_id: UUID, refusal: Refusal) -> Problem:
    """The refusal as it is answered."""
    told = get_circumstances(connection, viewer, customer_id).told(refusal.code, refusal.rule)
    return Problem(rules.kind_of(refusal.code), refusal.code, refusal.detail, rule=refusal.rule, **told)
