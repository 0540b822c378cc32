from __future__ import annotations

from ivr import registry
from ivr.flow import loader
from ivr.flow.diff import Change, Side, compare

OLD = """
id: a
languages: [en-US]
numbers: ["1"]
defaults: {tries: 3, outcomes: {error: bye}}
nodes:
  main:
    type: menu
    prompt: Press 1 or 2.
    options: {1: bill, 2: {next: bye, say: {en-US: [bye]}}}
    outcomes: {exhausted: bye}
  bill: {type: play, prompt: Nothing., next: bye}
  bye: {type: hangup, prompt: Bye.}
"""


def side(text: str) -> Side:
    loaded, document = loader.load(text, "a.yaml", registry.load_all("ivr.nodes"))
    return Side(document.data, loaded.flow)


def changes(*replaced: tuple[str, str]) -> list[Change]:
    new = OLD
    for old, text in replaced:
        assert old in new
        new = new.replace(old, text)
    return compare(side(OLD), side(new))


def test_nothing_changed_is_nothing() -> None:
    assert changes() == []


def test_comments_and_layout_are_no_change() -> None:
    assert changes(("languages: [en-US]", "# a note\nlanguages:\n  - en-US")) == []


def test_a_node_that_came_is_told_with_its_ways() -> None:
    assert changes(("  bye:", "  more: {type: play, prompt: More., next: bye}\n  bye:")) == [
        Change("node", "more", "", "play"),
        Change("way", "more next", "", "bye"),
    ]


def test_a_node_of_another_name_is_the_same_node() -> None:
    assert changes(("1: bill", "1: billing"), ("  bill:", "  billing:")) == [
        Change("node", "billing", "called bill", "play"),
        Change("way", "main 1", "bill", "billing"),
        Change("way", "bill next", "bye", ""),
        Change("way", "billing next", "", "bye"),
    ]


def test_an_option_is_told_with_both_values() -> None:
    assert changes(("Nothing.", "You owe nothing."), ("tries: 3", "tries: 2")) == [
        Change("option", "defaults.tries", "3", "2"),
        Change("option", "bill.prompt", "Nothing.", "You owe nothing."),
    ]


def test_ways_are_told_as_ways_and_not_again_as_options() -> None:
    assert changes(("exhausted: bye", "exhausted: bill"), ("error: bye", "error: bill")) == [
        Change("way", "any node error", "bye", "bill"),
        Change("way", "main exhausted", "bye", "bill"),
    ]


def test_a_key_that_moved_is_a_way_that_went_and_one_that_came() -> None:
    told = changes(("1: bill", "3: bill"))
    assert [(one.sign, one.where, one.old or one.new) for one in told if one.what == "way"] == [
        ("-", "main 1", "bill"),
        ("+", "main 3", "bill"),
    ]
