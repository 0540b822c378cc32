"""The rows of a layered drawing: boxes in the even ones, labels in the odd ones, and what passes by.

A link becomes a chain with one cell in every row it crosses; its label is the cell next to its source. So
nothing can lie upon anything else: whatever needs room has a place in its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from ivr.drawing.layered.tiers import Link


@dataclass(eq=False, slots=True)
class Cell:
    """What stands in a row: a box, a link's label, or a link passing by.

    Attributes:
        number: of the box, or of the link.
        group: labels of the same group keep the order of their numbers; -1: free.
        place: in the row, from the left.
        x: of its middle, in pixels.
    """

    kind: Literal["box", "label", "pass"]
    number: int
    row: int
    width: float
    height: float
    group: int = -1
    place: int = 0
    x: float = 0.0
    over: list[Cell] = field(default_factory=list)
    under: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rows:
    """All cells by row, and each link's chain from its upper end to its lower, both boxes included."""

    rows: list[list[Cell]]
    boxes: list[Cell]
    chains: list[list[Cell]]


def rows(
    sizes: Sequence[tuple[float, float]],
    links: Sequence[Link],
    tier: Sequence[int],
    upwards: Sequence[bool],
) -> Rows:
    """The cells of boxes (width, height) and links, not yet in a good order."""
    table: list[list[Cell]] = [[] for _ in range(2 * max(tier, default=0) + 1)]
    boxes = [
        Cell("box", number, 2 * tier[number], width, height) for number, (width, height) in enumerate(sizes)
    ]
    for box in boxes:
        table[box.row].append(box)
    chains = []
    for number, (link, turned) in enumerate(zip(links, upwards, strict=True)):
        source, target = boxes[link.source], boxes[link.target]
        upper, lower = (target, source) if turned else (source, target)
        labelled = lower.row - 1 if turned else upper.row + 1
        chain = [upper]
        for row in range(upper.row + 1, lower.row):
            if row == labelled:
                group = link.source if link.ordered and not turned else -1
                cell = Cell("label", number, row, link.width, link.height, group)
            else:
                cell = Cell("pass", number, row, 0.0, 0.0)
            table[row].append(cell)
            chain.append(cell)
        chain.append(lower)
        for above, below in pairwise(chain):
            above.under.append(below)
            below.over.append(above)
        chains.append(chain)
    return Rows(table, boxes, chains)
