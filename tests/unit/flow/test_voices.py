"""The `voices` of a flow's head: how each of its languages sounds."""

from __future__ import annotations

from typing import Any

import pytest

from ivr import registry
from ivr.call import PLAIN, Manner, Speech
from ivr.errors import FlowError
from ivr.flow import heard, loader, phrases
from ivr.flow.model import LoadedFlow
from ivr.flow.speaker import Speaker

NODES = registry.load_all("ivr.nodes")
CHINESE = Manner("cmn+f3", 160, 45, 0.3)


def load(voices: str, prompt: str = "{zh-CN: 您好。, en-US: Hello.}") -> LoadedFlow:
    text = f"""
id: x
languages: [zh-CN, en-US]
vars: {{amount: 5}}
voices: {voices}
nodes:
  a: {{type: play, prompt: {prompt}, next: end}}
"""
    return loader.load(text.encode(), "x.yaml", NODES)[0]


def said(loaded: LoadedFlow, language: str, **scope: Any) -> list[Speech]:
    flow: Any = loaded.flow
    speaker = Speaker(language, scope, {}, phrases.filters, flow.prompts, flow.manner)
    pieces, errors = speaker.pieces(flow.nodes["a"].prompt)
    assert errors == []
    return [piece for piece in pieces if isinstance(piece, Speech)]


def test_a_voice_is_written_short_or_long() -> None:
    flow = load("{zh-CN: {voice: cmn+f3, rate: 160, pitch: 45, pause: 300ms}, en-US: en-gb-x-rp}").flow
    assert flow.manner("zh-CN") == CHINESE
    assert flow.manner("en-US") == Manner("en-gb-x-rp")
    assert flow.manner("de-DE") == PLAIN


def test_a_voice_may_be_a_number_as_some_engines_have_it() -> None:
    assert load("{en-US: 7}").flow.manner("en-US").voice == "7"


def test_a_voice_serves_its_language_in_other_regions() -> None:
    flow = load("{zh: cmn, zh-HK: yue}").flow
    assert [flow.manner(tag).voice for tag in ("zh-CN", "zh-HK", "zh-TW")] == ["cmn", "yue", "cmn"]


@pytest.mark.parametrize(
    "name", ['"--fast"', '"-v"', '"a\\nb"', '"{wav}"', '"$(id)"', '""', "[]", "true", "1.5"]
)
def test_a_name_that_could_mean_something_else_is_refused(name: str) -> None:
    with pytest.raises(FlowError, match="F139"):
        load(f"{{en-US: {name}}}")


def test_all_that_is_said_is_said_in_that_manner_and_rendered_ahead_in_it() -> None:
    loaded = load(
        "{zh-CN: {voice: cmn+f3, rate: 160, pitch: 45, pause: 300ms}}",
        '{zh-CN: ["余额是{{ amount }}元。", {say: Goodbye., language: en-US}], en-US: Hello.}',
    )
    pieces = said(loaded, "zh-CN", amount=5)
    assert [(piece.text, piece.fresh, piece.manner) for piece in pieces] == [
        ("余额是", False, CHINESE),
        ("五", True, CHINESE),
        ("元。", False, CHINESE),
        ("Goodbye.", False, PLAIN),
    ]
    ahead = heard.constant_speeches({"x": loaded})
    assert {piece for piece in pieces if not piece.fresh} <= set(ahead)
    assert said(loaded, "en-US")[0] == Speech("Hello.", "en-US")


def test_another_voice_is_another_version() -> None:
    assert load("{en-US: en-us}").version != load("{en-US: en-us+f3}").version


def test_a_sentence_is_told_with_where_it_is_said_and_what_it_is_a_part_of() -> None:
    loaded = load("{}", '{zh-CN: 您好。, en-US: "You owe {{ amount }} dollars."}')
    uses = heard.uses({"x": loaded})
    assert uses[Speech("您好。", "zh-CN")] == [heard.Use("x", "a.prompt")]
    assert uses[Speech("You owe", "en-US")] == [heard.Use("x", "a.prompt", "You owe {{ amount }} dollars.")]
