"""A scene as an SVG document: well-formed, and nothing in it runs or is fetched."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.drawing import cards, marks, style, text
from ivr.drawing.legend import Legend, some
from ivr.drawing.look import EXITS, FAMILIES, family
from ivr.drawing.scene import Note, Panel, Scene
from ivr.drawing.xml import at, element, joined, path, words

MARGIN = 28.0
HEAD = 64.0
HEADING = 40.0
BETWEEN = 30.0
FOOT_LINE = 20.0
LEAST_WIDTH = 660.0


def svg(scene: Scene, *, theme: str = "auto") -> str:
    """The picture.

    Args:
        theme: `light`, `dark`, or `auto`: light, and dark where the reader prefers that. The first two use
            plain colours only, for renderers without custom properties. `page`: none, as the page that it
            stands in has the style sheet.
    """
    graph = scene.graph
    body, width, height = _body(scene)
    about = scene.legend.about.format(graph.flow, len(graph.nodes), len(graph.edges))
    return (
        element(
            "svg",
            words("title", graph.title or graph.flow),
            words("desc", about),
            *([] if theme == "page" else [element("style", style.sheet(theme))]),
            marks.markers(),
            element("rect", class_="paper", width=width, height=height),
            *body,
            xmlns="http://www.w3.org/2000/svg",
            class_="ivr-flow",
            role="img",
            width=width,
            height=height,
            viewBox=f"0 0 {width:g} {height:g}",
            data_flow=graph.flow,
            lang=graph.language,
        )
        + "\n"
    )


def _body(scene: Scene) -> tuple[list[str], float, float]:
    """Everything, and how much room it takes in whole pixels."""
    width = round(max([LEAST_WIDTH, *(panel.layout.width for panel in scene.panels)]) + 2 * MARGIN + 0.5)
    parts = list(_head(scene, width))
    y = MARGIN + HEAD
    for panel in scene.panels:
        if panel.heading:
            y += BETWEEN
            parts.append(_rule(width, y))
            parts.append(words("text", panel.heading, class_="heading", x=MARGIN, y=y + 24))
            y += HEADING
        left = (width - panel.layout.width) / 2
        parts.append(element("g", *_panel(panel, scene.legend), class_="panel", transform=at(left, y)))
        y += panel.layout.height
    y += BETWEEN
    parts.append(_rule(width, y))
    for line in _foot(scene):
        y += FOOT_LINE
        parts.append(element("g", line, class_="note", transform=at(MARGIN, y)))
    return parts, width, round(y + MARGIN + 0.5)


def _head(scene: Scene, width: float) -> Iterator[str]:
    graph, room = scene.graph, width - 2 * MARGIN
    title = text.fit(graph.title or graph.flow, room, 20, bold=True)
    yield words("text", title, class_="title", x=MARGIN, y=MARGIN + 16)
    count = some(scene.legend.count, len(graph.nodes))
    about = text.fit(f"{graph.flow} · {count} · {graph.language}", room, cards.WORDS)
    yield words("text", about, class_="soft", x=MARGIN, y=MARGIN + 36)


def _rule(width: float, y: float) -> str:
    return element("path", class_="rule", d=path("M", MARGIN, y, "H", width - MARGIN))


def _panel(panel: Panel, legend: Legend) -> Iterator[str]:
    """Lines below, names above: what is faint first, so that what matters lies on top."""
    laid = panel.layout
    drawn = list(zip(panel.lines, laid.routes, laid.labels, laid.upwards, strict=True))
    drawn.sort(key=lambda one: not (one[3] or one[0].failure))
    yield element(
        "g",
        *(marks.edge(line, route, upwards=upwards) for line, route, _, upwards in drawn),
        class_="edges",
    )
    yield element(
        "g",
        *(marks.card(item, box, legend) for item, box in zip(panel.items, laid.boxes, strict=True)),
        class_="nodes",
    )
    labels = (
        mark
        for line, _, place, upwards in drawn
        if place
        for mark in marks.label(line, place, upwards=upwards)
    )
    yield element("g", joined(labels), class_="labels")


def _foot(scene: Scene) -> Iterator[str]:
    """The legend: ways from anywhere, then what shapes mean."""
    for note in scene.notes:
        yield _note(note)
    used = {family(node.type) for node in scene.graph.nodes}
    x, parts = 0.0, []
    for look in (*FAMILIES, "other"):
        if look in used:
            parts.append(
                element(
                    "g",
                    element("path", class_="shape", d=marks.shape(look, 22, 14)),
                    words("text", scene.legend.families[look], class_="soft", x=28, y=11),
                    class_=f"node {look}",
                    transform=at(x, -11),
                )
            )
            x += 28 + text.width(scene.legend.families[look], cards.WORDS) + 18
    yield joined(parts)


def _note(note: Note) -> str:
    x, parts = 14.0, [element("path", class_="entry", d=marks.ENTRY, transform=at(0, -4))]
    for chip in note.chips:
        parts.append(marks.chip(chip, x, -11.5))
        x += chip.width + cards.CHIP_GAP + 6
    kind = note.kind if note.kind in EXITS else "jump"
    parts.append(marks.leading(kind, note.words, x, -11.5))
    return element("g", *parts, data_to=note.words, data_line=note.line)
