"""What is generated and kept in git is current: `make openapi` and `make docs` write it anew."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.gateway import openapi
from services.local.setup import WEB, node_folder

GENERATED_TYPES = WEB / "src" / "generated" / "api.ts"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.merged()


def test_the_openapi_document_is_what_the_routes_say(document: dict[str, Any]) -> None:
    assert openapi.FILE.read_text() == openapi.as_text(document), "run `make openapi`"


def test_the_overview_of_routes_is_what_the_routes_say(document: dict[str, Any]) -> None:
    assert openapi.OVERVIEW.read_text() == openapi.as_overview(document), "run `make openapi`"


def test_the_web_types_are_what_the_openapi_document_says(tmp_path: Path) -> None:
    fresh = tmp_path / "api.ts"
    command = shlex.split(json.loads((WEB / "package.json").read_text())["scripts"]["generate"])
    assert command[0] == "openapi-typescript"
    command[command.index("-o") + 1] = str(fresh)
    program = [str(node_folder() / "bin" / "node"), str(WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js")]
    subprocess.run([*program, *command[1:]], cwd=WEB, check=True, capture_output=True)
    assert GENERATED_TYPES.read_text() == fresh.read_text(), "run `make openapi`"
