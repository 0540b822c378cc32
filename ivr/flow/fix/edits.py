"""Changes to the text of a flow file, letter by letter: what nobody changes stays as it is.

No file is ever written anew from its data, because comments, blank lines, quotes and the order of things are
the designer's. Line ends and a byte order mark are kept, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE_END = re.compile("(\r\n|\n|\r)")
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """At a line and column (from 1), `old` becomes `new`.

    `old` stands within the line; where it is empty, `new` is put in. A line end in `new` is `\\n`.
    """

    line: int
    column: int
    old: str
    new: str

    @property
    def end(self) -> tuple[int, int]:
        return self.line, self.column + len(self.old)


class Text:
    """A file's text in lines, as `ivr.flow.yaml` counts them. Raises UnicodeDecodeError."""

    def __init__(self, raw: bytes) -> None:
        text = raw.decode()
        self._mark = _MARK if text.startswith(_MARK) else ""
        parts = _LINE_END.split(text.removeprefix(_MARK))
        self.lines = parts[::2]
        self._ends = [*parts[1::2], ""]
        self._usual_end = self._ends[0] or "\n"

    def rest(self, line: int, column: int) -> str:
        """What stands in a line from a column on; empty outside of the text."""
        return self.lines[line - 1][column - 1 :] if 0 < line <= len(self.lines) and column > 0 else ""

    def edited(self, edits: Iterable[Edit]) -> tuple[bytes, list[Edit]]:
        """The file with these edits, and those that were made: one that meets another is left for later, and
        one whose `old` does not stand there is left out."""
        made: list[Edit] = []
        for edit in sorted(set(edits)):
            apart = not made or made[-1].end <= (edit.line, edit.column)
            there = 0 < edit.line <= len(self.lines) and 0 < edit.column <= len(self.lines[edit.line - 1]) + 1
            if apart and there and self.rest(edit.line, edit.column).startswith(edit.old):
                made.append(edit)
        lines = list(self.lines)
        for edit in reversed(made):
            line, at = lines[edit.line - 1], edit.column - 1
            new = edit.new.replace("\n", self._ends[edit.line - 1] or self._usual_end)
            lines[edit.line - 1] = line[:at] + new + line[at + len(edit.old) :]
        text = "".join(line + end for line, end in zip(lines, self._ends, strict=True))
        return (self._mark + text).encode(), made
