"""An organisation always keeps an active admin. Its own module: here nobody else makes admins."""

from __future__ import annotations

import threading
from uuid import UUID

from tests.support.customer import Caller, CustomerService, People


def test_the_last_admin_cannot_be_demoted_or_disabled(admin: Caller, admin_id: UUID, people: People) -> None:
    people.member("前管理员", role="admin", active=False)
    for changes in ({"active": False}, {"role": "member"}, {"role": "manager", "active": True}):
        answer = admin.patch(f"/api/members/{admin_id}", changes)
        assert (answer.status, answer.code) == (409, "last_admin")
    admin.patch(f"/api/members/{admin_id}", {"name": "老板", "role": "admin", "active": True}).expect(200)


def test_admins_who_demote_each_other_at_once_leave_one(service: CustomerService, people: People, admin_id: UUID) -> None:
    everyone = [admin_id, *(people.member(f"管理员{number}", role="admin") for number in range(5))]
    barrier = threading.Barrier(len(everyone))
    answers: list[int] = []

    def demote(actor: UUID, victim: UUID) -> None:
        caller = service.as_member(actor)
        barrier.wait()
        answers.append(caller.patch(f"/api/members/{victim}", {"role": "member"}).status)

    pairs = zip(everyone, [*everyone[1:], everyone[0]], strict=True)
    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with service.engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM member WHERE active AND role = 'admin'").scalar_one()
    assert left >= 1
    assert answers.count(200) == len(everyone) - left
    assert set(answers) <= {200, 403, 409}
