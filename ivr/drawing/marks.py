"""The parts of a picture as SVG elements: cards, lines and the names on them.

Each carries what it stands for (`data-node`, `data-from`, `data-outcome`, `data-line`), so that a page can
lead from the picture to the file and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.drawing import cards
from ivr.drawing.cards import Card, Chip, Exit
from ivr.drawing.layered.layout import Curve, Rect
from ivr.drawing.legend import Legend
from ivr.drawing.look import EXITS, family, icon
from ivr.drawing.scene import Line
from ivr.drawing.xml import at, element, joined, path, words

TOLD = 400  # characters that a pointer resting on something brings up
ENTRY = "M0 0h7m-3-3 3 3-3 3"  # the arrow of what comes from anywhere


def edge(line: Line, route: Iterable[Curve], *, upwards: bool) -> str:
    """A line with its arrow."""
    first = line.edges[0]
    faint = line.failure or upwards
    return element(
        "path",
        class_="edge" + " failure" * line.failure + " back" * upwards,
        d=_curve(route),
        marker_end=f"url(#ivr-{'faint' if faint else 'line'})",
        data_from=first.source,
        data_to=str(first.target),
        data_outcome=" ".join(each.outcome for each in line.edges),
        data_line=first.line,
    )


def _curve(route: Iterable[Curve]) -> str:
    steps: list[str | float] = []
    here = None
    for start, a, b, end in route:
        if start != here:
            steps += ["L" if steps else "M", *start]
        if a[0] == b[0] == start[0] == end[0]:
            steps += ["V", end[1]]
        else:
            steps += ["C", *a, *b, *end]
        here = end
    return path(*steps)


def label(line: Line, place: Rect, *, upwards: bool) -> Iterator[str]:
    """The names on a line."""
    y = place.y
    for chips in line.label.lines:
        x = place.middle - (sum(each.width + cards.CHIP_GAP for each in chips) - cards.CHIP_GAP) / 2
        for each in chips:
            yield element(
                "g",
                words("title", f"{each.edge.outcome} {each.edge.label}"[:TOLD]),
                chip(each, x, y + 1),
                class_="label" + " failure" * line.failure + " back" * upwards,
                data_from=each.edge.source,
                data_outcome=each.edge.outcome,
                data_line=each.edge.line,
            )
            x += each.width + cards.CHIP_GAP
        y += cards.CHIP_LINE


def chip(one: Chip, x: float, y: float) -> str:
    """A keycap and words on the ground of the page."""
    parts = [element("rect", class_="ground", width=one.width, height=15, rx=3)]
    left = 4.0
    if one.key:
        cap = cards.cap(one.key)
        parts.append(element("rect", class_="cap", width=cap, height=15, rx=3))
        parts.append(words("text", one.key, class_="key", x=cap / 2, y=11.3))
        left = cap + 4
    if one.words and one.key:
        parts.append(words("text", one.words, class_="chip", x=left, y=11.3))
    elif one.words:
        parts.append(words("text", one.words, class_="chip alone", x=one.width / 2, y=11.3))
    return element("g", *parts, transform=at(x, y))


def card(one: Card, box: Rect, legend: Legend) -> str:
    """A node."""
    node, look = one.node, family(one.node.type)
    goal = f" · {legend.goal.format(node.goal)}" if node.goal else ""
    parts = [
        words("title", f"{legend.node.format(node.name, node.type, node.line)}{goal} · {node.gist}"),
        element("path", class_="shape", d=shape(look, box.width, box.height)),
    ]
    if look == "do":
        bars = path("M", 5, 1, "V", box.height - 1, "M", box.width - 5, 1, "V", box.height - 1)
        parts.append(element("path", class_="bars", d=bars))
    if one.start:
        parts.append(element("path", class_="begin", d=path("M", box.width / 2 - 6, -9, "l6 6 6-6z")))
    parts += _rows(one, box)
    return element(
        "g",
        *parts,
        class_=f"node {look}",
        transform=at(box.x, box.y),
        id=f"node-{node.name}",
        data_node=node.name,
        data_type=node.type,
        data_line=node.line,
        tabindex=0,
    )


def _rows(one: Card, box: Rect) -> Iterator[str]:
    """What stands in a card, from the top down."""
    edge, y = cards.EDGE, 0.0
    if one.ways:
        yield element("path", class_="entry", d=ENTRY, transform=at(edge, 10))
        for line in one.ways:
            yield words("text", line, class_="chip soft", x=edge + 13, y=y + 14)
            y += cards.WAYS_LINE
        y += cards.WAYS - cards.WAYS_LINE
        yield _rule(box, y - 1)
    yield element("path", class_="icon", d=icon(one.node.type), transform=at(edge, y + 9))
    yield words("text", one.name, class_="name", x=edge + cards.ICON + 7, y=y + 21.5)
    if one.beside:
        yield words("text", one.type, class_="type", x=box.width - edge, y=y + 21)
    y += 37
    if not one.beside:
        yield words("text", one.type, class_="kind", x=edge, y=y + 4)
        y += cards.LINE
    for line in one.gist:
        yield words("text", line, class_="gist", x=edge, y=y + 6)
        y += cards.LINE
    if one.flows:
        yield element("path", class_="way", d=EXITS["flow"], transform=at(edge, y - 5))
        yield words("text", one.flows, class_="gist", x=edge + 17, y=y + 6)
        y += cards.LINE
    if one.goal:
        yield element("path", class_="flag", d="M0 10V0h9L6.5 3 9 6H1v4z", transform=at(edge, y - 2))
        yield words("text", one.goal, class_="goal", x=edge + 16, y=y + 6)
    if one.exits:
        y = box.height - cards.EXIT_LINE * sum(len(each.lines) for each in one.exits) - 4
        yield _rule(box, y - 1)
    for leave in one.exits:
        yield _exit(leave, y + 1)
        y += cards.EXIT_LINE * len(leave.lines)


def _rule(box: Rect, y: float) -> str:
    return element("path", class_="ways", d=path("M", cards.EDGE, y, "H", box.width - cards.EDGE))


def _exit(leave: Exit, y: float) -> str:
    """Lines at the foot of a card: names, and where they lead without a line."""
    target = leave.edges[0].target
    told = ", ".join(f"{each.outcome} {each.label}".strip() for each in leave.edges)
    parts = [words("title", f"{told[:TOLD]} → {str(target)[:TOLD]}")]
    x = cards.EDGE
    for number, chips in enumerate(leave.lines):
        x = cards.EDGE
        for each in chips:
            parts.append(chip(each, x, y + number * cards.EXIT_LINE))
            x += each.width + cards.CHIP_GAP
    y += (len(leave.lines) - 1) * cards.EXIT_LINE
    parts.append(leading(leave.kind, leave.words, x, y, name=target.name if leave.kind == "jump" else ""))
    failure = all(each.kind == "failure" for each in leave.edges)
    return element(
        "g",
        *parts,
        class_=f"exit {leave.kind}" + " failure" * failure,
        data_from=leave.edges[0].source,
        data_to=str(target),
        data_outcome=" ".join(each.outcome for each in leave.edges),
        data_line=leave.edges[0].line,
    )


def leading(kind: str, target: str, x: float, y: float, *, name: str = "") -> str:
    """An arrow (or another sign) and where it leads; `name` is the node it links to, if it is one."""
    said = words("text", target, class_="gist", x=x + 15, y=y + 12)
    return element("path", class_="way", d=EXITS[kind], transform=at(x, y + 2)) + (
        element("a", said, href=f"#node-{name}") if name else said
    )


def shape(look: str, width: float, height: float) -> str:
    """The outline of a family; its corners say which."""
    if look == "decide":
        cut = min(10.0, height / 2)
        return path(
            "M", cut, 0, "H", width - cut, "L", width, cut, "V", height - cut, "L", width - cut, height,
            "H", cut, "L", 0, height - cut, "V", cut, "z",
        )  # fmt: skip
    radius = min({"ask": 9.0, "say": 9.0, "do": 1.5, "people": 18.0, "end": 18.0}.get(look, 4.0), height / 2)
    square = {"say": (True, True, True, False), "end": (False, False, True, True)}.get(look, (True,) * 4)
    a, b, c, d = (radius * rounded for rounded in square)
    return path(
        "M", a, 0, "H", width - b, *_arc(b, b, b), "V", height - c, *_arc(c, -c, c),
        "H", d, *_arc(d, -d, -d), "V", a, *_arc(a, a, -a), "z",
    )  # fmt: skip


def _arc(radius: float, dx: float, dy: float) -> tuple[str | float, ...]:
    return ("a", radius, radius, " 0 0 1", dx, dy) if radius else ()


def markers() -> str:
    """The heads of arrows."""
    return element(
        "defs",
        joined(
            element(
                "marker",
                element("path", class_=f"head-{name}", d="M0 .5 8 4 0 7.5z"),
                id=f"ivr-{name}",
                viewBox="0 0 8 8",
                refX=7,
                refY=4,
                markerWidth=7,
                markerHeight=7,
                orient="auto",
                markerUnits="userSpaceOnUse",
            )
            for name in ("line", "faint")
        ),
    )
