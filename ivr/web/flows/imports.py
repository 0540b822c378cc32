"""Other systems' menus, uploaded: read in a folder of their own, and made into drafts.

What is uploaded may come from anybody. Its names lead nowhere but into that folder, its size and number are
bounded, and recordings are taken only from where the flows' own sounds and FreeSWITCH's packages are.
"""

from __future__ import annotations

import filecmp
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from ivr import registry
from ivr.errors import ImportFailed, IvoryError
from ivr.importers.base import GROUP, Imported, Importer, Note, Sound, Wishes
from ivr.web.flows.drafts import Draft
from ivr.web.flows.findings import FindingOut, shown
from ivr.web.flows.workshop import Workshop

MOST_FILES: Final = 300
MOST_BYTES: Final = 8 << 20
"""Of all files together, as JSON."""
_PART: Final = re.compile(r"[^\w .+-]")
_DEEPEST: Final = 8
_HOMES: Final = (Path("/usr/share/freeswitch/sounds"), Path("/usr/local/freeswitch/share/freeswitch/sounds"))


@dataclass(frozen=True, slots=True)
class File:
    """A file of the other system, by its name with folders."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported. `keep`: whether drafts are to be written; `reads`: the language of who reads
    what is wrong with them."""

    files: tuple[File, ...]
    system: str = ""
    language: str = ""
    keep: bool = False
    reads: str = "en"


@dataclass(frozen=True, slots=True)
class Made:
    """A flow that was made. `there`: one of its name is there already."""

    id: str
    text: str
    there: bool
    findings: list[FindingOut]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it; `written`: the drafts that are there now."""

    flows: list[Made]
    notes: list[Note]
    sounds: list[str]
    written: list[Draft]


def take(workshop: Workshop, order: Order) -> Result:
    """Read files, and make flows of them. For a native thread.

    Raises:
        ImportFailed: they cannot be read.
        IvoryError: a draft or a recording cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="ivory-import-") as name:
        home = Path(name).resolve() / "a" / "b" / "c"  # importers look two folders up
        paths = [_put(home, file) for file in order.files]
        roots = [home] if len(paths) > 1 else paths
        imported = _importer(order.system, roots).read(roots, _wishes(workshop, order.language))
        return _result(workshop, order, imported, home)


def _result(workshop: Workshop, order: Order, imported: Imported, home: Path) -> Result:
    there = workshop.flows.names()
    sounds = [sound for sound in imported.sounds if _may_be_copied(sound, workshop)]
    written: list[Draft] = []
    if order.keep:
        _copy(sounds, workshop.settings.flows.sounds)
        with workshop.writing:
            for draft in imported.flows:
                if draft.id not in there:
                    written.append(workshop.flows.write(draft.id, draft.text, new=True)[1])
    flows = [
        Made(draft.id, draft.text, draft.id in there, _findings(workshop, draft.id, draft.text, order.reads))
        for draft in imported.flows
    ]
    return Result(flows, [_note(one, home) for one in imported.notes], [one.name for one in sounds], written)


def _importer(system: str, paths: Sequence[Path]) -> Importer:
    kinds: dict[str, type[Importer]] = registry.load_all(GROUP)
    if system:
        return kinds[system]()
    for kind in kinds.values():
        if all(kind().recognises(path) for path in paths):
            return kind()
    known = "; ".join(kind.summary for kind in kinds.values())
    raise ImportFailed("nothing here knows what these files are", hint=f"what can be read: {known}")


def _wishes(workshop: Workshop, language: str) -> Wishes:
    return Wishes(language, (workshop.settings.flows.sounds.absolute(),))


def _put(home: Path, file: File) -> Path:
    """Write an uploaded file below the folder, whatever it is called."""
    parts = [_PART.sub("_", part) for part in PurePosixPath(file.path.replace("\\", "/")).parts]
    parts = [part for part in parts if part.strip(". ") and part != "/"][-_DEEPEST:] or ["file.xml"]
    path = home.joinpath(*parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise ImportFailed(f"{file.path[:100]} cannot be taken: {error.strerror}") from None
    return path


def _may_be_copied(sound: Sound, workshop: Workshop) -> bool:
    homes = (*_HOMES, workshop.settings.flows.sounds)
    return any(sound.source.resolve().is_relative_to(home.resolve()) for home in homes)


def _copy(sounds: Sequence[Sound], folder: Path) -> None:
    try:
        for sound in sounds:
            target = folder / sound.name
            if target.exists():
                if not filecmp.cmp(sound.source, target, shallow=False):
                    raise IvoryError(f"there is another sound {sound.name} already")
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(sound.source, target)
    except OSError as error:
        raise IvoryError(f"{error.filename} cannot be written: {error.strerror}") from None


def _findings(workshop: Workshop, name: str, text: str, reads: str) -> list[FindingOut]:
    return shown(workshop.check(name, text).findings, text.encode(), reads)


def _note(note: Note, home: Path) -> Note:
    """A note with the file as it was uploaded; options of the command line help nobody here."""
    file, message = (part.replace(f"{home}/", "") for part in (note.place.file, note.message))
    hint = "" if note.hint.startswith("--") else note.hint
    place = replace(note.place, file=file)
    return replace(note, place=place, message=message.replace(str(home), "it"), hint=hint)
