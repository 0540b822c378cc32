from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from ivr.call import Speech
from ivr.clock import VirtualClock
from ivr.errors import SettingsError, SpeechError, UnknownPlugin
from ivr.settings import Speech as SpeechSettings
from ivr.speech.audio import duration
from ivr.speech.cache import note_of, text_of
from ivr.speech.failures import REFUSED_FOR
from ivr.speech.voice import MAX_REQUESTS, Voice
from tests.unit.speech.odd_engines import BrokenEngine, OddEngine, SpareEngine

MakeVoice = Callable[..., Voice]


def english(text: str, *, fresh: bool = True) -> Speech:
    return Speech(text, "en-US", fresh)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[MakeVoice]:
    made = []

    def make(*engines: type[OddEngine], clock: VirtualClock | None = None, **options: Any) -> Voice:
        settings = SpeechSettings(**{"cache": tmp_path / "cache", "workers": 1, **options})
        voice = Voice(settings, clock, engines=[engine(settings) for engine in engines or (OddEngine,)])
        made.append(voice)
        return voice

    yield make
    for voice in made:
        voice.stop()


def test_a_sound_is_rendered_once_and_then_ready_at_once(make: MakeVoice) -> None:
    voice = make()
    first = voice.request(english("one"))
    assert not first.ready
    path = first.wait(10)
    assert path is not None
    assert duration(path) == pytest.approx(0.5, abs=0.05)
    again = voice.request(english("one"))
    assert again.ready
    assert again.path == again.wait(0) == path


def test_two_who_ask_for_the_same_sentence_share_it(make: MakeVoice) -> None:
    voice = make()
    assert voice.request(english("one")) is voice.request(english(" one\n"))


def test_a_text_with_nothing_to_say_is_ready_and_has_no_sound(make: MakeVoice) -> None:
    voice = make(BrokenEngine)
    rendering = voice.request(english("。！"))
    assert (rendering.ready, rendering.path, rendering.wait(0)) == (True, None, None)


def test_a_text_or_language_that_cannot_be_spoken_fails_at_once(make: MakeVoice) -> None:
    voice = make()
    for speech, reason in (english("x" * 10_000), "too long"), (Speech("nuqneH", "tlh"), "no Klingon"):
        rendering = voice.request(speech)
        assert rendering.ready
        with pytest.raises(SpeechError, match=reason):
            rendering.wait(0)


def test_who_cannot_wait_is_told_and_the_work_goes_on(make: MakeVoice) -> None:
    voice = make()
    rendering = voice.request(english("one"))
    with pytest.raises(SpeechError, match=r"no sound within 0\.01 s"):
        rendering.wait(0.01)
    assert rendering.wait(10)


def test_what_is_prepared_is_ready_and_counted(make: MakeVoice) -> None:
    voice = make()
    voice.prepare([english("one", fresh=False), english("two", fresh=False), english("two", fresh=False)])
    voice.prepare([english("fresh"), english("...", fresh=False), english("fail", fresh=False)])
    progress = voice.prepared(10)
    assert (progress.done, progress.failed, progress.total) == (2, 1, 3)
    assert progress.complete
    assert voice.request(english("two")).ready


def test_preparing_again_finds_all_in_the_cache(make: MakeVoice) -> None:
    sentences = [english(f"sentence {number}", fresh=False) for number in range(5)]
    voice = make()
    voice.prepare(sentences)
    voice.prepared(10)
    stamps = {path: path.stat().st_mtime_ns for path in voice.cache.folder.rglob("*.wav")}
    again = make()
    again.prepare(sentences)
    assert again.prepared(10).complete
    assert {path: path.stat().st_mtime_ns for path in voice.cache.folder.rglob("*.wav")} == stamps


def test_progress_is_told_before_all_is_done(make: MakeVoice) -> None:
    voice = make()
    voice.prepare([english("one", fresh=False)])
    assert not voice.prepared(0).complete


def test_a_text_that_is_too_long_is_a_failure_of_preparing(make: MakeVoice) -> None:
    voice = make()
    voice.prepare([english("x" * 10_000, fresh=False)])
    assert voice.prepared(1).failed == 1


def test_requests_go_before_the_work_ahead(make: MakeVoice) -> None:
    voice = make()
    voice.prepare(english(f"sentence {number}", fresh=False) for number in range(30))
    last = voice.request(english("sentence 29"))
    new = voice.request(english("new"))
    assert last.wait(10)
    assert new.wait(10)
    assert voice.progress.done < 20
    assert voice.prepared(10).done == 30


def test_one_worker_is_kept_free_for_calls(make: MakeVoice) -> None:
    voice = make(workers=2, deadline=5)
    voice.request(english("warm")).wait(10)
    voice.prepare([english("hang", fresh=False), english("hang on", fresh=False)])
    gevent.sleep(0.5)
    started = time.monotonic()
    assert voice.request(english("one")).wait(10)
    assert time.monotonic() - started < 4  # those that hang have five seconds


def test_a_failed_engine_is_followed_by_the_next(make: MakeVoice) -> None:
    voice = make(BrokenEngine, SpareEngine)
    path = voice.request(english("one")).wait(10)
    assert path is not None
    note = note_of(path)
    assert note is not None
    assert note.engine == "spare"
    assert voice.failures.count["broken"] >= 1
    assert voice.request(english("one")).path == path


def test_an_engine_that_fails_in_a_row_is_passed_over(make: MakeVoice) -> None:
    voice = make(OddEngine, SpareEngine)
    for number in range(5):
        assert voice.request(english(f"fail {number}")).wait(10)
    assert voice.failures.count["odd"] == 3


def test_when_every_engine_fails_the_sentence_is_refused_for_a_while(make: MakeVoice) -> None:
    clock = VirtualClock()
    voice = make(clock=clock)
    with pytest.raises(SpeechError, match="it will not"):
        voice.request(english("fail")).wait(10)
    again = voice.request(english("fail"))
    assert again.ready
    with pytest.raises(SpeechError, match="it will not"):
        again.wait(0)
    clock.advance(REFUSED_FOR)
    assert not voice.request(english("fail")).ready


def test_a_plugin_that_is_at_fault_does_not_end_the_call(make: MakeVoice) -> None:
    class Faulty(OddEngine):
        def default_voice(self, language: str) -> str:
            raise KeyError(language)

    with pytest.raises(SpeechError, match="odd cannot choose a voice"):
        make(Faulty).request(english("one")).wait(0)


def test_a_damaged_sound_is_rendered_again(make: MakeVoice) -> None:
    voice = make()
    path = voice.request(english("one")).wait(10)
    assert path is not None
    os.truncate(path, 100)
    again = voice.request(english("one"))
    assert not again.ready
    assert again.wait(10) == path
    assert duration(path) > 0.4


def test_a_cache_that_cannot_be_written_is_an_error_and_no_crash(make: MakeVoice, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    voice = make(cache=tmp_path / "file")
    with pytest.raises(SpeechError, match="cannot be kept"):
        voice.request(english("one")).wait(10)


def test_the_queue_of_requests_is_bounded(make: MakeVoice) -> None:
    voice = make()
    renderings = [voice.request(english(f"hang {number}")) for number in range(MAX_REQUESTS + 10)]
    with pytest.raises(SpeechError, match="too many sentences"):
        renderings[-1].wait(0)
    assert not renderings[0].ready


def test_stopping_tells_everyone_who_waits(make: MakeVoice) -> None:
    voice = make()
    voice.prepare([english("one", fresh=False)])
    hanging, queued = voice.request(english("hang")), voice.request(english("two"))
    gevent.sleep(0.05)
    voice.stop()
    for rendering in hanging, queued, voice.request(english("three")):
        with pytest.raises(SpeechError, match=r"given up|shutting down"):
            rendering.wait(0)
    voice.prepare([english("four", fresh=False)])
    assert voice.prepared(0).complete


def test_a_serving_greenlet_that_dies_is_replaced(make: MakeVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.speech.voice._PAUSE", 0.0)
    voice = make()
    with monkeypatch.context() as broken:
        broken.setattr(Voice, "_speak", lambda *_: 1 / 0)
        with pytest.raises(SpeechError, match="given up"):
            voice.request(english("one")).wait(10)
    assert text_of(voice.request(english("one")).wait(10) or Path()) == "one"


def test_settings_that_make_no_engine_are_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(UnknownPlugin, match="pyttsx3"):
        Voice(SpeechSettings(engine="pyttsx4", cache=tmp_path))
    with pytest.raises(SettingsError, match=r"speech\.command"):
        Voice(SpeechSettings(fallback=["command"], cache=tmp_path))
