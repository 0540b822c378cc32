"""The reference of nodes: a page for each, half written by people and half made from the code.

The tables come from the node type; around them stands what only somebody who has built hotlines can tell. A
new node type gets a page with the headings, to be filled: one in each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from option_tables import nested, option_table, row, title_of
from reader import Reader
from regions import filled, region

from ivr import registry
from ivr.flow.json_schema import ERROR
from ivr.flow.json_schema.words import about
from ivr.flow.model import Node
from ivr.web.documentation import ENGLISH

HEADINGS = (
    "When to use it",
    "Example",
    "Options",
    "Outcomes",
    "What the caller experiences",
    "Common mistakes",
)
MADE = {"Options": "options", "Outcomes": "outcomes"}
"""What stands first below a heading, from the code."""

_SENTENCE = re.compile(r"(?<=\.)\s|(?<=。)")


def node_pages(folder: Path, language: str = ENGLISH) -> dict[str, str]:
    """The pages about nodes by their file names within `folder`, the documentation's in a language."""
    members: Mapping[str, type[Node]] = registry.load_all("ivr.nodes")
    reader = Reader(up="../", language=language)
    pages = {}
    for name, node in members.items():
        page = folder / f"nodes/{name}.md"
        text = page.read_text(encoding="utf-8") if page.exists() else _new(name, reader)
        pages[f"nodes/{name}.md"] = filled(text, _made(node, reader))
    index = (folder / "nodes/README.md").read_text(encoding="utf-8")
    rows = (row(f"[`{name}`]({name}.md)", summary(node, reader)) for name, node in members.items())
    pages["nodes/README.md"] = filled(
        index,
        {
            "index": "\n".join([f"| {reader.word('node')} | |", "|---|---|", *rows]),
            "options": "\n".join(option_table(Node, reader, own=False)),
        },
    )
    return pages


def summary(node: type[Node], reader: Reader) -> str:
    """The first sentence of what a node type says about itself."""
    return _SENTENCE.split(reader.said(about(node).plain), maxsplit=1)[0]


def _new(name: str, reader: Reader) -> str:
    """The page of a node type that nobody has written about."""
    parts = [f"# {name}\n\n{region('about')}"]
    for heading in HEADINGS:
        parts.append(f"## {reader.word(heading)}")
        parts += [region(MADE[heading])] if heading in MADE else []
    return "\n\n".join(parts) + "\n"


def _made(node: type[Node], reader: Reader) -> dict[str, str]:
    """What a node type's page has from its code."""
    return {
        "about": "\n\n".join(map(reader.said, about(node).prose)),
        "options": "\n".join(_options(node, reader)),
        "outcomes": "\n".join(_outcomes(node, reader)),
    }


def _options(node: type[Node], reader: Reader) -> Iterator[str]:
    yield from option_table(node, reader)
    for inner in nested(node):
        yield f"\n### {title_of(inner, reader)}\n\n{reader.said(about(inner).plain)}\n"
        yield from option_table(inner, reader)


def _outcomes(node: type[Node], reader: Reader) -> Iterator[str]:
    yield row(reader.word("outcome"), reader.word("when"))
    yield "|---|---|"
    for name, when in {**node.own_outcomes, "error": ERROR}.items():
        yield row(f"`{name}`", reader.said(when))
