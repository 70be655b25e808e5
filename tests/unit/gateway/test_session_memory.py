"""What the gateway remembers of sessions: a second, and no more than it has room for."""

from __future__ import annotations

import threading
from uuid import UUID

from services.common.identity import Identity
from services.gateway.rules.session import Session
from services.gateway.store import session as store
from services.gateway.store.session import SessionMemory

DIGEST = "ab" * 32
SESSION = Session(Identity("gateway", UUID(int=1)), "session")


class Customer:
    """Counts how often it is asked, and answers what it was told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.asked = 0
        self.answer: Session | None = SESSION

    def resolve(self, _: str) -> Session | None:
        self.asked += 1
        return self.answer


def test_a_session_is_remembered_for_a_second() -> None:
    customer = Customer()
    memory = SessionMemory(now=lambda: customer.now)
    for customer.now in (100.0, 100.5, 100.99):
        assert memory.get(DIGEST, customer.resolve) is SESSION
    assert customer.asked == 1
    customer.now, customer.answer = 101.0, None
    assert memory.get(DIGEST, customer.resolve) is None
    assert customer.asked == 2


def test_a_stranger_is_remembered_as_one() -> None:
    customer = Customer()
    customer.answer = None
    memory = SessionMemory(now=lambda: customer.now)
    assert [memory.get(DIGEST, customer.resolve) for _ in range(5)] == [None] * 5
    assert customer.asked == 1


def test_the_second_begins_with_the_question() -> None:
    customer = Customer()
    memory = SessionMemory(now=lambda: customer.now)

    def slow(digest: str) -> Session | None:
        customer.now += 0.9
        return customer.resolve(digest)

    memory.get(DIGEST, slow)
    customer.now += 0.2
    memory.get(DIGEST, customer.resolve)
    assert customer.asked == 2


def test_what_is_forgotten_is_asked_anew() -> None:
    customer = Customer()
    memory = SessionMemory(now=lambda: customer.now)
    memory.get(DIGEST, customer.resolve)
    memory.forget(DIGEST)
    memory.get(DIGEST, customer.resolve)
    assert customer.asked == 2


def test_many_at_once_ask_once() -> None:
    customer = Customer()
    memory = SessionMemory(now=lambda: customer.now)
    barrier = threading.Barrier(16)

    def get() -> None:
        barrier.wait()
        assert memory.get(DIGEST, customer.resolve) is SESSION

    threads = [threading.Thread(target=get) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert customer.asked == 1


def test_memory_is_bounded() -> None:
    customer = Customer()
    memory = SessionMemory(now=lambda: customer.now)
    for number in range(store.REMEMBERED_MAX + 10):
        memory.get(f"{number:064x}", customer.resolve)
    assert len(memory._known) <= store.REMEMBERED_MAX
