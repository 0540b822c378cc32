"""Texts with values in them: `Your balance is {{ amount | money('USD') }}.`

What stands between {{ and }} is an expression; the rest is said as it is. There are no statements, so a
text is as long as what is in it, and never longer than 10,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.errors import ExpressionError
from ivr.flow import expressions
from ivr.flow.expressions import Expression
from ivr.flow.values import MAX_TEXT, failure

CODES = {
    "E020": "{{ that is not closed by }}",
    "E021": "nothing between {{ and }}",
    "E022": "{% or {#: there are no statements or comments in texts",
    "E023": "a text that is too long",
    "E024": "{{ inside {{ }}",
}

_NO_NAMES: frozenset[str] = frozenset()
_SIGN = re.compile(r"\{[{%#]")
_INSIDE = re.compile(r"""(?:[^'"{}]|'[^']*'|"[^"]*"|\}(?!\}))*""")


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text: constant pieces and expressions in turn.

    Attributes:
        source: as written.
        parts: str where it is constant, Expression where it changes.
        names: every name its expressions need.
    """

    source: str
    parts: tuple[str | Expression, ...] = field(compare=False)
    names: frozenset[str] = field(compare=False)
    _columns: tuple[int, ...] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, source: str) -> Template:
        """Read a text.

        Raises:
            ExpressionError: with the column (from 1) in `source`.
        """
        if len(source) > MAX_TEXT:
            raise failure("E023", f"a text has at most {MAX_TEXT:,} characters", "split it up")
        if "{" not in source:
            return cls(source, (source,) if source else (), _NO_NAMES, (0,) if source else ())
        parts: list[str | Expression] = []
        columns: list[int] = []
        names: set[str] = set()
        at = 0
        while match := _SIGN.search(source, at):
            start, column = match.end(), match.start() + 1
            if match[0] != "{{":
                hint = f"use type: branch for choices; to say the sign itself, write {{{{ '{match[0]}' }}}}"
                raise failure("E022", f"{match[0]} means nothing here", hint, column)
            inside = _INSIDE.match(source, start)
            end = inside.end() if inside else start
            if source[end : end + 2] != "}}":
                raise _unclosed(source, end, column)
            if not source[start:end].strip():
                hint = "write a name in it; to say the braces themselves, write {{ '{{' }}"
                raise failure("E021", "{{ }} is empty", hint, column)
            if match.start() > at:
                parts.append(source[at : match.start()])
                columns.append(at)
            parts.append(_within(expressions.parse, start, source[start:end]))
            columns.append(start)
            at = end + 2
        if at < len(source):
            parts.append(source[at:])
            columns.append(at)
        for part in parts:
            names |= part.names if isinstance(part, Expression) else frozenset()
        return cls(source, tuple(parts), frozenset(names), tuple(columns))

    @property
    def is_static(self) -> bool:
        """Whether it is the same for every caller."""
        return not any(isinstance(part, Expression) for part in self.parts)

    def segments(
        self,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        filters: Mapping[str, Callable[..., Any]],
        to_text: Callable[[Any], str],
    ) -> list[tuple[str, bool]]:
        """The text in pieces, and of each whether it is fresh: made for this caller.

        Args:
            scope: see `Expression.evaluate`, as for `functions` and `filters`.
            to_text: how a value is written or said; it gets every value, also those that are texts already,
                and so may escape them.

        Raises:
            ExpressionError: with the column in `source`.
        """
        segments: list[tuple[str, bool]] = []
        length = 0
        for part, offset in zip(self.parts, self._columns, strict=True):
            if isinstance(part, str):
                segment = (part, False)
            else:
                value = _within(part.evaluate, offset, scope, functions, filters)
                segment = (to_text(value), True)
            length += len(segment[0])
            if length > MAX_TEXT:
                raise failure("E023", f"the text became longer than {MAX_TEXT:,} characters", "", offset + 1)
            segments.append(segment)
        return segments

    def render(
        self,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        filters: Mapping[str, Callable[..., Any]],
        to_text: Callable[[Any], str],
    ) -> str:
        """The whole text; arguments and errors as for `segments`."""
        return "".join(text for text, _fresh in self.segments(scope, functions, filters, to_text))


def _within(step: Callable[..., Any], offset: int, *arguments: Any) -> Any:
    """Columns of an expression, moved to where it stands in the text."""
    try:
        return step(*arguments)
    except ExpressionError as error:
        error.column += offset
        raise


def _unclosed(source: str, end: int, column: int) -> ExpressionError:
    stop = source[end : end + 1]
    if stop == "{":
        return failure(
            "E024", "{ inside {{ }}", "close the first with }} before; names stand without braces", end + 1
        )
    if stop in ("'", '"') and stop:
        return failure(
            "E020", f"a quote {stop} between {{{{ and }}}} is not closed", f"close it with {stop}", end + 1
        )
    return failure("E020", "{{ is not closed", "add }}", column)
