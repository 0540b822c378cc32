"""What the worker and the relay say to each other: one JSON object a line, both ways, over a UNIX socket.

The worker orders (`do`), the relay tells (`tell`). The relay says first who it is; a worker that was set up
differently has it `retire`, which leaves it to what it still drains, and starts another. One that ends says
that it will `leave`: the relay ends as soon as nothing is left to drain. One that dies may be back soon.

    do: tap {tap, path} · untap {tap} · stop {tap} · whole {tap, pause} · sounds {tap, on}
        listen {tap, listening, language, phrases, jsgf, silence, patience, longest}
        ready {languages} · ping {ping} · retire · leave
    tell: relay {version, setup} · tapped {tap} · refused {tap, why} · over {tap} · pong {ping}
        began {tap, listening, at} · paused {tap, listening, pause, words}
        deaf {tap, listening, why, failed}
        ended {tap, listening, hypotheses, seconds, cut, engine}
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ivr import __version__

Message = dict[str, Any]

LONGEST: Final = 4 << 20
"""Bytes of a line; a list of 20,000 phrases is half of it."""

MOST_BACKLOG: Final = 8 << 20
"""Bytes that may wait for a peer that does not read; then it is given up."""

SOCKET: Final = "relay.sock"
LOCK: Final = "relay.lock"
SUFFIX: Final = ".r8"
"""How the name of a pipe ends: raw 8 kHz, 16 bit for FreeSWITCH's mod_sndfile."""

_LONGEST_ADDRESS: Final = 100
"""Bytes of a socket's path; sockaddr_un has room for 107."""

VERSION: Final = f"{__version__}/1"


@contextmanager
def address(folder: Path) -> Iterator[str]:
    """The path of the socket, also where the folder's own is too long for one."""
    path = str(folder / SOCKET)
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        yield path
        return
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)


def line(message: Message) -> bytes:
    """A message as it is sent."""
    return json.dumps(message, ensure_ascii=False).encode() + b"\n"


def parse(data: bytes) -> Message | None:
    """A line as a message; None when it is none."""
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
