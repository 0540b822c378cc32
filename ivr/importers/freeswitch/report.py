"""What is told about an import: gathered while files are read, each thing once, in the order of the files."""

from __future__ import annotations

import re
from pathlib import Path

from ivr.errors import Place
from ivr.flow.types import shortened
from ivr.importers.base import Kind, Note


class Report:
    """The notes of one import."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, int, str], Note] = {}
        self._once: set[str] = set()

    def lost(self, place: Place, message: str, hint: str = "") -> str:
        """Something that is not in the flow; gives back a comment for the YAML."""
        return self._tell(place, "lost", message, hint)

    def differs(self, place: Place, message: str, hint: str = "") -> str:
        """Something that callers will find otherwise; gives back a comment for the YAML."""
        return self._tell(place, "differs", message, hint)

    def once(self, key: str, place: Place, message: str, hint: str = "") -> None:
        """A difference that is the same everywhere: told where it is met first."""
        if key not in self._once:
            self._once.add(key)
            self.differs(place, message, hint)

    def sound(self, place: Place, message: str, hint: str = "") -> str:
        """A recording that is not there; gives back a comment for the YAML."""
        return self._tell(place, "sound", message, hint)

    def taken(self, place: Place, message: str, hint: str) -> None:
        """Something that no file says, and that was guessed."""
        self._tell(place, "taken", message, hint)

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(self._notes.values())

    def _tell(self, place: Place, kind: Kind, message: str, hint: str) -> str:
        message = shortened(message, 400)
        note = Note(place, kind, message, hint)
        self._notes.setdefault((place.file, place.line, message), note)
        what = ("not carried over: " if kind == "lost" else "") + re.sub(r'^menu "[^"]*": ', "", message)
        return f"{what} ({Path(place.file).name}:{place.line})"
