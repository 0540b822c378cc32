"""Menus of FreeSWITCH's own `ivr` application (mod_dptools, switch_ivr_menu.c) as flows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ivr.errors import ImportFailed, Place
from ivr.importers.base import Imported, Importer, Wishes
from ivr.importers.freeswitch import flows, folder, language, menus
from ivr.importers.freeswitch.folder import Folder
from ivr.importers.freeswitch.prompts import Prompts
from ivr.importers.freeswitch.recordings import Recordings
from ivr.importers.freeswitch.report import Report
from ivr.importers.freeswitch.xml import Element

_MOST_LOOKED_AT = 1 << 20  # bytes of a file in which a menu is looked for
_SIGN = re.compile(rb"<menu[\s>]|<menus[\s>]|ivr_menus/")


class FreeSwitch(Importer):
    """Reads `<menu>` elements: a file of them, `ivr.conf.xml`, or a folder with either."""

    summary = "FreeSWITCH's ivr_menus: files, or its configuration folder"

    def recognises(self, path: Path) -> bool:
        try:
            if path.is_dir():
                names = ("freeswitch.xml", "ivr.conf.xml", "autoload_configs/ivr.conf.xml")
                return any((path / name).is_file() for name in names) or any(
                    self.recognises(file)
                    for file in sorted([*path.glob("ivr_menus/*.xml"), *path.glob("*.xml")])
                )
            if not path.is_file():
                return False
            with path.open("rb") as file:
                return _SIGN.search(file.read(_MOST_LOOKED_AT)) is not None
        except OSError:
            return False

    def read(self, paths: Sequence[Path], wishes: Wishes) -> Imported:
        report = Report()
        found = folder.read(paths, report)
        known = flows.unique((menus.read(element, report) for element in found.menus), report)
        if not known:
            raise ImportFailed(
                "there is no <menu> in it", place=Place(str(paths[0])), hint="menus are in ivr_menus/*.xml"
            )
        tag = wishes.language or _taken(found, report)
        spoken, macros = _macros(found, tag)
        prefixes = [
            prefix
            for prefix in (spoken, found.conf.variables.get("sound_prefix", ""))
            if prefix.startswith("/")
        ]
        recordings = Recordings([*wishes.sounds, *map(Path, dict.fromkeys(prefixes))])
        prompts = Prompts(recordings, macros, report)
        drafts = flows.drafts(known, found.numbers, tag, prompts, report)
        notes = sorted(report.notes, key=lambda note: (note.place.file, note.place.line))
        return Imported(tuple(drafts), tuple(notes), tuple(recordings.found.values()))


def _taken(found: Folder, report: Report) -> str:
    """The callers' language, as far as the files tell."""
    guess = language.guess(found)
    other = "en-US" if guess.tag != "en-US" else "zh-CN"
    message = f"the callers' language is taken to be {guess.tag}, {guess.reason}"
    report.taken(guess.place, message, f"--language {other} says otherwise")
    return guess.tag


def _macros(found: Folder, tag: str) -> tuple[str, dict[str, Element]]:
    """Where the recordings of the phrases are, and the phrases by name, of one language."""
    base = tag.partition("-")[0]
    named = [
        each for each in found.languages if each.get("name").partition("-")[0] == base
    ] or found.languages
    elements = [macro for each in named[:1] for macro in each.iter("macro")] or found.macros
    prefix = next(
        (each.get(name) for each in named[:1] for name in ("sound-prefix", "sound-path") if each.get(name)),
        "",
    )
    macros: dict[str, Element] = {}
    for macro in elements:
        macros.setdefault(macro.get("name"), macro)
    return prefix, macros
