"""How far to the right each cell stands: long links straight, boxes above the middle of what they lead to.

Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2002): four drawings that each lean to
one corner, and the mean of the middle two; here with cells as wide as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from operator import attrgetter

from ivr.drawing.layered.cells import Cell

GAPS = {"box": 34.0, "label": 12.0, "pass": 18.0}  # pixels beside a cell, half of them its own

Conflicts = set[tuple[int, int]]


def place(rows: list[list[Cell]]) -> None:
    """Give every cell its `x`."""
    cells = [cell for row in rows for cell in row]
    conflicts = _conflicts(rows)
    drawings = []
    for down in (True, False):
        for right in (False, True):
            drawings.append(_lean(rows, conflicts, down=down, right=right))
    spans = [
        (min(xs[id(c)] - c.width / 2 for c in cells), max(xs[id(c)] + c.width / 2 for c in cells))
        for xs in drawings
    ]
    narrowest = min(spans, key=lambda span: span[1] - span[0])
    for xs, span, right in zip(drawings, spans, (False, True, False, True), strict=True):
        shift = narrowest[1] - span[1] if right else narrowest[0] - span[0]
        for key in xs:
            xs[key] += shift
    for cell in cells:
        four = sorted(xs[id(cell)] for xs in drawings)
        cell.x = (four[1] + four[2]) / 2


def apart(left: Cell, right: Cell) -> float:
    """The least distance of the middles of two neighbours."""
    return (left.width + right.width + GAPS[left.kind] + GAPS[right.kind]) / 2


def _conflicts(rows: list[list[Cell]]) -> Conflicts:
    """Short links that cross a long one on its way: the long one stays straight."""
    found: Conflicts = set()
    for row in rows[:-1]:
        inner = [(a, b) for a in row for b in a.under if a.kind != "box" and b.kind != "box"]
        for a in row:
            for b in a.under:
                outer = a.kind == "box" or b.kind == "box"
                if outer and any((a.place - c.place) * (b.place - d.place) < 0 for c, d in inner):
                    found.add((id(a), id(b)))
    return found


def _lean(rows: list[list[Cell]], conflicts: Conflicts, *, down: bool, right: bool) -> dict[int, float]:
    """One of the four drawings: aligned with the row above (`down`) or below, packed to the left or right."""
    root, align = _align(rows, conflicts, down=down, right=right)
    return _pack(rows, root, align, right=right)


def _align(
    rows: list[list[Cell]], conflicts: Conflicts, *, down: bool, right: bool
) -> tuple[dict[int, Cell], dict[int, Cell]]:
    """Blocks of cells that shall stand above each other: for each cell its block's first, and the next."""
    root = {id(cell): cell for row in rows for cell in row}
    align = dict(root)
    neighbours: Callable[[Cell], list[Cell]] = attrgetter("over" if down else "under")
    for row in rows if down else reversed(rows):
        last = 1 << 30 if right else -1
        for cell in reversed(row) if right else row:
            others = sorted(neighbours(cell), key=attrgetter("place"))
            if not others:
                continue
            middles = [(len(others) - 1) // 2, len(others) // 2]
            for other in [others[m] for m in (reversed(middles) if right else middles)]:
                pair = (id(other), id(cell)) if down else (id(cell), id(other))
                free = other.place < last if right else other.place > last
                if align[id(cell)] is cell and pair not in conflicts and free:
                    align[id(other)] = cell
                    root[id(cell)] = root[id(other)]
                    align[id(cell)] = root[id(cell)]
                    last = other.place
    return root, align


def _pack(
    rows: list[list[Cell]], root: dict[int, Cell], align: dict[int, Cell], *, right: bool
) -> dict[int, float]:
    """Push every block to one side as far as its neighbours let it, then back over what gap is left."""
    sign = -1.0 if right else 1.0
    before: dict[int, list[tuple[int, float]]] = {id(first): [] for first in root.values()}
    after: dict[int, list[tuple[int, float]]] = {key: [] for key in before}
    for row in rows:
        line = row[::-1] if right else row
        for one, other in pairwise(line):
            a, b = id(root[id(one)]), id(root[id(other)])
            distance = apart(one, other)
            before[b].append((a, distance))
            after[a].append((b, distance))
    order = _blocks_in_order(before, after)
    x = dict.fromkeys(before, 0.0)
    for block in order:
        x[block] = max((x[other] + distance for other, distance in before[block]), default=0.0)
    for block in reversed(order):
        if after[block]:
            x[block] = max(x[block], min(x[other] - distance for other, distance in after[block]))
    return {key: sign * x[id(first)] for key, first in root.items()}


def _blocks_in_order(
    before: dict[int, list[tuple[int, float]]], after: dict[int, list[tuple[int, float]]]
) -> list[int]:
    waits = {block: len(others) for block, others in before.items()}
    order = [block for block, waiting in waits.items() if not waiting]
    for block in order:
        for other, _ in after[block]:
            waits[other] -= 1
            if not waits[other]:
                order.append(other)
    return order
