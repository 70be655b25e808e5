"""Whatever the services refuse, the screen can say in Chinese and in English: every code has its sentence in both."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "services" / "gateway" / "web" / "src" / "lib" / "i18n"
# Calls that carry a code, and at which place.
CODE_AT = {"Problem": 1, "invalid": 1, "not_found": 0, "Refusal": 0, "Skip": 0, "RefusedError": 0, "_BadValueError": 0, "BadValueError": 0}


def _calls(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = CODE_AT.get(name)
        if place is None or len(node.args) <= place:
            continue
        code = node.args[place]
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            yield name, code.value


def codes() -> set[str]:
    """Every code that some service answers with."""
    found = set()
    for path in (ROOT / "services").rglob("*.py"):
        if "node_modules" not in path.parts:
            found |= {f"{code}_not_found" if name == "not_found" else code for name, code in _calls(path)}
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_has_its_sentence(language: str) -> None:
    known = json.loads((TEXTS / language / "problem.json").read_text())["code"]
    assert sorted(codes() - set(known)) == []


def test_the_scan_sees_refusals_at_all() -> None:
    assert {"already_claimed", "customer_not_found", "owner_only", "credit_code_checksum"} <= codes()
