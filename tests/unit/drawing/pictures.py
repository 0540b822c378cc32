"""What tests of drawings share: scenes of real flows and of random ones, and geometry to judge them by."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from ivr.drawing import source
from ivr.drawing.layered.layout import Curve, Layout, Point, Rect
from ivr.drawing.scene import Scene, scene
from ivr.flow.graph import Edge, Graph, GraphNode
from ivr.flow.types import Target

ROOT = Path(__file__).parents[3]
FILES = {"hotline": ROOT / "flows/hotline.yaml", "sixty": Path(__file__).parent / "flows/sixty.yaml"}
STEPS = 12  # samples of a curve


@cache
def drawn(name: str, language: str = "") -> Scene:
    """The scene of a flow file."""
    flows, errors = source.read([FILES[name]])
    assert not errors
    return scene(source.drawable(name, flows, language))


def tangled(nodes: int, ways: int, seed: int = 1) -> Graph:
    """Menus that lead anywhere."""
    dice = random.Random(seed)
    edges = [
        Edge(f"n{index}", "123456789"[key], "", "choice", Target("node", f"n{dice.randrange(nodes)}"), 1)
        for index in range(nodes)
        for key in range(ways)
    ]
    return a_graph([a_node(f"n{index}") for index in range(nodes)], edges)


def a_graph(nodes: list[GraphNode], edges: list[Edge], title: str = "A flow") -> Graph:
    return Graph("flow", title, "en-US", nodes[0].name, "", tuple(nodes), tuple(edges), ())


def a_node(name: str, gist: str = "Press a key.", kind: str = "menu") -> GraphNode:
    return GraphNode(name, kind, gist, "", "call", False, (), 1)


def overlaps(rects: list[Rect]) -> list[tuple[Rect, Rect]]:
    """Pairs that share more than an edge."""
    return [
        (a, b)
        for index, a in enumerate(rects)
        for b in rects[index + 1 :]
        if a.x < b.right - 0.01 and b.x < a.right - 0.01 and a.y < b.bottom - 0.01 and b.y < a.bottom - 0.01
    ]


def inside(point: Point, rect: Rect, margin: float = 0.5) -> bool:
    """Whether a point lies within a rectangle, not merely at its edge."""
    x, y = point
    return rect.x + margin < x < rect.right - margin and rect.y + margin < y < rect.bottom - margin


def samples(route: tuple[Curve, ...]) -> Iterator[Point]:
    """Points along a route."""
    for (x0, y0), (x1, y1), (x2, y2), (x3, y3) in route:
        for step in range(STEPS + 1):
            t = step / STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def trespasses(layout: Layout) -> list[tuple[int, Rect]]:
    """Links that run over a box, or over the label of another link."""
    return [
        (number, rect)
        for number, route in enumerate(layout.routes)
        for points in [list(samples(route))]
        for rect in [
            *layout.boxes,
            *(label for other, label in enumerate(layout.labels) if label and other != number),
        ]
        if any(inside(point, rect) for point in points)
    ]


def gaps(layout: Layout) -> list[float]:
    """How far apart consecutive curves of a route are, where they should touch."""
    return [
        abs(before[3][0] - after[0][0]) + abs(before[3][1] - after[0][1])
        for route in layout.routes
        for before, after in pairwise(route)
    ]
