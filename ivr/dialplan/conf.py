"""A FreeSWITCH configuration, read as FreeSWITCH reads it: line by line through the preprocessor, then as one
XML document (switch_xml.c, preprocess).

Nothing is executed: `exec` and its kin are passed over. Each element keeps the file and line it came from.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lxml import etree

from ivr.errors import DialplanError, Place

_PREPROCESS = re.compile(
    r"<X-PRE-PROCESS\b[^>]*?\bcmd\s*=\s*\"([^\"]*)\"[^>]*?\bdata\s*=\s*\"([^\"]*)\"", re.IGNORECASE
)
_VARIABLE = re.compile(r"\$\$\{([^}]*)\}")
_MARK = "ivory-include"
_MAX_DEPTH = 100  # as in FreeSWITCH
_MAX_LINES = 1_000_000


@dataclass(frozen=True, slots=True)
class Include:
    """A place where files are taken in.

    Attributes:
        pattern: absolute, as for glob.
        files: what it matches now, in FreeSWITCH's order.
    """

    pattern: str
    files: tuple[Path, ...]
    place: Place

    def takes(self, path: Path) -> bool:
        """Whether it would take in a file of this path; `*` stays within a folder, as in glob(3)."""
        wanted = Path(self.pattern)
        return path.parent == wanted.parent and path.match(wanted.name)


@dataclass
class _Merged:
    lines: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    overlay: Mapping[Path, bytes] = field(default_factory=dict)

    def add(self, line: str, place: Place) -> None:
        self.lines.append(line)
        self.places.append(place)
        if len(self.lines) > _MAX_LINES:
            raise DialplanError(f"more than {_MAX_LINES} lines of configuration", place=place)


@dataclass(frozen=True, slots=True)
class Conf:
    """A configuration folder.

    Attributes:
        root: absolute path of the folder.
        dialplan: its `<section name="dialplan">`.
    """

    root: Path
    dialplan: etree._Element
    _places: list[Place]
    _includes: list[Include]

    def place(self, element: etree._Element) -> Place:
        """Where an element stands."""
        line: Any = element.sourceline
        return self._places[(line or 1) - 1]

    def include(self, element: etree._Element) -> Include | None:
        """The include that an element marks; None when it is something else."""
        return self._includes[int(element.get("number", "0"))] if element.tag == _MARK else None

    def context(self, name: str) -> etree._Element | None:
        """The context of this name that FreeSWITCH finds: the first."""
        return next((one for one in self.dialplan.iter("context") if one.get("name") == name), None)

    def includes(self, parent: etree._Element) -> list[Include]:
        """What is taken in directly within an element."""
        return [found for child in parent if (found := self.include(child)) is not None]


def read(folder: Path, overlay: Mapping[Path, bytes] | None = None) -> Conf:
    """Read the configuration in `folder`.

    Args:
        overlay: files as they would be, by absolute path; on disk nothing changes.

    Raises:
        DialplanError: it is no configuration of FreeSWITCH, or it has no dialplan on disk.
    """
    root = folder.absolute()
    main = root / "freeswitch.xml"
    if not main.is_file():
        raise DialplanError(
            f"{folder} is no configuration of FreeSWITCH: there is no freeswitch.xml in it",
            hint="often it is /etc/freeswitch or /usr/local/freeswitch/conf",
        )
    merged = _Merged(variables={"conf_dir": str(root)}, overlay=overlay or {})
    _merge(main, merged, 0)
    text = _xml_text("\n".join(merged.lines))
    # FreeSWITCH's parser forgives much, and other people's files are none of our business: recover.
    parser = etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False, no_network=True)
    document = etree.fromstring(text.encode(), parser) if text.strip() else None
    sections = [] if document is None else document.iter("section")
    for section in sections:
        if section.get("name") == "dialplan":
            return Conf(root, section, merged.places, merged.includes)
    raise DialplanError(
        f'{main} has no <section name="dialplan">',
        hint="Ivory's extension needs a dialplan in files, beside mod_xml_curl or a database",
    )


def _merge(path: Path, merged: _Merged, depth: int) -> None:
    """Append a file as the preprocessor would."""
    try:
        text = (merged.overlay.get(path) or path.read_bytes()).decode("utf-8", "replace")
    except OSError as error:
        raise DialplanError(f"{path} cannot be read: {error.strerror}") from None
    for number, raw in enumerate(text.splitlines(), 1):
        place = Place(str(path), number)
        line = _VARIABLE.sub(lambda found: merged.variables.get(found[1], ""), raw)
        if "<include>" in line or "</include>" in line or "<?" in line:
            continue  # FreeSWITCH drops the whole line, too
        if "x-pre-process" not in line.lower():
            merged.add(line, place)
            continue
        if (found := _PREPROCESS.search(line)) is None:
            continue  # such as <XX-PRE-PROCESS: that line is dropped as well
        command, data = found[1].lower(), found[2]
        if command == "set":
            name, equals, value = data.partition("=")
            if equals:
                merged.variables[name.strip()] = value.strip()
        elif command == "include" and depth < _MAX_DEPTH:
            _include(path.parent, data, place, merged, depth)


def _include(folder: Path, data: str, place: Place, merged: _Merged, depth: int) -> None:
    pattern = data if data.startswith("/") else str(folder / data)
    include = Include(pattern, (), place)
    there = {Path(name) for name in glob.glob(pattern) if Path(name).is_file()}
    there |= {path for path in merged.overlay if include.takes(path)}
    include = replace(include, files=tuple(sorted(there, key=str)))
    merged.add(f'<{_MARK} number="{len(merged.includes)}"/>', place)
    merged.includes.append(include)
    for file in include.files:
        _merge(file, merged, depth + 1)


def _xml_text(text: str) -> str:
    """Without the characters that XML knows nothing of; lines stay where they are."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
