"""Connections to PostgreSQL: one engine per process, made with the connection habits that every service needs. No tables here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from services.common.problem import Kind, Problem

# A server that was demoted, is shutting down, or whose connection broke: the pooled connection must go.
_DISCONNECTED = ("25006", "57P01", "57P02", "57P03", "08")
# deadlock, serialization failure, lock timeout: the whole command may be tried again
_RETRYABLE = ("40001", "40P01", "55P03")


def connect(url: str, *, pool_size: int = 16, statement_timeout_ms: int = 15_000, plan_once: bool = False) -> Engine:
    """An engine for ``url`` (``postgresql+psycopg://…``); nothing is connected until it is used.

    ``plan_once``: prepared statements are planned once per connection, whatever their values; for services whose statements take the
    same way for all values and would be planned longer than they run. Such statements walk along indexes and end early: a plan for them
    must not count on parallel workers, whose start alone takes longer, nor on indexes being as slow as a turning disk.
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=3,
        pool_recycle=1800,
        json_deserializer=orjson.loads,
        pool_use_lifo=True,  # few connections stay warm: each keeps the plans of its own prepared statements
        connect_args={
            "connect_timeout": 3,
            "keepalives_idle": 10,
            "tcp_user_timeout": 5000,
            "target_session_attrs": "read-write",
            "options": f"-c statement_timeout={statement_timeout_ms} -c lock_timeout=5000 -c timezone=UTC"
            + (" -c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1" if plan_once else ""),
            "prepare_threshold": 2,
        },
    )
    event.listen(engine, "handle_error", _mark_disconnects)
    return engine


def _mark_disconnects(context: ExceptionContext) -> None:
    state = getattr(context.original_exception, "sqlstate", None) or ""
    if state.startswith(_DISCONNECTED):
        context.is_disconnect = True


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: commits at the end, rolls back on any error. An unreachable database becomes a 503 ``Problem``."""
    with _understood(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading only, each statement on its own (no begin and commit around it)."""
    with _understood(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except (OperationalError, PoolTimeoutError) as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _unavailable(error) from error
        raise


def _unavailable(error: Exception) -> Problem:
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    if state in _RETRYABLE:
        return Problem(Kind.UNAVAILABLE, "busy", "Others are changing the same record. Try again.", retry_after=1)
    if state == "57014":
        return Problem(Kind.UNAVAILABLE, "too_slow", "This took too long and was stopped. Narrow the question.", retry_after=5)
    return Problem(Kind.UNAVAILABLE, "database_unavailable", "The database does not answer. Try again in a moment.", retry_after=2)
