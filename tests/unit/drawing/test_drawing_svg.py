"""An SVG is well-formed whatever a flow says, carries names and lines, and runs nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import etree

from ivr.drawing.look import LIGHT
from ivr.drawing.scene import scene
from ivr.drawing.style import RULES, page_sheet
from ivr.drawing.svg import svg
from ivr.flow.graph import Anywhere, Edge, Graph
from ivr.flow.types import Target
from tests.unit.drawing.pictures import a_graph, a_node, drawn

HOSTILE = [
    "<script>alert(1)</script>",
    "\"' onload=alert(1) x='",
    "&lt;&#0;&amp;",
    "]]></style><script>",
    "\u202eabc\u2066",
    "\x00\x08\ud800\ufffe",
    "👩‍👩‍👧‍👦🇨🇳",
    "很" * 10_000,
    "a" * 10_000,
    "مرحبا بكم",
]
NS = {"s": "http://www.w3.org/2000/svg"}


def parsed(text: str) -> etree._Element:
    return etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, huge_tree=False))


def found(root: etree._Element, path: str) -> list[etree._Element]:
    result = root.xpath(path, namespaces=NS)
    assert isinstance(result, list)
    return [each for each in result if isinstance(each, etree._Element)]


def test_every_node_carries_its_name_and_line() -> None:
    root = parsed(svg(drawn("hotline")))
    lines = {node.get("data-node"): node.get("data-line") for node in found(root, "//s:g[@data-node]")}
    assert set(lines) == {node.name for node in drawn("hotline").graph.nodes}
    text = (drawn("hotline").graph.nodes[0].name, "36")
    assert lines[text[0]] == text[1]
    assert found(root, "//s:g[@id='node-main'][@data-type='menu']")


def test_every_way_carries_where_it_comes_from_and_its_outcome() -> None:
    root = parsed(svg(drawn("hotline")))
    ways = {
        (way.get("data-from"), outcome)
        for way in found(root, "//*[@data-from][@data-outcome]")
        for outcome in str(way.get("data-outcome")).split(" ")
    }
    for edge in drawn("hotline").graph.edges:
        assert any((edge.source, part) in ways for part in edge.outcome.split(" "))


def test_the_line_of_a_key_is_found_under_its_other_name() -> None:
    root = parsed(svg(drawn("hotline")))
    (label,) = found(root, "//s:g[@class='label'][@data-from='main'][@data-outcome='#']")
    (one,) = found(root, "//s:g[@class='label'][@data-from='main'][@data-outcome='1']")
    assert int(str(label.get("data-line"))) == int(str(one.get("data-line"))) + 2


def test_failures_are_dashed_and_what_leads_back_is_faint() -> None:
    root = parsed(svg(drawn("hotline")))
    (failure,) = found(root, "//s:path[@data-from='balance'][@data-outcome='404']")
    (back,) = found(root, "//s:path[@data-from='unknown_account']")
    assert failure.get("class") == "edge failure"
    assert back.get("class") == "edge back"
    (style,) = found(root, "//s:style")
    assert re.search(r"\.edge\.failure\{[^}]*stroke-dasharray", style.text or "")


def test_ways_from_anywhere_are_said_once() -> None:
    text = svg(drawn("hotline"))
    assert text.count('data-to="trouble"') == 1
    assert "0 at any menu" in text
    assert "exhausted anywhere" in text


def test_a_goal_is_marked() -> None:
    root = parsed(svg(drawn("hotline")))
    assert [goal.text for goal in found(root, "//s:g[@data-node='thanks']/s:text[@class='goal']")] == [
        "message_left"
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    edges = (
        Edge("a", words, words, "choice", Target("node", words), 1),
        Edge("a", "1", words, "choice", Target("node", "b"), 2),
    )
    way = Anywhere(words, "default", Target("node", "b"), ("a", "b"), 1)
    nodes = (a_node("a", words), a_node("b", words, kind=words))
    text = svg(scene(Graph("f", words, words, "a", "", nodes, edges, (way,))))
    root = parsed(text)
    assert not found(root, "//s:script")
    assert not [
        name for element in root.iter("{*}*") for name in map(str, element.attrib) if name[:2] == "on"
    ]
    assert len(text) < 120_000


def test_links_lead_within_the_picture_only() -> None:
    root = parsed(svg(drawn("sixty")))
    links = [str(link.get("href")) for link in found(root, "//s:a")]
    names = {f"#node-{node.name}" for node in drawn("sixty").graph.nodes}
    assert links
    assert set(links) <= names


def test_words_are_shown_in_the_language_asked_for() -> None:
    assert "Welcome to the power" in svg(drawn("hotline", "en-US"))
    assert "Welcome to the power" not in svg(drawn("hotline", "zh-CN"))


def test_a_picture_follows_the_reader_unless_told_otherwise() -> None:
    assert "prefers-color-scheme:dark" in svg(drawn("hotline"))
    for theme in ("light", "dark"):
        plain = svg(drawn("hotline"), theme=theme)
        assert "prefers-color-scheme" not in plain
        assert "var(" not in plain


def test_a_target_that_does_not_exist_stands_out() -> None:
    graph = a_graph([a_node("a")], [Edge("a", "1", "", "choice", Target("node", "gone"), 3)])
    (way,) = found(parsed(svg(scene(graph))), "//s:g[@class='exit missing']")
    assert way.get("data-to") == "gone"


def test_the_same_flow_gives_the_same_picture() -> None:
    graph = drawn("sixty").graph
    assert svg(scene(graph)) == svg(scene(graph))


def test_a_page_brings_the_style_sheet_of_its_drawings() -> None:
    root = parsed(svg(drawn("hotline"), theme="page"))
    assert not found(root, "//s:style")
    assert not found(root, "//*[@style]")
    assert all(f"var(--ivr-{colour})" in page_sheet() for _, _, colour in RULES)
    assert all(f"--ivr-{name}:light-dark(" in page_sheet() for name in LIGHT)


def test_words_that_are_not_the_flows_are_in_the_readers_language() -> None:
    way = Anywhere("exhausted", "default", Target("end"), ("a", "b"), 3)
    nodes = (a_node("a"), a_node("b"), replace(a_node("c"), part="unreached"))
    edges = (Edge("a", "next", "", "next", Target("node", "b"), 1),)
    flow = Graph("f", "F", "en-US", "a", "", nodes, edges, (way,))
    english, chinese = svg(scene(flow, "en")), svg(scene(flow, "zh-CN"))
    words = {
        "3 nodes": "3 个节点",
        "at 2 nodes": "在 2 个节点",
        "Nobody comes here": "没有路通到这里",
        "asks the caller": "询问来电者",
        "ways between": "其间",
        "line 1": "第 1 行",
    }
    for one, other in words.items():
        assert one in english
        assert other in chinese
        assert one not in chinese
    assert svg(scene(flow, "fr")) == english
