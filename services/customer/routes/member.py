"""Members: list, create, edit, set a password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask import Blueprint
from pydantic import BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

from services.common.web import Body, Query, Shape, call, endpoint, engine
from services.customer.commands import member as commands
from services.customer.commands import password as password_commands
from services.customer.queries import member as queries
from services.customer.rules.viewer import Right, Role

blueprint = Blueprint("member", __name__)

NAMED_MAX = 100  # ids in one question: what an address holds
AS_TYPED = ConfigDict(str_strip_whitespace=False)  # for bodies with a password: its spaces count

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Email = Annotated[str, Field(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
Phone = Annotated[str, Field(max_length=40, pattern=r"^[0-9+\-() ]+$")]


def _split(value: object) -> object:
    """Ids as an address holds them."""
    return value.split(",") if isinstance(value, str) else value


class Member(Shape):
    """A member. ``email``, ``phone`` and ``last_seen_at`` are there for admins and in what one reads of oneself."""

    member_id: UUID
    account: str
    name: str
    name_pinyin: str
    email: str | None = None
    phone: str | None = None
    role: Role
    rights: list[Right]
    department_id: UUID | None
    department_name: str | None
    active: bool
    created_at: datetime
    last_seen_at: datetime | None = None


class Count(Shape):
    """How many there are; not ``exact`` means at least so many."""

    value: int
    exact: bool


class Members(Shape):
    """One page of members."""

    items: list[Member]
    next: str | None
    count: Count


class ListMembers(Query):
    """Search looks into name, pinyin, initials and account; a department includes those below it. ``member_ids``: the members with these
    ids, split by commas.
    """

    q: str | None = Field(None, max_length=100)
    department_id: UUID | None = None
    active: bool | None = None
    member_ids: Annotated[list[UUID] | None, BeforeValidator(_split), Field(max_length=NAMED_MAX)] = None
    limit: int = Field(50, ge=1, le=200)
    after: str | None = Field(None, max_length=1000)


class CreateMember(Body):
    """A new member; without ``rights`` the role's usual ones."""

    model_config = AS_TYPED

    account: str = Field(max_length=64)
    name: Name
    password: SecretStr = Field(max_length=1000)
    role: Role = "member"
    rights: list[Right] | None = None
    department_id: UUID | None = None
    email: Email | None = None
    phone: Phone | None = None


class EditMember(Body):
    """What is to change; what is left out stays."""

    name: Name | None = None
    role: Role | None = None
    rights: list[Right] | None = None
    department_id: UUID | None = None
    active: bool | None = None
    email: Email | None = None
    phone: Phone | None = None


class SetPassword(Body):
    """The new password as typed."""

    model_config = AS_TYPED

    new_password: SecretStr = Field(max_length=1000)


@blueprint.get("/api/members")
@endpoint(query=ListMembers, answer=Members)
def list_members(query: ListMembers) -> dict[str, object]:
    """Members by name."""
    return queries.list_members(engine(), call().member_id, **query.model_dump())


@blueprint.post("/api/members")
@endpoint(body=CreateMember, answer=Member, status=201, right="admin")
def create_member(body: CreateMember) -> dict[str, object]:
    """Add a member."""
    values = body.model_dump() | {"password": body.password.get_secret_value()}
    return commands.create_member(engine(), call(), **values)


@blueprint.get("/api/members/<member_id>")
@endpoint(answer=Member)
def find_member(member_id: UUID) -> dict[str, object]:
    """One member."""
    return queries.find_member(engine(), call().member_id, member_id)


@blueprint.patch("/api/members/<member_id>")
@endpoint(body=EditMember, answer=Member, right="admin")
def edit_member(member_id: UUID, body: EditMember) -> dict[str, object]:
    """Change a member; disabling ends his sessions and tokens."""
    return commands.edit_member(engine(), call(), member_id, body.changes("name", "role", "rights", "active"))


@blueprint.post("/api/members/<member_id>/password")
@endpoint(body=SetPassword, right="admin")
def set_member_password(member_id: UUID, body: SetPassword) -> None:
    """Give a member a new password; his sessions end."""
    password_commands.set_member_password(engine(), call(), member_id, new_password=body.new_password.get_secret_value())
