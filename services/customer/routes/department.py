"""Departments: the tree, and changing it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from flask import Blueprint
from pydantic import Field

from services.common.web import Body, Shape, call, endpoint, engine
from services.customer.commands import department as commands
from services.customer.queries import department as queries

blueprint = Blueprint("department", __name__)

Name = Annotated[str, Field(min_length=1, max_length=100)]
Position = Annotated[int, Field(ge=0, le=1_000_000)]


class Department(Shape):
    """A department; ``path`` leads from the top down to itself, ``member_count`` counts its own active members."""

    department_id: UUID
    name: str
    parent_id: UUID | None
    path: list[UUID]
    position: int
    member_count: int


class Departments(Shape):
    """All departments, parents before children."""

    items: list[Department]


class CreateDepartment(Body):
    """A new department; without ``position`` it comes after its siblings."""

    name: Name
    parent_id: UUID | None = None
    position: Position | None = None


class EditDepartment(Body):
    """What is to change; ``parent_id`` null moves to the top."""

    name: Name | None = None
    parent_id: UUID | None = None
    position: Position | None = None


@blueprint.get("/api/departments")
@endpoint(answer=Departments)
def list_departments() -> dict[str, object]:
    """The tree of departments."""
    return queries.list_departments(engine(), call().member_id)


@blueprint.post("/api/departments")
@endpoint(body=CreateDepartment, answer=Department, status=201, right="admin")
def create_department(body: CreateDepartment) -> dict[str, object]:
    """Add a department."""
    return commands.create_department(engine(), call(), **body.model_dump())


@blueprint.patch("/api/departments/<department_id>")
@endpoint(body=EditDepartment, answer=Department, right="admin")
def edit_department(department_id: UUID, body: EditDepartment) -> dict[str, object]:
    """Rename, reorder or move a department."""
    return commands.edit_department(engine(), call(), department_id, body.changes("name", "position"))


@blueprint.delete("/api/departments/<department_id>")
@endpoint(right="admin")
def delete_department(department_id: UUID) -> None:
    """Remove an empty department."""
    commands.delete_department(engine(), call(), department_id)
