"""Which folder on the way to a file shuts a process out: the answer that "cannot open" leaves open.

Only owner, group and mode are looked at; access control lists and security modules are not. So this explains
a failure that FreeSWITCH itself has shown, and proves nothing by itself.
"""

from __future__ import annotations

import grp
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

from ivr.doctor.host import Process

READ, WRITE, PASS = 4, 2, 1


def obstacle(path: Path, process: Process, need: int) -> str:
    """What keeps `process` from `need` (READ, WRITE) on `path`, as a half sentence; empty if nothing does."""
    if process.uid == 0:
        return ""
    for step in [*reversed(path.absolute().parents), path.absolute()]:
        wanted = need if step == path.absolute() else PASS
        try:
            status = step.stat()
        except OSError as error:
            return f"{step}: {error.strerror}"
        if not _granted(status.st_mode, status.st_uid, status.st_gid, process) & wanted:
            what = {READ: "read", WRITE: "write", PASS: "pass through"}[wanted]
            owner = f"{name(pwd.getpwuid, status.st_uid)}:{name(grp.getgrgid, status.st_gid)}"
            mode = stat.filemode(status.st_mode)
            return f"user {name(pwd.getpwuid, process.uid)} may not {what} {step} ({mode} {owner})"
    return ""


def _granted(mode: int, uid: int, gid: int, process: Process) -> int:
    """The rights as three bits; the first class that fits decides, as the kernel has it."""
    if uid == process.uid:
        return mode >> 6 & 7
    return mode >> 3 & 7 if gid in process.groups else mode & 7


def name(look_up: Callable[[int], tuple[object, ...]], number: int) -> str:
    """The name of a user (pwd.getpwuid) or group (grp.getgrgid), or its number."""
    try:
        return str(look_up(number)[0])
    except KeyError:
        return str(number)
