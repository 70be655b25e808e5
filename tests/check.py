"""What `make check` runs: every check by its name, all of them to their end, so that one run shows everything that is wrong."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from services.local.setup import WEB, node_folder

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
SIDE_BY_SIDE = 2


@dataclass(frozen=True, slots=True)
class Check:
    """A command that must end well."""

    name: str
    command: Sequence[str | Path]
    folder: Path = ROOT


def checks() -> list[Check]:
    """All of them, the longest first."""
    node = node_folder()
    npm: list[str | Path] = [node / "bin" / "node", node / "lib/node_modules/npm/bin/npm-cli.js", "run", "-s"]
    return [
        Check("mypy", [BIN / "mypy"]),
        Check("web types (tsc)", [*npm, "typecheck"], WEB),
        Check("web lint (eslint)", [*npm, "lint"], WEB),
        Check("structure", [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/structure"]),
        Check("imports (import-linter)", [BIN / "lint-imports", "--no-cache"]),
        Check("ruff", [BIN / "ruff", "check", "-q", "services", "tests"]),
        Check("ruff format", [BIN / "ruff", "format", "-q", "--check", "services", "tests"]),
        Check("bandit", [BIN / "bandit", "-q", "-r", "services", "-c", "pyproject.toml", "-x", "services/gateway/web", "-ll"]),
        Check("compose schema", [BIN / "check-jsonschema", "-q", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]),
    ]


def run(check: Check) -> bool:
    """Run one and say how it went."""
    started = time.monotonic()
    done = subprocess.run(
        [str(part) for part in check.command], cwd=check.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    seconds = time.monotonic() - started
    good = done.returncode == 0
    report = f"{'ok  ' if good else 'FAIL'} {check.name} ({seconds:.1f} s)"
    print(report if good else f"{report}\n{done.stdout.decode(errors='replace').rstrip()}", flush=True)
    return good


def main() -> int:
    """Run all; the answer is the exit code."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        good = list(pool.map(run, checks()))
    print(f"{sum(good)} of {len(good)} checks are good", flush=True)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
