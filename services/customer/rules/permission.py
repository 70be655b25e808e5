"""Who may do what to a customer: the one policy, as a function of values and as the SQL condition that lists and counts use.

A test generates members, customers and participants and proves both forms equal. Roles and rights themselves are in ``viewer.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from services.common.problem import Kind, Problem
from services.customer.rules.viewer import Viewer

State = Literal["owned", "unassigned", "pool"]
Visibility = Literal["public", "private"]
ParticipantRole = Literal["editor", "viewer"]
Action = Literal[
    "view",
    "edit",
    "tag",
    "follow_up",
    "comment",
    "assign",
    "return_to_pool",
    "claim",
    "lock",
    "hold",
    "visibility",
    "participants",
    "export",
    "delete",
]
ACTIONS: tuple[Action, ...] = get_args(Action)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the policy needs to know of one customer, as seen from one viewer.

    ``participant_role`` is the viewer's own unexpired participation; ``manages_participant`` says that the viewer manages somebody
    who takes part. ``pool_open``: the pool that it is in is open to every member. ``locked`` says that only the owner (and who stands
    as owner) and editors may change it.
    """

    owner_id: UUID | None
    owner_department_path: tuple[UUID, ...]
    state: State
    visibility: Visibility
    participant_role: ParticipantRole | None = None
    manages_participant: bool = False
    pool_id: UUID | None = None
    pool_open: bool = True
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an action is not open; ``code`` and ``rule`` for programs, ``detail`` for people."""

    code: str
    rule: str
    detail: str


# What a lock keeps for the owner and the editors; the rest is theirs anyway, or (view, comment, export) stays open to all who see it.
_CHANGES: frozenset[Action] = frozenset(("edit", "tag", "follow_up"))
LOCKED = Refusal("locked", "locked", "It is locked: only the owner and participants who are editors may change it. You can ask for access.")
_KINDS = {
    "locked": Kind.LOCKED,
    **dict.fromkeys(("already_owner", "already_in_pool", "not_in_pool", "already_claimed"), Kind.CONFLICT),
}


def kind_of(code: str) -> Kind:
    """How a refusal is answered: 423 what is locked, 409 what the customer's state decides, 403 what rights decide."""
    return _KINDS.get(code, Kind.FORBIDDEN)


def leads(viewer: Viewer, facts: Facts) -> bool:
    """Whether the viewer stands as owner: the owner himself, who manages the owner, an admin."""
    if viewer.is_admin:
        return True
    return facts.owner_id is not None and (facts.owner_id == viewer.member_id or viewer.manages(facts.owner_department_path))


def is_open(visibility: str, state: str, *, pool_open: bool = True) -> bool:
    """Whether every member sees the customer; the table holds it as the column ``open``."""
    return visibility == "public" or (state == "pool" and pool_open)


def administers(viewer: Viewer, facts: Facts) -> bool:
    """Whether the customer is in a pool of which the viewer is an admin."""
    return facts.state == "pool" and (viewer.is_admin or viewer.has("pool_admin") or facts.pool_id in viewer.pools.administered)


def belongs(viewer: Viewer, facts: Facts) -> bool:
    """Whether the customer is in a pool of which the viewer is a member: one open to all, or his."""
    if facts.state != "pool":
        return False
    return facts.pool_open or administers(viewer, facts) or facts.pool_id in viewer.pools.closed


def sees(viewer: Viewer, facts: Facts) -> bool:
    """Whether the customer exists for the viewer at all."""
    return facts.visibility == "public" or belongs(viewer, facts) or sees_fully(viewer, facts)


def sees_fully(viewer: Viewer, facts: Facts) -> bool:
    """Whether no field is hidden: all but those who see a private customer only because it is in the pool."""
    if facts.visibility == "public" or leads(viewer, facts):
        return True
    if administers(viewer, facts):
        return True
    return facts.participant_role is not None or facts.manages_participant


def refusal(action: Action, viewer: Viewer, facts: Facts) -> Refusal | None:
    """None where the viewer may do ``action``; ask ``sees`` first, what is invisible is answered with 404."""
    if action in ("view", "comment"):
        return None
    if action == "export":
        return None if viewer.has("export") else Refusal("export_right_missing", "right_export", "You do not have the export right.")
    if action == "claim":
        return _refusal_to_claim(viewer, facts)
    if leads(viewer, facts):
        return _refusal_by_state(action, facts)
    if facts.state == "pool":
        return _refusal_in_pool(action, viewer, facts)
    locked = facts.locked and facts.participant_role != "editor"
    if action in _CHANGES:
        return LOCKED if locked else _refusal_to_write(facts)
    if facts.state == "unassigned" and action in ("assign", "return_to_pool"):
        if viewer.has("assign"):
            return LOCKED if locked else None
        return Refusal("assign_right_missing", "right_assign", "It has no owner; assigning it needs the assign right.")
    return Refusal("owner_only", "owner_only", "Only the owner, the owner's managers and admins may do this.")


def _refusal_to_claim(viewer: Viewer, facts: Facts) -> Refusal | None:
    if facts.state != "pool":
        return Refusal("not_in_pool", "claim_from_pool", "Only a customer in the pool can be claimed.")
    if not belongs(viewer, facts):
        return Refusal("not_pool_member", "pool_member", "Only members of this pool may claim from it. Its admins can add you.")
    return None


def _refusal_by_state(action: Action, facts: Facts) -> Refusal | None:
    if action == "return_to_pool" and facts.state == "pool":
        return Refusal("already_in_pool", "return_to_pool", "It is in the pool already.")
    if action in ("lock", "hold") and facts.state == "pool":
        return Refusal("in_pool", "pool_member", "It is in the pool: claim it first.")
    return None


def _refusal_in_pool(action: Action, viewer: Viewer, facts: Facts) -> Refusal | None:
    if action == "return_to_pool":
        return _refusal_by_state(action, facts)
    if action == "assign":
        allowed = administers(viewer, facts) or (viewer.role == "manager" and viewer.has("assign") and belongs(viewer, facts))
    elif action in _CHANGES:
        allowed = administers(viewer, facts) or facts.participant_role == "editor"
    else:
        allowed = action == "delete" and administers(viewer, facts)
    if allowed:
        return None
    if not belongs(viewer, facts):
        return Refusal("not_pool_member", "pool_member", "It is in a pool of others: ask one of its admins.")
    return Refusal("in_pool", "pool_member", "It is in the pool: claim it first, or ask a pool admin.")


def _refusal_to_write(facts: Facts) -> Refusal | None:
    if facts.participant_role == "editor":
        return None
    if facts.participant_role == "viewer":
        return Refusal("participant_views_only", "participant_viewer", "You take part as a viewer; the owner can make you an editor.")
    if facts.visibility == "public":
        return None
    return Refusal("owner_only", "private", "It is private: only the owner, editors, their managers and admins may change it.")


def require(action: Action, viewer: Viewer, facts: Facts, **data: Any) -> None:
    """Refuse with the rule; ``data`` tells since when, by whom, and who can change it."""
    found = refusal(action, viewer, facts)
    if found is not None:
        raise Problem(kind_of(found.code), found.code, found.detail, rule=found.rule, **data)


# --- The same as SQL. ``c`` is the customer; parameters: %(me)s, and %(managed)s for who manages a department. -----------------

# What conditions and orders of lists ask of a customer; all its columns would make each prepared plan twice as large.
ASKED = (
    "customer_id, open, visibility, state, owner_id, pool_id, status, level, province, source, industry, "
    "name_sort, created_at, updated_at, last_follow_up_at, next_contact_at, pool_entered_at"
)


def asking(sql: str, columns: Iterable[str]) -> str:
    """The statement with these columns, too, among what it asks of each customer."""
    more = [name for name in sorted(columns) if name not in ASKED.split(", ")]
    return sql.replace(ASKED, ", ".join((ASKED, *more))) if more else sql


# One look-up for each id: without OFFSET 0 a misjudged number of ids makes PostgreSQL read all customers instead.
BY_ID = f" CROSS JOIN LATERAL (SELECT {ASKED} FROM customer x WHERE x.customer_id = q.customer_id OFFSET 0) c"
_UNEXPIRED = "(p.expires_at IS NULL OR p.expires_at > now())"


def parameters(viewer: Viewer) -> dict[str, Any]:
    """The values that the conditions below refer to."""
    pools = viewer.pools
    lists = {"pools": pools.closed, "foreign_pools": pools.foreign, "administered": pools.administered}
    hidden = {f"hidden_{name}": found for name, found in pools.hidden.items()}
    own = {"me": viewer.member_id, "managed": viewer.managed_department_id}
    return own | {name: list(found) for name, found in (lists | hidden).items()}


def manages_anyone(viewer: Viewer) -> bool:
    """Whether the viewer stands as owner for others by managing their department."""
    return viewer.managed_department_id is not None and not viewer.is_admin


def team(viewer: Viewer) -> str:
    """SQL: the ids of those for whom the viewer stands, himself included, as a query."""
    if not manages_anyone(viewer):
        return "SELECT %(me)s::uuid AS member_id"
    managed = "SELECT m.member_id FROM department d JOIN member m ON m.department_id = d.department_id"
    return f"{managed} WHERE d.path @> ARRAY[%(managed)s::uuid] UNION SELECT %(me)s::uuid"


def team_ids(viewer: Viewer, team_: str = "") -> str:
    """SQL: ``team``, or the same from the table that holds it already."""
    return _team(viewer, team_)


def is_led(viewer: Viewer, team_: str = "") -> str:
    """SQL: the viewer stands as owner, by being it or managing it (admins apart); true, false or, without an owner, null.

    ``team_`` names a table that holds ``team`` already, in statements that ask several times.
    """
    return f"c.owner_id IN ({_team(viewer, team_)})" if manages_anyone(viewer) else "c.owner_id = %(me)s"


def _team(viewer: Viewer, team_: str) -> str:
    return f"SELECT member_id FROM {team_}" if team_ else team(viewer)


def takes_part(viewer: Viewer) -> str:
    """SQL: the viewer, or somebody whom he manages, takes part; asked of few customers by the primary key of their participants."""
    who = f"p.member_id IN ({team(viewer)})" if manages_anyone(viewer) else "p.member_id = %(me)s"
    return f"EXISTS (SELECT 1 FROM participant p WHERE p.customer_id = c.customer_id AND {who} AND {_UNEXPIRED})"


def taking_part(viewer: Viewer, team_: str = "") -> str:
    """SQL: the ids of all customers that the viewer, or somebody whom he manages, takes part in, as a query."""
    some = f"ANY(ARRAY({_team(viewer, team_)}))" if manages_anyone(viewer) else "%(me)s"
    return f"SELECT DISTINCT p.customer_id FROM participant p WHERE p.member_id = {some} AND {_UNEXPIRED}"


IN_MY_POOLS = "c.pool_id = ANY(%(pools)s::uuid[])"
NOT_FOREIGN = "c.pool_id <> ALL(%(foreign_pools)s::uuid[])"


def _in_my_pools(viewer: Viewer) -> str:
    """SQL: … or it is in a pool that is not open to all and the viewer's."""
    return f" OR {IN_MY_POOLS}" if viewer.pools.closed else ""


def is_visible(viewer: Viewer) -> str:
    """SQL: ``sees``, asked of few customers."""
    return "true" if viewer.is_admin else f"(c.open OR {is_led(viewer)} OR {takes_part(viewer)}{_in_my_pools(viewer)})"


def is_visible_in_walk(viewer: Viewer, team_: str = "") -> str:
    """SQL: ``sees``, asked of many customers.

    What one member takes part in is looked up once; what a whole department does is asked of each customer, as a walk meets few
    (OFFSET 0 keeps PostgreSQL from looking up all of it first).
    """
    if viewer.is_admin:
        return "true"
    taking = f"c.customer_id IN ({taking_part(viewer)})"
    if manages_anyone(viewer):
        some = f"(p.member_id IN ({_team(viewer, team_)})) IS TRUE"  # so it is a look-up in a hash, not a join
        taking = f"EXISTS (SELECT 1 FROM participant p WHERE p.customer_id = c.customer_id AND {some} AND {_UNEXPIRED} OFFSET 0)"
    return f"(c.open OR {is_led(viewer, team_)} OR {taking}{_in_my_pools(viewer)})"


def is_changeable(viewer: Viewer) -> str:
    """SQL: the action ``edit`` is open, asked of few customers that the viewer sees."""
    if viewer.is_admin:
        return "true"
    role = f"(SELECT p.role FROM participant p WHERE p.customer_id = c.customer_id AND p.member_id = %(me)s AND {_UNEXPIRED})"
    free = f"c.state <> 'pool' AND c.visibility = 'public' AND c.locked_at IS NULL AND {role} IS NULL"
    admin = "c.state = 'pool'" + ("" if viewer.has("pool_admin") else " AND c.pool_id = ANY(%(administered)s::uuid[])")
    return f"(({is_led(viewer)}) IS TRUE OR {role} IS NOT DISTINCT FROM 'editor' OR ({free}) OR {admin})"


def is_projected(viewer: Viewer) -> str:
    """SQL: ``sees`` but not ``sees_fully``: the pool's hidden fields must stay out."""
    if viewer.is_admin or viewer.has("pool_admin"):
        return "false"
    others = " AND c.pool_id <> ALL(%(administered)s::uuid[])" if viewer.pools.administered else ""
    return f"(c.visibility = 'private' AND c.state = 'pool'{others} AND NOT {takes_part(viewer)})"


def hides(viewer: Viewer, *fields: str) -> str:
    """SQL: the pool hides one of these fields of ``c`` from the viewer; ``false`` where no pool does, so that nothing is asked.

    What a list asks of such a field (a condition, an order, a search) must not find it.
    """
    hidden = [f"c.pool_id = ANY(%(hidden_{name})s::uuid[])" for name in fields if name in viewer.pools.hidden]
    if not hidden:
        return "false"
    return f"(c.visibility = 'private' AND c.state = 'pool' AND ({' OR '.join(hidden)}) AND NOT {takes_part(viewer)})"


def closed_branches(viewer: Viewer, team_: str = "", *, narrowed: bool = False) -> list[tuple[str, str]]:
    """SQL: what the viewer sees among closed customers, as (source, condition) pairs that never share a row.

    Each begins at an index of its own (owner, participant, pool), so that 99 % private customers of others cost nothing. A customer
    that the viewer both leads and takes part in belongs to the first. ``narrowed``: more conditions follow, one of which may be a better
    beginning than the owners of a department.
    """
    if viewer.is_admin:
        return [("customer c", "NOT c.open")]
    pools = [("customer c", f"{IN_MY_POOLS} AND NOT c.open AND c.state = 'pool'")] if viewer.pools.closed else []
    elsewhere = f" AND ({IN_MY_POOLS}) IS NOT TRUE" if pools else ""
    led = is_led(viewer, team_) if narrowed or not manages_anyone(viewer) else f"c.owner_id = ANY(ARRAY({_team(viewer, team_)}))"
    return [
        ("customer c", f"{led} AND NOT c.open"),
        (f"({taking_part(viewer, team_)}) q{BY_ID}", f"NOT c.open AND ({is_led(viewer, team_)}) IS NOT TRUE{elsewhere}"),
        *pools,
    ]
