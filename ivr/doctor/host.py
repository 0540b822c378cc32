"""What this machine's kernel tells of FreeSWITCH, when both are on the same: its process, its sockets.

Everything is read from /proc, which needs no rights and changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.addresses import Address

PROC = Path("/proc")
_LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class Process:
    """A running FreeSWITCH. `files`: how many it may have open (None: without end)."""

    pid: int
    uid: int
    groups: frozenset[int]
    files: int | None


def process(run_dir: str, proc: Path = PROC) -> Process | None:
    """The process that wrote `freeswitch.pid` into `run_dir`; None if it is not to be seen from here.

    FreeSWITCH lets nobody else read that file: to others it is the one process of its name, if it is one."""
    try:
        pid = int(Path(run_dir, "freeswitch.pid").read_text(encoding="ascii").strip("\0 \n"))
    except (OSError, ValueError):
        named = [path for path in proc.glob("[0-9]*/comm") if _is_freeswitch(path)]
        return _process(named[0].parent) if len(named) == 1 else None
    return _process(proc / str(pid)) if _is_freeswitch(proc / str(pid) / "comm") else None


def _is_freeswitch(comm: Path) -> bool:
    try:
        return comm.read_text(encoding="utf-8", errors="replace").strip() == "freeswitch"
    except OSError:
        return False


def _process(own: Path) -> Process | None:
    try:
        status = dict(line.split(":", 1) for line in (own / "status").read_text().splitlines() if ":" in line)
        groups = frozenset(map(int, [status["Gid"].split()[1], *status["Groups"].split()]))
        return Process(int(own.name), int(status["Uid"].split()[1]), groups, _open_files(own / "limits"))
    except (OSError, ValueError, KeyError):
        return None


def _open_files(limits: Path) -> int | None:
    for line in limits.read_text(encoding="ascii").splitlines():
        if line.startswith("Max open files"):
            soft = line.split()[3]
            return None if soft == "unlimited" else int(soft)
    raise ValueError("no limit of open files")


def listening(port: int, proc: Path = PROC) -> list[Address]:
    """The addresses of this machine on which somebody listens at a TCP port; empty where nothing tells."""
    return sorted({address for address, at in _listeners(proc) if at == port}, key=str)


def _listeners(proc: Path) -> Iterator[tuple[Address, int]]:
    for name in ("tcp", "tcp6"):
        try:
            rows = (proc / "net" / name).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            _, local, _, state, *_ = row.split()
            if state == _LISTEN:
                packed, _, port = local.partition(":")
                yield _address(packed), int(port, 16)


def _address(packed: str) -> Address:
    """The kernel writes an address as 32-bit words of the machine's own byte order."""
    words = [int(packed[at : at + 8], 16) for at in range(0, len(packed), 8)]
    content = struct.pack(f"={len(words)}I", *words)
    family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
    return ipaddress.ip_address(socket.inet_ntop(family, content))
