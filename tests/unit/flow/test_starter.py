"""A flow copied under another name keeps every word but the few that must change."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import IvoryError
from ivr.flow.skeleton import LANGUAGES, skeleton
from ivr.flow.starter import feature_codes, renamed, retested

FLOW = """\
# A shop.
#
#   ivr flow run shop               talk to it
#   ivr flow new mine --from shop   a copy
#
# Its tests are in tests/shop.yaml; a workshop is no shop.

id: "shop"   # the name
title: {zh-CN: 商店, en-US: "A shop"}
languages: [zh-CN, en-US]
numbers: ["95598"]
nodes:
  hello: {type: play, prompt: {zh-CN: 这里是shop。, en-US: "This is shop: hello."}, next: end}   # shop
"""
STARTERS = sorted((Path(__file__).parents[3] / "flows").glob("*.yaml"))


def test_id_title_and_numbers_change_and_nothing_else_does() -> None:
    copy = renamed(FLOW, "shop.yaml", "my_bookshop")
    assert (
        copy
        == """\
# A shop.
#
#   ivr flow run my_bookshop        talk to it
#
# Its tests are in tests/my_bookshop.yaml; a workshop is no shop.

id: my_bookshop   # the name
title: my bookshop
languages: [zh-CN, en-US]
numbers: []           # what callers dial: ["4001234567"]
nodes:
  hello: {type: play, prompt: {zh-CN: 这里是shop。, en-US: "This is shop: hello."}, next: end}   # shop
"""
    )


def test_feature_codes_are_numbers_that_only_the_house_dials() -> None:
    text = FLOW.replace('["95598"]', '["95598", "*71", "#9"]')
    assert feature_codes(text, "shop.yaml") == ["*71", "#9"]
    assert feature_codes(FLOW.replace('numbers: ["95598"]\n', ""), "shop.yaml") == []
    copy = renamed(text, "shop.yaml", "mine", numbers=["*71", "#9"])
    assert 'numbers: ["*71", "#9"]\n' in copy


def test_a_command_with_options_names_the_copy_and_keeps_its_column() -> None:
    line = "#   ivr flow run shop --ani 1 --dnis '*7'   talk\n"
    assert "#   ivr flow run mine --ani 1 --dnis '*7'   talk\n" in renamed(line + FLOW, "shop.yaml", "mine")


def test_the_languages_wanted_come_first_and_the_others_stay() -> None:
    assert "languages: [en-US, zh-CN]\n" in renamed(FLOW, "shop.yaml", "mine", ["en-US"])


def test_a_language_it_does_not_speak_is_refused() -> None:
    with pytest.raises(IvoryError, match='shop does not speak "fr-FR"'):
        renamed(FLOW, "shop.yaml", "mine", ["fr-FR"])


def test_a_value_over_several_lines_is_refused_rather_than_broken() -> None:
    with pytest.raises(IvoryError, match="several lines"):
        renamed(FLOW.replace('["95598"]', '["95598",\n  "95599"]'), "shop.yaml", "mine")


def test_tests_name_the_copy() -> None:
    text = "# Play it with `ivr flow test shop`.\nflow: shop  # ours\ncases: []\n"
    assert (
        retested(text, "t.yaml", "mine")
        == "# Play it with `ivr flow test mine`.\nflow: mine  # ours\ncases: []\n"
    )


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_a_copy_of_a_starter_differs_in_a_few_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    copy = renamed(text, str(path), "another")
    kept = set(text.splitlines()) & set(copy.splitlines())
    changed = [line for line in text.splitlines() if line not in kept]
    assert all(line.startswith(("#", "id:", "title:", "numbers:")) for line in changed)
    assert f"from {path.stem}" not in copy


@pytest.mark.parametrize("languages", [("zh-CN",), ("en-US",), ("en-US", "zh-CN")])
def test_a_skeleton_has_only_the_languages_that_are_wanted(languages: tuple[str, ...]) -> None:
    flow, tests = skeleton("mine", languages)
    assert f"languages: [{', '.join(languages)}]" in flow
    for language in LANGUAGES:
        assert (f"{language}: " in flow) == (language in languages)
        assert (f"language: {language}" in tests) == (language in languages)


def test_a_skeleton_has_no_words_in_other_languages() -> None:
    with pytest.raises(IvoryError, match='no words in "fr-FR"'):
        skeleton("mine", ["fr-FR"])
