"""A picture one can read: nothing lies on anything else, lines keep clear, few of them cross."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.drawing.layered.layout import Layout, Rect, layout
from ivr.drawing.layered.tiers import Link, tiers
from ivr.drawing.scene import Scene, scene
from ivr.errors import IvoryError
from ivr.flow.graph import Edge
from ivr.flow.types import Target
from tests.unit.drawing.pictures import (
    a_graph,
    a_node,
    drawn,
    gaps,
    overlaps,
    samples,
    tangled,
    trespasses,
)

CROSSINGS = {"hotline": 2, "sixty": 6}


def panels(of: Scene) -> list[Layout]:
    return [panel.layout for panel in of.panels]


@pytest.fixture(params=["hotline", "sixty"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_card_lies_on_another(name: str) -> None:
    for panel in panels(drawn(name)):
        assert overlaps(list(panel.boxes)) == []


def test_no_name_of_a_line_lies_on_a_card_or_another_name(name: str) -> None:
    for panel in panels(drawn(name)):
        assert overlaps([*panel.boxes, *filter(None, panel.labels)]) == []


def test_no_line_runs_over_a_card_or_the_name_of_another(name: str) -> None:
    for panel in panels(drawn(name)):
        assert trespasses(panel) == []


def test_few_lines_cross(name: str) -> None:
    assert sum(panel.crossings for panel in panels(drawn(name))) <= CROSSINGS[name]


def test_everything_lies_within_the_picture(name: str) -> None:
    for panel in panels(drawn(name)):
        for route in panel.routes:
            for x, y in samples(route):
                assert -14 <= x <= panel.width + 14
                assert -0.01 <= y <= panel.height + 0.01
        for rect in filter(None, [*panel.boxes, *panel.labels]):
            assert rect.x >= -0.01
            assert rect.right <= panel.width + 0.01


def test_a_line_has_no_breaks(name: str) -> None:
    for panel in panels(drawn(name)):
        assert max(gaps(panel), default=0) < 0.6


def test_every_way_is_drawn_once(name: str) -> None:
    picture = drawn(name)
    seen = [
        (edge.source, edge.outcome, edge.line)
        for panel in picture.panels
        for edges in [
            *(line.edges for line in panel.lines),
            *(leave.edges for card in panel.items for leave in card.exits),
        ]
        for edge in edges
    ]
    assert len(seen) == len(set(seen))
    assert {(edge.source, edge.outcome, edge.line) for edge in picture.graph.edges} <= set(seen)


def test_the_start_stands_on_top_and_lines_lead_down_unless_they_lead_back(name: str) -> None:
    panel = drawn(name).panels[0]
    boxes = panel.layout.boxes
    start = next(box for card, box in zip(panel.items, boxes, strict=True) if card.start)
    assert start.y == min(box.y for box in boxes)
    for route, upwards in zip(panel.layout.routes, panel.layout.upwards, strict=True):
        assert (route[-1][3][1] < route[0][0][1]) == upwards


def test_the_keys_of_a_menu_stand_in_their_order(name: str) -> None:
    for panel in drawn(name).panels:
        keys: dict[str, list[tuple[float, str]]] = {}
        for line, label, upwards in zip(panel.lines, panel.layout.labels, panel.layout.upwards, strict=True):
            if label and not upwards and line.edges[0].kind == "choice":
                keys.setdefault(line.edges[0].source, []).append((label.x, line.edges[0].outcome))
        for row in keys.values():
            pressed = [key for _, key in sorted(row)]
            assert pressed == sorted(pressed, key="1234567890*#ABCD".find)


def test_a_key_that_leads_back_stands_below_those_of_the_node_above_it() -> None:
    nodes = [a_node("main"), a_node("bill"), a_node("fault"), a_node("complaint")]
    ways = [("main", "1", "bill"), ("main", "2", "fault"), ("main", "3", "complaint")]
    edges = [
        Edge(source, key, "", "choice", Target("node", target), 1)
        for source, key, target in [*ways, *((source, "#", "main") for _, _, source in ways)]
    ]
    (panel,) = scene(a_graph(nodes, edges)).panels
    places: dict[bool, list[Rect]] = {True: [], False: []}
    for label, upwards in zip(panel.layout.labels, panel.layout.upwards, strict=True):
        assert label
        places[upwards].append(label)
    assert len(places[True]) == len(places[False]) == 3
    assert max(label.bottom for label in places[False]) + 6 <= min(label.y for label in places[True])


def test_what_runs_after_the_hangup_stands_apart() -> None:
    headings = {panel.heading: [card.name for card in panel.items] for panel in drawn("sixty").panels}
    assert headings["After the caller has hung up"] == ["after_who", "after_note"]


@pytest.mark.parametrize("seed", range(3))
def test_a_tangle_stays_legible(seed: int) -> None:
    for panel in panels(scene(tangled(24, 7, seed))):
        assert overlaps([*panel.boxes, *filter(None, panel.labels)]) == []
        assert trespasses(panel) == []
        assert panel.crossings < 40


def test_a_line_over_very_many_tiers_becomes_a_name() -> None:
    nodes = [a_node(f"n{index}") for index in range(80)]
    edges = [Edge(f"n{index}", "next", "", "next", Target("node", f"n{index + 1}"), 1) for index in range(79)]
    edges.append(Edge("n0", "1", "", "choice", Target("node", "n79"), 2))
    edges.append(Edge("n78", "1", "", "choice", Target("node", "n1"), 2))
    (panel,) = scene(a_graph(nodes, edges)).panels
    assert [card.name for card in panel.items if any(leave.kind == "jump" for leave in card.exits)]
    (chained,) = {len(line.edges) for line in panel.lines}
    assert chained == 1
    assert len(panel.lines) >= 78


def test_a_flow_too_large_to_be_looked_at_is_refused_with_the_way_out() -> None:
    with pytest.raises(IvoryError, match="601 nodes") as caught:
        scene(a_graph([a_node(f"n{index}") for index in range(601)], []))
    assert "subflow" in caught.value.hint


@st.composite
def tangles(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[Link]]:
    count = draw(st.integers(1, 9))
    sizes = [(draw(st.floats(20, 240)), draw(st.floats(16, 120))) for _ in range(count)]
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] != p[1]),
            unique=True,
            max_size=18,
        )
        if count > 1
        else st.just([])
    )
    return sizes, [
        Link(
            source,
            target,
            *draw(st.sampled_from([(0.0, 0.0), (30.0, 17.0), (150.0, 51.0)])),
            ordered=draw(st.booleans()),
            light=draw(st.booleans()),
        )
        for source, target in pairs
    ]


@settings(max_examples=150, deadline=None)
@given(tangles())
def test_whatever_leads_wherever_nothing_overlaps(
    tangle: tuple[list[tuple[float, float]], list[Link]],
) -> None:
    sizes, links = tangle
    found = layout(sizes, links)
    assert overlaps([*found.boxes, *filter(None, found.labels)]) == []
    assert trespasses(found) == []
    tier, upwards = tiers(len(sizes), links, 0)
    for link, turned in zip(links, upwards, strict=True):
        assert (tier[link.source] > tier[link.target]) == turned
        assert tier[link.source] != tier[link.target]
