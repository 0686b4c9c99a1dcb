"""Processor time and memory of other processes, from the kernel's own accounts."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """The process and everything below it."""
    parents = _parents()
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_ms(pids: Iterable[int]) -> float:
    """User and system time of these processes so far, with that of their ended children.

    The process clock counts in nanoseconds what /proc/PID/stat rounds to ticks; children are counted in ticks.
    """
    return sum(_own_ms(pid) + _children_ms(pid) for pid in pids)


def rss_mb(pid: int) -> float:
    """Resident memory in megabytes, pages shared with other processes included."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6


def command(pid: int) -> list[str]:
    """The words a process was started with; none for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _own_ms(pid: int) -> float:
    # CPUCLOCK_SCHED of another process, as clock_getcpuclockid(3) builds it.
    try:
        return time.clock_gettime((~pid << 3) | 2) * 1000
    except OSError:
        return 0.0


def _children_ms(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[13]) + int(fields[14])) * _TICK_MS if fields else 0.0


def _parents() -> dict[int, int]:
    stats = {int(entry.name): _stat(int(entry.name)) for entry in os.scandir("/proc") if entry.name.isdigit()}
    return {pid: int(fields[1]) for pid, fields in stats.items() if fields}


def _stat(pid: int) -> list[str]:
    """The fields behind the name, from the state on; empty for a process that has ended (proc(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
