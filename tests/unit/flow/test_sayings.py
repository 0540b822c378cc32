"""What a prompt says before there is a caller: named prompts written out, values and conditions weighed."""

from __future__ import annotations

from pydantic import BaseModel

from ivr.flow.prompts import Prompt, PromptModel, Reprompt
from ivr.flow.sayings import MARK, VALUE, Saying, sayings, seconds


class Holder(BaseModel):
    prompt: Prompt
    reprompt: Reprompt | None = None


def said(prompt: object, named: dict[str, object] | None = None) -> list[list[Saying]]:
    prompts = {name: Holder(prompt=each).prompt for name, each in (named or {}).items()}
    return list(sayings(Holder(prompt=prompt).prompt, "en-US", prompts))


def test_each_language_is_said_by_itself() -> None:
    chinese, english = said({"zh-CN": "您好。", "en-US": ["Hello.", "You."]})
    assert [(one.words, one.language, one.path) for one in chinese] == [("您好。", "zh-CN", ("zh-CN", 0))]
    assert [one.path for one in english] == [("en-US", 0), ("en-US", 1)]


def test_a_text_without_a_language_is_in_the_first_of_the_flow() -> None:
    ((one,),) = said("Hello.")
    assert (one.language, one.path) == ("en-US", (0,))


def test_values_are_marked_and_take_their_time() -> None:
    ((one,),) = said("You owe {{ amount }}.")
    assert one.words == f"You owe {MARK}."
    assert one.seconds > VALUE


def test_a_named_prompt_stands_where_it_is_named() -> None:
    ((first, second, third),) = said(["One.", "other", "Three."], {"other": "Two, from elsewhere."})
    assert (second.words, second.path) == ("Two, from elsewhere.", (1,))
    assert (first.path, third.path) == ((0,), (2,))


def test_prompts_that_name_each_other_end() -> None:
    assert said("a", {"a": ["b", "A."], "b": ["a", "B."]})[0][-1].words == "A."


def test_what_only_some_hear_does_not_count() -> None:
    (items,) = said(
        ["Hello.", {"say": "Dear customer.", "when": "caller.vip"}, {"each": "x", "say": "Item."}]
    )
    assert [one.certain for one in items] == [True, False, False]
    assert seconds(items) == items[0].seconds


def test_silence_counts_and_recorded_sounds_do_not() -> None:
    (items,) = said([{"pause": "7s"}, {"audio": "a.wav"}, {"tone": "%(1,2,3)"}])
    assert seconds(items) == 7.0
    assert [one.recorded for one in items] == [False, True, False]


def test_a_reprompt_is_said_once_for_each_attempt() -> None:
    holder = Holder(prompt=PromptModel(texts={"": ("x",)}), reprompt=["Sorry.", ["Once", "more."]])
    assert holder.reprompt is not None
    attempts = list(sayings(holder.reprompt, "en-US", {}))
    assert [[one.path for one in items] for items in attempts] == [[(0, 0)], [(1, 0), (1, 1)]]
