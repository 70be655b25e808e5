"""Which file of the web build answers a path, in the smallest form that the browser takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.gateway.store.web_files import WebFiles


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it will be sent."""

    path: Path
    content_type: str
    etag: str
    encoding: str | None
    lasting: bool
    varies: bool

    def content(self) -> bytes:
        """Its bytes."""
        return self.path.read_bytes()


def find_web_file(files: WebFiles, path: str, accept_encoding: str) -> Found | None:
    """The file at ``path``, or None where the build has none."""
    file = files.find(path)
    if file is None:
        return None
    accepted = {part.partition(";")[0].strip() for part in accept_encoding.split(",") if "q=0" not in part.replace(" ", "").split(";")[1:]}
    for code, compressed in file.encodings:
        if code in accepted:
            return Found(compressed, file.content_type, f'{file.etag[:-1]}-{code}"', code, file.lasting, varies=True)
    return Found(file.path, file.content_type, file.etag, None, file.lasting, varies=bool(file.encodings))
