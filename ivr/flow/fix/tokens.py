"""Where the texts of a YAML file begin and end, so that one of them can be changed and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ivr.flow.fix.edits import Edit

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Token:
    """A text, mapping or list, or an alias, with where it stands (lines and columns from 1).

    Attributes:
        sort: scalar, mapping, list or alias.
        written: the text as it stands in the file with its quotes; empty where it goes over several lines.
        value: what it means.
        bracketed: whether it stands in [ ] or { }, or is such.
        inner: what is in it; of a mapping, keys and values in turn.
        end: line and column behind its last text.
    """

    sort: str
    line: int
    column: int
    written: str = ""
    value: str = ""
    bracketed: bool = False
    inner: list[Token] = field(default_factory=list)
    end: tuple[int, int] = (0, 0)

    @property
    def is_literal(self) -> bool:
        """Whether each sign of the value stands in the file as it is, between quotes or without."""
        bare = self.written[1:-1] if self.written[:1] in ("'", '"') else self.written
        return bool(self.value) and bare == self.value

    @property
    def start(self) -> int:
        """The column where the value begins, behind a quote."""
        return self.column + (self.written[:1] in ("'", '"'))

    def rewritten(self, value: str) -> Edit | None:
        """Another value within the same quotes."""
        return Edit(self.line, self.start, self.value, value) if self.is_literal else None

    def all(self) -> Iterator[Token]:
        """It and everything in it."""
        todo = [self]
        while todo:
            token = todo.pop()
            yield token
            todo += reversed(token.inner)

    def pairs(self) -> Iterator[tuple[Token, Token]]:
        """Keys and values of a mapping."""
        return zip(self.inner[::2], self.inner[1::2], strict=False)

    def get(self, key: str) -> Token | None:
        """The value of a key."""
        return next((value for name, value in self.pairs() if name.value == key), None)


def read(lines: list[str]) -> Token | None:
    """The outermost token of a file; None where it is empty or not YAML."""
    source = "\n".join(lines) + "\n"
    parser: Any = _FAST(source)
    root: Token | None = None
    stack: list[Token] = []
    try:
        for event in iter(parser.get_event, None):
            kind = type(event)
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                done = stack.pop()
                if event.end_mark.index > event.start_mark.index:  # ] or }
                    done.end = (event.end_mark.line + 1, event.end_mark.column + 1)
                elif done.inner:
                    done.end = done.inner[-1].end
                continue
            if kind not in (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent):
                continue
            token = _token(event, kind, source)
            token.bracketed = token.bracketed or bool(stack and stack[-1].bracketed)
            if stack:
                stack[-1].inner.append(token)
            root = root or token
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                stack.append(token)
    except yaml.YAMLError:
        return None
    finally:
        parser.dispose()
    return root


def _token(event: Any, kind: type, source: str) -> Token:
    start, end = event.start_mark, event.end_mark
    where = (start.line + 1, start.column + 1)
    until = (end.line + 1, end.column + 1)
    if kind is ScalarEvent:
        written = source[start.index : end.index] if start.line == end.line else ""
        return Token("scalar", *where, written, event.value, end=until)
    if kind is AliasEvent:
        return Token("alias", *where, end=until)
    sort = "mapping" if kind is MappingStartEvent else "list"
    return Token(sort, *where, bracketed=bool(event.flow_style), end=where)
