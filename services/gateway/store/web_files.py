"""The built web front end on disk: found once, remembered with type, tag and compressed siblings. Nothing outside its folder is served."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

_HASHED = re.compile(r".+[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+")
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8",
          ".svg": "image/svg+xml", ".json": "application/json", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2",
          ".map": "application/json", ".txt": "text/plain; charset=utf-8"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file: ``encodings`` are the compressed forms that lie beside it."""

    path: Path
    content_type: str
    etag: str
    lasting: bool  # its name changes with its content
    encodings: tuple[tuple[str, Path], ...]


class WebFiles:
    """Looks files up below one folder; the list is read anew when the build changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listed: tuple[int, dict[str, WebFile]] = (0, {})

    def find(self, path: str) -> WebFile | None:
        """The file at ``path`` (relative, decoded), or None. Only names that were listed exist: there is nothing to escape from."""
        return self._list().get(path)

    def _list(self) -> dict[str, WebFile]:
        index = self._folder / "index.html"
        try:
            built_at = index.stat().st_mtime_ns
        except OSError:
            return {}
        if self._listed[0] != built_at:
            files = {p.relative_to(self._folder).as_posix(): p for p in self._folder.rglob("*") if p.is_file() and not p.is_symlink()}
            self._listed = (built_at, {name: _describe(name, p, files) for name, p in files.items() if not name.endswith((".br", ".gz"))})
        return self._listed[1]


def _describe(name: str, path: Path, files: dict[str, Path]) -> WebFile:
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    etag = f'"{hashlib.sha256(path.read_bytes()).hexdigest()[:20]}"'
    encodings = tuple((code, files[name + suffix]) for code, suffix in _ENCODINGS if name + suffix in files)
    lasting = name.startswith("assets/") and _HASHED.fullmatch(path.name) is not None
    return WebFile(path, content_type, etag, lasting, encodings)
