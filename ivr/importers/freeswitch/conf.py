"""FreeSWITCH's preprocessor for an importer: `$${variables}`, `set` and `include`, as switch_xml.c does them.

Nothing is executed and nothing outside the configuration's folder is read: what a file asks for beyond that
is told. The dialplan's own reader (`ivr.dialplan.conf`) forgives other people's mistakes, because it must
find an extension; this one is strict, because what it passed over would be lost.
"""

from __future__ import annotations

import glob
import os
import re
from itertools import takewhile
from pathlib import Path
from typing import Any

from lxml import etree

from ivr.errors import Place
from ivr.importers.base import ImportFailed
from ivr.importers.freeswitch.report import Report
from ivr.importers.freeswitch.xml import WRAP, Element, attribute_lines, parse, text_of

MAX_DEPTH = 100  # as in FreeSWITCH
MAX_FILES = 2_000
MAX_EXPANDED = 64 << 20  # characters of attributes after expansion, altogether
_VARIABLE = re.compile(r"\$\$\{([^{}]*)\}")
_OLD_COMMAND = re.compile(r'#\s*([\w-]+)\s+"?([^"]*)"?')


class Conf:
    """A configuration being read.

    Attributes:
        root: its folder; nothing outside of it is read.
        variables: what `$${name}` stands for so far.
        files: those that were read, in order.
    """

    def __init__(self, root: Path, report: Report, variables: dict[str, str] | None = None) -> None:
        self.root = root.resolve()
        self.report = report
        self.variables = {"conf_dir": str(self.root), **(variables or {})}
        self.files: list[Path] = []
        self._expanded = 0

    def read(self, path: Path, depth: int = 0) -> Element:
        """A file and all it includes, as one element. Raises ImportFailed."""
        if len(self.files) >= MAX_FILES:
            raise ImportFailed(f"more than {MAX_FILES:,} files", place=Place(str(path)))
        self.files.append(path)
        tree = parse(path)
        lines = text_of(path).splitlines()
        return self._element(tree, path, lines, depth)

    def expand(self, value: str) -> str:
        """A value with its `$${variables}` put in; one that nobody set stays as it is written."""
        if "$${" not in value:
            return value
        # Counted first: a few lines of variables in variables would fill any memory.
        self._expanded += sum(
            len(self.variables.get(found[1], found[0])) for found in _VARIABLE.finditer(value)
        )
        if self._expanded > MAX_EXPANDED:
            raise ImportFailed(
                f"more than {MAX_EXPANDED:,} characters by $${{variables}} alone",
                place=Place(str(self.files[-1])),
            )
        return _VARIABLE.sub(lambda found: self.variables.get(found[1], found[0]), value)

    def _element(self, raw: Any, path: Path, lines: list[str], depth: int) -> Element:
        begin, known = attribute_lines(raw, lines) if raw.tag != WRAP else (1, {})
        attributes = {str(name): self.expand(str(value)) for name, value in raw.attrib.items()}
        element = Element(str(raw.tag), attributes, Place(str(path), begin), lines=known)
        pending: list[str] = []
        last: Element | None = None
        end = 0
        for child in raw.iterchildren():
            line: int = child.sourceline or 1
            if isinstance(child, etree._Comment):
                words = " ".join((child.text or "").split())
                if words.startswith("#") and (old := _OLD_COMMAND.match(words)):
                    self._command(old[1], old[2], Place(str(path), line), element, depth)
                elif last is not None and line == end and "\n" not in (child.text or ""):
                    element.children[-1] = last = _with(last, behind=words)
                else:
                    pending.append(words)
                continue
            if not isinstance(child.tag, str):
                continue  # a processing instruction
            if child.tag.lower() == "x-pre-process":
                command = self.expand(child.get("data", ""))
                place = Place(str(path), line)
                self._command(child.get("cmd", ""), command, place, element, depth)
                pending, last = [], None
                continue
            last = _with(self._element(child, path, lines, depth), before=tuple(pending))
            element.children.append(last)
            pending, end = [], line
        return element

    def _command(self, command: str, data: str, place: Place, into: Element, depth: int) -> None:
        match command.lower():
            case "set":
                name, equals, value = data.partition("=")
                if equals:
                    self.variables[name.strip()] = value.strip()
            case "include":
                self._include(data, place, into, depth)
            case "exec":
                self.report.lost(place, f'"{data}" is not executed', "write what it prints into the file")
            # What stun-set, env-set and exec-set would set stays unknown: told where it is used.

    def _include(self, data: str, place: Place, into: Element, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise ImportFailed(f"files that include each other more than {MAX_DEPTH} deep", place=place)
        pattern = os.path.normpath(data if data.startswith("/") else Path(place.file).parent / data)
        if not self._inside(pattern):
            self.report.lost(place, f"{pattern} is outside of {self.root} and was not read", "name it, too")
            return
        if not self._inside(pattern):  # what else is on the disk is nobody's business
            self.report.lost(place, f"{pattern} is outside of {self.root} and was not read", "name it, too")
            return
        for name in sorted(glob.iglob(pattern)):
            path = Path(name)
            if not path.resolve().is_relative_to(self.root):
                self.report.lost(place, f"{name} is outside of {self.root} and was not read", "name it, too")
            elif path.is_file():
                into.children.extend(self.read(path, depth + 1).children)

    def _inside(self, pattern: str) -> bool:
        """Whether a pattern looks for files below the root only, links aside."""
        certain = Path(*takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts))
        return certain.resolve().is_relative_to(self.root)


def _with(element: Element, **changes: Any) -> Element:
    return Element(**{**vars(element), **changes})
