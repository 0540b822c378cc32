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


def knots(leads_to: Mapping[str, Collection[str]]) -> Iterator[set[str]]:
    """The sets of names that all lead to each other (strongly connected components), where they lead in
    circles; Tarjan's algorithm, without recursion."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    held: list[str] = []
    for root in leads_to:
        if root in number:
            continue
        walk = [(root, iter(leads_to[root]))]
        number[root] = lowest[root] = len(number)
        held.append(root)
        while walk:
            name, others = walk[-1]
            for other in others:
                if other not in leads_to:
                    continue
                if other not in number:
                    number[other] = lowest[other] = len(number)
                    held.append(other)
                    walk.append((other, iter(leads_to[other])))
                    break
                if other in lowest:
                    lowest[name] = min(lowest[name], number[other])
            else:
                walk.pop()
                if walk and walk[-1][0] in lowest:
                    lowest[walk[-1][0]] = min(lowest[walk[-1][0]], lowest[name])
                if lowest[name] == number[name]:
                    at = held.index(name)
                    knot = set(held[at:])
                    del held[at:]
                    for member in knot:
                        del lowest[member]
                    if len(knot) > 1 or name in leads_to[name]:
                        yield knot
