"""What every error code means, why it matters, and how to write it right: one entry each, in the .md files.

The examples are whole flows. A test lints each: the wrong one has exactly that finding, the right one none.
So the words of `ivr flow explain` and of docs/errors.md cannot drift away from what lint says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

FILES = ("files", "options", "meaning", "callers", "expressions", "running")

_ENTRY = re.compile(r"^## ([A-Z]\d{3})\n", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+) ?(\w*)( wrong| right)?\n(.*?)^```\n?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """A block of an entry.

    Attributes:
        language: `yaml` or `expression`.
        about: empty for a flow or a file of tests; `settings`, `plan`, `values` or `journeys` for what
            surrounds the examples.
        right: whether it is the right one or the wrong one; None for what surrounds them.
        text: as written.
    """

    language: str
    about: str
    right: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A code explained: paragraphs of Markdown and examples, in their order."""

    code: str
    parts: tuple[str | Example, ...]

    def examples(self, *, right: bool | None, about: str = "") -> list[Example]:
        """The right or the wrong ones, or what surrounds them."""
        examples = [part for part in self.parts if isinstance(part, Example)]
        return [each for each in examples if each.right is right and each.about == about]


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry by its code, in the order of the files."""
    found: dict[str, Entry] = {}
    for name in FILES:
        found |= read((resources.files(__name__) / f"{name}.md").read_text(encoding="utf-8"))
    return found


def read(text: str) -> dict[str, Entry]:
    """The entries of one file, by their codes."""
    _, *pieces = _ENTRY.split(text)
    return {code: Entry(code, _parts(body)) for code, body in zip(pieces[::2], pieces[1::2], strict=True)}


def _parts(body: str) -> tuple[str | Example, ...]:
    parts: list[str | Example] = []
    at = 0
    for match in _BLOCK.finditer(body):
        parts += _paragraphs(body[at : match.start()])
        language, about, label, text = match.groups()
        if about in ("wrong", "right"):
            about, label = "", about
        parts.append(
            Example(language, about, {"wrong": False, "right": True}.get((label or "").strip()), text)
        )
        at = match.end()
    return (*parts, *_paragraphs(body[at:]))


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]
