"""Strict YAML for flows: text in, plain data and the place of every value out.

Flows are written by people who think in telephone numbers and opening hours, so nothing here turns `0123`,
`+8613800000000`, `12:30` or `no` into something else, nothing is lost silently (a key given twice, half a
sentence behind a `#`), and every message says where and what to do. It reads PyYAML's events, not its nodes:
composing nodes recurses in C, which a file of brackets would use to end the process.

The rules beside YAML 1.2's:

- A key is the text as written: `1:`, `"1":`, `0404:`, `yes:`, `null:` are the texts 1, 1, 0404, yes, null.
- Unquoted `true false null ~` (also `True`, `TRUE`) and plain decimal numbers of at most 15 digits are
  values; everything else is text: leading zeros and pluses, `12:30`, `2026-12-01`, `1_000`, `0o17`, `1e3`.
- One document of at most 1 MiB, 200,000 values (aliases count as what they stand for) and 50 levels.
- No tags, directives or merge keys. An alias is a copy of its anchor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from ivr.errors import Finding, FlowError, Place
from ivr.flow.yaml_builder import FLOW, MAX_FINDINGS, Builder, Limits, Spot, StopReading
from ivr.flow.yaml_scalars import UNPRINTABLE

CODES = {
    "F001": "the file is larger than a flow may be",
    "F002": "the file is not UTF-8",
    "F003": "a character that has no place in a flow",
    "F004": "a tab in the indentation",
    "F005": "not YAML",
    "F006": "a quote that is opened and not closed",
    "F007": "a bracket or brace that is opened and not closed",
    "F008": "{{ }} at the start of an unquoted text",
    "F009": "an unquoted text that starts with a sign YAML keeps for itself",
    "F010": "no space after a colon",
    "F011": "full-width punctuation where YAML needs its own",
    "F012": "a colon inside an unquoted text",
    "F013": "indentation that fits no level above",
    "F014": "the same key twice",
    "F015": "something else than a name in front of a colon",
    "F016": "`*` or `#` as a key",
    "F017": "a YAML tag",
    "F018": "an alias without an anchor, or an anchor twice",
    "F019": "an alias inside what it stands for",
    "F020": "more values than a flow may have",
    "F021": "nested deeper than a flow may be",
    "F022": "a merge key",
    "F023": "more than one document in a file",
    "F024": "a YAML directive",
    "F025": "a key without a value in { }",
    "F026": "a colon inside an unquoted text in [ ]",
    "F027": "a backslash in double quotes that means nothing",
    "F028": "text behind a # that YAML drops as a comment",
    "F029": "an empty file",
}

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file: `data` is made of dict, list, str, int, float, bool and None; every key is a str."""

    data: Any
    file: str
    _root: Spot = field(repr=False)

    def place(self, path: tuple[str | int, ...] | list[str | int] = (), *, key: bool = False) -> Place:
        """Where the value at `path` stands, or with `key` its key.

        An unknown path gives the nearest ancestor there is, by its key: the missing one belongs there.
        """
        spot = self._root
        for step in path:
            kid = (spot.kids or {}).get(step)
            if kid is None:
                key = True
                break
            spot = kid
        line, column = spot.key if key and spot.key else (spot.line, spot.column)
        return Place(self.file, line + 1, column + 1)


def parse(text: str | bytes, file: str, limits: Limits = FLOW, *, loader: Any = _FAST) -> Document:
    """Read one flow file, or another of the same YAML.

    Args:
        text: the file's content; bytes must be UTF-8 (a byte order mark in front is ignored).
        file: its name, for messages.
        limits: how large it may be.
        loader: the PyYAML loader class whose parser reads it (libyaml's where there is one).

    Raises:
        FlowError: with every finding, in the order of the file.
    """
    source = _decode(text, file, limits)
    builder = Builder(source, file, limits)
    parser = loader(source)
    try:
        builder.read(iter(parser.get_event, None))  # twice as fast as yaml.parse, which asks it twice
    except StopReading:
        pass
    except yaml.MarkedYAMLError as error:
        builder.broken(error)
    finally:
        parser.dispose()
    if builder.findings:
        raise FlowError(sorted(builder.findings, key=lambda found: (found.place.line, found.place.column)))
    return Document(builder.data, file, builder.spot)


def _decode(text: str | bytes, file: str, limits: Limits) -> str:
    """The text with `\\n` line ends and one at its end, or FlowError about the first thing wrong with it."""

    def refuse(code: str, message: str, hint: str, line: int = 1, column: int = 1) -> FlowError:
        return FlowError([Finding(Place(file, line, column), code, message, hint)])

    size = len(text) if isinstance(text, bytes) else len(text.encode(errors="surrogatepass"))
    if size > limits.size:
        raise refuse("F001", f"{size:,} bytes; {limits.what} has at most {limits.size:,}", limits.way_out)
    if isinstance(text, bytes):
        if text.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise refuse("F002", "the file is UTF-16", "save it as UTF-8")
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode()
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
            raise refuse(
                "F002", message, "save the file as UTF-8, not as GBK or Latin-1", line, column
            ) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    findings = []
    for match in islice(UNPRINTABLE.finditer(text), MAX_FINDINGS):
        place = Place(
            file, text.count("\n", 0, match.start()) + 1, match.start() - text.rfind("\n", 0, match.start())
        )
        message = f"character U+{ord(match[0]):04X} cannot be seen and has no place in a flow"
        findings.append(Finding(place, "F003", message, "delete it"))
    if findings:
        raise FlowError(findings)
    return text if text.endswith("\n") else text + "\n"
