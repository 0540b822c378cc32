"""`next` that stands among a node's outcomes, put beside them."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.fix.edits import Edit, Text
from ivr.flow.fix.tokens import Token


def out_of_outcomes(text: Text, root: Token | None, key: Token | None) -> Iterator[Edit]:
    """Move the entry that begins with `key` out of its mapping, where that is a matter of one line, or of two
    that change places."""
    for node in root.all() if root and key else ():
        for name, outcomes in node.pairs() if node.sort == "mapping" else ():
            if outcomes.sort == "mapping" and any(each is key for each in outcomes.inner[::2]):
                pairs = [(one, other) for one, other in outcomes.pairs() if one is not key]
                target = next(other for one, other in outcomes.pairs() if one is key)
                if outcomes.bracketed:
                    yield from _bracketed(text, node, name, outcomes, target, pairs)
                elif pairs and outcomes.inner[0] is key and target.written:
                    yield from _below(text, name, target, key)
                return


def _bracketed(
    text: Text,
    node: Token,
    name: Token,
    outcomes: Token,
    target: Token,
    others: list[tuple[Token, Token]],
) -> Iterator[Edit]:
    words = [target, *(word for pair in others for word in pair)]
    if outcomes.end[0] != name.line or not all(word.written for word in words):
        return
    line = text.lines[name.line - 1]
    new = f"next: {target.written}"
    if others:
        between = ", " if node.bracketed else "\n" + " " * (node.column - 1)
        rest = ", ".join(f"{one.written}: {other.written}" for one, other in others)
        new += f"{between}{name.written}: {{{rest}}}"
    yield Edit(name.line, name.column, line[name.column - 1 : outcomes.end[1] - 1], new)


def _below(text: Text, name: Token, target: Token, key: Token) -> Iterator[Edit]:
    """`outcomes:`, and under it `next: a` before the others: the two lines change places."""
    head, first = text.lines[name.line - 1], text.lines[key.line - 1]
    entry, lead = head[name.column - 1 :].rstrip(), first[: key.column - 1]
    if key.line != name.line + 1 or entry != f"{name.written}:" or lead.strip():
        return
    moved = first[key.column - 1 :]
    yield Edit(name.line, name.column, entry, moved)
    yield Edit(key.line, name.column, first[name.column - 1 :], entry)
