"""The documentation, beside what it is about: the same pages as in docs/, rendered here, so that they can be
read without any network. Messages lead to their codes, the editor to its nodes.
"""

from __future__ import annotations

import re
import site as places
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, render_template
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ivr.errors import NotFound
from ivr.web.guard import EVERYBODY, needs
from ivr.web.site import Site

_NAME: Final = re.compile(r"[a-z0-9-]+(/[a-z0-9_-]+)?")
_SHARED: Final = "share/ivory/docs"
_MARK: Final = "architecture.md"
_NO_WORD: Final = re.compile(r"[^\w\- ]")

FIRST: Final = (
    "first-flow", "flow-language", "nodes/README", "speaking", "flow-tests", "versions", "skill-groups",
    "routing", "agents-and-supervisors", "admin", "api", "webhooks", "web-phone", "freeswitch", "settings",
    "cli", "operations", "recipes", "errors",
)  # fmt: skip
"""What is offered in the list; the rest is reached from there."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML: its title, its content, its headings (id and words)."""

    title: str
    html: str
    headings: tuple[tuple[str, str], ...]


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("docs", __name__)

    @blueprint.get("/docs/", defaults={"name": "first-flow"})
    @blueprint.get("/docs/<path:name>")
    @needs(EVERYBODY)
    def docs(name: str) -> str:
        shown = site.apart(read, name.removesuffix(".md"))
        contents = [(one, site.apart(read, one).title) for one in FIRST if (folder() / f"{one}.md").is_file()]
        return render_template("docs.html", page=shown, name=name, contents=contents)

    return blueprint


def folder() -> Path:
    """Where the documentation is: in a checkout beside the package, else what its wheel brought."""
    candidates = (
        Path(__file__).parents[3] / "docs",
        Path(sys.prefix) / _SHARED,
        Path(places.getuserbase()) / _SHARED,
    )
    return next((one for one in candidates if (one / _MARK).is_file()), candidates[0])


@lru_cache(maxsize=64)
def read(name: str) -> Rendered:
    """A page of the documentation. Raises NotFound."""
    plain = "nodes/README" if name in ("nodes", "nodes/") else name
    file = folder() / f"{plain}.md"
    if not (_NAME.fullmatch(plain) or plain == "nodes/README") or not file.is_file():
        raise NotFound(f'there is no page "{name[:60]}"', hint="see /docs/")
    return render(file.read_text(encoding="utf-8"))


def render(text: str) -> Rendered:
    """Markdown as HTML. What is HTML in it is shown as text."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens, headings = parser.parse(text), []
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _words(tokens[at + 1])
            token.attrSet("id", slug(words))
            if token.tag in ("h1", "h2"):
                headings.append((slug(words), words))
        elif token.type == "table_open":
            token.attrSet("class", "table compact")
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _leads(str(child.attrGet("href") or "")))
    title = next((words for _, words in headings), "")
    return Rendered(title, parser.renderer.render(tokens, parser.options, {}), tuple(headings[1:]))


def slug(words: str) -> str:
    """A heading's id, as GitHub makes it."""
    return _NO_WORD.sub("", words.lower()).strip().replace(" ", "-")


def _words(token: Token) -> str:
    return "".join(child.content for child in token.children or () if child.type in ("text", "code_inline"))


def _leads(target: str) -> str:
    """A link between pages without the ending that it has in the folder."""
    path, hash_, anchor = target.partition("#")
    return target if "://" in path else f"{path.removesuffix('.md')}{hash_}{anchor}"
