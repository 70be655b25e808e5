"""Structured logs: one JSON line per event on standard output; ``request_id`` is bound once per request by ``web.py``."""

from __future__ import annotations

import logging

import structlog


def configure(service: str, level: str = "INFO") -> None:
    """Set up structlog for this process; called by entry points, never at import."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)


def get() -> structlog.typing.FilteringBoundLogger:
    """The logger; call it as ``log.info("event_name", customer_id=…)``: a fixed event name and identifiers, never objects."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
