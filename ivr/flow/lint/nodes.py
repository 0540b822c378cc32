"""What a node type alone can judge: its own `problems`."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.errors import Finding
from ivr.flow.lint.source import View


def check(view: View) -> Iterator[Finding]:
    """Whatever codes the node types have."""
    for name, node in view.flow.nodes.items():
        for problem in node.problems(view.around(name)):
            yield view.of(("nodes", name), problem)
