"""What processes cost, from /proc: processor time, memory, open files."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """A process and all its descendants that live."""
    found = [pid]
    for parent in found:
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += [int(child) for child in tasks.read_text().split()]
            except OSError:
                continue
    return found


def cpu_seconds(pid: int) -> float:
    """utime + stime of a process, its threads included (proc(5), fields 14 and 15 of stat)."""
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def resident(pid: int) -> int:
    """Bytes in memory."""
    fields = _read(pid, "statm").split()
    return int(fields[1]) * PAGE if fields else 0


def open_files(pid: int) -> int:
    """How many file descriptors are open."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def threads(pid: int) -> int:
    """How many threads there are."""
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return int(fields[17]) if fields else 0


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""
