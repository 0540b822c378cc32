"""Menus of FreeSWITCH in a few lines, for tests: what an import makes of them, and calls through it."""

from __future__ import annotations

from pathlib import Path

from ivr.importers.base import Imported, Wishes
from ivr.importers.freeswitch import FreeSwitch
from tests.calls import Scenario, load

HOUSE = Path(__file__).parents[2] / "corpus/importers/freeswitch/house"
GREET = 'greet-long="say:Choose."'


def read(*paths: Path, language: str = "", sounds: tuple[Path, ...] = ()) -> Imported:
    """What an import of files gives."""
    return FreeSwitch().read(paths, Wishes(language, sounds))


def menus(folder: Path, *texts: str, **wishes: object) -> Imported:
    """What an import of some `<menu>` elements gives."""
    file = folder / "menus.xml"
    file.write_text("<include>\n" + "\n".join(texts) + "\n</include>\n", encoding="utf-8")
    return read(file, **wishes)  # type: ignore[arg-type]


def entries(*lines: str, menu: str = GREET, name: str = "m") -> str:
    """A menu: each line is action, digits and parameter of an entry, between bars."""
    body = ""
    for line in lines:
        action, digits, parameter = (part.strip() for part in f"{line} ".split(" | ", 2))
        body += f'\n<entry action="{action}" digits="{digits}" param="{parameter}"/>'
    return f'<menu name="{name}" {menu}>{body}\n</menu>'


def told(imported: Imported, kind: str = "") -> str:
    """The notes in one text."""
    return "\n".join(str(note) for note in imported.notes if not kind or note.kind == kind)


def scenario(imported: Imported) -> Scenario:
    """Calls to the first flow, which lint finds no error in."""
    return Scenario(load(*(draft.text for draft in imported.flows)), imported.flows[0].id)
