"""One XML file of a FreeSWITCH configuration, read as data: strictly, and with the place of everything.

A file may come from anybody. Document types, and so entities, are refused before the parser sees them;
nothing is fetched; size, lines and depth are bounded (the parser's own limits stay on and bound the rest).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from ivr.errors import Place
from ivr.importers.base import ImportFailed

MAX_BYTES = 8 << 20
MAX_LINES = 65_535  # libxml2 counts the lines of elements no further
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
WRAP = "ivory-file"  # the element around a file's own
_MISMATCH = re.compile(r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+)")
_HEAD = re.compile(r"\s*<\?xml[^>]*\?>")


@dataclass(frozen=True)
class Element:
    """An element with its attributes, where it stands, and the words around it.

    `before`: comments in the lines above; `behind`: a comment behind it on its line.
    """

    tag: str
    attributes: dict[str, str]
    place: Place
    children: list[Element] = field(default_factory=list)
    before: tuple[str, ...] = ()
    behind: str = ""
    lines: dict[str, int] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """An attribute; empty where it is not given, which FreeSWITCH takes for the same."""
        return self.attributes.get(name, "")

    def at(self, name: str) -> Place:
        """Where an attribute stands."""
        return Place(self.place.file, self.lines.get(name, self.place.line))

    def iter(self, tag: str) -> Iterator[Element]:
        """Every element of this name within, in order."""
        todo = [self]
        while todo:
            element = todo.pop()
            if element.tag == tag:
                yield element
            todo.extend(reversed(element.children))


def text_of(path: Path) -> str:
    """A file's text. Raises ImportFailed."""
    try:
        if not path.is_file():
            raise ImportFailed(f"{path} is not a file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ImportFailed(f"{size:,} bytes; at most {MAX_BYTES:,} are read", place=Place(str(path)))
        raw = path.read_bytes()
    except OSError as error:
        raise ImportFailed(f"cannot be read: {error.strerror}", place=Place(str(path))) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ImportFailed(
            "this is not UTF-8", place=Place(str(path), line), hint="save it as UTF-8"
        ) from None
    if text.count("\n") >= MAX_LINES:
        raise ImportFailed(f"more than {MAX_LINES:,} lines", place=Place(str(path)), hint="split it up")
    return text


def parse(path: Path) -> etree._Element:
    """The root of a file; a file of several elements, which FreeSWITCH allows, gets one.

    Raises:
        ImportFailed: with the place, where it is no XML or wants to define entities.
    """
    text = text_of(path)
    bare = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    if found := re.search(r"<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", bare, re.IGNORECASE):
        line = bare.count("\n", 0, found.start()) + 1
        hint = "take it out; what its entities stand for has to be written out"
        raise ImportFailed("a document type is not read", place=Place(str(path), line), hint=hint)
    head = _HEAD.match(text)
    body = text if head is None else "\n" * head[0].count("\n") + text[head.end() :]
    # On the first line, so that lines stay what they are.
    wrapped = f"<{WRAP}>{body}</{WRAP}>"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        return etree.fromstring(wrapped.encode(), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        column -= len(WRAP) + 2 if line == 1 else 0
        message, hint, opened = _explained(str(error.msg).partition(", line")[0])
        place = Place(str(path), opened) if opened else Place(str(path), max(1, line), max(1, column))
        raise ImportFailed(f"this is not XML: {message}", place=place, hint=hint) from None


def _explained(message: str) -> tuple[str, str, int]:
    """The parser's words for what is open and closed as a person's, with a hint, and the line of what was
    opened where the mistake is there (else 0)."""
    if found := _MISMATCH.fullmatch(message):
        opened, line, closed = found[1], int(found[2]), found[3]
        if closed == WRAP:
            return (
                f"<{opened}> is opened here and never closed",
                f"write </{opened}> behind what is in it",
                line,
            )
        if opened == WRAP:
            return f"</{closed}> closes what was never opened", f"take it out, or open <{closed}>", 0
        hint = f"write </{opened}> first"
        return f"</{closed}> stands where <{opened}> of line {line} is still open", hint, 0
    if WRAP in message:
        return "it ends before all that was opened is closed", "see whether its end is missing", 0
    return message, "mend it there", 0


def attribute_lines(element: Any, lines: list[str]) -> tuple[int, dict[str, int]]:
    """The line where an element begins, and that of each attribute: the parser knows where the tag ends."""
    end = element.sourceline or 1
    found: dict[str, int] = {}
    number = min(end, len(lines))
    opening = re.compile(rf"<{re.escape(str(element.tag))}(?![\w-])")
    while number >= 1:
        line = lines[number - 1]
        for name in element.attrib:
            if name not in found and re.search(rf"(?<![\w-]){re.escape(name)}\s*=", line):
                found[name] = number
        if opening.search(line):
            break
        number -= 1
    return max(number, 1), found
