"""Signed identities between services: accepted only whole, fresh, and from whom they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import time_machine

from services.common import identity, ids
from services.common.problem import Problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    private, trusted = identity.make_keys(["gateway", "export"])
    for name, key in private.items():
        (tmp_path / name).write_text(key)
    (tmp_path / "trusted").write_text(trusted)
    return tmp_path


def test_a_token_says_who_calls(folder: Path) -> None:
    caller = identity.Identity("gateway", ids.new_id(), ids.new_id(), ("read",))
    token = identity.Signer("gateway", folder / "gateway").token("customer", caller)
    assert identity.Verifier("customer", folder / "trusted").verify(f"Bearer {token}") == caller


def test_a_token_signed_by_another_service_under_a_false_name_is_refused(folder: Path) -> None:
    forged = identity.Signer("gateway", folder / "export").token("customer", identity.Identity("gateway", ids.new_id()))
    with pytest.raises(Problem):
        identity.Verifier("customer", folder / "trusted").verify(f"Bearer {forged}")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Bearer a.b.c", "Basic eA==", "Bearer ..", "Bearer é.é.é"])
def test_nonsense_is_refused_not_an_error(folder: Path, header: str | None) -> None:
    with pytest.raises(Problem) as refused:
        identity.Verifier("customer", folder / "trusted").verify(header)
    assert refused.value.kind.status == 401


def test_a_remembered_token_still_ends(folder: Path) -> None:
    verifier = identity.Verifier("customer", folder / "trusted")
    with time_machine.travel("2026-11-23T08:00:00Z", tick=False) as clock:
        token = identity.Signer("gateway", folder / "gateway").token("customer")
        assert verifier.verify(f"Bearer {token}").member_id is None
        clock.shift(identity.LIFETIME_SECONDS + 1)
        with pytest.raises(Problem):
            verifier.verify(f"Bearer {token}")


def test_a_signer_makes_a_new_token_before_the_old_one_ends(folder: Path) -> None:
    signer = identity.Signer("gateway", folder / "gateway")
    with time_machine.travel("2026-11-23T08:00:00Z", tick=False) as clock:
        first = signer.token("customer")
        assert signer.token("customer") == first
        clock.shift(identity.LIFETIME_SECONDS / 2 + 1)
        assert signer.token("customer") != first


def test_the_public_file_holds_no_private_key(folder: Path) -> None:
    for key in json.loads((folder / "trusted").read_text()).values():
        assert "d" not in key
