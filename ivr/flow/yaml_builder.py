"""Building data out of YAML's events, with an eye on what a designer may have meant.

Reads one event after the other with a stack of its own, so that depth, aliases and number of values are
bounded while the file is read, and no finding keeps the next ones from being found.
"""

from __future__ import annotations

import copy
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ivr.errors import Finding, Place
from ivr.flow.yaml_scalars import UNPRINTABLE, resolve
from ivr.flow.yaml_slips import explain, joined, lost_text

MAX_DEPTH = 50
MAX_FINDINGS = 50

_HASH = re.compile(r"#(?<![^\s,\[{]#)")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many bytes and values a file may have; `what` it is, what to do when it has more, and what it has
    `at_least`."""

    size: int
    values: int
    what: str
    way_out: str
    at_least: str


FLOW = Limits(
    size=1 << 20,
    values=200_000,
    what="a flow",
    way_out="split it into several flows (type: subflow)",
    at_least="a flow needs at least `id:` and `nodes:`",
)


@dataclass(slots=True)
class Spot:
    """Where a value stands (from 0), where its key stands, and the spots of what is in it."""

    line: int
    column: int
    kids: dict[str | int, Spot] | None = None
    key: tuple[int, int] | None = None


class StopReading(Exception):
    """Nothing sensible can be read after this finding."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read.

    `before` is the number of values read before it, `height` the levels in it, `key_end` the index in the
    source behind the key that waits for its value; the value of a `bad_key` is read and dropped.
    """

    data: Any
    spot: Spot
    kids: dict[str | int, Spot]
    start: Any
    anchor: str | None
    is_key: bool
    before: int
    key: str | None = None
    key_mark: Any = None
    key_end: int = 0
    bad_key: bool = False
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What an alias stands for: its content, how many values that is and how many levels high."""

    data: Any
    kids: dict[str | int, Spot] | None
    values: int
    height: int


class Builder:
    """Turns a stream of events into data and spots, collecting findings on the way."""

    def __init__(self, source: str, file: str, limits: Limits = FLOW) -> None:
        self._limits, self._most = limits, limits.values
        self.findings: list[Finding] = []
        self.data: Any = None
        self.spot = Spot(0, 0)
        self._source = source
        self._file = file
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchor] = {}
        self._values = 0
        self._hashes = [match.start() for match in _HASH.finditer(source)]
        self._next_hash = self._hashes[0] if self._hashes else len(source)
        self._hashes_in_text: set[int] = set()

    def report(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding(Place(self._file, line + 1, column + 1), code, message, hint))
        if len(self.findings) >= MAX_FINDINGS:
            raise StopReading

    def _at(self, mark: Any, code: str, message: str, hint: str = "") -> None:
        self.report(mark.line, mark.column, code, message, hint)

    def read(self, events: Iterable[Any]) -> None:
        """Take in all events; raises StopReading when what follows would mean nothing."""
        documents = 0
        match = re.match(r"(?:[ ]*(?:#[^\n]*)?\n)*+%", self._source)
        if match:
            line = self._source.count("\n", 0, match.end())
            self.report(line, 0, "F024", "a line that starts with % is a YAML directive", "delete it")
            raise StopReading
        for event in events:
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, {} if kind is MappingStartEvent else [])
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    message = "a second document starts here"
                    self._at(event.start_mark, "F023", message, "one file is one flow")
                    raise StopReading
        if not documents:
            self.report(0, 0, "F029", "the file is empty", self._limits.at_least)
        self._comments(len(self._source))

    def broken(self, error: yaml.MarkedYAMLError) -> None:
        """The events ended with a syntax error."""
        brackets = [frame.spot for frame in self._stack if frame.start.flow_style]
        slip = explain(error, self._source, (brackets[-1].line, brackets[-1].column) if brackets else None)
        stop = error.context_mark if "scalar" in str(error.context) else error.problem_mark
        try:
            self._comments(stop.index if stop else 0)
            if all(finding.place.line != slip[0] + 1 for finding in self.findings):
                self.report(*slip)
        except StopReading:
            pass

    def _comments(self, until: int) -> None:
        """Texts and keys that became a comment because they hold a #."""
        end = 0
        for index in self._hashes:
            if index < end or index in self._hashes_in_text:
                continue
            if index >= until:
                break
            start, end = self._source.rfind("\n", 0, index) + 1, self._source.find("\n", index)
            before, comment = self._source[start:index].rstrip(), self._source[index:end]
            if slip := lost_text(before, comment):
                self.report(self._source.count("\n", 0, index), index - start, *slip)

    # Values: this runs for each word of a flow, so it calls no more than it must

    def _too_many(self, mark: Any) -> None:
        self._at(mark, "F020", f"more than {self._most:,} values", self._limits.way_out)
        raise StopReading

    def _scalar(self, event: Any) -> None:
        mark, value, style = event.start_mark, event.value, event.style
        if event.end_mark.index > self._next_hash:
            self._spare(mark.index, event.end_mark.index)
        if event.tag is not None:
            self._tag(event)
        if style == '"' and (match := UNPRINTABLE.search(value)):
            message = f"this text holds the invisible character U+{ord(match[0]):04X}"
            self._at(mark, "F003", message, "leave it out")
        plain = not style and event.tag is None
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and type(frame.data) is dict:
            self._key(frame, value, event, plain)
            return
        if plain and (frame is None or (frame.key_mark and frame.key_mark.line < mark.line)):
            self._joined(value, mark)  # it stands where a mapping does
        data = resolve(value) if plain else value
        spot = Spot(mark.line, mark.column)
        if not value and plain and frame is not None and frame.key_mark is not None:
            spot = Spot(frame.key_mark.line, frame.key_mark.column)
            self._valueless(frame, mark)
        if event.anchor:
            self._anchor(event.anchor, mark, _Anchor(data, None, 1, 0))
        self._put(data, spot, mark)

    def _spare(self, start: int, end: int) -> None:
        """Signs within a text are not comments. Texts come in the order of the file."""
        first = bisect_left(self._hashes, start)
        while first < len(self._hashes) and self._hashes[first] < end:
            self._hashes_in_text.add(self._hashes[first])
            first += 1
        self._next_hash = self._hashes[first] if first < len(self._hashes) else len(self._source)

    def _joined(self, text: str, mark: Any) -> bool:
        """Reports a text that is rather a key whose colon is not one."""
        slip = joined(text)
        if slip:
            self.report(mark.line, mark.column + slip[0], *slip[1:])
        return slip is not None

    def _valueless(self, frame: _Frame, mark: Any) -> None:
        """A key in { } that has no colon."""
        if not frame.start.flow_style or frame.is_key or frame.bad_key:
            return
        if ":" in self._source[frame.key_end : mark.index]:
            return
        key = frame.key or ""
        if not self._joined(key, frame.key_mark):
            hint = "a text with a comma in it needs quotes; a key needs a colon and a value"
            self._at(frame.key_mark, "F025", f'"{key[:30]}" has no value', hint)

    def _put(self, data: Any, spot: Spot, mark: Any) -> None:
        """A finished value goes where it belongs."""
        self._values += 1
        if self._values > self._most:
            self._too_many(mark)
        if not self._stack:
            self.data, self.spot = data, spot
            return
        frame = self._stack[-1]
        into = frame.data
        if type(into) is list:
            frame.kids[len(into)] = spot
            into.append(data)
            return
        key = frame.key
        if key is None:
            self._container_as_key(frame, mark)
            return
        if not frame.bad_key:
            key_mark = frame.key_mark
            spot.key = (key_mark.line, key_mark.column)
            frame.kids[key] = spot
            into[key] = data
        frame.key = frame.key_mark = None
        frame.bad_key = False

    # Keys

    def _key(self, frame: _Frame, value: str, event: Any, plain: bool) -> None:
        mark = event.start_mark
        frame.key, frame.key_mark, frame.key_end = value, mark, event.end_mark.index
        if value.isidentifier() and value not in frame.kids and not event.anchor:
            return  # nothing can be wrong with it
        fault = self._key_fault(frame, value, event, plain)
        frame.bad_key = fault is not None
        if fault:
            self._at(mark, *fault)

    def _key_fault(self, frame: _Frame, value: str, event: Any, plain: bool) -> tuple[str, str, str] | None:
        """Code, message and hint when this text cannot be a key of this mapping."""
        if event.anchor:
            return "F015", f'the name "{value[:30]}" has an anchor', "anchors stand behind the colon"
        if plain and value == "<<":
            hint = "write the keys out, or use defaults:"
            return "F022", "<< (merge) is not part of the flow language", hint
        if plain and not value:
            return "F015", "nothing stands in front of this colon", "write a name in front of it"
        if plain and value[0] in "“”‘’":
            return "F011", f"{value[0]} is a letter to YAML, not a quote", 'use the straight quote "'
        seen = frame.kids.get(value)
        if seen and seen.key:
            message = f'"{value[:60]}" is here twice; first in line {seen.key[0] + 1}'
            return "F014", message, "rename or delete one of them"
        return None

    def _container_as_key(self, frame: _Frame, mark: Any) -> None:
        frame.key, frame.key_mark, frame.key_end, frame.bad_key = "", mark, mark.index, True
        if self._source[mark.index - 1 : mark.index + 1] == "{{":
            hint = 'put the whole text in quotes: "{{ … }}"'
            self.report(mark.line, mark.column - 1, "F008", "{{ at the start of an unquoted text", hint)
        else:
            message = "a list or a group of options stands in front of a colon"
            self._at(mark, "F015", message, "a name belongs there, which is one text")

    # Mappings and lists

    def _open(self, event: Any, data: Any) -> None:
        mark = event.start_mark
        if event.tag is not None:
            self._tag(event)
        if len(self._stack) >= MAX_DEPTH:
            self._at(mark, "F021", f"more than {MAX_DEPTH} levels deep", "close a bracket, or flatten it")
            raise StopReading
        parent = self._stack[-1] if self._stack else None
        is_key = parent is not None and (parent.is_key or (type(parent.data) is dict and parent.key is None))
        if event.flow_style and mark.index == event.end_mark.index and type(data) is dict and not is_key:
            hint = "put the text in quotes, or the pair in { }"
            self._at(mark, "F026", "a colon makes this item of [ ] a pair", hint)
        kids: dict[str | int, Spot] = {}
        spot = Spot(mark.line, mark.column, kids)
        self._stack.append(_Frame(data, spot, kids, event, event.anchor, is_key, self._values))
        if event.anchor:
            self._anchor(event.anchor, mark, None)

    def _close(self) -> None:
        frame = self._stack.pop()
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, frame.height + 1)
        if frame.anchor:
            values = self._values - frame.before + 1
            self._anchors[frame.anchor] = _Anchor(frame.data, frame.spot.kids, values, frame.height)
        self._put(frame.data, frame.spot, frame.start.start_mark)

    # Anchors, aliases, tags

    def _anchor(self, name: str, mark: Any, anchor: _Anchor | None) -> None:
        if name in self._anchors:
            self._at(mark, "F018", f"the anchor &{name} is here twice", "give it another name")
        self._anchors[name] = anchor or _CIRCLE

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        anchor = self._anchors.get(event.anchor)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and type(frame.data) is dict and frame.key is None:
            hint = "write star: for the key *"
            self._at(mark, "F016", f"*{event.anchor} is an alias, which cannot be a key", hint)
            frame.key, frame.key_mark, frame.key_end, frame.bad_key = "", mark, event.end_mark.index, True
            return
        if anchor is None:
            hint = f'if it is text, put it in quotes: "*{event.anchor} …"'
            message = f"*{event.anchor} is an alias, but there is no anchor &{event.anchor}"
            self._at(mark, "F018", message, hint)
            anchor = _Anchor(None, None, 1, 0)
        elif anchor is _CIRCLE:
            self._at(mark, "F019", f"*{event.anchor} stands inside what it stands for", "write it out")
        if len(self._stack) + anchor.height > MAX_DEPTH:
            self._at(mark, "F021", f"more than {MAX_DEPTH} levels deep with *{event.anchor}", "flatten it")
            raise StopReading
        self._values += anchor.values - 1
        if self._values > self._most:
            self._too_many(mark)
        if frame is not None:
            frame.height = max(frame.height, anchor.height + 1)
        self._put(copy.deepcopy(anchor.data), Spot(mark.line, mark.column, anchor.kids), mark)

    def _tag(self, event: Any) -> None:
        hint = "delete it; if the text starts with !, put it in quotes"
        self._at(event.start_mark, "F017", f'"{event.tag[:40]}" is a YAML tag, which flows do not use', hint)


_CIRCLE = _Anchor(None, None, 1, 0)
"""Stands for a mapping or list until it is complete."""
