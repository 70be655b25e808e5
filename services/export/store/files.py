"""The finished files in a local folder, named by the lease token of the attempt that made them; unfinished ones end in ``.part``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

_FINISHED = ".xlsx"
_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Files:
    """One folder, shared by the processes of this service."""

    folder: Path

    def path(self, token: UUID) -> Path:
        """Where the finished file of an attempt lies."""
        return self.folder / f"{token}{_FINISHED}"

    @contextmanager
    def writing(self, token: UUID) -> Iterator[IO[bytes]]:
        """A file being written aside; when the block ends well it is safe on disk under its final name, else nothing is left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f"{token}{_UNFINISHED}"
        try:
            with aside.open("w+b", buffering=256 * 1024) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            aside.rename(self.path(token))
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder)

    def remove(self, token: UUID) -> None:
        """Remove a finished file; nothing if it is gone already."""
        self.path(token).unlink(missing_ok=True)

    def older_than(self, seconds: float) -> list[tuple[UUID, Path]]:
        """Every file, finished or not, that was last written more than ``seconds`` ago, with its token."""
        found = []
        limit = time.time() - seconds
        for path in self.folder.glob("*"):
            try:
                if path.suffix in (_FINISHED, _UNFINISHED) and path.stat().st_mtime < limit:
                    found.append((UUID(path.stem), path))
            except (FileNotFoundError, ValueError):
                continue  # gone meanwhile, or not one of ours
        return found


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
