"""Waiting for a condition with a bound; tests never sleep for a guessed time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def wait_until(question: Callable[[], Value], *, seconds: float = 10.0, what: str = "the condition", every: float = 0.02) -> Value:
    """The first true answer of ``question``; after ``seconds`` the test fails and shows the last answer."""
    until = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:g} s for {what}; the last value seen was {answer!r}")
        time.sleep(every)
