"""The reference of nodes: a page for each, half written by people and half made from the code.

The tables come from the node type; around them stands what only somebody who has built hotlines can tell. A
new node type gets a page with the headings, to be filled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from option_tables import nested, option_table, row, title_of
from regions import filled

from ivr import registry
from ivr.flow.json_schema import ERROR
from ivr.flow.json_schema.words import about
from ivr.flow.model import Node

UP = "../"
HEADINGS = (
    "When to use it",
    "Example",
    "Options",
    "Outcomes",
    "What the caller experiences",
    "Common mistakes",
)
NEW = """# {name}

<!-- made: about -->
<!-- end -->

## When to use it

## Example

## Options

<!-- made: options -->
<!-- end -->

## Outcomes

<!-- made: outcomes -->
<!-- end -->

## What the caller experiences

## Common mistakes
"""


def node_pages(folder: Path) -> dict[str, str]:
    """The pages about nodes by their file names within `folder`, the documentation's."""
    members: Mapping[str, type[Node]] = registry.load_all("ivr.nodes")
    pages = {}
    for name, node in members.items():
        page = folder / f"nodes/{name}.md"
        text = page.read_text(encoding="utf-8") if page.exists() else NEW.format(name=name)
        pages[f"nodes/{name}.md"] = filled(text, _made(node))
    index = (folder / "nodes/README.md").read_text(encoding="utf-8")
    pages["nodes/README.md"] = filled(
        index,
        {
            "index": "\n".join(
                [
                    "| node | |\n|---|---|",
                    *(row(f"[`{name}`]({name}.md)", summary(node)) for name, node in members.items()),
                ]
            ),
            "options": "\n".join(option_table(Node, own=False, up=UP)),
        },
    )
    return pages


def summary(node: type[Node]) -> str:
    """The first sentence of what a node type says about itself."""
    return re.split(r"(?<=\.)\s", about(node).plain, maxsplit=1)[0]


def _made(node: type[Node]) -> dict[str, str]:
    """What a node type's page has from its code."""
    options = list(option_table(node, up=UP))
    for inner in nested(node):
        options += ["", f"### {title_of(inner)}\n\n{about(inner).plain}\n", *option_table(inner, up=UP)]
    outcomes = {**node.own_outcomes, "error": ERROR}
    return {
        "about": "\n\n".join(about(node).prose),
        "options": "\n".join(options),
        "outcomes": "\n".join(
            ["| outcome | when |\n|---|---|", *(row(f"`{name}`", when) for name, when in outcomes.items())]
        ),
    }
