"""When a call is heard: its tap is begun late, kept between questions, and ended where nobody may listen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import gevent
import pytest

from ivr.call import Deaf, Event, Hearing, SpeechBegan
from ivr.errors import CommandFailed
from ivr.esl import listening
from ivr.esl.listening import Listening
from tests.unit.esl.scenes import UUID, Line

HEARING = Hearing("en-US", ("yes", "no"))


@dataclass
class Ear:
    """Writes down what it is asked."""

    hearer: Listening
    path: Path
    address: str = ""
    asked: list[object] = field(default_factory=list)

    def listen(self, listening: int, hearing: Hearing) -> None:
        self.asked.append(listening)

    def stop(self) -> None:
        self.asked.append("stop")

    def sounds(self, on: bool) -> None:
        self.asked.append("sounds" if on else "quiet")

    def close(self) -> None:
        self.asked.append("close")


@dataclass
class Ears:
    """Gives ears for English, as long as there are any."""

    folder: Path = Path("/run/ears")
    dial: str = "sofia/internal/{address}"
    given: list[Ear] = field(default_factory=list)
    most: int = 100

    def serves(self, language: str) -> bool:
        return language.startswith("en")

    def open(self, hearer: Listening) -> Ear | None:
        if len(self.given) >= self.most:
            return None
        self.given.append(Ear(hearer, self.folder / f"{len(self.given)}.r8"))
        return self.given[-1]


class Scene:
    def __init__(self) -> None:
        self.line, self.ears, self.told = Line(), Ears(), list[Event]()
        self.listening = Listening(UUID, self.line, self.ears, self.told.append)

    @property
    def ear(self) -> Ear:
        return self.ears.given[-1]

    def tapped(self) -> None:
        self.listening.tapped()
        gevent.sleep(0)

    def commands(self) -> list[str]:
        gevent.sleep(0.01)
        return [" ".join(call.split()[2:4]) for call in self.line.asked]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_tap_is_begun_when_somebody_reads_it(scene: Scene) -> None:
    assert scene.listening.listen(HEARING) == 1
    assert scene.commands() == []
    scene.tapped()
    assert scene.commands() == ["start '/run/ears/0.r8'"]
    assert "RECORD_READ_ONLY=true" in scene.line.asked[0]


def test_it_is_kept_from_one_question_to_the_next(scene: Scene) -> None:
    scene.listening.listen(HEARING)
    scene.tapped()
    scene.listening.stop()
    assert scene.listening.listen(HEARING) == 2
    assert scene.ear.asked == ["quiet", 1, "stop", 2]
    assert scene.commands() == ["start '/run/ears/0.r8'"]


def test_it_is_ended_when_nobody_has_listened_for_a_while(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "KEPT", 0.01)
    scene.listening.listen(HEARING)
    scene.tapped()
    scene.listening.stop()
    gevent.sleep(0.05)
    assert scene.commands() == ["start '/run/ears/0.r8'", "stop '/run/ears/0.r8'"]
    assert scene.ear.asked[-1] == "close"


def test_the_end_of_a_tap_waits_for_its_beginning(scene: Scene) -> None:
    scene.listening.listen(HEARING)
    scene.listening.tapped()
    scene.listening.end()
    assert scene.commands() == ["start '/run/ears/0.r8'", "stop '/run/ears/0.r8'"]


def test_what_is_heard_for_an_earlier_question_is_not_told(scene: Scene) -> None:
    scene.listening.listen(HEARING)
    scene.listening.listen(HEARING)
    scene.listening.heard(SpeechBegan(1, 5.0))
    scene.listening.heard(SpeechBegan(2, 6.0))
    assert scene.told == [SpeechBegan(2, 6.0)]


def test_a_language_nobody_knows_is_a_matter_of_settings(scene: Scene) -> None:
    scene.listening.listen(Hearing("fr-FR"))
    (deaf,) = scene.told
    assert isinstance(deaf, Deaf)
    assert not deaf.failed
    assert scene.ears.given == []


def test_without_an_ear_it_is_deaf(scene: Scene) -> None:
    scene.ears.most = 0
    scene.listening.listen(HEARING)
    (deaf,) = scene.told
    assert isinstance(deaf, Deaf)
    assert deaf.failed


def test_a_lost_ear_is_replaced_with_its_tap(scene: Scene) -> None:
    scene.listening.sounds(True)
    scene.listening.listen(HEARING)
    scene.tapped()
    scene.listening.lost()
    scene.tapped()
    assert scene.ear.asked == ["sounds", 1]
    assert set(scene.commands()) == {
        "start '/run/ears/0.r8'", "stop '/run/ears/0.r8'", "start '/run/ears/1.r8'",
    }  # fmt: skip


def test_ears_that_are_lost_again_and_again_are_given_up(scene: Scene) -> None:
    scene.listening.listen(HEARING)
    for _ in range(listening.MOST_TAPS):
        scene.listening.lost()
    assert [type(event) for event in scene.told] == [Deaf]
    assert len(scene.ears.given) == listening.MOST_TAPS


def test_a_tap_the_switch_refuses_makes_deaf(scene: Scene) -> None:
    scene.line.trouble.append(CommandFailed("-ERR Cannot record session!"))
    scene.listening.listen(HEARING)
    scene.tapped()
    gevent.sleep(0.01)
    (deaf,) = scene.told
    assert isinstance(deaf, Deaf)
    assert deaf.failed


def test_taps_of_an_earlier_worker_are_ended_and_recordings_left_alone(scene: Scene) -> None:
    bug = " <media-bug>\n  <function>session_record</function>\n  <target>{}</target>\n </media-bug>\n"
    scene.listening.end_left(bug.format("/run/ears/old.r8") + bug.format("/srv/talks/1.wav"))
    assert scene.commands() == ["stop '/run/ears/old.r8'"]
