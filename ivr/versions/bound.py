"""What names are bound to, as this machine saw it last: numbers and calendars on its disk.

A worker begins with it while the database is away. What cannot be read of it is as if it were not there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import Any

from ivr.dids import Did, Table
from ivr.errors import IvoryError
from ivr.hours import Book, Entry, Forced
from ivr.hours.written import plain, read


@dataclass(frozen=True)
class Bound:
    """Numbers and calendars in force, after so many changes to them; -1: nothing was ever seen."""

    turn: int = -1
    dids: Table = field(default_factory=Table)
    calendars: Book = field(default_factory=Book)


NOTHING = Bound()


class BoundMirror:
    """The file; it is made when something is kept. All that it does may wait for the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser().absolute()

    def read(self) -> Bound:
        """What was kept; `NOTHING` when that cannot be read."""
        try:
            whole = json.loads(self._path.read_text(encoding="utf-8"))
            table = Table(Did(**row) for row in whole["numbers"])
            book = Book(MappingProxyType({name: _entry(row) for name, row in whole["calendars"].items()}))
            return Bound(int(whole["turn"]), table, book)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, IvoryError):
            return NOTHING

    def keep(self, bound: Bound) -> None:
        """Keep what is in force, all of it or nothing. Raises IvoryError: it cannot be written."""
        whole = {
            "turn": bound.turn,
            "numbers": [asdict(row) for row in bound.dids.rows.values()],
            "calendars": {name: _row(entry) for name, entry in bound.calendars.entries.items()},
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._path.parent, delete=False) as file:  # made with mode 0600
                try:
                    file.write(json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace"))
                    file.flush()
                    os.fsync(file.fileno())
                    os.replace(file.name, self._path)
                except BaseException:
                    with suppress(OSError):
                        os.unlink(file.name)
                    raise
        except OSError as error:
            raise IvoryError(
                f"{self._path} cannot be written: {error.strerror}", hint="see flows.published"
            ) from None


def _row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {"hours": plain(entry.calendar)} if entry.calendar else {}
    if forced := entry.forced:
        until = forced.until.isoformat() if forced.until else None
        row["forced"] = {"state": forced.state, "until": until, "reason": forced.reason}
    return row


def _entry(row: Mapping[str, Any]) -> Entry:
    calendar = read(row["hours"]) if "hours" in row else None
    return Entry(calendar, _forced(row["forced"]) if "forced" in row else None)


def _forced(row: Mapping[str, Any]) -> Forced:
    until = row["until"] and datetime.fromisoformat(row["until"])
    if row["state"] not in ("open", "closed") or (until and until.tzinfo is None):
        raise ValueError(row["state"])
    return Forced(row["state"], until, str(row["reason"]))
