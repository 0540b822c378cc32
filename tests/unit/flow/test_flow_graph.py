"""A flow's graph: every way out of every node, with its name, kind and line."""

from __future__ import annotations

import pytest

from ivr import registry
from ivr.flow import loader
from ivr.flow.graph import Edge, Graph, graph

FLOW = """
id: shop
title: {en-US: Shop, zh-CN: 商店}
languages: [en-US, zh-CN]
defaults: {outcomes: {error: sorry, exhausted: sorry}}
always: {"0": desk, star: repeat}
on_hangup: note
vars: {vip: false, told: null}
calendars: {open_hours: {timezone: UTC, mon-fri: "09:00-17:00"}}
prompts: {greeting: {en-US: Good day., zh-CN: 您好。}}
nodes:
  hello: {type: play, prompt: [greeting, "Dear {{ told | digits }}.", {audio: jingle.wav}], next: main}
  main:
    type: menu
    prompt: {en-US: Choose., zh-CN: 请选择。}
    options:
      1: {next: order, say: {en-US: [order, buy], zh-CN: [订购]}}
      2: {next: order, label: {en-US: Shopping, zh-CN: 购物}}
      pound: back
      0: order
  order:
    type: operation
    http: {url: "shop:/orders/{{ call.id }}"}
    save: {told: json.id}
    next: who
    outcomes: {404: sorry, 2xx: main}
  who: {type: branch, cases: [{when: vip, next: desk}, {when: told > 3, next: end}], else: door}
  door: {type: hours, calendar: open_hours, open: share, closed: flow:night}
  share: {type: split, branches: {a: {percent: 30, next: desk}, b: {percent: 70, next: other}}}
  other: {type: subflow, flow: night, next: {return: done}, outcomes: {sold: desk}}
  desk: {type: transfer, extension: "1001", next: end, outcomes: {busy: sorry, no_answer: gone}}
  sorry: {type: hangup, prompt: Sorry.}
  note: {type: set, vars: {told: told + 1}, next: end}
  island: {type: play, prompt: Nobody hears this., next: end}
"""
NIGHT = """
id: night
languages: [en-US]
nodes:
  a: {type: play, prompt: Good night., next: {return: sold}}
"""


def made(language: str = "") -> Graph:
    types = registry.load_all("ivr.nodes")
    loaded, document = loader.load(FLOW, "shop.yaml", types)
    night, _ = loader.load(NIGHT, "night.yaml", types)
    return graph(
        loaded.flow,
        {"shop": loaded.flow, "night": night.flow},
        language,
        lambda path: document.place(path, key=True).line,
    )


def ways(of: str, language: str = "") -> list[tuple[str, str, str, str]]:
    return [
        (edge.outcome, edge.label, edge.kind, str(edge.target))
        for edge in made(language).edges
        if edge.source == of
    ]


def edge(source: str, outcome: str) -> Edge:
    return next(each for each in made().edges if (each.source, each.outcome) == (source, outcome))


def test_a_menu_leads_by_its_keys_and_what_may_be_said() -> None:
    assert ways("main") == [
        ("1", "order", "choice", "order"),
        ("2", "Shopping", "choice", "order"),
        ("#", "", "choice", "back"),
        ("0", "", "choice", "order"),
    ]


def test_words_are_in_the_language_asked_for() -> None:
    assert [label for _, label, _, _ in ways("main", "zh-CN")] == ["订购", "购物", "", ""]
    assert made("zh-CN").title == "商店"


def test_cases_carry_their_conditions_and_the_names_journeys_have() -> None:
    assert ways("who") == [
        ("case 1", "vip", "case", "desk"),
        ("case 2", "told > 3", "case", "end"),
        ("else", "", "case", "door"),
    ]
    assert ways("door") == [("open", "", "case", "share"), ("closed", "", "case", "flow:night")]
    assert ways("share") == [("a", "30 %", "case", "desk"), ("b", "70 %", "case", "other")]


def test_a_bad_end_is_a_failure_and_an_answer_is_not() -> None:
    assert ways("order") == [
        ("next", "", "next", "who"),
        ("404", "", "failure", "sorry"),
        ("2xx", "", "outcome", "main"),
    ]
    assert ways("other") == [("next", "", "next", "return done"), ("sold", "", "outcome", "desk")]
    assert [kind for _, _, kind, _ in ways("desk")] == ["next", "failure", "failure"]


def test_a_target_that_does_not_exist_is_kept_as_written() -> None:
    assert edge("desk", "no_answer").target.name == "gone"


@pytest.mark.parametrize(
    ("source", "outcome", "text"),
    [
        ("main", "2", "2: {next"),
        ("hello", "next", "hello:"),
        ("who", "else", "who:"),
        ("order", "404", "404"),
    ],
)
def test_every_way_knows_its_line(source: str, outcome: str, text: str) -> None:
    assert text in FLOW.splitlines()[edge(source, outcome).line - 1]


def test_ways_that_many_share_are_said_once_with_those_they_are_true_of() -> None:
    shared = {way.outcome: way for way in made().anywhere}
    assert shared["*"].sources == ("main",)
    assert shared["0"].sources == ()
    assert shared["exhausted"].sources == ("main",)
    assert "hello" in shared["error"].sources
    assert "sorry" not in shared["error"].sources
    assert str(shared["*"].target) == "repeat"


def test_nodes_know_their_part() -> None:
    parts = {node.name: node.part for node in made().nodes}
    assert parts["note"] == "hangup"
    assert parts["island"] == "unreached"
    assert {parts[name] for name in parts if name not in ("note", "island")} == {"call"}


def test_a_node_says_what_it_is_about() -> None:
    gists = {node.name: node.gist for node in made().nodes}
    assert gists["hello"] == "Good day. Dear {told}. ♪ jingle.wav"
    assert gists["order"] == "GET shop:/orders/{call.id}"
    assert gists["desk"] == "1001"
    assert gists["door"] == "open_hours"
    assert gists["note"] == "told = told + 1"
    assert gists["who"] == ""


def test_a_prompt_that_names_itself_comes_to_an_end() -> None:
    text = FLOW.replace("{en-US: Good day., zh-CN: 您好。}", "greeting")
    loaded, _ = loader.load(text, "shop.yaml", registry.load_all("ivr.nodes"))
    assert graph(loaded.flow, {}).nodes[0].gist.startswith("greeting")
