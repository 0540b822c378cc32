"""Quotes around a text that YAML reads as something else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.fix.edits import Edit, Text

_LEAD = re.compile(r"""[ ]*(?:-[ ]+)*(?:(?:[\w.+-]+|"[^"]*"|'[^']*')\s*:[ ]+)?""")
_BRACKETED = re.compile(r"(?:\{\{[^{}]*\}\}|[^{}\[\],\"'#])+")


def quoted(text: Text, line: int, begin: int, end: int) -> Edit:
    """Quotes around what stands from column `begin` to before `end`."""
    body = text.lines[line - 1][begin - 1 : end - 1]
    if '"' not in body and "\\" not in body:
        return Edit(line, begin, body, f'"{body}"')
    return Edit(line, begin, body, "'" + body.replace("'", "''") + "'")


def text_at(text: Text, line: int, column: int) -> Iterator[Edit]:
    """A text that begins here, whole: to the end of its line, or in brackets to the comma or bracket."""
    if not text.rest(line, column):
        return
    lead = _LEAD.match(text.lines[line - 1])
    if lead and lead.end() == column - 1:
        yield from _rest_of_line(text, line, column)
    elif re.search(r"[\[{,:]\s*$", text.lines[line - 1][: column - 1]):
        body = _BRACKETED.match(text.lines[line - 1], column - 1)
        if body and (words := body[0].rstrip()):
            yield quoted(text, line, column, column + len(words))


def text_around(text: Text, line: int, column: int) -> Iterator[Edit]:
    """The text of a line that is `key: text` or `- text`, when this place is within the text."""
    lead = _LEAD.match(text.lines[line - 1]) if text.rest(line, column) else None
    if lead and lead.end() < column - 1 and text.lines[line - 1][lead.end()] not in "[{\"'|>&*!":
        yield from _rest_of_line(text, line, lead.end() + 1)


def _rest_of_line(text: Text, line: int, column: int) -> Iterator[Edit]:
    rest = text.rest(line, column)
    body = re.split(r"\s#", rest, maxsplit=1)[0].rstrip()
    here = len(text.lines[line - 1]) - len(text.lines[line - 1].lstrip())
    after = next((each for each in text.lines[line:] if each.strip()), "")
    goes_on = len(after) - len(after.lstrip()) > here
    if body and not goes_on:
        yield quoted(text, line, column, column + len(body))
