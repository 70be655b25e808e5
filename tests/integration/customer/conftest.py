"""The customer service on this module's own database: ``service`` (see ``tests/support/customer.py``), ``people``, ``admin``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from services.customer.app import create_app
from services.customer.settings import Settings
from tests.support.customer import Caller, CustomerService, People
from tests.support.event_schemas import check_record
from tests.support.recycling import World, run


@pytest.fixture(scope="module")
def service(customer_database: str, secrets_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CustomerService]:
    """The service with a migrated, empty database."""
    settings = Settings(
        database_url=customer_database,
        identity_trusted_file=secrets_folder / "customer" / "identity_trusted.json",
        secret_key_file=secrets_folder / "customer" / "secret_key",
        files_dir=tmp_path_factory.mktemp("uploads"),
    )
    app = create_app(settings)
    app.testing = True
    engine = app.extensions["engine"]
    yield CustomerService(app, engine, secrets_folder, People(engine))
    engine.dispose()


@pytest.fixture(scope="module")
def people(service: CustomerService) -> People:
    """Makes members and departments."""
    return service.people


@pytest.fixture(scope="module")
def admin_id(people: People) -> UUID:
    """The module's admin."""
    return people.member("管理员", role="admin")


@pytest.fixture
def admin(service: CustomerService, admin_id: UUID) -> Caller:
    """Calls as the module's admin."""
    return service.as_member(admin_id)


@pytest.fixture
def member(service: CustomerService, people: People) -> Caller:
    """Calls as a new member without a department."""
    return service.as_member(people.member("李伟"))


@pytest.fixture
def other(service: CustomerService, people: People) -> Caller:
    """Calls as another one."""
    return service.as_member(people.member("王芳"))


@pytest.fixture(scope="module")
def checked_events(service: CustomerService) -> Iterator[None]:
    """Whatever the module's tests made the service write, the schemas allow it."""
    yield
    assert check_record(service.engine) > 0


@pytest.fixture
def world(service: CustomerService, people: People, admin: Caller) -> Iterator[World]:
    found = World(service.engine, admin, people)
    found.pool_id = str(run(service.engine, "SELECT pool_id FROM pool WHERE is_default").scalar_one())
    yield found
    for rule in admin.get(f"/api/pools/{found.pool_id}/rules").expect(200)["items"]:
        admin.delete(f"/api/pools/{found.pool_id}/rules/{rule['pool_rule_id']}").expect(204)
    run(service.engine, "DELETE FROM recycling")
    run(service.engine, "UPDATE customer SET last_follow_up_at = clock_timestamp() WHERE state = 'owned'")


@pytest.fixture
def owner(people: People) -> UUID:
    return people.member("李伟")
