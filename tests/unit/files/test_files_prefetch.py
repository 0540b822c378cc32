"""Sounds are with FreeSWITCH before a call plays them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

from ivr.call import Audio, Piece, Silence, Speech
from ivr.errors import CommandTimeout, ConnectionLost, IvoryError, SpeechError
from ivr.esl.sounds import Reel
from ivr.files import prefetch
from ivr.files.prefetch import Prefetch
from ivr.speech.rendering import Rendering
from tests.unit.files.switches import REFUSES, Switch

BASE = "http://10.0.0.5:8089"


def url(path: Path) -> str:
    return f"{BASE}/prompts/{path.name}"


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
def carrier(switch: Switch) -> Iterator[Prefetch]:
    made = Prefetch(switch, url, url)
    yield made
    made.stop()


def said(name: str = "a.wav") -> Rendering:
    return Rendering.of(Path("/prompts") / name)


def until(true: object) -> None:
    with gevent.Timeout(5):
        while not true():  # type: ignore[operator]
            gevent.sleep(0.005)


def test_a_sound_is_fetched_before_it_may_be_played(switch: Switch, carrier: Prefetch) -> None:
    switch.held = []
    arriving = carrier.bring(said())
    until(lambda: switch.asked)
    assert not arriving.ready
    assert switch.of("http_get") == [f"http_get {BASE}/prompts/a.wav"]
    switch.release()
    assert arriving.wait(5) == f"http_cache://{BASE}/prompts/a.wav"


def test_what_freeswitch_has_is_ready_at_once(switch: Switch, carrier: Prefetch) -> None:
    carrier.bring(said()).wait(5)
    assert carrier.bring(said()).ready
    assert len(switch.of("http_get")) == 1
    assert carrier.totals == {"fetched": 1, "warm": 1}


def test_two_calls_wait_for_one_download(switch: Switch, carrier: Prefetch) -> None:
    switch.held = []
    both = [carrier.bring(said()), carrier.bring(said())]
    until(lambda: switch.asked)
    switch.release()
    assert {arriving.wait(5) for arriving in both} == {f"http_cache://{BASE}/prompts/a.wav"}
    assert len(switch.of("http_get")) == 1


def test_a_sentence_is_fetched_as_soon_as_it_is_rendered(switch: Switch, carrier: Prefetch) -> None:
    rendering = Rendering()
    arriving = carrier.bring(rendering)
    gevent.sleep(0)
    assert switch.asked == []
    rendering.end(Path("/prompts/b.wav"))
    until(lambda: arriving.ready)
    assert switch.of("http_get") == [f"http_get {BASE}/prompts/b.wav"]


def test_nothing_to_say_is_nothing_to_fetch(switch: Switch, carrier: Prefetch) -> None:
    assert carrier.bring(Rendering.of(None)).wait(0) is None
    assert switch.asked == []


def test_a_sentence_that_cannot_be_spoken_fails_as_such(carrier: Prefetch) -> None:
    arriving = carrier.bring(Rendering.of(error=SpeechError("no voice")))
    assert arriving.ready
    with pytest.raises(SpeechError, match="no voice"):
        arriving.wait(0)


def test_a_late_download_is_played_as_it_comes(
    switch: Switch, carrier: Prefetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetch, "DEADLINE", 0.01)
    switch.held = []
    assert carrier.bring(said()).wait(5) == f"http_cache://{BASE}/prompts/a.wav"
    assert carrier.totals["late"] == 1
    switch.release()


def test_a_download_that_fails_is_a_missing_sound_and_tried_anew_by_the_next_call(
    switch: Switch, carrier: Prefetch
) -> None:
    switch.answers["http_get"] = REFUSES
    with pytest.raises(IvoryError, match=r"could not fetch a\.wav"):
        carrier.bring(said()).wait(5)
    switch.answers.clear()
    assert carrier.bring(said()).wait(5)


@pytest.mark.parametrize("trouble", [ConnectionLost("gone"), CommandTimeout("slow")])
def test_a_line_that_is_away_does_not_make_a_sound_missing(
    switch: Switch, carrier: Prefetch, trouble: Exception
) -> None:
    switch.answers["http_get"] = trouble
    assert carrier.bring(said()).wait(5)


def test_a_restarted_freeswitch_has_nothing_any_more(switch: Switch, carrier: Prefetch) -> None:
    carrier.bring(said()).wait(5)
    switch.core_uuid = "core-2"
    assert not carrier.bring(said()).ready
    until(lambda: len(switch.of("http_get")) == 2)


def test_calls_ask_for_a_bounded_number_of_downloads_at_once(switch: Switch, carrier: Prefetch) -> None:
    switch.held = []
    arriving = [carrier.bring(said(f"{number}.wav")) for number in range(50)]
    until(lambda: len(switch.asked) >= prefetch.AT_ONCE)
    gevent.sleep(0.01)
    assert len(switch.of("http_get")) == prefetch.AT_ONCE
    switch.release()
    assert all(each.wait(5) for each in arriving)


def test_what_is_known_ahead_is_fetched_in_the_background_and_again_after_a_restart(
    switch: Switch, carrier: Prefetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetch, "LOOK", 0.01)
    for name in ("a.wav", "b.wav", "a.wav"):
        carrier.ahead(Path("/prompts") / name)
    carrier.start()
    until(lambda: len(switch.of("http_get")) == 2)
    switch.core_uuid = "core-2"
    until(lambda: len(switch.of("http_get")) == 4)
    assert sorted(switch.of("http_get")[2:]) == [f"http_get {BASE}/prompts/{name}.wav" for name in "ab"]


def test_work_ahead_goes_on_when_a_download_failed(
    switch: Switch, carrier: Prefetch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prefetch, "PAUSES", (0.01,))
    failures = iter([REFUSES, ConnectionLost("gone")])

    def answer(_: str) -> str:
        if failure := next(failures, None):
            raise failure
        return "+OK"

    switch.answers["http_get"] = answer
    (tmp_path / "a.wav").touch()
    carrier.ahead(tmp_path / "a.wav")
    carrier.start()
    until(lambda: carrier.totals["fetched"] == 1)
    assert carrier.totals["failed"] == 2


def test_what_is_no_longer_on_disk_is_not_fetched_for_ever(
    switch: Switch, carrier: Prefetch, tmp_path: Path
) -> None:
    switch.answers["http_get"] = REFUSES
    carrier.ahead(tmp_path / "gone.wav")
    carrier.start()
    until(lambda: carrier.totals["failed"] == 1 and not carrier._wanted)


def test_a_reel_plays_by_its_carrier_and_leaves_out_what_does_not_arrive(
    switch: Switch, carrier: Prefetch, tmp_path: Path
) -> None:
    class Voice:
        def request(self, speech: Speech) -> Rendering:
            return said(f"{speech.text}.wav")

    def answer(call: str) -> str:
        if "bad" in call:
            raise REFUSES
        return "+OK"

    switch.answers["http_get"] = answer
    (tmp_path / "thanks.wav").touch()
    pieces: list[Piece] = [
        Speech("one", "en"),
        Silence(0.5),
        Speech("bad", "en"),
        Audio("thanks.wav"),
        Audio("none.wav"),
    ]
    reel = Reel(pieces, Voice(), tmp_path, 5.0, "call", carrier)
    assert list(iter(reel.next, None)) == [
        f"http_cache://{BASE}/prompts/one.wav",
        "silence_stream://500",
        f"http_cache://{BASE}/prompts/thanks.wav",
    ]
