"""Which tier of a drawing each box stands in, and which links have to run upwards for that.

The first two steps of a layered drawing (Sugiyama, Tagawa and Toda 1981): links that close a circle are
turned round, then every link leads to a lower tier, and boxes move so that links become short.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

FAR = 1 << 30
ROUNDS = 12  # of moving boxes towards what they are linked with; all but stable after five


@dataclass(frozen=True, slots=True)
class Link:
    """From one box to another, both by number.

    Attributes:
        width, height: of its label, in pixels; 0 without one.
        ordered: its label keeps its place among those of its source, such as the keys of a menu.
        light: a way that few take: it decides little about where boxes stand.
    """

    source: int
    target: int
    width: float = 0.0
    height: float = 0.0
    ordered: bool = False
    light: bool = False


def tiers(count: int, links: Sequence[Link], root: int) -> tuple[list[int], list[bool]]:
    """The tier of each box, 0 on top, and for each link whether it runs upwards.

    No link may lead from a box to itself. Reading begins at `root`: what lies near it stands high.
    """
    upwards = _upwards(count, links, root)
    over: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    under: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for link, turned in zip(links, upwards, strict=True):
        upper, lower = (link.target, link.source) if turned else (link.source, link.target)
        weight = 1 if link.light or turned else 3
        under[upper].append((lower, weight))
        over[lower].append((upper, weight))
    order = _topological(over, under)
    tier = [0] * count
    for box in order:
        tier[box] = max((tier[upper] + 1 for upper, _ in over[box]), default=0)
    lowest = max(tier, default=0)
    for _ in range(ROUNDS):
        before = list(tier)
        for box in [*reversed(order), *order]:
            highest = max((tier[upper] + 1 for upper, _ in over[box]), default=0)
            deepest = min((tier[lower] - 1 for lower, _ in under[box]), default=lowest)
            pull = sum(weight for _, weight in under[box]) - sum(weight for _, weight in over[box])
            if box != root and pull:
                tier[box] = deepest if pull > 0 else highest
        if tier == before:
            break
    top = min(tier, default=0)
    return [each - top for each in tier], upwards


def _upwards(count: int, links: Sequence[Link], root: int) -> list[bool]:
    """Links that lead, within a circle, to a box no farther from the root than where they come from."""
    rank, _ = _search(count, links, root)
    circle = _circles(count, links)
    return [
        circle[link.source] == circle[link.target] and rank[link.target] <= rank[link.source]
        for link in links
    ]


def tree(count: int, links: Sequence[Link], root: int) -> dict[int, int]:
    """For each box the number of the link it hangs on, by which it is first reached; a root has none."""
    _, by = _search(count, links, root)
    return {box: number for box, number in enumerate(by) if number >= 0}


def _search(count: int, links: Sequence[Link], root: int) -> tuple[list[tuple[int, int]], list[int]]:
    """For each box its distance from the root, ties by the order of finding, and the link that found it.

    Boxes that the root does not lead to are far away, those that nothing leads to before what they lead to.
    """
    leads: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]
    entered = [False] * count
    for number, link in enumerate(links):
        leads[link.source].append((3 if link.light else 1, link.target, number))
        entered[link.target] = True
    rank, by = [(FAR, 0)] * count, [-1] * count
    found = 0
    for first in [root, *sorted(range(count), key=lambda box: (entered[box], box))]:
        heap = (
            [(0 if first == root else FAR, 0, first, -1)] if rank[first][0] == FAR and by[first] < 0 else []
        )
        while heap:
            distance, order, box, finder = heapq.heappop(heap)
            if rank[box] != (FAR, 0):
                continue
            rank[box], by[box] = (distance, order + 1), finder
            for length, target, number in leads[box]:
                found += 1
                heapq.heappush(heap, (distance + length, found, target, number))
    return rank, by


def _circles(count: int, links: Sequence[Link]) -> list[int]:
    """For each box the number of its strongly connected component (Tarjan 1972, without recursion)."""
    leads: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        leads[link.source].append(link.target)
    index, low, component = [-1] * count, [0] * count, [-1] * count
    stack: list[int] = []
    counter = 0
    for first in range(count):
        work = [(first, 0)] if index[first] < 0 else []
        while work:
            box, step = work.pop()
            if step == 0:
                index[box] = low[box] = counter
                counter += 1
                stack.append(box)
            else:
                low[box] = min(low[box], low[leads[box][step - 1]])
            while step < len(leads[box]):
                target = leads[box][step]
                step += 1
                if index[target] < 0:
                    work += [(box, step), (target, 0)]
                    break
                if component[target] < 0:
                    low[box] = min(low[box], index[target])
            else:
                if low[box] == index[box]:
                    while component[box] < 0:
                        component[stack.pop()] = index[box]
    return component


def _topological(over: list[list[tuple[int, int]]], under: list[list[tuple[int, int]]]) -> list[int]:
    waits = [len(each) for each in over]
    order = [box for box, waiting in enumerate(waits) if not waiting]
    for box in order:
        for lower, _ in under[box]:
            waits[lower] -= 1
            if not waits[lower]:
                order.append(lower)
    return order
