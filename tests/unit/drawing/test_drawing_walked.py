"""A walked picture is the flow's own, with the caller's way in it and nothing lost."""

from __future__ import annotations

from lxml import etree

from ivr.drawing.scene import scene
from ivr.drawing.svg import svg
from ivr.drawing.walked import Visit, told, walked
from ivr.flow.graph import Edge
from ivr.flow.types import Target
from tests.unit.drawing.pictures import a_graph, a_node

SVG = "{http://www.w3.org/2000/svg}"


def picture(*visits: Visit) -> etree._Element:
    edges = [
        Edge("a", "1", "", "choice", Target("node", "b"), 2),
        Edge("a", "2", "", "choice", Target("node", "c"), 3),
        Edge("b", "next", "", "next", Target("node", "a"), 4),
    ]
    graph = a_graph([a_node(name) for name in "abc"], edges)
    return etree.fromstring(walked(svg(scene(graph)), visits).encode())


def on(root: etree._Element, name: str) -> set[str]:
    strong = [part for part in root.iter() if "on" in part.get("class", "").split()]
    return {str(part.get(name)) for part in strong if part.get(name)}


def tags(root: etree._Element) -> list[str]:
    marks = [part for part in root.iter(f"{SVG}g") if part.get("class") == "tag"]
    return sorted(words.text or "" for mark in marks for words in mark.iter(f"{SVG}text"))


def test_nodes_that_were_visited_are_marked_with_their_turns_and_time() -> None:
    root = picture(Visit(1, "a", 4.2, "1"), Visit(2, "b", 70, "next"), Visit(3, "a", None, ""))
    assert on(root, "data-node") == {"a", "b"}
    assert tags(root) == ["1, 3 · 4 s", "2 · 1:10"]
    assert [part.get("data-node") for part in root.iter() if "last" in part.get("class", "").split()] == ["a"]


def test_only_ways_that_were_walked_are_strong() -> None:
    root = picture(Visit(1, "a", 4, "1"), Visit(2, "b", 1, ""))
    walked_ways = {
        (part.get("data-from"), part.get("data-outcome"))
        for part in root.iter()
        if part.get("data-from") and "on" in part.get("class", "").split()
    }
    assert walked_ways == {("a", "1")}


def test_a_call_that_visited_nothing_leaves_everything_pale() -> None:
    root = picture()
    assert "journey" in root.get("class", "").split()
    assert on(root, "data-node") == set()


def test_a_node_that_is_not_in_the_picture_does_no_harm() -> None:
    assert on(picture(Visit(1, "gone", 1, "1"), Visit(2, "a", 1, "")), "data-node") == {"a"}


def test_times_are_told_as_short_as_can_be() -> None:
    assert [told(seconds) for seconds in (0.2, 59.4, 60, 125)] == ["0 s", "59 s", "1:00", "2:05"]
    assert [told(seconds, "zh-CN") for seconds in (4, 125)] == ["4 秒", "2:05"]
