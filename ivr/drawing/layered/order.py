"""The order of cells within their rows, so that links cross as little as possible.

Sweeps by barycentre (Sugiyama, Tagawa and Toda 1981) with exchanges of neighbours after each, the best of all
kept. It begins with the order of reading, so a flow without crossings stays as its author wrote it.
"""

from __future__ import annotations

from bisect import bisect_right, insort

from ivr.drawing.layered.cells import Cell, Rows

SWEEPS = 24  # fewer where there are many cells
MOST_CELLS = 15_000  # times sweeps
PATIENCE = 6  # sweeps without a better order before it is enough


def order(table: Rows, root: int) -> int:
    """Put every row in order; returns how many crossings are left."""
    rows = table.rows
    _in_order_of_reading(table, root)
    best, kept, idle = crossings(rows), [list(row) for row in rows], 0
    for sweep in range(max(4, min(SWEEPS, MOST_CELLS // max(sum(map(len, rows)), 1)))):
        if not best or idle == PATIENCE:
            break
        down = sweep % 2 == 0
        for row in rows[1:] if down else reversed(rows[:-1]):
            _by_barycentre(row, down=down)
        _exchange(rows)
        left = crossings(rows)
        idle += 1
        if left < best:
            best, kept, idle = left, [list(row) for row in rows], 0
    for row, good in zip(rows, kept, strict=True):
        row[:] = good
        _number(row)
    return best


def crossings(rows: list[list[Cell]]) -> int:
    """How many pairs of links cross, all rows together."""
    return sum(_crossings(row) for row in rows[:-1])


def _crossings(row: list[Cell]) -> int:
    """Those between a row and the next: inversions of the lower ends, read from the left."""
    count = 0
    seen: list[int] = []
    for cell in row:
        ends = sorted(below.place for below in cell.under)
        for end in ends:
            count += len(seen) - bisect_right(seen, end)
        for end in ends:
            insort(seen, end)
    return count


def crossed(rows: list[list[Cell]], links: int) -> list[int]:
    """For each link, how many others it crosses."""
    counts = [0] * links
    for row in rows[:-1]:
        ends = [(cell.place, below.place, _link(cell, below)) for cell in row for below in cell.under]
        for index, (upper, lower, link) in enumerate(ends):
            for other_upper, other_lower, other in ends[index + 1 :]:
                if (upper - other_upper) * (lower - other_lower) < 0:
                    counts[link] += 1
                    counts[other] += 1
    return counts


def _link(upper: Cell, lower: Cell) -> int:
    """The link between two cells; one of them is its own."""
    return lower.number if upper.kind == "box" else upper.number


def _in_order_of_reading(table: Rows, root: int) -> None:
    """Depth first from the root, so that what belongs together stands together."""
    seen: set[int] = set()
    filled: list[list[Cell]] = [[] for _ in table.rows]
    loose = sorted(table.boxes, key=lambda box: (box.number != root, bool(box.over), box.number))
    todo = list(reversed(loose))
    while todo:
        cell = todo.pop()
        if id(cell) not in seen:
            seen.add(id(cell))
            filled[cell.row].append(cell)
            todo.extend(reversed(cell.under))
    for row, cells in zip(table.rows, filled, strict=True):
        row[:] = cells
        _restore_groups(row)


def _by_barycentre(row: list[Cell], *, down: bool) -> None:
    """Sort a row by the mean place of what each cell is linked with above (or below)."""

    def middle(cell: Cell) -> float:
        others = cell.over if down else cell.under
        return sum(other.place for other in others) / len(others) if others else float(cell.place)

    row.sort(key=middle)
    _restore_groups(row)


def _restore_groups(row: list[Cell]) -> None:
    """Give the places that a group holds to its members in their own order."""
    groups: dict[int, list[int]] = {}
    for place, cell in enumerate(row):
        if cell.group >= 0:
            groups.setdefault(cell.group, []).append(place)
    for places in groups.values():
        members = sorted((row[place] for place in places), key=lambda cell: cell.number)
        for place, cell in zip(places, members, strict=True):
            row[place] = cell
    _number(row)


def _exchange(rows: list[list[Cell]]) -> None:
    """Swap neighbours as long as that spares crossings."""
    for _ in range(4):
        better = False
        for row in rows:
            for place in range(len(row) - 1):
                left, right = row[place], row[place + 1]
                if left.group >= 0 and left.group == right.group:
                    continue
                if _between(left, right) > _between(right, left):
                    row[place], row[place + 1] = right, left
                    left.place, right.place = place + 1, place
                    better = True
        if not better:
            return


def _between(left: Cell, right: Cell) -> int:
    """Crossings among the links of two neighbours, when they stand in this order."""
    return sum(
        a.place > b.place
        for lefts, rights in ((left.over, right.over), (left.under, right.under))
        for a in lefts
        for b in rights
    )


def _number(row: list[Cell]) -> None:
    for place, cell in enumerate(row):
        cell.place = place
