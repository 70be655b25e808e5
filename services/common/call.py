"""One request as a command sees it: who asks, under which request id and idempotency key. No HTTP here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.common.identity import Identity


@dataclass(frozen=True, slots=True)
class Call:
    """The caller and the marks of one request.

    ``request_hash`` is a digest of method, path and body: the same ``idempotency_key`` with another digest is refused.
    """

    identity: Identity
    request_id: str
    idempotency_key: str | None = None
    request_hash: bytes = b""

    @property
    def member_id(self) -> UUID:
        """The acting member, or 401."""
        return self.identity.member()
