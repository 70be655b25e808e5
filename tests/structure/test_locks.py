"""Lock files: complete, with hashes, and without the address of any package host."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "services" / "gateway" / "web"
PYTHON_LOCKS = [ROOT / name for name in ("bootstrap.lock", "requirements.lock", "requirements-runtime.lock")]
NODE_LOCKS = [WEB / "package-lock.json", ROOT / "tests" / "support" / "browser" / "package-lock.json"]
PINNED = re.compile(r"^([a-z0-9._-]+)==\S+", re.MULTILINE)


def pinned(lock: Path) -> set[str]:
    return set(PINNED.findall(lock.read_text()))


def plain_name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, *NODE_LOCKS], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_lock_names_no_host(lock: Path) -> None:
    for address in re.findall(r"[a-z]+://[^\s\"']+", lock.read_text()):
        # npm's lock repeats where a package asks for donations; nothing is fetched from there
        assert lock.name == "package-lock.json"
        assert f'"url": "{address}"' in lock.read_text()


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_every_package_is_held_by_its_hash(lock: Path) -> None:
    for block in re.split(r"\n(?=[a-z])", lock.read_text()):
        assert "--hash=sha256:" in block


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    runtime = {plain_name(text) for text in project["dependencies"]}
    extras = {plain_name(text) for group in project["optional-dependencies"].values() for text in group}
    assert runtime <= pinned(ROOT / "requirements-runtime.lock")
    assert runtime | extras <= pinned(ROOT / "requirements.lock")


def test_the_image_gets_the_versions_that_were_tested() -> None:
    everything = set((ROOT / "requirements.lock").read_text().splitlines())
    for line in (ROOT / "requirements-runtime.lock").read_text().splitlines():
        assert line in everything


@pytest.mark.parametrize("lock", NODE_LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_node_package_is_held_by_its_hash(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    for name, package in packages.items():
        assert not name or package.get("link") or package.get("inBundle") or package["integrity"].startswith("sha512-")
