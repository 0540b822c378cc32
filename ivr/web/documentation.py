"""The pages of docs/ as HTML: found where this installation has them, in the language asked for where they
are there in it. Links lead to other pages as these are called here; those to other files are only words.
"""

from __future__ import annotations

import posixpath
import re
import site as places
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ivr.errors import NotFound
from ivr.web.languages import TAGS

ENGLISH: Final = TAGS["en"]
"""What the pages of the folder itself are in. Another language has a folder there, called by its tag."""

_NAME: Final = re.compile(r"[a-z0-9-]+(/[a-z0-9_-]+)?")
_SHARED: Final = "share/ivory/docs"
_MARK: Final = "architecture.md"
_REMARK: Final = re.compile(r"^<!-- .*? -->\n", re.MULTILINE)
_NO_WORD: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML: its title, its content, its headings (id and words), and the tag of its language."""

    title: str
    html: str
    headings: tuple[tuple[str, str], ...]
    language: str = ENGLISH


def folder() -> Path:
    """Where the documentation is: in a checkout beside the package, else what its wheel brought."""
    candidates = (
        Path(__file__).parents[2] / "docs",
        Path(sys.prefix) / _SHARED,
        Path(places.getuserbase()) / _SHARED,
    )
    return next((one for one in candidates if (one / _MARK).is_file()), candidates[0])


def languages_of(name: str) -> tuple[str, ...]:
    """The tags of the languages that a page is there in."""
    return tuple(tag for tag in TAGS.values() if _file(name, tag).is_file())


@lru_cache(maxsize=256)
def read(name: str, language: str = ENGLISH) -> Rendered:
    """A page, in this language where it is there in it, else in English. Raises NotFound."""
    plain = "nodes/README" if name in ("nodes", "nodes/") else name
    if not (_NAME.fullmatch(plain) or plain == "nodes/README") or not _file(plain, ENGLISH).is_file():
        raise NotFound(f'there is no page "{name[:60]}"', hint="see /docs/")
    english = _file(plain, ENGLISH).read_text(encoding="utf-8")
    file = _file(plain, language)
    if language == ENGLISH or not file.is_file():
        return render(english, plain)
    return render(file.read_text(encoding="utf-8"), plain, language, anchors(english))


def render(text: str, name: str = "", language: str = ENGLISH, known_as: Iterable[str] = ()) -> Rendered:
    """Markdown as HTML. HTML in it is shown as text, remarks are not. `known_as` are further ids of its
    headings, in their order: those of the English page, by which all else leads there.
    """
    parser = _parser()
    tokens, headings = parser.parse(_REMARK.sub("", text)), []
    inside = name if language == ENGLISH else f"{language}/{name}"
    more = iter(known_as)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            words, content = _words(tokens[at + 1]), tokens[at + 1].children or []
            token.attrSet("id", slug(words))
            if (other := next(more, slug(words))) != slug(words):
                content.insert(0, Token("html_inline", "", 0, content=f'<span id="{other}"></span>'))
            if token.tag in ("h1", "h2"):
                headings.append((slug(words), words))
        elif token.type == "table_open":
            token.attrSet("class", "table compact")
        if token.children:
            token.children = list(_linked(token.children, inside, language))
    title = next((words for _, words in headings), "")
    return Rendered(title, parser.renderer.render(tokens, parser.options, {}), tuple(headings[1:]), language)


def anchors(text: str) -> list[str]:
    """The ids of a page's headings, in their order."""
    parts = pairwise(_parser().parse(text))
    return [slug(_words(words)) for token, words in parts if token.type == "heading_open"]


def slug(words: str) -> str:
    """A heading's id, as GitHub makes it."""
    return _NO_WORD.sub("", words.lower()).strip().replace(" ", "-")


def _file(name: str, language: str) -> Path:
    return folder() / ("" if language == ENGLISH else language) / f"{name}.md"


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _words(token: Token) -> str:
    return "".join(child.content for child in token.children or () if child.type in ("text", "code_inline"))


def _linked(children: list[Token], inside: str, language: str) -> Iterator[Token]:
    """The parts of a line, with its links as they are here; without those that lead to no page."""
    dropped = False
    for child in children:
        if child.type == "link_open":
            target = _leads(str(child.attrGet("href") or ""), inside, language)
            dropped = target is None
            child.attrSet("href", target or "")
        if not (dropped and child.type in ("link_open", "link_close")):
            yield child


def _leads(target: str, inside: str, language: str) -> str | None:
    """A link between files as one between pages, without language and ending; None where it leads to none."""
    path, hash_, anchor = target.partition("#")
    if "://" in path or not path:
        return target
    file = posixpath.normpath(posixpath.join(posixpath.dirname(inside), path))
    if file.startswith("../") or not file.endswith(".md"):
        return None
    page, here = (one.removeprefix(f"{language}/") for one in (file.removesuffix(".md"), inside))
    return f"{posixpath.relpath(page, posixpath.dirname(here) or '.')}{hash_}{anchor}"
