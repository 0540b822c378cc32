"""A variable more in a flow's `vars:`, written as its neighbours are."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.fix.edits import Edit, Text
from ivr.flow.fix.tokens import Token


def variable(text: Text, root: Token | None, name: str) -> Iterator[Edit]:
    """Declare `name` with nothing in it."""
    if root is None or root.sort != "mapping" or root.bracketed:
        return
    entry = f"{name}: null"
    held = root.get("vars")
    if held is None:
        flow = root.get("id")
        if flow is not None and flow.end[0] == flow.line:
            yield _below(text, flow.line, f"vars:\n  {entry}")
    elif held.sort == "mapping" and held.bracketed:
        if not held.inner:
            yield Edit(held.line, held.column, text.rest(held.line, held.column)[:1], "{" + entry)
        elif held.inner[-1].written or held.inner[-1].bracketed:
            line, column = held.inner[-1].end
            yield Edit(line, column, "", f", {entry}")
    elif held.sort == "mapping":
        line, column = held.end
        yield _below(text, line - (column == 1), " " * (held.column - 1) + entry)


def _below(text: Text, line: int, new: str) -> Edit:
    """Put lines in below one, and below its comment."""
    return Edit(line, len(text.lines[line - 1]) + 1, "", f"\n{new}")
