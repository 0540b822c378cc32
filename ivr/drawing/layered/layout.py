"""A layered drawing: where boxes and labels stand, and how links run between them.

Boxes in rows from the top down, links from bottom to top, in curves that stay between the rows. A link that
runs upwards leaves its box at the side and comes in at the side, so that it is seen for what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ivr.drawing.layered import order, place
from ivr.drawing.layered.cells import Cell, Rows, rows
from ivr.drawing.layered.settle import settle
from ivr.drawing.layered.tiers import Link, tiers, tree

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
"""A cubic Bézier curve; a straight line has its inner points on it."""

GAP = 15.0  # pixels between rows, at least
SLOPE = 0.055  # more of it for links that go far aside
WIDEST_GAP = 90.0
HOOK = 11.0  # how far a link that runs upwards keeps from the side of its box
PORTS = 11.0  # pixels between links at the same side of a box, if there is room
ABOVE = 6.0  # how far the names of links that run upwards stand below those of others in their row
CORNER = 14.0  # where no link begins


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes and links in their order; `labels` where links have one, `upwards` for those that lead back,
    `crossed` is how many others each link crosses."""

    width: float
    height: float
    boxes: tuple[Rect, ...]
    labels: tuple[Rect | None, ...]
    routes: tuple[tuple[Curve, ...], ...]
    upwards: tuple[bool, ...]
    crossings: int
    crossed: tuple[int, ...]


@dataclass(slots=True)
class _Band:
    """The height a row takes."""

    top: float
    bottom: float


def layout(sizes: Sequence[tuple[float, float]], links: Sequence[Link], root: int = 0) -> Layout:
    """Lay boxes out.

    Args:
        sizes: width and height of each box, in pixels.
        links: none from a box to itself, and no two between the same two in the same direction.
        root: the box to begin with.
    """
    tier, upwards = tiers(len(sizes), links, root)
    table = rows(sizes, links, tier, upwards)
    crossings = order.order(table, root)
    place.place(table.rows)
    width = settle(table, links, upwards, set(tree(len(sizes), links, root).values()))
    bands = _bands(table.rows, upwards)
    boxes = tuple(
        Rect(cell.x - cell.width / 2, bands[cell.row].top, cell.width, cell.height) for cell in table.boxes
    )
    labels: list[Rect | None] = [None] * len(links)
    for cell in (cell for row in table.rows for cell in row if cell.kind == "label" and cell.width):
        # Near the box it comes from, so that nobody takes it for a way out of the box above, or below.
        band = bands[cell.row]
        y = band.bottom - cell.height if upwards[cell.number] else band.top
        labels[cell.number] = Rect(cell.x - cell.width / 2, y, cell.width, cell.height)
    routes = _routes(table, boxes, bands, upwards)
    return Layout(
        width,
        bands[-1].bottom if bands else 0.0,
        boxes,
        tuple(labels),
        routes,
        tuple(upwards),
        crossings,
        tuple(order.crossed(table.rows, len(links))),
    )


def _bands(table: list[list[Cell]], upwards: Sequence[bool]) -> list[_Band]:
    bands: list[_Band] = []
    y = 0.0
    for row in table:
        height = _height(row, upwards)
        bands.append(_Band(y, y + height))
        aside = max((abs(below.x - cell.x) for cell in row for below in cell.under), default=0.0)
        y += height + min(GAP + SLOPE * aside, WIDEST_GAP)
    return bands


def _height(row: list[Cell], upwards: Sequence[bool]) -> float:
    """What a row needs: names of links that run upwards stand below those of links that run down."""
    height = max((cell.height for cell in row), default=0.0)
    up = [cell.height for cell in row if cell.kind == "label" and upwards[cell.number]]
    down = [cell.height for cell in row if cell.kind == "label" and not upwards[cell.number]]
    both = max(up, default=0.0) > 0 and max(down, default=0.0) > 0
    return max(down) + ABOVE + max(up) if both else height


def _routes(
    table: Rows, boxes: Sequence[Rect], bands: list[_Band], upwards: Sequence[bool]
) -> tuple[tuple[Curve, ...], ...]:
    downs = [chain for chain, turned in zip(table.chains, upwards, strict=True) if not turned]
    starts = _ports(downs, boxes, end=0)
    ends = _ports(downs, boxes, end=-1)
    hooks: dict[tuple[int, bool], int] = {}
    routes = []
    for chain, turned in zip(table.chains, upwards, strict=True):
        key = id(chain)
        if turned:
            points = _middle(chain, bands)
            upper, lower = boxes[chain[0].number], boxes[chain[-1].number]
            head = _hook(upper, chain[1].x, 0.38, bands[chain[0].row].bottom, HOOK)
            side = (chain[-1].number, chain[-2].x > lower.middle)
            share = 0.62 - 0.12 * min(hooks.get(side, 0), 2)
            hooks[side] = hooks.get(side, 0) + 1
            tail = _hook(lower, chain[-2].x, share, bands[chain[-1].row].top, HOOK + 4)
            way = [*head[0], *_along([*head[1], *points, *reversed(tail[1])]), *_reversed(tail[0])]
            routes.append(tuple(_reversed(way)))
        else:
            first, last = chain[0], chain[-1]
            points = [
                (starts[key], boxes[first.number].bottom),
                (starts[key], bands[first.row].bottom),
                *_middle(chain, bands),
                (ends[key], bands[last.row].top),
            ]
            routes.append(tuple(_along(points)))
    return tuple(routes)


def _middle(chain: list[Cell], bands: list[_Band]) -> list[Point]:
    """Where a link passes: straight down through every row between its boxes."""
    return [
        point
        for cell in chain[1:-1]
        for point in ((cell.x, bands[cell.row].top), (cell.x, bands[cell.row].bottom))
    ]


def _ports(chains: list[list[Cell]], boxes: Sequence[Rect], end: int) -> dict[int, float]:
    """Where links that run down touch their upper (`end` 0) or lower (-1) box, in the order they run."""
    beside = 1 if end == 0 else -2
    by_box: dict[int, list[list[Cell]]] = {}
    for chain in chains:
        by_box.setdefault(chain[end].number, []).append(chain)
    ports: dict[int, float] = {}
    for number, several in by_box.items():
        box = boxes[number]
        corner = min(CORNER, box.width / 3)
        several.sort(key=lambda chain: chain[beside].place)
        wanted = [chain[beside].x for chain in several]
        for chain, x in zip(several, _spread(wanted, box.x + corner, box.right - corner), strict=True):
            ports[id(chain)] = x
    return ports


def _spread(wanted: list[float], low: float, high: float) -> list[float]:
    """Ascending places as near to the wanted ones as their distance and the ends allow."""
    gap = min(PORTS, (high - low) / max(len(wanted) - 1, 1))
    xs: list[float] = []
    for x in wanted:
        xs.append(max(min(max(x, low), high), xs[-1] + gap if xs else low))
    limit = high
    for index in range(len(xs) - 1, -1, -1):
        xs[index] = min(xs[index], limit)
        limit = xs[index] - gap
    return xs


def _hook(
    box: Rect, towards: float, share: float, edge: float, away: float
) -> tuple[list[Curve], list[Point]]:
    """From the side of a box around into the vertical, and on to the edge of its row."""
    right = towards > box.middle
    x, y = (box.right, box.y + box.height * share) if right else (box.x, box.y + box.height * share)
    aside = x + (away if right else -away)
    turn = y + min(HOOK, abs(edge - y)) * (1 if edge > y else -1)
    return [((x, y), (aside, y), (aside, y), (aside, turn))], [(aside, turn), (aside, edge)]


def _along(points: list[Point]) -> list[Curve]:
    """Curves through points that leave and arrive vertically."""
    curves: list[Curve] = []
    for (x1, y1), (x2, y2) in pairwise(points):
        if abs(x1 - x2) < 0.5 and abs(y1 - y2) < 0.01:
            continue
        bend = (y1 + y2) / 2
        curves.append(((x1, y1), (x1, bend), (x2, bend), (x2, y2)))
    return curves


def _reversed(curves: list[Curve]) -> list[Curve]:
    return [(d, c, b, a) for a, b, c, d in reversed(curves)]
