"""A running product full of customers, a member to ask as, and where results go."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg

from services.common.identity import Identity, Signer
from services.local.stack import Stack
from tests.benchmarks import bulk_load
from tests.benchmarks.asker import Asker
from tests.support.client import Client

ACCOUNT, PASSWORD = "bench-admin", "the admin of the benchmark"
MEMBER_PASSWORD = "a member of the benchmark"
PUBLIC_SHARE_PRIVATE = 0.4  # 60 % public


@dataclass
class World:
    """The product, its first admin, and one of the loaded members."""

    stack: Stack
    rows: int
    admin: Client
    member: Client
    token: str
    admin_token: str
    asker: Asker = field(init=False)

    def __post_init__(self) -> None:
        self.asker = Asker(self.stack.address, self.token)

    def direct(self, service: str = "customer") -> Asker:
        """Asks a service without the gateway, as the gateway would."""
        signer = Signer("gateway", self.stack.home.secrets / "gateway" / "identity_key.json")
        identity = Identity("gateway", UUID(self.member.member_id))
        return Asker(self.stack.url(service), lambda: signer.token(service, identity))


@contextmanager
def running(rows: int, *, private: float = PUBLIC_SHARE_PRIVATE, members: int = 5_000, names: Path | None = None) -> Iterator[World]:
    """Started, filled and signed in; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gonghai-bench-") as folder:
        stack = Stack(Path(folder) / "home", env={"GONGHAI_ADMIN_ACCOUNT": ACCOUNT, "GONGHAI_ADMIN_PASSWORD": PASSWORD})
        with stack:
            if rows:
                bulk_load.load(stack.postgres_url("gonghai_customer"), rows, members, private, 0.05, names, 1)
            with Client(stack.address) as admin:
                admin.sign_in(ACCOUNT, PASSWORD)
                with _member(stack, admin, rows) as member:
                    yield World(stack, rows, admin, member, _token(member), _token(admin))


def _member(stack: Stack, admin: Client, rows: int) -> Client:
    """An ordinary loaded member (or a fresh one, where nothing was loaded), signed in."""
    if not rows:
        return admin.make_member(stack.address)
    with psycopg.connect(stack.postgres_url("gonghai_customer")) as connection:
        row = connection.execute("SELECT member_id FROM member WHERE account = 'bench7'").fetchone()
    admin.post(f"/api/members/{row[0] if row else ''}/password", {"new_password": MEMBER_PASSWORD}).expect()
    client = Client(stack.address)
    client.sign_in("bench7", MEMBER_PASSWORD)
    return client


def _token(client: Client) -> str:
    return str(client.post("/api/tokens", {"name": "bench", "scopes": ["read", "write", "export"]}).expect(201)["token"])
