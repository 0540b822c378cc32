"""The way one caller took, shown in the picture of the flow: where they were, in which order, for how long.

It is put into a drawing that is there already: what was not walked turns pale, what was gets a mark with the
turns at which the caller came by and the time they spent there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as Tree  # our own drawing is read, nothing from elsewhere

from ivr.drawing import cards, text
from ivr.drawing.legend import legend
from ivr.drawing.xml import path, short

SVG = "http://www.w3.org/2000/svg"
TURNS = 3
"""Turns of a node that are numbered; of more, only the first ones are."""
RULES = (
    ".ivr-flow.journey .node:not(.on),.ivr-flow.journey .exit:not(.on),.ivr-flow.journey .label:not(.on)"
    "{opacity:.38}"
    ".ivr-flow.journey .edge:not(.on){opacity:.3}"
    ".ivr-flow .edge.on{stroke-width:3;stroke-dasharray:none}"
    ".ivr-flow .node.on .shape{stroke-width:2.4}"
    ".ivr-flow .node.last .shape{stroke-width:4}"
)

Tree.register_namespace("", SVG)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a node of the flow: the turn it was in the call (from 1), the seconds it lasted (None: it
    was never left), and by which outcome it was left."""

    turn: int
    node: str
    seconds: float | None
    outcome: str


def walked(drawing: str, visits: Iterable[Visit], reads: str = "") -> str:
    """`drawing`, as `svg` makes it, with the way of a caller in it, for somebody who reads this language."""
    way = list(visits)
    stays: dict[str, list[Visit]] = {}
    for visit in way:
        stays.setdefault(visit.node, []).append(visit)
    next_of = {here.turn: there.node for here, there in pairwise(way)}
    left = [(visit.node, visit.outcome, next_of.get(visit.turn, "")) for visit in way]
    root = Tree.fromstring(drawing)  # noqa: S314 - our own
    _add(root, "journey")
    style = root.find(f"{{{SVG}}}style")
    if style is not None:
        style.text = (style.text or "") + RULES
    for part in list(root.iter()):
        node = part.get("data-node")
        if node is not None and node in stays:
            _add(part, "on", *(["last"] if way and way[-1].node == node else []))
            _mark(part, stays[node], reads)
        elif _was_walked(part, left):
            _add(part, "on")
    return Tree.tostring(root, encoding="unicode") + "\n"


def told(seconds: float, reads: str = "") -> str:
    """A time as short as can be: `4 s`, `2:05`."""
    whole = round(seconds)
    return legend(reads).seconds.format(whole) if whole < 60 else f"{whole // 60}:{whole % 60:02d}"


def _was_walked(part: Tree.Element, left: list[tuple[str, str, str]]) -> bool:
    source = part.get("data-from")
    if source is None:
        return False
    names, target = f" {part.get('data-outcome', '')} ", part.get("data-to")
    return any(
        node == source and outcome and (f" {outcome} " in names or (target is not None and target == then))
        for node, outcome, then in left
    )


def _mark(card: Tree.Element, stays: list[Visit], reads: str) -> None:
    """A tag at the upper edge of a card: its turns, and the time spent there."""
    turns = ", ".join(str(visit.turn) for visit in stays[:TURNS]) + (" …" if len(stays) > TURNS else "")
    seconds = [visit.seconds for visit in stays if visit.seconds is not None]
    said = f"{turns} · {told(sum(seconds), reads)}" if seconds else turns
    width = text.width(said, cards.CHIP) + 12
    tag = Tree.SubElement(card, f"{{{SVG}}}g", {"class": "tag", "transform": "translate(10 -9)"})
    end = ("a", 8, 8, " 0 0 1", 0)
    outline = path("M", 8, 0, "H", width - 8, *end, 16, "H", 8, *end, -16, "z")
    Tree.SubElement(tag, f"{{{SVG}}}path", {"class": "cap", "d": outline})
    words = Tree.SubElement(tag, f"{{{SVG}}}text", {"class": "key", "x": short(width / 2), "y": "11.8"})
    words.text = said


def _add(part: Tree.Element, *names: str) -> None:
    part.set("class", " ".join(filter(None, [part.get("class", ""), *names])))
