"""Which ways are drawn as lines: those one can follow with the eye.

A line across the whole picture says less than its name at the foot of a card, and hides others. So ways that
would run far, through a thicket, or that would tear apart what belongs together, become names; never the one
that a card hangs on, unless it is very long.
"""

from __future__ import annotations

from collections.abc import Sequence

from ivr.drawing.layered.layout import Curve, Layout
from ivr.drawing.layered.tiers import Link, tiers, tree

REACH = 1000.0  # pixels that a line may run
TANGLE = 3  # lines that it may cross, less one
STRETCH = 3  # tiers between a box and what it hangs on
LARGE = 4  # boxes that hang on one
CROWD = 1.7  # lines for each card, about, that a picture stands
SPANS = 8  # tiers for each card that all lines together may cross
LONGEST = 24  # tiers that one line may cross

Ends = tuple[int, int]


def leaps(links: Sequence[Link], count: int, root: int) -> list[Ends]:
    """Links from far below that would pull a box with all that hangs on it away from where callers first
    come to it."""
    tier, upwards = tiers(count, links, root)
    hangs = tree(count, links, root)
    size = [1] * count
    for box in range(count):
        holder = box
        while holder in hangs:
            holder = links[hangs[holder]].source
            size[holder] += 1
    leaps = []
    for number, (link, turned) in enumerate(zip(links, upwards, strict=True)):
        hang = hangs.get(link.target, number)
        above = tier[links[hang].source]
        stretched = tier[link.target] - above > STRETCH and size[link.target] >= LARGE
        if stretched and not turned and number != hang and tier[link.source] > above + 1:
            leaps.append((link.source, link.target))
    return leaps


def crowd(links: Sequence[Link], count: int, root: int) -> list[Ends]:
    """Of more links than a picture stands, the longest; and all that run over very many tiers."""
    tier, _ = tiers(count, links, root)
    kept = set(tree(count, links, root).values())
    spans = sorted(
        ((abs(tier[link.target] - tier[link.source]), number) for number, link in enumerate(links)),
        reverse=True,
    )
    left, total = len(links), sum(span for span, _ in spans)
    chosen = []
    for span, number in spans:
        crowded = left > CROWD * count + 8 or total > SPANS * count + 100
        if span > LONGEST or (crowded and number not in kept):
            chosen.append((links[number].source, links[number].target))
            left, total = left - 1, total - span
    return chosen


def far(links: Sequence[Link], count: int, root: int, laid: Layout) -> list[Ends]:
    """Links that would run far across the picture or through much else; never the one that a box hangs on."""
    kept = set(tree(count, links, root).values())
    return [
        (link.source, link.target)
        for number, (link, route) in enumerate(zip(links, laid.routes, strict=True))
        if number not in kept and (laid.crossed[number] >= TANGLE or _reach(route) > REACH)
    ]


def _reach(route: tuple[Curve, ...]) -> float:
    """How far a link runs; up and down is easier to follow than aside."""
    xs = [point[0] for curve in route for point in (curve[0], curve[3])]
    ys = [point[1] for curve in route for point in (curve[0], curve[3])]
    return max(xs) - min(xs) + (max(ys) - min(ys)) / 2
