"""The data folder of one product: what lies where in it, and that only one runner uses it at a time."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import IO, Any

from services.local.process import StartError


class Home:
    """``secrets/ postgres/ redis/ uploads/ exports/ logs/ run/`` below one folder that only its owner can enter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.secrets = self.folder / "secrets"
        self.logs = self.folder / "logs"
        self.run = self.folder / "run"
        self._lock: IO[str] | None = None

    def take(self) -> None:
        """Make the folder and claim it for this runner."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.run.mkdir(exist_ok=True)
        lock = (self.run / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            address = (self.state() or {}).get("address")
            where = f"runs already, at {address}" if address else "is starting already"
            raise StartError(f"it {where} (data in {self.folder}); `make stop` ends it") from None
        self._lock = lock
        self._state_file().unlink(missing_ok=True)

    def release(self) -> None:
        """Let others use it."""
        if self._lock is not None:
            self._state_file().unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def is_taken(self) -> bool:
        """Whether a runner uses it now."""
        if not (self.run / "lock").exists():
            return False
        with (self.run / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def write_state(self, state: dict[str, Any]) -> None:
        """Tell `status` and `stop` about this runner."""
        aside = self.run / "state.json.new"
        aside.write_text(json.dumps(state))
        aside.replace(self._state_file())

    def state(self) -> dict[str, Any] | None:
        """What a runner wrote; None where there is none. Its address is empty while it is starting."""
        try:
            return dict(json.loads(self._state_file().read_text()))
        except FileNotFoundError:
            return None

    def _state_file(self) -> Path:
        return self.run / "state.json"
