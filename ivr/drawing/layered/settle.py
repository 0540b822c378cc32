"""The last word on where cells stand: each moves towards what it is linked with, and none passes another.

Brandes and Köpf keep long links straight but leave subtrees far apart. Here a link pulls like a spring. A row
takes the places nearest to where its cells are pulled (isotonic regression by pooling neighbours; Ayer and
others 1955), and a box moves with all that hangs on it, which rows alone would do too slowly.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ivr.drawing.layered.cells import Cell, Rows
from ivr.drawing.layered.place import apart
from ivr.drawing.layered.tiers import Link

ROUNDS = 10  # fewer where there are many cells: a large drawing is done in time, too
MOST_CELLS = 6_000  # times rounds
STRAIGHT = 4.0  # pull along a link's way
BACK = 0.3  # pull of a link that runs upwards, which shall not bend what runs down
SIDE = 14.0  # pixels beside its box, where such a link touches it
FAR = 1e9

_Springs = dict[int, list[tuple[Cell, float, float]]]


@dataclass(frozen=True, slots=True)
class _Group:
    """A box with all that hangs on it: its cells, those with a neighbour outside on the left or right, and
    what pulls at it from outside."""

    cells: list[Cell]
    left: list[tuple[Cell, Cell, float]]
    right: list[tuple[Cell, Cell, float]]
    springs: list[tuple[Cell, Cell, float, float]]


def settle(table: Rows, links: Sequence[Link], upwards: Sequence[bool], tree: Collection[int]) -> float:
    """Move cells; returns how wide the drawing is. `tree` are the links that boxes hang on."""
    springs = _springs(table, links, upwards)
    groups = _groups(table, links, upwards, tree, springs)
    rows = table.rows
    cells = [cell for row in rows for cell in row]
    for _ in range(max(2, min(ROUNDS, MOST_CELLS // max(len(cells), 1)))):
        for row in rows:
            _settle(row, springs)
        for group in groups:
            _shift(group)
        for row in reversed(rows):
            _settle(row, springs)
        for group in reversed(groups):
            _shift(group)
        _straighten(table)
    left = min((cell.x - cell.width / 2 for cell in cells), default=0.0)
    for cell in cells:
        cell.x -= left
    return max((cell.x + cell.width / 2 for cell in cells), default=0.0)


def _springs(table: Rows, links: Sequence[Link], upwards: Sequence[bool]) -> _Springs:
    """For each cell what pulls at it: the other, how hard, and how far beside the other it wants to be."""
    springs: _Springs = {id(cell): [] for row in table.rows for cell in row}
    for link, chain, turned in zip(links, table.chains, upwards, strict=True):
        for upper, lower in pairwise(chain):
            ends = upper.kind == "box" or lower.kind == "box"
            weight = STRAIGHT if not ends else BACK if turned else 0.6 if link.light else 1.0
            aside = 0.0
            if turned and ends:
                box, other = (upper, lower) if upper.kind == "box" else (lower, upper)
                aside = box.width / 2 + SIDE if (other.x > box.x) == (box is upper) else -box.width / 2 - SIDE
            springs[id(lower)].append((upper, weight, aside))
            springs[id(upper)].append((lower, weight, -aside))
    return springs


def _settle(row: list[Cell], springs: _Springs) -> None:
    """Move a row's cells to the nearest places to where they are pulled that keep them in order and apart."""
    blocks: list[tuple[float, float, int]] = []  # mean place less the room to its left, weight, cells
    taken, offsets = 0.0, []
    for index, cell in enumerate(row):
        if index:
            taken += apart(row[index - 1], cell)
        offsets.append(taken)
        weight, wanted = 0.01, 0.01 * cell.x
        for other, pull, aside in springs[id(cell)]:
            weight += pull
            wanted += (other.x + aside) * pull
        mean, count = wanted / weight - taken, 1
        while blocks and blocks[-1][0] > mean:
            before, pull, cells = blocks.pop()
            mean = (before * pull + mean * weight) / (pull + weight)
            weight += pull
            count += cells
        blocks.append((mean, weight, count))
    places = (mean for mean, _, count in blocks for _ in range(count))
    for cell, place, offset in zip(row, places, offsets, strict=True):
        cell.x = place + offset


def _groups(
    table: Rows,
    links: Sequence[Link],
    upwards: Sequence[bool],
    tree: Collection[int],
    springs: _Springs,
) -> list[_Group]:
    """A group for each box, the largest first; the link it hangs on is in it."""
    above: dict[int, tuple[int, int]] = {
        links[number].target: (links[number].source, number) for number in tree if not upwards[number]
    }
    members: list[set[int]] = [{number} for number in range(len(table.boxes))]
    for number in range(len(table.boxes)):
        box = number
        while box in above:
            box = above[box][0]
            members[box].add(number)
    groups = []
    for number, boxes in sorted(enumerate(members), key=lambda one: -len(one[1])):
        cells = [table.boxes[box] for box in boxes]
        for index, (link, chain) in enumerate(zip(links, table.chains, strict=True)):
            hangs = number in above and above[number][1] == index
            if hangs or (link.source in boxes and link.target in boxes):
                cells += chain[1:-1]
        groups.append(_group(table, cells, springs))
    return groups


def _group(table: Rows, cells: list[Cell], springs: _Springs) -> _Group:
    inside = set(map(id, cells))
    left, right, outside = [], [], []
    for cell in cells:
        row = table.rows[cell.row]
        if cell.place > 0 and id(other := row[cell.place - 1]) not in inside:
            left.append((other, cell, apart(other, cell)))
        if cell.place + 1 < len(row) and id(other := row[cell.place + 1]) not in inside:
            right.append((cell, other, apart(cell, other)))
        outside += [
            (cell, other, pull, aside) for other, pull, aside in springs[id(cell)] if id(other) not in inside
        ]
    return _Group(cells, left, right, outside)


def _shift(group: _Group) -> None:
    """Move a group as one, as far as it is pulled and has room."""
    weight, wanted = 0.0, 0.0
    for cell, other, pull, aside in group.springs:
        weight += pull
        wanted += pull * (other.x + aside - cell.x)
    if not weight:
        return
    way = wanted / weight
    if way < 0:
        way = max([way, *(a.x - b.x + room for a, b, room in group.left)])
        way = min(way, 0.0)
    else:
        way = min([way, *(b.x - a.x - room for a, b, room in group.right)])
        way = max(way, 0.0)
    for cell in group.cells:
        cell.x += way


def _straighten(table: Rows) -> None:
    """Make the way of each link as few verticals as its neighbours leave room for."""
    for chain in table.chains:
        run: list[Cell] = []
        low, high = -FAR, FAR
        for cell in chain[1:-1]:
            row, at = table.rows[cell.row], cell.place
            least = row[at - 1].x + apart(row[at - 1], cell) if at else -FAR
            most = row[at + 1].x - apart(cell, row[at + 1]) if at + 1 < len(row) else FAR
            if max(low, least) > min(high, most):
                _align(run, low, high)
                run, low, high = [], -FAR, FAR
            run.append(cell)
            low, high = max(low, least), min(high, most)
        _align(run, low, high)


def _align(run: list[Cell], low: float, high: float) -> None:
    if run:
        middle = min(max(sum(cell.x for cell in run) / len(run), low), high)
        for cell in run:
            cell.x = middle
