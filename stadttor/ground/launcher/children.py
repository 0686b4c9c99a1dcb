"""Child processes that cannot outlive us."""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(sig: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` for Popen: the kernel sends `sig` to the child when its parent dies, however it dies.

    "Parent" is the thread that started the child (prctl(2)): start children from the main thread.
    """
    parent = os.getpid()

    def before_exec() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        # The parent may have died between fork and prctl; then nobody would send the signal.
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


def adopt_orphans() -> None:
    """Make this process the new parent of grandchildren whose parent dies, so that none is lost."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_group(group: int) -> None:
    """Kill what is left of a process group; a group that is already gone is fine."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def strays() -> list[int]:
    """Children of this process that still run, adopted ones included; ended ones that wait to be collected too."""
    me = os.getpid()
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and _parent_of(int(entry.name)) == me:
            found.append(int(entry.name))
    return found


def _parent_of(pid: int) -> int | None:
    try:
        # The name in parentheses may hold anything; state and parent follow its last ")" (proc(5)).
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None
