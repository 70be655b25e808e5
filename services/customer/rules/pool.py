"""What a pool may be like: which fields it can hide, how many pools there can be, when one can be archived."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from services.common.problem import Kind, Problem, invalid
from services.customer.rules.viewer import Viewer

POOLS_MAX = 100
PEOPLE_MAX = 2_000
# What stays in the ledger of a day, and what a list shows of the rest.
COUNT_MAX = 10_000
MOVED_AT_ONCE = 1_000

# Name, number, status and what the pool itself tells of a customer are what one claims by.
HIDEABLE: tuple[str, ...] = (
    "phone", "mobile", "email", "wechat", "address", "remark", "website", "credit_code", "relation", "level", "industry", "source",
    "province", "city", "district", "staff_size", "parent_customer_id", "next_contact_at", "tags",
)  # fmt: skip


def check_hidden(names: Sequence[str], custom: Collection[str] = ()) -> list[str]:
    """The fields to hide, each once; ``custom`` are the keys of the custom fields there are."""
    found = list(dict.fromkeys(names))
    for index, name in enumerate(found):
        if name not in HIDEABLE and name not in custom:
            raise invalid(f"/hidden_fields/{index}", "field_not_hideable", f"{name} cannot be hidden.")
    return found


def name_taken() -> Problem:
    """Two pools cannot share a name."""
    detail = "There is a pool of this name already."
    errors = [{"pointer": "/name", "code": "pool_name_taken", "detail": detail}]
    return Problem(Kind.CONFLICT, "pool_name_taken", detail, errors=errors)


def unknown_pool(pointer: str) -> Problem:
    """The pool that was named is not there, is archived, or is not open to who named it."""
    return invalid(pointer, "pool_unknown", "There is no such pool, or you do not belong to it.")


def check_target(pool_id: UUID, targets: Collection[UUID], viewer: Viewer) -> None:
    """Who names a pool must belong to it; one that is archived takes nothing."""
    if pool_id not in targets or pool_id in viewer.pools.foreign:
        raise unknown_pool("/pool_id")


def refuse_count(count: int) -> None:
    """There is room for a bounded number of pools."""
    if count >= POOLS_MAX:
        raise Problem(Kind.CONFLICT, "too_many_pools", f"There can be {POOLS_MAX} pools.")


def check_archive(*, is_default: bool, customers: bool, has_target: bool) -> None:
    """The default pool stays; a pool with customers needs another one to take them."""
    if is_default:
        message = "Customers without another pool go to the default pool; it cannot be archived."
        raise Problem(Kind.CONFLICT, "pool_is_default", message, rule="pool_is_default")
    if customers and not has_target:
        message = "There are customers in this pool. Say which pool takes them (target_pool_id)."
        raise Problem(Kind.CONFLICT, "pool_not_empty", message, rule="pool_not_empty")
