"""Slips in a configuration file, in words for who has never heard of YAML."""

from __future__ import annotations

import re

import yaml

from ivr.errors import Place, SettingsError

_KEY = r"[ ]*(?:-[ ]+)*([\w.-]+)"
_SLIPS = (
    ("problem", "\\t", "a tab in the indentation", "indent with spaces"),
    ("problem", "cannot start any token", "YAML keeps this sign for itself", "put the value in quotes"),
    ("context", "quoted scalar", "the quote opened here is not closed", "add the closing quote"),
    (
        "context",
        "flow",
        "the bracket opened here is not closed, or lacks a comma",
        "close it with ] or }",
    ),
    ("problem", "could not find expected ':'", "a line without a colon", "a line is `name: value`"),
    (
        "problem",
        "mapping values",
        "a second colon in one value",
        "put the value in quotes, or into a new line",
    ),
    ("context", "block", "the indentation fits no level above", "align it with its siblings"),
)
"""Where PyYAML's error says what, what it was most likely, and the way out. A [ or quote is shown where it
was opened."""


def slip(error: yaml.MarkedYAMLError, lines: list[str], file: str) -> SettingsError:
    """An error of PyYAML, in words for who has never heard of YAML."""
    line, column, message, hint = _meant(error, lines)
    return SettingsError(f"this is not YAML: {message}", place=Place(file, line + 1, column + 1), hint=hint)


def _meant(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, int, str, str]:
    """Line and column (from 0) of the likeliest slip, what it was, and the way out."""
    at = error.problem_mark or error.context_mark
    line, column = (at.line, at.column) if at else (0, 0)
    for number in (line, line - 1):
        text = lines[number] if 0 <= number < len(lines) else ""
        if found := re.match(_KEY + r"(：|:(?!//)(?=[^\s:]))", text):
            message = f'behind "{found[1]}" there is no plain colon with a space'
            return number, found.start(2), message, f"write `{found[1]}: value`"
    problem, context = str(error.problem), str(error.context)
    before = lines[line][:column] if line < len(lines) else ""
    if "mapping values" in problem and ":" not in before:
        hint = "align it, or end that line's name by a colon"
        return line, column, "this reads as part of the line above", hint
    for said, words, message, hint in _SLIPS:
        if words in (problem if said == "problem" else context):
            opened = error.context_mark if "here" in message or "without" in message else None
            return (opened.line, opened.column, message, hint) if opened else (line, column, message, hint)
    return line, column, "it cannot be read from here on", "see whether quotes and indentation are right"
