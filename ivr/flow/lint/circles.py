"""Circles in who leads to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter


def circles(leads_to: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """Circles of names, each beginning with the one that stands first in `leads_to`: `[a, b, a]`.

    Circles that share a step are one finding: whoever opens the first sees the next.
    """
    edges = {name: dict.fromkeys(others) for name, others in leads_to.items()}
    order = {name: index for index, name in enumerate(edges)}
    while True:
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as error:
            trail = list(reversed(error.args[1][1:]))
        else:
            return
        first = min(range(len(trail)), key=lambda index: order[trail[index]])
        trail = trail[first:] + trail[:first]
        yield [*trail, trail[0]]
        for name, other in zip(trail, [*trail[1:], trail[0]], strict=True):
            del edges[name][other]
