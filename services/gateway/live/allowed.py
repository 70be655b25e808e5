"""What open streams may hear: permission asked of the customer service per event, sessions asked again every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from uuid import UUID

from services.common.identity import Identity
from services.common.problem import Problem
from services.gateway.clients.services import Services
from services.gateway.queries.visibility import list_visible

REMEMBERED_SECONDS = 1.0
_REMEMBERED_MAX = 50_000


class Allowed:
    """Member and customer → may be seen, remembered for at most a second. Used by the hub's thread alone."""

    def __init__(self, ask: Callable[[Identity, list[str]], set[str]], *, now: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._now = now
        self._known: dict[tuple[UUID | None, str], tuple[float, bool]] = {}

    def visible(self, identity: Identity, customer_ids: Collection[str]) -> set[str] | None:
        """Those of ``customer_ids`` that may be seen now; None where nobody could be asked."""
        now = self._now()
        unknown = [one for one in customer_ids if self._known.get((identity.member_id, one), (0.0, False))[0] <= now]
        if unknown:
            try:
                seen = self._ask(identity, unknown)
            except Problem:
                return None
            if len(self._known) > _REMEMBERED_MAX:
                self._known.clear()
            for one in unknown:
                self._known[identity.member_id, one] = (now + REMEMBERED_SECONDS, one in seen)
        return {one for one in customer_ids if self._known[identity.member_id, one][1]}


def asking(services: Services) -> Callable[[Identity, list[str]], set[str]]:
    """The question as ``Allowed`` asks it."""
    return lambda identity, customer_ids: list_visible(services, identity, customer_ids, "live")
