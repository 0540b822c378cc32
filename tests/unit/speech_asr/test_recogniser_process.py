"""One engine in a process of its own: several utterances at once, and what happens when it fails."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from ivr.call import Hypothesis
from ivr.settings import Asr
from ivr.speech.asr import process
from ivr.speech.asr.base import Request
from ivr.speech.asr.process import Recogniser, RecogniserFailed
from tests.asr_engines import Odd

SETTINGS = Asr(deadline=5)
FRAME = bytes(320)


def wish(phrase: str = "") -> Request:
    return Request("en-US", (phrase,) if phrase else ())


def run(
    scene: Callable[[Recogniser], Awaitable[None]], settings: Asr = SETTINGS, language: str = "en-US"
) -> None:
    async def whole() -> None:
        recogniser = Recogniser(Odd(settings), language, settings)
        try:
            await recogniser.start()
            await scene(recogniser)
        finally:
            await recogniser.stop()
        assert recogniser.pid is None

    asyncio.run(asyncio.wait_for(whole(), 60))


async def failure(recogniser: Recogniser, utterance: int) -> RecogniserFailed:
    with pytest.raises(RecogniserFailed) as caught:
        await recogniser.end(utterance)
    return caught.value


async def until(what: Callable[[], bool]) -> None:
    while not what():
        await asyncio.sleep(0.01)


def test_utterances_are_heard_beside_each_other() -> None:
    async def scene(recogniser: Recogniser) -> None:
        for utterance in (1, 2, 3):
            recogniser.begin(utterance, wish())
        for _ in range(10):
            for utterance in (1, 2, 3):
                for _ in range(utterance):
                    recogniser.feed(utterance, FRAME)
        assert recogniser.busy == 3
        for utterance in (3, 1, 2):
            assert await recogniser.end(utterance) == (Hypothesis(f"{3200 * utterance} bytes", 1.0),)
        assert recogniser.busy == 0

    run(scene)


def test_words_so_far_are_those_of_all_that_was_fed() -> None:
    async def scene(recogniser: Recogniser) -> None:
        recogniser.begin(1, wish())
        for number in range(1, 4):
            recogniser.feed(1, FRAME)
            assert await recogniser.words(1) == f"{320 * number} bytes"
        recogniser.drop(1)
        assert await recogniser.words(1) == ""

    run(scene)


def test_words_that_come_late_are_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WORDS_WAIT", 0.001)

    async def scene(recogniser: Recogniser) -> None:
        recogniser.begin(1, wish("slow"))
        for _ in range(5):
            recogniser.feed(1, FRAME)
        assert await recogniser.words(1) == ""
        assert await recogniser.end(1) == (Hypothesis("1600 bytes", 1.0),)

    run(scene)


def test_what_an_engine_says_is_made_tidy() -> None:
    async def scene(recogniser: Recogniser) -> None:
        recogniser.begin(1, wish("untidy"))
        best, *others = await recogniser.end(1)
        assert best == Hypothesis("查询电费", 1.0)
        assert [(each.words, each.confidence) for each in others] == [("b" * 1000, 0.0), ("c", 0.0)]

    run(scene)


@pytest.mark.parametrize(
    ("phrase", "says"), [("refuse", "odd .en.: not this one"), ("raise", "ZeroDivisionError: by zero")]
)
def test_an_engine_that_fails_fails_one_utterance(phrase: str, says: str) -> None:
    async def scene(recogniser: Recogniser) -> None:
        recogniser.begin(1, wish())
        recogniser.begin(2, wish(phrase))
        recogniser.feed(2, FRAME)
        failed = await failure(recogniser, 2)
        assert failed.cause == "failed"
        assert says.replace(".", "") in failed.message.replace("(", "").replace(")", "").replace(".", "")
        assert await recogniser.end(1) == (Hypothesis("0 bytes", 1.0),)

    run(scene)


def test_one_that_hangs_is_killed_at_the_deadline_and_comes_back() -> None:
    async def scene(recogniser: Recogniser) -> None:
        first = recogniser.pid
        recogniser.begin(1, wish("hang"))
        recogniser.begin(2, wish())
        assert (await failure(recogniser, 1)).cause == "late"
        assert (await failure(recogniser, 2)).cause == "died"
        with pytest.raises(RecogniserFailed) as caught:
            recogniser.begin(3, wish())
        assert caught.value.cause == "away"
        await until(lambda: recogniser.ready)
        assert recogniser.pid != first
        recogniser.begin(4, wish())
        assert await recogniser.end(4) == (Hypothesis("0 bytes", 1.0),)

    run(scene, SETTINGS.model_copy(update={"deadline": 0.3}))


def test_one_that_is_late_with_one_utterance_keeps_the_others() -> None:
    async def scene(recogniser: Recogniser) -> None:
        first = recogniser.pid
        recogniser.begin(1, wish("slow"))
        recogniser.begin(2, wish())
        asked = []
        for _ in range(40):
            recogniser.feed(1, FRAME)
            asked.append(asyncio.create_task(recogniser.words(2)))
            await asyncio.sleep(0)
        assert (await failure(recogniser, 1)).cause == "busy"
        await asyncio.gather(*asked)
        await asyncio.sleep(1.0)
        assert await recogniser.end(2) == (Hypothesis("0 bytes", 1.0),)
        assert recogniser.pid == first

    run(scene, SETTINGS.model_copy(update={"deadline": 0.4}))


def test_where_there_is_too_much_to_do_those_that_began_first_are_in_time() -> None:
    many = 4 * len(os.sched_getaffinity(0))

    async def scene(recogniser: Recogniser) -> None:
        for utterance in range(1, many + 1):
            recogniser.begin(utterance, wish("slow"))
        for utterance in range(many, 0, -1):
            for _ in range(25):
                recogniser.feed(utterance, FRAME)  # half a second each, and all at once two
        done: list[int] = []

        async def end(utterance: int) -> None:
            await recogniser.end(utterance)
            done.append(utterance)

        await asyncio.gather(*(end(utterance) for utterance in range(many, 0, -1)))
        assert set(done[: many // 4]) <= set(range(1, many // 2 + 1)), done

    run(scene, SETTINGS.model_copy(update={"utterances": many}))


def test_the_death_of_the_process_is_told_to_all_it_was_hearing() -> None:
    async def scene(recogniser: Recogniser) -> None:
        for utterance in (1, 2):
            recogniser.begin(utterance, wish("die"))
        recogniser.feed(1, FRAME)
        for utterance in (1, 2):
            failed = await failure(recogniser, utterance)
            assert failed.cause == "died"
            assert "was killed by SIGKILL" in failed.message
        assert recogniser.busy == 0

    run(scene)


def test_a_process_that_takes_no_more_audio_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "UNREAD", 100_000)

    async def scene(recogniser: Recogniser) -> None:
        assert recogniser.pid is not None
        os.kill(recogniser.pid, signal.SIGSTOP)
        recogniser.begin(1, wish())
        for _ in range(1000):
            recogniser.feed(1, FRAME)
        assert (await failure(recogniser, 1)).cause == "died"

    run(scene)


def test_no_more_utterances_are_taken_than_the_settings_allow() -> None:
    async def scene(recogniser: Recogniser) -> None:
        recogniser.begin(1, wish())
        recogniser.begin(2, wish())
        with pytest.raises(RecogniserFailed) as caught:
            recogniser.begin(3, wish())
        assert caught.value.cause == "full"
        recogniser.drop(1)
        recogniser.begin(3, wish())

    run(scene, SETTINGS.model_copy(update={"utterances": 2}))


def test_a_model_that_cannot_be_loaded_says_why() -> None:
    async def scene(_recogniser: Recogniser) -> None:
        raise AssertionError("it started")

    with pytest.raises(RecogniserFailed, match="the model is broken") as caught:
        run(scene, language="broken")
    assert caught.value.hint == "unpack it again"


def test_a_process_may_have_only_so_much_memory() -> None:
    async def scene(_recogniser: Recogniser) -> None:
        raise AssertionError("it started")

    with pytest.raises(RecogniserFailed, match="MemoryError"):
        run(scene, SETTINGS.model_copy(update={"memory": 1500}), language="greedy")


def test_forgetting_and_feeding_what_is_not_there_does_nothing() -> None:
    async def scene(recogniser: Recogniser) -> None:
        recogniser.drop(9)
        recogniser.feed(9, FRAME)
        recogniser.begin(1, wish("notice"))
        assert await recogniser.end(1)

    run(scene)


def test_the_secret_does_not_show_in_a_list_of_processes() -> None:
    async def scene(recogniser: Recogniser) -> None:
        with open(f"/proc/{recogniser.pid}/cmdline", "rb") as line:
            assert b"topsecret" not in line.read()
        with open(f"/proc/{recogniser.pid}/environ", "rb") as environment:
            assert b"topsecret" not in environment.read()

    run(scene, Asr.model_validate({"deadline": 5, "token": "topsecret"}))
