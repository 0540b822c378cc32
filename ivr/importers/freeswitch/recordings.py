"""Where the recordings are that a configuration names, and what they are called among the flow's sounds."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ivr.importers.base import Sound

RATES = ("16000", "8000", "32000", "48000")  # folders of FreeSWITCH's packages; the first there is will do
SUFFIXES = frozenset({".wav", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".aiff", ".au", ".gsm", ".ul", ".al"})
_NAME = re.compile(r"[^\w .\-]")
_PREFIX = re.compile(r"(ivr|vm|conf|dir|misc|voicemail|digits|ascii|phonetic-ascii|time|currency|zrtp|aa)-")


@dataclass
class Recordings:
    """The recordings of one import.

    Attributes:
        folders: what relative names are relative to, tried in this order.
        found: those that were asked for and are there, by their name among the flow's sounds.
    """

    folders: Sequence[Path]
    found: dict[str, Sound] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)

    def name(self, file: str) -> str | None:
        """What a recording is called among the flow's sounds; None where it is not there."""
        path, name = self._look(file)
        if path is None:
            self.missing[file] = None
            return None
        if name in self.found and self.found[name].source != path:
            stem, suffix = os.path.splitext(name)
            number = 2
            while (other := f"{stem}-{number}{suffix}") in self.found and self.found[other].source != path:
                number += 1
            name = other
        self.found[name] = Sound(name, path)
        return name

    def _look(self, file: str) -> tuple[Path | None, str]:
        for folder in self.folders:
            relative = file
            if file.startswith("/"):
                if not Path(file).is_relative_to(folder):
                    continue
                relative = str(Path(file).relative_to(folder))
            if ".." not in PurePosixPath(relative).parts and (path := _on_disk(folder / relative)):
                return path, _clean(relative)
        if file.startswith("/") and (path := _on_disk(Path(file))):
            return path, "imported/" + _clean(Path(file).name)
        return None, ""


def words(file: str) -> str:
    """What a recording most likely says, as its name tells: `ivr/ivr-to_hear_music.wav` → `to hear music`."""
    name = PurePosixPath(file.replace("\\", "/")).stem
    return re.sub(r"[\W_]+", " ", _PREFIX.sub("", name, count=1)).strip()


def _clean(name: str) -> str:
    """A name as `audio:` takes it."""
    parts = [_NAME.sub("_", part).lstrip(" .-") or "_" for part in PurePosixPath(name).parts]
    return "/".join(parts).replace("..", "._")


def _on_disk(path: Path) -> Path | None:
    """The file itself, or in the folder of a sampling rate; only sounds, whatever a configuration names."""
    if path.suffix.lower() not in SUFFIXES or "\0" in str(path):
        return None
    try:
        places = [path, *(path.parent / rate / path.name for rate in RATES)]
        return next((place for place in places if place.is_file()), None)
    except OSError:  # such as a name that is too long
        return None
