"""Creating, showing and editing a customer, and the shapes of one. Lists are in ``customer_list.py``, owners in ``ownership.py``."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, current_app
from pydantic import AwareDatetime, Field, StrictBool, StrictFloat, StrictInt

from services.common.web import Body, Reply, Shape, call, endpoint, engine, if_match
from services.customer.commands import customer as commands
from services.customer.commands.customer import NewParticipant
from services.customer.queries import customer as queries

blueprint = Blueprint("customer", __name__)


def zone() -> str:
    """The organisation's time zone, in which days begin and times are shown."""
    found: str = current_app.extensions["settings"].organisation_timezone
    return found


# A text, day, option or member's id; a number; yes or no; several options.
CustomValue = StrictBool | StrictInt | StrictFloat | str | list[str]


class MemberRef(Shape):
    """A member as others see him beside a customer."""

    member_id: UUID
    name: str


class TagRef(Shape):
    """A tag as others see it beside a customer."""

    tag_id: UUID
    name: str
    color: str
    archived: bool = Field(False)  # there only where it is true


class ParticipantRef(Shape):
    """Somebody who takes part and whose time is not over."""

    member_id: UUID
    name: str
    role: Literal["editor", "viewer"]
    expires_at: AwareDatetime | None


class RecycleRule(Shape):
    """The rule that will move the customer into a pool first."""

    pool_rule_id: UUID
    name: str
    days: int
    workdays: bool
    pool_name: str


class CustomerRow(Shape):
    """A customer as a list shows it. In the pool, fields that are hidden from the caller are absent. ``custom`` holds what is there of
    custom fields, by their keys.
    """

    customer_id: UUID
    customer_no: str
    name: str
    short_name: str | None
    kind: str
    relation: str | None = None
    status: str
    level: str | None = None
    industry: str | None = None
    source: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    website: str | None = None
    wechat: str | None = None
    credit_code: str | None = None
    staff_size: int | None = None
    parent_customer_id: UUID | None = None
    visibility: Literal["public", "private"]
    state: Literal["owned", "unassigned", "pool"]
    owner: MemberRef | None
    starred: bool
    tags: list[TagRef] = Field([])  # absent where the pool hides them
    custom: dict[str, CustomValue]
    hidden_fields: list[str] = Field([])  # what the pool hides from the caller, custom fields too; absent where it hides nothing
    recycle_at: AwareDatetime | None
    recycle_rule: RecycleRule | None
    previous_owner: MemberRef | None
    pool_entered_at: AwareDatetime | None
    pool_reason: str | None
    pool_note: str | None
    times_claimed: int
    locked_at: AwareDatetime | None
    locked_by: MemberRef | None
    hold_until: AwareDatetime | None
    hold_reason: str | None
    held_by: MemberRef | None
    held_at: AwareDatetime | None
    last_follow_up_at: AwareDatetime | None
    last_follow_up_by: MemberRef | None
    last_follow_up_excerpt: str | None
    next_contact_at: AwareDatetime | None = None
    created_at: AwareDatetime
    created_by: MemberRef | None
    updated_at: AwareDatetime
    version: int


class Customer(CustomerRow):
    """A whole customer."""

    address: str | None = None
    remark: str | None = None
    participants: list[ParticipantRef]


class CustomerFields(Body):
    """The fields that people enter. Only those that are sent count; null or an empty text empties a field. ``custom``
    holds custom fields by their keys, and of them too only those that are sent count.
    """

    name: str | None = None
    short_name: str | None = None
    kind: str | None = None
    relation: str | None = None
    status: str | None = None
    level: str | None = None
    industry: str | None = None
    source: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    address: str | None = None
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    website: str | None = None
    wechat: str | None = None
    credit_code: str | None = None
    staff_size: int | None = Field(None, strict=True)
    parent_customer_id: UUID | None = None
    remark: str | None = None
    visibility: Literal["public", "private"] | None = None
    next_contact_at: AwareDatetime | None = None
    custom: dict[str, CustomValue | None] | None = Field(None, max_length=200)


class ParticipantChoice(Body):
    """Somebody to invite."""

    member_id: UUID
    role: Literal["editor", "viewer"]
    expires_at: AwareDatetime | None = None


class CreateCustomer(CustomerFields):
    """A new customer. Without ``owner_id`` the caller owns it; null leaves it unassigned."""

    name: str
    owner_id: UUID | None = None
    participants: list[ParticipantChoice] = Field([], max_length=200)
    tag_ids: list[UUID] = Field([], max_length=200)


class EditCustomer(CustomerFields):
    """The changed fields, and in ``base`` the values they had when the editor began."""

    base: CustomerFields | None = None


def _sent(body: CustomerFields) -> dict[str, Any]:
    return {name: getattr(body, name) for name in CustomerFields.model_fields if name in body.model_fields_set}


def _reply(answer: dict[str, Any], status: int | None = None) -> Reply:
    return Reply(answer, status, {"ETag": f'"{answer["version"]}"'})


@blueprint.post("/api/customers")
@endpoint(body=CreateCustomer, answer=Customer, status=201)
def create(body: CreateCustomer) -> Reply:
    """Add a customer."""
    answer = commands.create_customer(
        engine(),
        call(),
        _sent(body),
        zone=zone(),
        owner_id=body.owner_id if "owner_id" in body.model_fields_set else "me",
        participants=[NewParticipant(p.member_id, p.role, p.expires_at) for p in body.participants],
        tag_ids=body.tag_ids,
    )
    return _reply(answer)


@blueprint.get("/api/customers/<customer_id>")
@endpoint(answer=Customer, right="customer")
def show(customer_id: UUID) -> Reply:
    """One customer; 404 where it is not there for the caller."""
    return _reply(queries.find_customer(engine(), call().member_id, customer_id))


@blueprint.patch("/api/customers/<customer_id>")
@endpoint(body=EditCustomer, answer=Customer, right="customer")
def edit(customer_id: UUID, body: EditCustomer) -> Reply:
    """Change fields. Needs ``If-Match`` or ``base``; the same field changed by somebody else meanwhile is 409 with all three values."""
    base = None if body.base is None else {name: value if value != "" else None for name, value in _sent(body.base).items()}
    return _reply(commands.edit_customer(engine(), call(), customer_id, _sent(body), base=base, if_match=if_match(), zone=zone()))
