"""Who hears what: messages from Redis become events on the open streams that asked for them and may have them.

Redis only says "look now". When it was away, every stream is told to look again (``resync``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from services.gateway.live.allowed import Allowed
from services.gateway.live.streams import Stream, Streams

COUNTS_SECONDS = 2.0
SESSION_CHECK_SECONDS = 3.0
_STREAMS_PER_COUNTS_SECOND = 100  # with very many streams the hints thin out: each makes a browser ask for its counts


def event(name: str, data: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), orjson.dumps(data))


class Hub:
    """Turns what was heard into what is said. All methods are called by the bell's thread."""

    def __init__(
        self, streams: Streams, allowed: Allowed, ended: Callable[[list[str]], set[str]], *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._streams = streams
        self._allowed = allowed
        self._ended = ended
        self._now = now
        self._sessions_checked_at = 0.0

    def heard_customers(self, messages: Iterable[dict[str, Any]]) -> None:
        """Committed changes, as the activity service announces them: ``{"events": [{customer_id, customer_version, audience}]}``."""
        versions: dict[str, int] = {}
        audience: set[str] = set()
        for message in messages:
            for one in message["events"]:
                versions[one["customer_id"]] = max(versions.get(one["customer_id"], 0), one["customer_version"])
                audience.update(one.get("audience") or ())
        for stream in self._streams:
            if "counts" in stream.topics:
                stream.recount = True
            if "member" in stream.topics and str(stream.identity.member_id) in audience:
                self._streams.write(stream, event("notification", {}))
            asked = stream.customer_ids & versions.keys()
            if asked:
                self._tell_customers(stream, asked, versions)
        self.tell_counts(audience)

    def _tell_customers(self, stream: Stream, asked: frozenset[str], versions: dict[str, int]) -> None:
        visible = self._allowed.visible(stream.identity, asked)
        if visible is None:  # the page must ask for itself, and will be answered by the same rule
            self._streams.write(stream, event("resync", {}))
            return
        for customer_id in sorted(visible):
            self._streams.write(stream, event("customer", {"customer_id": customer_id, "version": versions[customer_id]}))

    def heard_export(self, message: dict[str, Any]) -> None:
        """Progress of one export; only its member hears it."""
        self._tell_member("exports", "export", message, ("export_id", "state", "rows_done", "rows_total"))

    def heard_batch(self, message: dict[str, Any]) -> None:
        """Progress of one batch; only its member hears it."""
        self._tell_member("batches", "batch", message, ("batch_id", "verb", "state", "total", "done", "skipped"))

    def _tell_member(self, topic: str, name: str, message: dict[str, Any], told: tuple[str, ...]) -> None:
        said = event(name, {key: message.get(key) for key in told})
        for stream in self._streams:
            if topic in stream.topics and str(stream.identity.member_id) == message["member_id"]:
                self._streams.write(stream, said)

    def tell_counts(self, audience: set[str] | None = None) -> None:
        """Say "counts may differ", to each stream at most every two seconds."""
        now = self._now()
        others_seconds = max(COUNTS_SECONDS, len(self._streams) / _STREAMS_PER_COUNTS_SECOND)
        for stream in self._streams:
            concerned = bool(audience) and str(stream.identity.member_id) in (audience or ())
            if stream.recount and now - stream.counted_at >= (COUNTS_SECONDS if concerned else others_seconds):
                stream.recount, stream.counted_at = False, now
                self._streams.write(stream, event("counts", {}))

    def resync(self) -> None:
        """Something may have been missed: everybody shall look again."""
        for stream in self._streams:
            self._streams.write(stream, event("resync", {}))

    def check_sessions(self) -> None:
        """End the streams of sessions that have ended. Who cannot be asked about stays for now."""
        if self._now() - self._sessions_checked_at < SESSION_CHECK_SECONDS:
            return
        self._sessions_checked_at = self._now()
        digests = {stream.digest for stream in self._streams}
        ended = self._ended(sorted(digests)) if digests else set()
        for stream in self._streams:
            if stream.digest in ended:
                self._streams.close(stream, event("session_ended", {}))
