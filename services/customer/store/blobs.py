"""Bytes beside the database, in a local folder shared by this service's processes: written aside, then renamed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Blobs:
    """One folder of named files. A name is made of an id and a purpose, never of what a user typed."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where a blob lies."""
        return self.folder / name

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """A path to write to; it becomes the blob ``name`` when the block ends well, else nothing is left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f"{name}{_UNFINISHED}"
        try:
            yield aside
            with aside.open("rb") as file:
                os.fsync(file.fileno())
            aside.rename(self.path(name))
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> None:
        """Remove a blob; nothing if it is gone already."""
        self.path(name).unlink(missing_ok=True)

    def remove_older_than(self, seconds: float) -> int:
        """Remove everything last written more than ``seconds`` ago; answers how many."""
        limit = time.time() - seconds
        removed = 0
        for path in self.folder.glob("*"):
            try:
                if path.is_file() and path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue  # another process was faster
        return removed
