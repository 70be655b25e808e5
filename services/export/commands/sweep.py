"""What hints missed: waiting exports are offered again, dead ones end, old files and old rows go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from services.common import logs
from services.common.database import connect, reading, transaction
from services.export.rules import export as rules
from services.export.store import export as store
from services.export.store.files import Files
from services.export.store.live import Live
from services.export.store.queue import Queue

HINTS_MAX = 50
FORGOTTEN_SECONDS = 3600.0  # longer than any attempt goes without writing
DELETED_MAX = 1000


def offer_waiting(engine: Engine, queue: Queue) -> list[UUID]:
    """Send hints for exports that wait though no message does; answers those that were offered."""
    with reading(engine) as connection:
        waiting = store.list_waiting(connection, HINTS_MAX)
    if not waiting or queue.length() != 0:
        return []
    return [export_id for export_id in waiting if queue.hint(export_id)]


def end_given_up(engine: Engine, live: Live) -> list[UUID]:
    """Fail the exports that were interrupted too often."""
    with transaction(engine) as connection:
        ended = store.fail_given_up(connection, rules.gave_up())
    for row in ended:
        logs.get().error("export_given_up", export_id=str(row.export_id))
        live.publish(rules.message(row.export_id, row.member_id, rules.State.FAILED, row.rows_done, row.rows_total))
    return [row.export_id for row in ended]


def expire_files(engine: Engine, files: Files) -> int:
    """End finished exports whose time is over, and remove their files."""
    with transaction(engine) as connection:
        expired = store.save_expired(connection)
    for _, token in expired:
        files.remove(token)
    return len(expired)


def remove_forgotten(engine: Engine, files: Files, *, older_than_seconds: float = FORGOTTEN_SECONDS) -> int:
    """Remove files that no export knows: of killed workers, or of removals that failed half-way."""
    found = files.older_than(older_than_seconds)
    if not found:
        return 0
    with reading(engine) as connection:
        known = store.known_tokens(connection, [token for token, _ in found])
    forgotten = [path for token, path in found if token not in known]
    for path in forgotten:
        path.unlink(missing_ok=True)
    return len(forgotten)


def delete_history(engine: Engine) -> int:
    """Forget exports that ended long ago."""
    with transaction(engine) as connection:
        return store.delete_old(connection, rules.KEPT_DAYS, DELETED_MAX)


def make_steps(*, database_url: str, redis_url: str, files_dir: Path) -> list[Callable[[], object]]:
    """All of it with connections of its own, in a good order; each step stands for itself."""
    engine = connect(database_url, pool_size=1)
    queue, files, live = Queue(redis_url), Files(files_dir.resolve()), Live(redis_url)
    return [
        lambda: end_given_up(engine, live),
        lambda: offer_waiting(engine, queue),
        lambda: expire_files(engine, files),
        lambda: remove_forgotten(engine, files),
        lambda: delete_history(engine),
    ]
