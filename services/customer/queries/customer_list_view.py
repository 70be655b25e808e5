"""Which customers a view begins with, as SQL on ``c``: branches to collect from, and a condition for walking along a sort order.

Open customers (seen by every member) and closed ones are two partitions. In each, a branch has an index of its own to begin with,
and branches of one partition never share a row; so what others keep to themselves costs nothing. The rights come from
``rules/permission.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.customer.rules import permission
from services.customer.rules.customer_list import View
from services.customer.rules.viewer import Viewer
from services.customer.store import recycling

_OWN = "c.owner_id = %(me)s"
_PARTICIPATING = "(SELECT p.customer_id FROM participant p WHERE p.member_id = %(me)s AND (p.expires_at IS NULL OR p.expires_at > now())) q"
_STARRED = "(SELECT s.customer_id FROM star s WHERE s.member_id = %(me)s) q"
_BY_ID = permission.BY_ID
_HANDLED = """EXISTS (SELECT 1 FROM next_contact n WHERE n.customer_id = c.customer_id AND n.closed_at >= %(day_begin)s
    AND n.closed_at < %(day_end)s AND n.due_at < %(day_end)s)"""
POOL_TOKEN, UNASSIGNED_TOKEN = "xpool", "xunassigned"
DUE = "c.next_contact_at < %(day_end)s"
OVERDUE = "c.next_contact_at < %(day_begin)s"
TODAY = f"({DUE} OR {_HANDLED})"


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows to collect: ``source`` holds ``c``."""

    source: str
    condition: str


@dataclass(frozen=True, slots=True)
class Partition:
    """Branches over open or closed customers (``open`` None: over both, few enough never to be walked).

    ``walk`` is what a walk over the partition asks of each row. ``whole``: every row of the partition belongs to the view.
    ``ordered_by``: the column by which the view's rows have an index of their own. ``token``: the search token that all rows of the
    partition which belong to the view have, and no others. ``large``: the viewer's rows may be very many.
    """

    open: bool | None
    branches: tuple[Branch, ...]
    walk: str = "true"
    whole: bool = False
    ordered_by: str | None = None
    token: str | None = None
    large: bool = False

    @property
    def of(self) -> str:
        """SQL: ``c`` is in this partition."""
        return "c.open" if self.open else "NOT c.open"


_UNASSIGNED = Partition(
    open=True,
    branches=(Branch("customer c", "c.open AND c.state = 'unassigned'"),),
    walk="c.state = 'unassigned'",
    ordered_by="created_at",
    token=UNASSIGNED_TOKEN,
)


def partitions(
    view: View, viewer: Viewer, team: str = "", *, narrowed: bool = False, pool_id: bool = False, every: bool = False
) -> list[Partition]:
    """Where the customers of a view stand.

    ``team`` names the table that holds ``permission.team``, for who manages a department; ``narrowed``: a filter follows;
    ``pool_id``: of the pools the one that is bound by this name; ``every``: all of it is read, however much that is.
    """
    if view == "mine":
        return [_narrowed(_OWN, is_open=True), _narrowed(_OWN, is_open=False)]
    if view == "participating":
        return [Partition(None, (Branch(_PARTICIPATING + _BY_ID, "true"),))]
    if view == "starred":
        return [Partition(None, (Branch(_STARRED + _BY_ID, permission.is_visible(viewer)),))]
    if view == "contact_today":
        return [of_mine(TODAY)]
    if view == "overdue":
        return [of_mine(OVERDUE)]
    if view == "soon_recycled":
        return [_soon_recycled(viewer, team, narrowed=narrowed, every=every)]
    if view == "team":
        return _team(viewer, team)
    if view == "pool":
        return _pool(viewer, one=pool_id)
    if view == "unassigned":
        return [_UNASSIGNED, _closed_unassigned(viewer, team)]
    return [Partition(open=True, branches=(Branch("customer c", "c.open"),), whole=True), _closed(viewer, team, narrowed=narrowed)]


def _pool(viewer: Viewer, *, one: bool) -> list[Partition]:
    """What the viewer may claim from: all pools that are open to all, and his own closed ones; or one of these."""
    found = [_in_pool(is_open=True, mine=permission.NOT_FOREIGN if viewer.pools.foreign else "", one=one)]
    if viewer.pools.closed:
        found.append(_in_pool(is_open=False, mine=permission.IN_MY_POOLS, one=one))
    return found


def _in_pool(*, is_open: bool, mine: str, one: bool) -> Partition:
    parts = ["c.state = 'pool'", *(["c.pool_id = %(pool_id)s"] if one else []), *([mine] if mine else [])]
    walk = " AND ".join(parts)
    branch = Branch("customer c", f"{'c.open' if is_open else 'NOT c.open'} AND {walk}")
    return Partition(is_open, (branch,), walk, ordered_by="pool_entered_at", token=None if len(parts) > 1 else POOL_TOKEN)


def _soon_recycled(viewer: Viewer, team: str, *, narrowed: bool, every: bool) -> Partition:
    """What rules will take from those whom the viewer stands for, the most urgent first; from everybody for admins."""
    who = "true"
    if not viewer.is_admin:
        who = f"r.owner_id IN ({permission.team_ids(viewer, team)})" if permission.manages_anyone(viewer) else "r.owner_id = %(me)s"
    return Partition(None, (Branch(recycling.soon(who, narrowed=narrowed, every=every), "true"),))


def _team(viewer: Viewer, team: str) -> list[Partition]:
    """What others own for whom the viewer stands."""
    if viewer.is_admin:
        others = "c.state = 'owned' AND c.owner_id <> %(me)s"
    elif permission.manages_anyone(viewer):
        others = f"{permission.is_led(viewer, team)} AND c.owner_id <> %(me)s"
    else:
        others = "false"
    return [_narrowed(others, is_open=True), _narrowed(others, is_open=False)]


def of_mine(condition: str) -> Partition:
    """What the member owns or takes part in, under a condition."""
    participating = f"c.owner_id IS DISTINCT FROM %(me)s AND {condition}"
    return Partition(None, (Branch("customer c", f"{_OWN} AND {condition}"), Branch(_PARTICIPATING + _BY_ID, participating)))


def _narrowed(condition: str, *, is_open: bool) -> Partition:
    of = "c.open" if is_open else "NOT c.open"
    return Partition(is_open, (Branch("customer c", f"{of} AND {condition}"),), condition)


def _closed(viewer: Viewer, team: str, *, narrowed: bool) -> Partition:
    """Closed customers that the viewer may see all the same."""
    branches = tuple(Branch(source, allowed) for source, allowed in permission.closed_branches(viewer, team, narrowed=narrowed))
    walk = permission.is_visible_in_walk(viewer, team)
    large = permission.manages_anyone(viewer) or bool(viewer.pools.closed)
    return Partition(open=False, branches=branches, walk=walk, whole=viewer.is_admin, large=large)


def _closed_unassigned(viewer: Viewer, team: str) -> Partition:
    """Nobody leads what has no owner: all of it for admins, for others what they (or their departments) take part in."""
    walk = f"c.state = 'unassigned' AND {permission.is_visible_in_walk(viewer, team)}"
    if viewer.is_admin:
        return Partition(
            open=False,
            branches=(Branch("customer c", f"NOT c.open AND {walk}"),),
            walk=walk,
            ordered_by="created_at",
            token=UNASSIGNED_TOKEN,
        )
    # Both sides are ids in indexes; only what is in both is fetched.
    taking_part = permission.taking_part(viewer, team)
    ids = f"SELECT u.customer_id FROM customer u WHERE NOT u.open AND u.state = 'unassigned' AND u.customer_id IN ({taking_part})"
    branch = Branch(f"({ids}) q{_BY_ID}", "true")
    return Partition(open=False, branches=(branch,), walk=walk)
