from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

from ivr.settings import Speech
from ivr.speech.cache import Cache, key, text_of
from ivr.speech.worker import EngineFailed, Worker
from tests.unit.speech.odd_engines import BrokenEngine, OddEngine


class Harness:
    def __init__(self, folder: Path, engine: type[OddEngine] = OddEngine, deadline: float = 10.0) -> None:
        self.engine = engine(Speech(deadline=deadline))
        self.worker = Worker(self.engine, Cache(folder))

    def say(self, text: str) -> Path:
        utterance = self.engine.utterance(text, "en-US")
        return self.worker.render(utterance, key(self.engine, utterance), fresh=True)


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    harness = Harness(tmp_path)
    yield harness
    harness.worker.stop()


def gone(pid: int) -> bool:
    """Whether a process ends within two seconds."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        gevent.sleep(0.01)
    return False


def test_one_child_speaks_many_sentences(harness: Harness) -> None:
    assert text_of(harness.say("one")) == "one"
    pid = harness.worker.pid
    assert text_of(harness.say("two")) == "two"
    assert harness.worker.pid == pid


def test_what_an_engine_prints_or_its_programs_read_does_not_reach_the_protocol(harness: Harness) -> None:
    assert text_of(harness.say("print this")) == "print this"
    assert text_of(harness.say("next")) == "next"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail", "odd: it will not; ask nicely"),
        ("crash", "odd: RuntimeError: it cannot"),
        ("quiet", "made silence"),
    ],
)
def test_an_engine_that_says_why_keeps_its_child(harness: Harness, text: str, message: str) -> None:
    harness.say("one")
    pid = harness.worker.pid
    with pytest.raises(EngineFailed, match=message) as caught:
        harness.say(text)
    assert caught.value.cause == "failed"
    assert harness.worker.pid == pid
    harness.say("two")


def test_a_child_that_dies_is_told_by_its_signal_and_replaced(harness: Harness) -> None:
    with pytest.raises(EngineFailed, match="killed by SIGSEGV") as caught:
        harness.say("die")
    assert caught.value.cause == "died"
    assert text_of(harness.say("two")) == "two"


def test_a_child_that_was_killed_while_idle_is_replaced(harness: Harness) -> None:
    harness.say("one")
    first = harness.worker.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert gone(first)
    harness.say("two")
    assert harness.worker.pid != first


def test_at_the_deadline_the_child_is_killed_with_all_it_started(tmp_path: Path) -> None:
    harness = Harness(tmp_path, deadline=0.5)
    harness.say("warm")
    with pytest.raises(EngineFailed, match=r"longer than 0\.5 s") as caught:
        harness.say(f"fork {tmp_path / 'pid'}")
    assert caught.value.cause == "late"
    assert harness.worker.pid is None
    assert gone(int((tmp_path / "pid").read_text()))
    assert text_of(harness.say("two")) == "two"
    harness.worker.stop()


def test_others_run_while_a_sentence_hangs(tmp_path: Path) -> None:
    harness = Harness(tmp_path, deadline=0.5)
    harness.say("warm")
    ticks: list[float] = []

    def tick() -> None:
        while True:
            gevent.sleep(0.01)
            ticks.append(time.monotonic())

    ticker = gevent.spawn(tick)
    with pytest.raises(EngineFailed):
        harness.say("hang")
    ticker.kill()
    assert len(ticks) > 20
    harness.worker.stop()


def test_a_greenlet_that_is_killed_while_it_waits_leaves_no_answer_behind(harness: Harness) -> None:
    harness.say("warm")
    waiting = gevent.spawn(harness.say, "hang")
    gevent.sleep(0.05)
    waiting.kill()
    assert harness.worker.pid is None
    assert text_of(harness.say("two")) == "two"


def test_an_engine_that_cannot_be_opened_says_so_each_time(tmp_path: Path) -> None:
    harness = Harness(tmp_path, BrokenEngine)
    for _ in range(2):
        with pytest.raises(EngineFailed, match="broken: its library is missing"):
            harness.say("one")


def test_nothing_is_left_of_a_stopped_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "work"))
    harness = Harness(tmp_path / "cache")
    harness.say("one")
    pid = harness.worker.pid
    assert pid is not None
    harness.worker.stop()
    assert gone(pid)
    assert list((tmp_path / "work").iterdir()) == []


def test_a_greenlet_that_is_killed_while_the_child_comes_up_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "work"))
    harness = Harness(tmp_path / "cache")
    starting = gevent.spawn(harness.worker.start)
    gevent.sleep(0)
    starting.kill()
    harness.worker.stop()
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("warm", [True, False])
def test_a_child_whose_parent_is_gone_ends_and_tidies_up(harness: Harness, warm: bool) -> None:
    harness.worker.start()
    if warm:
        harness.say("one")
    child = harness.worker._child
    assert child is not None
    child.answers.close()
    child.requests.close()
    assert gone(child.process.pid)
    assert not Path(child.work).exists()
