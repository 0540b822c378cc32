"""`menu`: choices, reprompts, tries."""

from __future__ import annotations

import pytest

from ivr.flow.scripted import HangUp, Pause, Press
from tests.calls import walk

MENU = """
    always: {0: person, star: repeat}
    defaults: {tries: 3, outcomes: {exhausted: person}}
    nodes:
      m:
        type: menu
        prompt: Choose.
        options: {1: one, 2: {next: two, label: Two}, 21: three, pound: end, D: end}
        noinput: [Nothing., Still nothing.]
        nomatch: [Wrong., Wrong again.]
      one: {type: play, prompt: One., next: end}
      two: {type: play, prompt: Two., next: end}
      three: {type: play, prompt: Three., next: end}
      person: {type: play, prompt: Person., next: end}
    """


@pytest.mark.parametrize(
    ("keys", "heard"),
    [("1", "One."), ("2", "Two."), ("21", "Three."), ("0", "Person."), ("#", ""), ("D", "")],
)
def test_a_key_leads_to_its_choice(keys: str, heard: str) -> None:
    assert "".join(walk(MENU, Press(keys)).heard[1:]) == heard


def test_the_key_is_what_the_journey_keeps() -> None:
    result = walk(MENU, Press("21"))
    assert (result.path[0], result.inputs[0]) == ("m:21", "21")


def test_the_menus_own_keys_win_over_those_of_always() -> None:
    flow = MENU.replace("options: {1: one", "options: {0: two, 1: one")
    assert walk(flow, Press("0")).heard[-1] == "Two."


def test_noinput_and_nomatch_are_counted_apart_and_bounded_together() -> None:
    result = walk(MENU, Pause(7), Press("9"), Pause(1), Press("9"))
    assert result.heard == ["Choose.", "Nothing.", "Choose.", "Wrong.", "Choose.", "Person."]
    assert result.inputs[0] == "(silence) 9? 9?"
    assert result.path[0] == "m:exhausted"


def test_each_attempt_has_its_own_text() -> None:
    heard = walk(MENU.replace("tries: 3", "tries: 4")).heard
    assert [text for text in heard if "othing" in text] == ["Nothing.", "Still nothing.", "Still nothing."]


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("silent", ["Nothing.", "Still nothing.", "Still nothing."]),
        ("{en-US: silent}", ["Nothing.", "Still nothing.", "Still nothing."]),
        ("{say: silent}", ["Nothing.", "Still nothing."] * 3),
        ("[silent, Again.]", ["Nothing.", "Still nothing.", "Again.", "Again."]),
        ("wrong", ["Wrong."] * 3),
    ],
)
@pytest.mark.parametrize("named", ["[Nothing., Still nothing.]", "{en-US: [Nothing., Still nothing.]}"])
def test_the_name_of_a_prompt_stands_for_its_texts(written: str, heard: list[str], named: str) -> None:
    flow = MENU.replace("tries: 3", "tries: 4").replace("[Nothing., Still nothing.]", written)
    flow = flow.replace("nodes:", f"prompts: {{silent: {named}, wrong: Wrong.}}\n    nodes:")
    assert [text for text in walk(flow).heard if text not in ("Choose.", "Person.")] == heard


def test_a_name_in_each_language_stands_for_the_text_in_that_language() -> None:
    flow = MENU.replace("tries: 3", "tries: 4").replace("[Nothing., Still nothing.]", "silent", 1)
    prompts = "{silent: {zh-CN: [一。, 二。], en-US: [One!, Two!]}}"
    flow = flow.replace("nodes:", f"languages: [zh-CN, en-US]\n    prompts: {prompts}\n    nodes:")
    assert [text for text in walk(flow).heard if text in "一。二。"] == ["一。", "二。", "二。"]


def test_what_was_typed_ahead_is_forgotten_after_a_wrong_key() -> None:
    flow = MENU.replace("nodes:", "start: hello\n    nodes:\n      hello: HELLO").replace(
        "HELLO", "{type: play, prompt: Hello hello hello., barge_in: none, next: m}"
    )
    assert walk(flow, Press("91"), Pause(60), HangUp()).inputs[1] == "91? (silence) (silence)"


def test_what_was_typed_ahead_is_forgotten_when_the_tries_are_used_up() -> None:
    result = walk(
        MENU.replace("tries: 3", "tries: 1").replace("next: end}\n    ", "next: m}\n    "), Press("91")
    )
    assert result.path[:2] == ["m:exhausted", "person:next"]


def test_a_fresh_menu_forgets_keys_pressed_before() -> None:
    flow = """
        nodes:
          hello: {type: play, prompt: Hello hello hello., barge_in: none, next: m}
          m: {type: menu, prompt: M., fresh: true, options: {1: end}, outcomes: {exhausted: end}, tries: 1}
        """
    assert walk(flow, Press("1")).path == ["hello:next", "m:exhausted"]
    assert walk(flow.replace("fresh: true", "fresh: false"), Press("1")).path == ["hello:next", "m:1"]


def test_a_menu_may_have_its_own_times() -> None:
    flow = MENU.replace("prompt: Choose.", "prompt: Choose.\n        noinput_after: 20s\n        tries: 1")
    assert walk(flow).at("Person.") == pytest.approx(20, abs=1)


def test_an_option_can_return_a_value() -> None:
    inner = """
        id: inner
        nodes: {m: {type: menu, prompt: M., options: {1: {return: yes}, 2: end}, outcomes: {exhausted: end}}}
        """
    outer = """
        id: outer
        nodes:
          s: {type: subflow, flow: inner, next: end, outcomes: {"yes": y}}
          y: {type: play, prompt: Yes., next: end}
        """
    assert walk((outer, inner), Press("1")).heard[-1] == "Yes."
