"""What goes by itself after its time: answers kept for repeated commands, uploads never run, the rows of old imports, deleted searches."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from services.common.database import transaction
from services.customer.rules import batch as batch_rules
from services.customer.rules.customer_import import KEPT_DAYS
from services.customer.rules.saved_search import DELETED_KEPT_DAYS
from services.customer.store import batch, customer_import, idempotency, saved_search
from services.customer.store.blobs import Blobs

ANSWERS_KEPT_HOURS = 48
ROWS_MAX = 5000
BATCHES_MAX = 50


def forget_answers(engine: Engine) -> bool:
    """Forget the stored answers of old commands; True while there may be more."""
    with transaction(engine) as connection:
        return idempotency.delete_old(connection, hours=ANSWERS_KEPT_HOURS, limit=ROWS_MAX) >= ROWS_MAX


def forget_uploads(engine: Engine) -> bool:
    """Forget uploads that were never run; True while there may be more."""
    with transaction(engine) as connection:
        return customer_import.delete_unused(connection, days=KEPT_DAYS, limit=ROWS_MAX) >= ROWS_MAX


def forget_searches(engine: Engine) -> bool:
    """Forget saved searches whose deletion nobody took back; True while there may be more."""
    with transaction(engine) as connection:
        return saved_search.delete_old(connection, days=DELETED_KEPT_DAYS, limit=ROWS_MAX) >= ROWS_MAX


def forget_batches(engine: Engine) -> bool:
    """Forget what became of each customer of old batches; True while there may be more."""
    with transaction(engine) as connection:
        return batch.delete_rows(connection, days=batch_rules.KEPT_DAYS, limit=BATCHES_MAX) > 0


def remove_blobs(folder: Path) -> int:
    """Remove the rows of imports that ended long ago; their history stays."""
    return Blobs(folder.resolve()).remove_older_than(KEPT_DAYS * 86_400)
