"""What every error code means, why it matters, and how to write it right: one entry each, in the .md files.

The examples are whole flows. A test lints each: the wrong one has exactly that finding, the right one none.
So the words of `ivr flow explain` and of docs/errors.md cannot drift away from what lint says.

Another language has the paragraphs alone, in a folder beside: `zh/files.md`. Examples are the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from ivr.i18n import base
from ivr.translations import LANGUAGES, said

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

    def label(self, language: str = "en") -> str:
        """What stands above it: `wrong:`, `given: settings`."""
        kind = {True: "right:", False: "wrong:", None: "given:"}[self.right]
        return said(f"{kind} {self.about}".rstrip(), language, "codes")


@dataclass(frozen=True, slots=True)
class Entry:
    """A code explained: paragraphs of Markdown and examples, in their order."""

    code: str
    parts: tuple[str | Example, ...]

    def examples(self, *, right: bool | None, about: str = "") -> list[Example]:
        """The right or the wrong ones, or what surrounds them."""
        examples = [part for part in self.parts if isinstance(part, Example)]
        return [each for each in examples if each.right is right and each.about == about]

    @property
    def paragraphs(self) -> list[str]:
        """What is said beside the examples."""
        return [part for part in self.parts if isinstance(part, str)]

    def told(self, paragraphs: Sequence[str]) -> Entry:
        """With these paragraphs in the places of its own; as it is where there are more of them, or fewer."""
        if len(paragraphs) != len(self.paragraphs):
            return self
        others = iter(paragraphs)
        return replace(
            self, parts=tuple(next(others) if isinstance(part, str) else part for part in self.parts)
        )


@cache
def entries(language: str = "en") -> Mapping[str, Entry]:
    """Every entry by its code, in the order of the files, in a language as far as it is there in it."""
    found: dict[str, Entry] = {}
    for name in FILES:
        found |= stored(__name__, name, language)
    return found


def stored(package: str, name: str, language: str) -> dict[str, Entry]:
    """The entries of a file beside a package's code, by their codes."""
    folder = resources.files(package)
    written = read((folder / f"{name}.md").read_text(encoding="utf-8"))
    other = folder / base(language) / f"{name}.md"
    if base(language) not in map(base, LANGUAGES) or not other.is_file():
        return written
    words = read(other.read_text(encoding="utf-8"))
    return {
        code: entry.told(words[code].paragraphs) if code in words else entry
        for code, entry in written.items()
    }


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
