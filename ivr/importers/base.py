"""What every importer is, and what it gives back: flows as a person would have written them, and notes.

Nothing may get lost unseen: what an importer cannot carry over is a `Note` with its place, and a comment at
the place in the YAML where a designer would look for it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from ivr.errors import ImportFailed, Place

__all__ = ["GROUP", "Draft", "ImportFailed", "Imported", "Importer", "Kind", "Note", "Sound", "Wishes"]

GROUP = "ivr.importers"

Kind = Literal["lost", "differs", "sound", "taken"]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is not in the flow as it was.

    `kind`: `lost`, it is not there at all; `differs`, callers will notice a difference; `sound`, a recording
    that was not found; `taken`, what no file says and was guessed.
    """

    place: Place
    kind: Kind
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line} {self.message}" + (f"; {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that the flows play: its name below the folder of sounds, and the file to copy."""

    name: str
    source: Path


@dataclass(frozen=True, slots=True)
class Draft:
    """A flow that was made: its id, and its YAML with comments."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Imported:
    """All that came of an import; notes are in the order of the files."""

    flows: tuple[Draft, ...]
    notes: tuple[Note, ...] = ()
    sounds: tuple[Sound, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What whoever imports may say.

    Attributes:
        language: of the callers, as `en-US`; empty: what the files say.
        sounds: folders of recordings, looked through in this order before those that the files name.
    """

    language: str = ""
    sounds: tuple[Path, ...] = ()


class Importer(ABC):
    """Reads the menus of one other system."""

    summary: ClassVar[str]
    """What it reads, in a line."""

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Whether a file or folder looks like something this importer reads. Never raises."""

    @abstractmethod
    def read(self, paths: Sequence[Path], wishes: Wishes) -> Imported:
        """The flows in files and folders.

        Raises:
            ImportFailed: a file cannot be read, or there is nothing in it to import; with the place.
        """
