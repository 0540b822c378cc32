"""What every member of the group `ivr.asr` must keep, built in or not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ivr import registry
from ivr.call import Hypothesis
from ivr.errors import IvoryError
from ivr.settings import Asr
from ivr.speech.asr import tiny
from ivr.speech.asr.base import GROUP, Engine, Recognition, Request
from ivr.speech.asr.engines import configured, serving
from tests.asr_servers import plain_server, vosk_server
from tests.spoken import frames, hiss, said

PHRASES = ("billing", "my bill", "operator", "no power", "an outage", "main menu")
JSGF = """#JSGF V1.0;
grammar test;
public <said> = billing | my bill | operator | no power | an outage | main menu;"""
MENU = Request("en-US", PHRASES, JSGF)

HOSTILE = [
    Request("en-US", ("", "   ", "…", "!!!"), JSGF),
    Request("en-US", ('"', "}]", "[unk]", "<s>", "\x00", "\\u0000", "a" * 5000), JSGF),
    Request("en-US", tuple(f"billing {number}" for number in range(1000)), JSGF),
    Request("en-US", PHRASES, "this is no grammar"),
    Request(
        "en-US", PHRASES, "#JSGF V1.0; grammar x; public <said> = " + "(" * 500 + "billing" + ")" * 500 + ";"
    ),
    Request("en-US", PHRASES, "#JSGF V1.0; grammar x; public <said> = <said>;"),
]


@pytest.fixture(scope="session")
def servers() -> Iterator[Asr]:
    """Settings by which every engine that comes with Ivory works in English."""
    with vosk_server(tiny.models()["en"]) as socket, plain_server() as plain:
        yield Asr(models=tiny.models(), vosk_servers={"en": socket}, http_servers={"en": plain}, deadline=20)


@pytest.fixture(params=registry.names(GROUP))
def engine(request: pytest.FixtureRequest, servers: Asr) -> Engine:
    made: Engine = registry.load(GROUP, request.param)(servers)
    made.open(made.serves("en-US"))
    return made


def recognised(recognition: Recognition, samples: bytes) -> list[Hypothesis]:
    for frame in frames(samples):
        recognition.feed(frame)
    return recognition.end()


def test_the_built_in_engines_come_through_the_same_door() -> None:
    assert {"http", "pocketsphinx", "vosk", "vosk_server"} <= set(registry.names(GROUP))


def test_it_is_an_engine_under_its_own_name(engine: Engine) -> None:
    assert isinstance(engine, Engine)
    assert registry.load(GROUP, engine.name) is type(engine)


def test_it_declares_what_it_can(engine: Engine) -> None:
    assert engine.grammar in ("", "phrases", "jsgf")
    assert all(
        isinstance(each, bool) for each in (engine.streams, engine.free, engine.n_best, engine.confidence)
    )


def test_it_serves_regions_of_its_language_and_no_other_language(engine: Engine) -> None:
    assert engine.serves("en-US") in engine.languages
    assert engine.serves("en-GB") in engine.languages
    assert engine.serves("xx") == ""


def test_the_engines_of_the_settings_are_tried_in_their_order(servers: Asr) -> None:
    engines = configured(servers.model_copy(update={"engines": ["pocketsphinx", "vosk", "pocketsphinx"]}))
    assert [engine.name for engine in serving(engines, "en-US")] == ["pocketsphinx", "vosk"]
    assert [engine.name for engine in serving(engines, "zh-CN")] == ["vosk"]


@pytest.mark.parametrize("phrase", ["billing", "no power", "main menu"])
def test_a_phrase_is_understood(engine: Engine, phrase: str) -> None:
    best, *others = recognised(engine.begin(MENU), said(phrase))
    assert best.words == phrase
    assert 0.4 < best.confidence <= 1
    assert all(each.confidence <= best.confidence for each in others)


def test_noise_is_nothing(engine: Engine) -> None:
    assert recognised(engine.begin(MENU), hiss(1.5)) == []


def test_no_sound_at_all_is_nothing(engine: Engine) -> None:
    assert recognised(engine.begin(MENU), b"") == []
    assert recognised(engine.begin(MENU), bytes(32000)) == []


def test_it_knows_words_before_the_end_only_if_it_streams(engine: Engine) -> None:
    recognition = engine.begin(MENU)
    for frame in frames(said("no power")):
        recognition.feed(frame)
    assert recognition.words() == ("no power" if engine.streams else "")
    recognition.end()


def test_words_before_a_pause_are_kept(engine: Engine) -> None:
    recognition = engine.begin(MENU)
    for frame in frames(said("my bill") + hiss(1.5, 20.0)):
        recognition.feed(frame)
        assert recognition.words() in ("", "my", "my bill") or engine.name == "pocketsphinx"
    assert recognition.words() == ("my bill" if engine.streams else "")
    (best, *_) = recognition.end()
    assert best.words == "my bill"


def test_several_utterances_are_heard_at_once(engine: Engine) -> None:
    phrases = ["billing", "no power", "operator", "main menu"]
    heard: dict[str, str] = {}

    def hear(phrase: str, samples: bytes) -> None:
        heard[phrase] = recognised(engine.begin(MENU), samples)[0].words

    threads = [threading.Thread(target=hear, args=(phrase, said(phrase))) for phrase in phrases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert heard == {phrase: phrase for phrase in phrases}


def test_an_utterance_that_is_dropped_leaves_no_trace_in_the_next(engine: Engine) -> None:
    recognition = engine.begin(MENU)
    for frame in frames(said("billing"))[:40]:
        recognition.feed(frame)
    recognition.drop()
    assert recognised(engine.begin(MENU), said("operator"))[0].words == "operator"


@pytest.mark.parametrize("request_", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_request_is_refused_or_followed_and_the_next_one_works(
    engine: Engine, request_: Request
) -> None:
    with suppress(IvoryError):
        recognised(engine.begin(request_), said("billing"))
    assert recognised(engine.begin(MENU), said("billing"))[0].words == "billing"


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(IvoryError, match="there is no folder"):
        registry.load(GROUP, "vosk")(Asr(models={"en": tmp_path / "nothing"}))
