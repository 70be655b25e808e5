"""A worker's sign of life: a file touched by its loop, and the command that container health checks run on it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

STALE_SECONDS = 30.0


def beat(path: Path | None) -> None:
    """Touch ``path``; None (no file asked for) does nothing."""
    if path is not None:
        path.touch()


def age_seconds(path: Path) -> float:
    """Seconds since the last beat; infinite where there was none."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


if __name__ == "__main__":
    sys.exit(0 if age_seconds(Path(sys.argv[1])) < STALE_SECONDS else 1)
