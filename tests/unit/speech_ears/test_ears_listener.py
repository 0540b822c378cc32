"""One call's audio in the relay: what is told, and which engine is asked, when engines fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from ivr.call import Hypothesis
from ivr.settings import Asr
from ivr.speech.asr.base import Engine, Recognition, Request
from ivr.speech.asr.process import RecogniserFailed
from ivr.speech.ears.bench import Bench
from ivr.speech.ears.listener import Listener, Order
from ivr.speech.ears.turn import Limits
from ivr.speech.ears.voice import FRAME, SECONDS

LIMITS = Limits(silence=0.3, patience=0.6, longest=5.0)


class Named(Engine):
    """An engine for English that only has a name."""

    languages = ("en",)

    def __init__(self, name: str) -> None:
        super().__init__(Asr())
        self.__dict__["name"] = name

    def begin(self, request: Request) -> Recognition:
        raise AssertionError("an engine begins in its own process, for which a Fake stands")


@dataclass
class Fake:
    """A recogniser that says how many bytes it was given; `fails` names what it fails at."""

    name: str
    fails: str = ""
    says: str = ""
    ready: bool = True
    busy: int = 0
    room: int = 100
    heard: dict[int, int] = field(default_factory=dict)
    dropped: list[int] = field(default_factory=list)

    async def start(self) -> None:
        if self.fails == "start":
            raise RecogniserFailed("no model", cause="failed")
        self.ready = True

    def begin(self, utterance: int, request: Request) -> None:
        if self.fails == "begin":
            raise RecogniserFailed("no memory", cause="failed")
        if not self.room:
            raise RecogniserFailed("full", cause="full")
        self.heard[utterance] = 0

    def feed(self, utterance: int, samples: bytes) -> None:
        self.heard[utterance] += len(samples)

    async def words(self, utterance: int) -> str:
        return self.says

    async def end(self, utterance: int) -> tuple[Hypothesis, ...]:
        if self.fails in ("died", "late", "busy"):
            raise RecogniserFailed(self.fails, cause=self.fails)
        return (Hypothesis(self.says, 0.9),) if self.says else ()

    def drop(self, utterance: int) -> None:
        self.dropped.append(utterance)

    async def stop(self) -> None:
        return


@dataclass
class Call:
    """A listener, its clock and what it tells."""

    fakes: dict[str, Fake]
    told: list[dict[str, Any]] = field(default_factory=list)
    now: float = 100.0

    def __post_init__(self) -> None:
        bench = Bench([Named(name) for name in self.fakes], lambda engine, _tag: self.fakes[engine.name])
        self.listener = Listener(2, bench, self._tell, lambda: self.now)

    def _tell(self, what: str, **fields: Any) -> None:
        self.told.append({"tell": what, **fields})

    def listen(self, language: str = "en-US", listening: int = 1) -> None:
        self.listener.listen(Order(listening, Request(language), LIMITS))

    async def hear(self, seconds: float, level: float) -> None:
        time = np.arange(round(seconds * 8000)) / 8000
        swing = 0.55 + 0.45 * np.sin(2 * np.pi * 5 * time)
        wave = sum(np.sin(2 * np.pi * 130 * number * time + number) / number for number in range(3, 25))
        data = (wave * swing * level).astype("<i2").tobytes()
        for at in range(0, len(data), FRAME):
            self.now += SECONDS
            self.listener.take(data[at : at + FRAME])
        await asyncio.sleep(0)

    async def speak(self, seconds: float = 0.6) -> None:
        """After half a second of quiet, a word."""
        await self.hear(0.5, 0)
        await self.hear(seconds, 5000)

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    def names(self) -> list[str]:
        return [each["tell"] for each in self.told]


Story = Callable[[Call], Coroutine[Any, Any, None]]


def play(story: Story, *fakes: Fake) -> Call:
    async def run() -> Call:
        call = Call({fake.name: fake for fake in fakes})
        await story(call)
        await call.settle()
        return call

    return asyncio.run(run())


def test_an_utterance_is_told_from_its_beginning_to_its_words() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        await call.hear(0.5, 0)
        await call.settle()
        await call.hear(0.5, 0)

    call = play(story, Fake("one", says="billing"))
    assert call.names() == ["began", "paused", "ended"]
    began, paused, ended = call.told
    assert 100.45 < began["at"] < 100.65
    assert paused["words"] == "billing"
    assert ended["hypotheses"] == (("billing", 0.9),)
    assert ended["engine"] == "one"
    assert 0.4 < ended["seconds"] < 0.8


def test_the_soft_beginning_of_a_word_is_recognised_too() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak(0.3)
        assert 0.3 < sum(one.heard.values()) / 16000 - 0.3 < 0.45

    one = Fake("one")
    play(story, one)


def test_the_flow_ends_an_utterance_at_its_pause() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        await call.hear(0.5, 0)
        await call.settle()
        assert call.names() == ["began", "paused"]
        call.listener.whole(call.told[-1]["pause"])

    assert play(story, Fake("one", says="billing")).names() == ["began", "paused", "ended"]


@pytest.mark.parametrize("fails", ["begin", "died"])
def test_the_next_engine_is_given_the_whole_utterance(fails: str) -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        await call.hear(1, 0)

    first, second = Fake("one", fails), Fake("two", says="yes")
    call = play(story, first, second)
    assert call.told[-1]["engine"] == "two"
    assert sum(second.heard.values()) > 0.9 * 16000


def test_without_an_engine_that_works_the_call_is_deaf() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        await call.hear(1, 0)
        await call.settle()
        await call.speak()

    call = play(story, Fake("one", "died"), Fake("two", "begin"))
    assert call.names() == ["began", "deaf"]
    assert call.told[-1]["why"] == "died; no memory"
    assert call.told[-1]["failed"]


def test_engines_that_are_only_busy_make_nobody_deaf() -> None:
    async def story(call: Call) -> None:
        for _ in range(2):
            call.listen()
            await call.speak()
            await call.hear(1, 0)
            await call.settle()

    call = play(story, Fake("one", "late"), Fake("two", "late"))
    assert call.names() == ["began", "ended", "began", "ended"]
    assert call.told[-1]["hypotheses"] == ()


def test_an_engine_that_is_busy_takes_the_utterance_when_it_has_room() -> None:
    async def story(call: Call) -> None:
        call.listen()
        one.room = 0
        await call.speak()
        await call.hear(1, 0)
        await asyncio.sleep(0.01)
        one.room = 1
        await asyncio.sleep(0.1)

    one = Fake("one", says="billing")
    call = play(story, one)
    assert call.told[-1]["hypotheses"] == (("billing", 0.9),)


def test_where_the_machine_has_too_much_to_do_another_engine_on_it_is_not_asked() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        await call.hear(1, 0)

    second = Fake("two", says="billing")
    call = play(story, Fake("one", "busy"), second)
    assert call.told[-1]["hypotheses"] == ()
    assert not second.heard


def test_an_engine_that_is_full_is_waited_for_before_another_on_the_same_machine() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        await call.hear(1, 0)
        await asyncio.sleep(0.01)
        one.room = 1
        await asyncio.sleep(0.1)

    one, second = Fake("one", says="billing", room=0), Fake("two", says="bill")
    assert play(story, one, second).told[-1]["engine"] == "one"
    assert not second.heard


def test_a_language_nobody_knows_is_a_matter_of_settings() -> None:
    async def story(call: Call) -> None:
        call.listen("fr-FR")

    (told,) = play(story, Fake("one")).told
    assert (told["tell"], told["failed"]) == ("deaf", False)


def test_an_engine_that_is_only_starting_is_waited_for() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        await call.hear(1, 0)

    call = play(story, Fake("one", says="yes", ready=False))
    assert call.told[-1]["hypotheses"] == (("yes", 0.9),)


def test_nothing_is_told_after_it_was_stopped() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        call.listener.stop()
        await call.hear(1, 0)

    one = Fake("one", says="billing")
    assert play(story, one).names() == ["began"]
    assert one.dropped


def test_a_telephone_that_sends_no_silence_is_silent() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak()
        call.now += 2.0
        call.listener.lapse()

    assert play(story, Fake("one", says="billing")).names() == ["began", "ended"]


def test_audio_is_bounded_however_long_somebody_speaks() -> None:
    async def story(call: Call) -> None:
        call.listen()
        await call.speak(12)
        await call.hear(1, 0)

    one = Fake("one", says="and so on")
    call = play(story, one)
    assert [each["cut"] for each in call.told if each["tell"] == "ended"] == [True, True, False]
    assert max(one.heard.values()) < (LIMITS.longest + 0.5) * 16000


def test_what_has_no_words_beside_a_prompt_is_an_echo_from_then_on() -> None:
    async def story(call: Call) -> None:
        call.listen()
        for _ in range(2):
            await call.hear(0.5, 0)
            call.listener.sounds(True)
            await call.hear(0.5, 3000)
            call.listener.sounds(False)
            await call.hear(1, 0)
            await call.settle()

    assert play(story, Fake("one")).names() == ["began", "ended"]
    assert play(story, Fake("one", says="yes")).names().count("began") == 2
