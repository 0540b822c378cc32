"""Mermaid text: every line is one that its flowcharts know, and nothing a designer wrote can be one."""

from __future__ import annotations

import re

import pytest

from ivr.drawing.mermaid import mermaid
from ivr.flow.graph import Edge
from ivr.flow.types import Target
from tests.unit.drawing.pictures import a_graph, a_node, drawn

TEXT = r'"(?:[^"\[\]{}()|<>`&\\#]|#\d+;|<br/>)+"'
NAME = r"(?:n_[a-z0-9_]+|x_\d+|any_menu|any_node)"
SHAPE = (
    rf"(?:\(\[{TEXT}\]\)|\({TEXT}\)|\{{\{{{TEXT}\}}\}}|\[\[{TEXT}\]\]|\[/{TEXT}[/\\]\]|\[{TEXT}\]|>{TEXT}\])"
)
KNOWN = re.compile(
    rf"---|title: \".*\"|flowchart TD"
    rf"|\s+{NAME}{SHAPE}"
    rf"|\s+{NAME} (?:-->|-\.->)(?:\|{TEXT}\|)? {NAME}"
    rf"|  subgraph part_[a-z]+\[{TEXT}\]|  end"
    rf"|  classDef ivr_[a-z]+ [a-z:,#0-9]+|  class {NAME}(?:,{NAME})* ivr_[a-z]+"
)


def unknown(text: str) -> list[str]:
    return [line for line in text.splitlines() if not KNOWN.fullmatch(line)]


@pytest.mark.parametrize("name", ["hotline", "sixty"])
def test_every_line_is_one_that_mermaid_knows(name: str) -> None:
    assert unknown(mermaid(drawn(name).graph)) == []


def test_keys_words_and_failures_are_on_the_arrows() -> None:
    text = mermaid(drawn("hotline").graph)
    assert 'n_main -->|"1 电费"| n_account' in text
    assert 'n_balance -.->|"404"| n_unknown_account' in text
    assert 'any_menu -->|"0"| n_person' in text


def test_what_runs_after_the_hangup_is_a_part_of_its_own() -> None:
    text = mermaid(drawn("sixty").graph)
    assert re.search(r'subgraph part_hangup\["After the caller has hung up"\]\n +n_after_who', text)


@pytest.mark.parametrize(
    "words",
    [
        'end"] --> x["',
        "`**bold**`",
        "<img src=x onerror=alert(1)>",
        "#quot;|{{[(",
        "---",
        "%%{init: {}}%%",
        "a\nclick n_a call()",
        "👩‍👩‍👧‍👦" * 99,
        "很" * 10_000,
        "\u202e",
    ],
)
def test_hostile_words_stay_words(words: str) -> None:
    nodes = [
        a_node("end_", words),
        a_node("default", words, kind="branch"),
        a_node("style", words, kind=words),
    ]
    edges = [
        Edge("end_", words, words, "choice", Target("node", "default"), 1),
        Edge("default", "else", "", "case", Target("node", words), 1),
    ]
    text = mermaid(a_graph(nodes, edges, title=words))
    assert unknown(text) == []
    assert len(text) < 6_000


def test_words_of_mermaids_own_are_no_names() -> None:
    text = mermaid(a_graph([a_node("default"), a_node("style")], []))
    assert "n_default" in text
    assert "n_style" in text
