"""Hints to the workers over Celery, as the worker needs them. How they are sent is in ``store/queue.py``."""

from __future__ import annotations

from celery import Celery

from services.export.store import queue

QUEUE = queue.QUEUE
TASK = queue.TASK


def celery_app(redis_url: str) -> Celery:
    """Celery as workers run it."""
    return queue.make_celery(redis_url)
