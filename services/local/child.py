"""What a child does between fork and exec: tie its life to the runner, and step down from root where a server demands it.

Only system calls are made here: after a fork of a process with threads nothing else is safe.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CLONE_NEWUSER = 0x10000000
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


class StepDown(Enum):
    """How a process that must not be root stops being it."""

    NOTHING = "not root already"
    NAMESPACE = "a user namespace in which root looks like nobody"
    NOBODY = "the user nobody, still able to pass through root's folders"


@dataclass(frozen=True, slots=True)
class Before:
    """Called in the child before exec."""

    end_signal: int  # sent to the child when the runner dies, however that happens
    step_down: StepDown
    parent: int

    def __call__(self) -> None:
        if self.step_down is StepDown.NAMESPACE:
            _enter_namespace()
        elif self.step_down is StepDown.NOBODY:
            _become_nobody()
        if sys.platform == "linux":
            # After stepping down: a change of identity clears it.
            _LIBC.prctl(_PR_SET_PDEATHSIG, self.end_signal, 0, 0, 0)
            if os.getppid() != self.parent and self.step_down is not StepDown.NAMESPACE:
                os._exit(1)


def way_down() -> StepDown:
    """The way that works on this machine."""
    if os.geteuid() != 0:
        return StepDown.NOTHING
    trial = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x10000000) != 0)"
    if sys.platform == "linux" and subprocess.run([sys.executable, "-S", "-c", trial], check=False).returncode == 0:
        return StepDown.NAMESPACE
    return StepDown.NOBODY


def hand_over(folder: Path, way: StepDown) -> None:
    """Give a server's folder to the user it will run as."""
    if way is StepDown.NOBODY:
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def before(end_signal: int, way: StepDown = StepDown.NOTHING) -> Callable[[], None]:
    """The function for ``preexec_fn``."""
    return Before(end_signal, way, os.getpid())


def rename(arguments: Sequence[str]) -> None:
    """What ``ps`` shows of this process, written over the command line it was started with (and cut to its length)."""
    if sys.platform == "linux":
        begin, end = map(int, Path("/proc/self/stat").read_text().rpartition(")")[2].split()[45:47])
        shown = "\0".join(arguments).encode()[: end - begin - 1]
        ctypes.memmove(begin, shown.ljust(end - begin, b"\0"), end - begin)


def _enter_namespace() -> None:
    """In a user namespace of one id, root looks like nobody and still owns its own files."""
    nobody = pwd.getpwnam("nobody")
    if _LIBC.unshare(_CLONE_NEWUSER) != 0:
        os._exit(71)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{nobody.pw_uid} 0 1"), ("gid_map", f"{nobody.pw_gid} 0 1")):
        with contextlib.closing(os.fdopen(os.open(f"/proc/self/{name}", os.O_WRONLY), "w")) as file:
            file.write(text)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _become_nobody() -> None:
    """Containers refuse namespaces. The checkout may lie below /root, which nobody cannot enter: one capability is kept for that.

    Without the fix-up bit, access(2) would leave that capability out, and PostgreSQL asks by it whether its programs are there.
    """
    nobody = pwd.getpwnam("nobody")
    keeps = sys.platform == "linux" and _LIBC.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
    if keeps:
        bit = 1 << _CAP_DAC_OVERRIDE
        sets = (_Sets * 2)(_Sets(bit, bit, bit), _Sets(0, 0, 0))
        if _LIBC.capset(ctypes.byref(_Header(_CAPABILITY_VERSION_3, 0)), ctypes.byref(sets)) == 0:
            _LIBC.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
