"""The house keeps its shape: known rooms, one noun one name, small files."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"
NAMES = ("customer", "activity", "export", "gateway")
ROOMS = {"routes", "commands", "queries", "rules", "store", "clients", "workers", "migrations"}
ROOMS_OF = {"gateway": ROOMS | {"live", "web"}}
FILES_OF_THE_HALL = {"__init__", "__main__", "app", "settings"}
HALL_OF = {"gateway": FILES_OF_THE_HALL | {"openapi"}}
FORBIDDEN_NAMES = {"models", "utils", "helpers", "views", "misc", "common", "base", "util", "helper", "tools"}
LINES_MAX = 400
COMMON_LINES_MAX = 800


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "node_modules" not in path.parts)


def code_lines(path: Path) -> int:
    """Lines that hold code: no blank lines, comments or docstrings."""
    text = path.read_text()
    documentation: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            documentation.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - documentation)


@pytest.mark.parametrize("service", NAMES)
def test_a_service_has_known_rooms_only(service: str) -> None:
    folders = {path.name for path in (SERVICES / service).iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= ROOMS_OF.get(service, ROOMS), "a service may lack a room; it never invents one"


@pytest.mark.parametrize("service", NAMES)
def test_a_service_keeps_nothing_else_in_its_hall(service: str) -> None:
    files = {path.stem for path in (SERVICES / service).glob("*.py")}
    assert files <= HALL_OF.get(service, FILES_OF_THE_HALL)


EVERY_FILE = python_files(SERVICES) + python_files(ROOT / "tests")


def those(wrong: Callable[[Path, str], bool]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in EVERY_FILE if wrong(path, path.read_text())]


def test_every_file_is_small() -> None:
    assert those(lambda _, text: len(text.splitlines()) > LINES_MAX) == []


def test_every_file_is_named_after_its_noun() -> None:
    assert those(lambda path, _: path.stem in FORBIDDEN_NAMES) == []


def test_every_file_says_what_lives_in_it() -> None:
    assert those(lambda _, text: bool(text.strip()) and not ast.get_docstring(ast.parse(text))) == []


def test_no_file_promises_something_for_later() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    assert those(lambda _, text: any(word in text for word in words)) == []


def test_what_all_services_share_stays_small() -> None:
    files = [path for path in python_files(SERVICES / "common") if path.parent.name != "events"]  # the catalogue grows with the product
    lines = {path.name: code_lines(path) for path in files}
    assert sum(lines.values()) <= COMMON_LINES_MAX, lines


def test_no_test_is_skipped_or_sleeps() -> None:
    """They wait for a condition with a bound (tests/support/wait.py)."""
    left_out = {f"pytest.{name}" for name in ("skip", "importorskip", "mark.skip", "mark.skipif", "mark.xfail")}  # what is looked for here
    forbidden = {"time.sleep", "sleep", *left_out}

    def wrong(path: Path, text: str) -> bool:
        if not path.name.startswith("test_"):
            return False
        nodes = list(ast.walk(ast.parse(text)))
        calls = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
        marks = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
        return bool((calls | marks) & forbidden)

    assert those(wrong) == []
