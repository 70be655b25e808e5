"""Who manages whom, who holds which right."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.ids import new_id
from services.common.problem import Problem
from services.customer.rules.viewer import RIGHTS, ROLES, Role, Viewer, effective_rights, require_admin, require_right

PLACES = [new_id() for _ in range(5)]
paths = st.lists(st.sampled_from(PLACES), unique=True, max_size=5).map(tuple)


def viewer(role: Role, path: tuple[UUID, ...], rights: tuple[str, ...] = ()) -> Viewer:
    return Viewer(new_id(), "某", role, effective_rights(role, rights), path[-1] if path else None, path)  # type: ignore[arg-type]


@given(st.sampled_from(ROLES), paths, paths)
def test_a_manager_manages_his_department_and_below_and_an_admin_all(role: Role, own: tuple[UUID, ...], other: tuple[UUID, ...]) -> None:
    expected = role == "admin" or (role == "manager" and bool(own) and own[-1] in other)
    assert viewer(role, own).manages(other) is expected


def test_a_manager_without_a_department_manages_nobody() -> None:
    assert not viewer("manager", ()).manages(())


def test_an_admin_holds_every_right_and_others_what_they_were_given() -> None:
    assert all(viewer("admin", ()).has(right) for right in RIGHTS)
    assert viewer("member", (), ("export",)).has("export")
    with pytest.raises(Problem, match="import_right_missing"):
        require_right(viewer("manager", (), ("export",)), "import")
    with pytest.raises(Problem, match="admin_only"):
        require_admin(viewer("manager", (), RIGHTS))
    require_admin(viewer("admin", ()))
