"""Which files of a FreeSWITCH configuration are read for its menus, and what each is good for.

`ivr.conf.xml` and `ivr_menus/*.xml` hold the menus, `vars.xml` what `$${variables}` stand for, `lang/` the
phrases, the dialplan the numbers that lead to a menu. Whoever names one file of a configuration gets the rest
of it read, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivr.errors import Place
from ivr.importers.base import ImportFailed
from ivr.importers.freeswitch.conf import Conf
from ivr.importers.freeswitch.report import Report
from ivr.importers.freeswitch.xml import Element

MENUS = ("autoload_configs/ivr.conf.xml", "ivr.conf.xml")
_PACKAGED = (Path("/usr/share/freeswitch/sounds"), Path("/usr/local/freeswitch/share/freeswitch/sounds"))


@dataclass
class Folder:
    """What a configuration says about its menus.

    Attributes:
        menus: every `<menu>`, in order.
        languages: every `<language>`, in order.
        numbers: by menu, the numbers of the dialplan that lead to it.
    """

    conf: Conf
    menus: list[Element] = field(default_factory=list)
    languages: list[Element] = field(default_factory=list)
    macros: list[Element] = field(default_factory=list)
    numbers: dict[str, list[str]] = field(default_factory=dict)


def read(paths: Sequence[Path], report: Report) -> Folder:
    """Read files, or a folder of them. Raises ImportFailed where menus cannot be read."""
    first = paths[0] if paths[0].is_dir() else paths[0].parent
    root = _root(first)
    conf = Conf(root or first, report, _guessed(root))
    if root and (root / "vars.xml").is_file() and root / "vars.xml" not in paths:
        _forgiving(conf, root / "vars.xml", report)
    folder = Folder(conf)
    for path in paths:
        for file in _files(path):
            element = conf.read(file)
            folder.menus += element.iter("menu")
            folder.languages += element.iter("language")
            folder.macros += element.iter("macro")
            _dialled(element, folder, report)
    if root:
        read_already = {file.resolve() for file in conf.files}
        for file in sorted(root.glob("lang/*/*.xml")) if not folder.macros else ():
            if file.resolve() not in read_already and (found := _forgiving(conf, file, report)):
                folder.languages += found.iter("language")
        for file in sorted(root.glob("dialplan/*.xml")):
            if file.resolve() not in read_already and (found := _forgiving(conf, file, report)):
                _dialled(found, folder, report)
    return folder


def _forgiving(conf: Conf, path: Path, report: Report) -> Element | None:
    """A file that helps; without it, there is less to know."""
    try:
        return conf.read(path)
    except ImportFailed as error:
        report.lost(error.place or Place(str(path)), f"was not read: {error.message}", error.hint)
        return None


def _root(folder: Path) -> Path | None:
    """The configuration that a folder belongs to."""
    for candidate in (folder, *list(folder.absolute().parents)[:2]):
        if any((candidate / name).is_file() for name in ("freeswitch.xml", "vars.xml")):
            return candidate
    return None


def _files(path: Path) -> list[Path]:
    """The files that hold the menus of a file or folder. Raises ImportFailed when there is none."""
    if not path.is_dir():
        return [path]
    for name in MENUS:
        if (path / name).is_file():
            return [path / name]
    for pattern in ("ivr_menus/*.xml", "*.xml"):
        if files := sorted(
            file for file in path.glob(pattern) if file.name not in ("vars.xml", "freeswitch.xml")
        ):
            return files
    hint = "name the folder that holds autoload_configs/ or ivr_menus/, or the file itself"
    raise ImportFailed("there are no menus of FreeSWITCH in this folder", place=Place(str(path)), hint=hint)


def _guessed(root: Path | None) -> dict[str, str]:
    """What FreeSWITCH itself sets before it reads anything, as far as it can be known."""
    beside = [root.absolute().parent / "sounds"] if root else []
    folder = next((path for path in (*beside, *_PACKAGED) if path.is_dir()), None)
    return {"sounds_dir": str(folder)} if folder else {}


def _dialled(element: Element, folder: Folder, report: Report) -> None:
    """Take note of the dialplan's extensions that run a menu."""
    for condition in element.iter("condition"):
        for action in condition.children:
            if action.tag != "action" or action.get("application") != "ivr":
                continue
            numbers = folder.numbers.setdefault(action.get("data").strip(), [])
            if condition.get("field") == "destination_number":
                expression = condition.get("expression")
                if found := re.fullmatch(r"\^\(?(\+?[0-9]{1,20})\)?\$", expression.replace("\\+", "+")):
                    numbers += [] if found[1] in numbers else [found[1]]
                else:
                    message = f'the dialplan leads "{expression}" to the menu "{action.get("data")}"'
                    report.lost(condition.place, message, "write those numbers under `numbers:`")
