"""The door for plugins: found by name, or told the nearest."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from ivr import registry
from ivr.errors import UnknownPlugin


def test_a_member_is_found_by_its_name() -> None:
    assert registry.load("ivr.nodes", "menu").__name__ == "Menu"
    assert "menu" in registry.names("ivr.nodes")
    assert registry.load_all("ivr.nodes").keys() == set(registry.names("ivr.nodes"))
    assert registry.names("ivr.no_such_group") == []


def test_a_name_that_nobody_carries_is_told_the_nearest() -> None:
    with pytest.raises(UnknownPlugin, match='did you mean "menu"'):
        registry.load("ivr.nodes", "meun")


def test_a_plugin_that_cannot_be_imported_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("broken", "no.such.module:Thing", "ivr.nodes")
    monkeypatch.setattr(registry, "_group", lambda _group: {"broken": point})
    with pytest.raises(UnknownPlugin, match=r"no\.such\.module:Thing.*No module named"):
        registry.load("ivr.nodes", "broken")


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("meun", ["menu", "play"], 'did you mean "menu"?'),
        ("zzz", ["menu", "play"], "there is menu, play"),
        ("zzz", [], ""),
        (
            "x",
            [f"n{number:02}" for number in range(20)],
            "there is " + ", ".join(f"n{n:02}" for n in range(12)) + ", …",
        ),
    ],
)
def test_a_hint_names_the_nearest_or_what_there_is(word: str, known: list[str], hint: str) -> None:
    assert registry.did_you_mean(word, known) == hint
