"""The record of events at the customer service: its heads and what follows a position."""

from __future__ import annotations

from pathlib import Path

from services.activity.rules.position import Delivered
from services.common.calls import Service
from services.common.identity import Signer

PAGE = 1000


class CustomerFeed:
    """Asks the customer service, with this service's own identity."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list_events(self, lane: int, after: int, limit: int = PAGE) -> list[Delivered]:
        """Numbered events of a lane after a position, in order, at most ``limit``; 503 where the service does not answer."""
        answer = self._service.ask("GET", f"/internal/feed?lane={lane}&after={after}&limit={limit}")
        return [Delivered(event["position"], event) for event in answer["events"]]

    def find_heads(self) -> dict[int, int]:
        """The last position of every lane."""
        answer = self._service.ask("GET", "/internal/feed/heads")
        return {int(lane): head for lane, head in answer["lanes"].items()}


def open_feed(url: str, key_file: Path) -> CustomerFeed:
    """The feed of the customer service at ``url``; nothing is connected yet."""
    return CustomerFeed(Service("customer", url, Signer("activity", key_file), timeout_seconds=5.0, connections=2))
