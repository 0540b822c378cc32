"""Recordings that are on the FreeSWITCH host and not yet here, each written down before it begins.

A ticket is a small file beside the recordings. It outlives the worker, so whoever comes after it fetches what
was recorded meanwhile; and only what has a ticket may be delivered, once.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ivr import log

FOLDER: Final = ".expected"

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One expected recording.

    Attributes:
        name: where it belongs below `calls.recordings`, with its ending: `messages/….wav`.
        call: the UUID of the channel it is recorded on.
        file: its path on the FreeSWITCH host.
    """

    name: str
    call: str
    file: str


class Tickets:
    """The tickets of a folder of recordings. Its methods touch the disk, in one small file each."""

    def __init__(self, recordings: Path) -> None:
        self._folder = recordings / FOLDER
        self._open: dict[str, Ticket] = {}

    def load(self) -> None:
        """Take over what an earlier worker left. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(self._folder.glob("*.json")):
            try:
                ticket = Ticket(**json.loads(file.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError) as error:
                _log.warning("ticket unreadable", file=str(file), error=str(error))
                continue
            self._open.setdefault(ticket.name, ticket)

    def issue(self, ticket: Ticket) -> None:
        """Expect a recording. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._file(ticket.name).with_suffix(".tmp")
        partial.write_text(json.dumps(asdict(ticket)), encoding="utf-8")
        os.replace(partial, self._file(ticket.name))
        self._open[ticket.name] = ticket

    def redeem(self, name: str) -> None:
        """Expect it no longer. Raises OSError."""
        self._open.pop(name, None)
        self._file(name).unlink(missing_ok=True)

    def expects(self, name: str) -> bool:
        """Whether a recording of this name may come."""
        return name in self._open

    @property
    def all(self) -> list[Ticket]:
        """All that are expected, oldest first."""
        return list(self._open.values())

    def _file(self, name: str) -> Path:
        return self._folder / f"{name.replace('/', '~')}.json"
