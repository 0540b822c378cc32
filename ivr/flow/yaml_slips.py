"""What was most likely meant, for someone who has never heard of YAML.

libyaml says what its grammar expected; a designer needs to know which slip of the hand it was. The lines
around the error usually tell: a colon without its space, a quote that is not closed, `{{` without quotes.
Some slips are even correct YAML and mean something else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

_KEY = r"""[ \t]*(?:-[ ]+)*(["']?[\w.+-]+["']?|\*|\#)"""
_FULL_WIDTH_COLON = re.compile(_KEY + r"\s*：")
_NO_SPACE = re.compile(_KEY + r":(?!//)[^\s:]")
_TEMPLATE = re.compile(r"""(?:[^"']*[:\-,\[{]\s+|\s*|[^"']*[\[{])\{\{""")
_CURLY_QUOTE = re.compile(r"""[^"']*?[:\-,\[{]\s*([“”‘’])""")
_TAB = re.compile(r"[ ]*(?:-[ ]*)?(\t)")
_JOINED = re.compile(r"([A-Za-z_][\w-]*|[0-9*#])(?:(:)\S|\s*：)")
_LINE_COLON = re.compile(r":(?=\s|$)")
_QUOTE_IT = "put the text in quotes"
INLINE = re.compile(
    r"\s*(outcomes|options|always|vars|save|with|http|digits|headers|query|defaults|calendars|prompts)"
    r":\s+([\w.-]+:\s+[^\s#{}\[\]\"'][^#{}\[\]\"']*?)\s*(?:#.*)?"
)
"""A mapping's first name on the line of the option it belongs to: `outcomes: error: sorry`."""


class Slip(NamedTuple):
    """Where (from 0) and what."""

    line: int
    column: int
    code: str
    message: str
    hint: str


def explain(error: yaml.MarkedYAMLError, source: str, bracket: tuple[int, int] | None = None) -> Slip:
    """The likeliest slip behind a syntax error of PyYAML or libyaml in `source`.

    Args:
        bracket: line and column (from 0) of the innermost [ or { that was open then.
    """
    lines = source.split("\n")
    problem, context = str(error.problem), str(error.context)
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    start = error.context_mark or mark
    begin, begin_column = (start.line, start.column) if start else (0, 0)
    text, begin_text = lines[line], lines[begin]
    sign = text[column : column + 1]

    if "alias" in context or "anchor" in context:
        if re.match(r"\*\s*:", begin_text[begin_column:]):
            return Slip(begin, begin_column, "F016", "* is YAML's own sign", "write star: for the key *")
        return _reserved(begin, begin_column, begin_text[begin_column])
    if "tag" in context:
        return _reserved(begin, begin_column, "!")
    if match := _TAB.match(text):
        hint = "indent with spaces (two a level)"
        return Slip(line, match.start(1), "F004", "a tab in the indentation", hint)
    if "cannot start any token" in problem:
        return _reserved(line, column, sign)
    if "escape" in problem or "escape" in context:
        hint = "write \\\\ for a backslash, or use single quotes"
        return Slip(line, column, "F027", "a backslash in double quotes that means nothing", hint)
    if "quoted scalar" in context:
        quote = begin_text[begin_column : begin_column + 1]
        message = f"the quote {quote} opened here is not closed"
        return Slip(begin, begin_column, "F006", message, f"add the closing {quote}")
    if "block scalar" in context:
        hint = "start the text on the next line, indented with spaces"
        return Slip(line, column, "F005", "text on the line of | or >, or badly indented under it", hint)
    candidates = (line, line - 1) if "block" in context or "flow" in context else (begin, line, line - 1)
    for number in candidates:
        if number >= 0 and (found := _in_line(number, lines[number])):
            return found
    return _structure(problem, context, (begin, begin_column), (line, column), lines, bracket)


def joined(text: str) -> tuple[int, str, str, str] | None:
    """Offset of the colon, code, message and hint when a text is rather a key whose colon is not one.

    `type:play` and `type：play` are texts to YAML, and correct ones.
    """
    match = _JOINED.match(text)
    if match is None:
        return None
    hint = f'write "{match[1]}: "'
    if match[2]:
        return len(match[1]), "F010", f'no space after the colon of "{match[1]}:"', hint
    return len(match[1]), "F011", "the full-width colon ： is a letter to YAML", hint


def lost_text(before: str, comment: str) -> tuple[str, str, str] | None:
    """Code, message and hint when a comment was most likely not meant as one.

    Args:
        before: the line in front of it, without the spaces between.
        comment: from its # to the end of the line.
    """
    if re.match(r"#:(?:\s|$)", comment) and (not before or before[-1] in "{,"):
        return "F016", "# starts a comment, so this key is lost", "write pound: instead"
    cut = bool(before) and before[-1] not in "\"'}]" and re.match(r"#[^\s#!]", comment)
    missing = before.endswith((":", "-", ",", "[", "{")) and re.match(r"#(?:$|[,}\]])", comment)
    if cut or missing:
        hint = "put the text in quotes, or write pound for the key; a comment has a space after its #"
        return "F028", f'YAML drops "{comment[:30]}" as a comment', hint
    return None


def _reserved(line: int, column: int, sign: str) -> Slip:
    return Slip(line, column, "F009", f"YAML keeps {sign} at the start of a text for itself", _QUOTE_IT)


def _in_line(number: int, text: str) -> Slip | None:
    """A slip that one line shows by itself."""
    if match := _TEMPLATE.match(text):
        hint = 'put the whole text in quotes: "{{ … }} …"'
        return Slip(number, match.end() - 2, "F008", "{{ at the start of an unquoted text", hint)
    if match := _FULL_WIDTH_COLON.match(text):
        message = "the full-width colon ： is a letter to YAML"
        return Slip(number, match.end() - 1, "F011", message, f'write "{match[1]}: "')
    if match := _CURLY_QUOTE.match(text):
        message = f"{match[1]} is a letter to YAML, not a quote"
        return Slip(number, match.start(1), "F011", message, 'use the straight quote "')
    if match := _NO_SPACE.match(text):
        message = f'no space after the colon of "{match[1]}:"'
        return Slip(number, match.end(1), "F010", message, f'write "{match[1]}: "')
    return None


def _structure(
    problem: str,
    context: str,
    begin: tuple[int, int],
    at: tuple[int, int],
    lines: list[str],
    bracket: tuple[int, int] | None,
) -> Slip:
    """A slip that shows only in how lines stand to each other."""
    line, column = at
    text = lines[line]
    sign = text[column : column + 1]
    if "mapping values are not allowed" in problem:
        if inline := INLINE.fullmatch(text):
            message = f"{inline[1]}: takes several names, which stand in braces or below it"
            return Slip(line, inline.start(2), "F012", message, f"write {{{inline[2]}}}")
        if _LINE_COLON.search(text[:column]):
            return Slip(*at, "F012", "a colon inside an unquoted text", _QUOTE_IT)
        hint = "align it with its siblings; the line above must end its own value"
        return Slip(*at, "F013", "this line is indented like part of the text above", hint)
    next_key = bracket and bracket[0] < line and re.fullmatch(r"[ ]*[\w.+-]+", text[:column])
    if bracket and sign == ":" and not next_key:
        return Slip(*at, "F012", "a colon inside an unquoted text", _QUOTE_IT)
    if bracket and ("flow" in context or line >= len(lines) - 1):
        opened = lines[bracket[0]][bracket[1]]
        closing = {"[": "]", "{": "}"}.get(opened, "")
        message = f"the {opened} opened here is not closed, or a comma is missing by line {line + 1}"
        return Slip(
            *bracket, "F007", message, f"add the {closing} or the comma; a text with one in it needs quotes"
        )
    if "could not find expected ':'" in problem:
        return Slip(*begin, "F005", "a line without a colon", 'a line is "key: value" or "- item"')
    if "node content" in problem:
        return Slip(*at, "F009", f"a text cannot start with {sign}", _QUOTE_IT)
    if "block" in context:
        if sign == ":":
            return Slip(*at, "F015", "nothing stands in front of this colon", "write a name in front of it")
        if text[:column].rstrip().endswith(('"', "'", "]", "}")):
            hint = "put the whole text into one pair of quotes"
            return Slip(*at, "F005", "text behind a value that has ended", hint)
        return Slip(*at, "F013", "the indentation fits no level above", "align it with its siblings")
    if "document start" in problem:
        return Slip(*at, "F005", "text behind the end of the flow", "delete it, or close fewer brackets")
    return Slip(*at, "F005", "this is not YAML", "see whether quotes and indentation are right")
