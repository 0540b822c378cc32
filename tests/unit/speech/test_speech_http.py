from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from ivr.call import Manner, Speech
from ivr.errors import SettingsError, SpeechError
from ivr.settings import Speech as SpeechSettings
from ivr.speech import telephone
from ivr.speech.audio import is_prompt
from ivr.speech.cache import note_of
from ivr.speech.tts.http import MAX_BYTES, HttpEngine
from ivr.speech.voice import Voice
from tests.unit.speech.speech_server import Handler, speech_server


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with speech_server() as url:
        yield url


def say(url: str, folder: Path, text: str = "twelve fifty", **options: Any) -> Path:
    engine = HttpEngine(SpeechSettings.model_validate({"url": url, "deadline": 1.0, **options}))
    engine.open()
    wav = folder / "raw.wav"
    engine.say(engine.utterance(text, "en-US", Manner(rate=190, pitch=45)), wav)
    return wav


def test_a_sentence_is_posted_with_all_that_shapes_its_sound(url: str, tmp_path: Path) -> None:
    wav = say(url, tmp_path, voices={"en-US": "nova"}, token="open sesame")
    assert len(telephone.read(wav)) / 16000 == pytest.approx(1.2, abs=0.1)
    assert Handler.asked[-1] == {
        "text": "twelve fifty",
        "language": "en-US",
        "voice": "nova",
        "rate": 190,
        "pitch": 45,
    }
    assert Handler.tokens[-1] == "Bearer open sesame"


def test_without_a_token_or_voice_none_is_shown(url: str, tmp_path: Path) -> None:
    say(url, tmp_path)
    assert (Handler.asked[-1]["voice"], Handler.tokens[-1]) == ("", None)


@pytest.mark.parametrize("path", ["nameless", "streamed"])
def test_sound_is_sound_whatever_it_is_called_and_however_long_it_says_it_is(
    url: str, tmp_path: Path, path: str
) -> None:
    assert len(telephone.read(say(f"{url}/{path}", tmp_path))) > 16000


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("html", r"sent text/html, no sound: <h1>Log in, please \[31m</h1>"),
        ("refused", r"said 401: \{\"error\": \"who are you\?\"\}; see speech\.token"),
        ("busy", "said 503$"),
        ("elsewhere", r"leads elsewhere, to http://169\.254\.169\.254/latest; .*speech\.url"),
        ("half", r"sent \d+ of \d+ bytes of its sound"),
        ("broken_off", "broke off"),
        ("headless", "WAV file with no sound in it"),
        ("huge", "more than 32 MiB"),
        ("endless", "more than 32 MiB"),
        ("dripping", r"longer than speech\.deadline"),
        ("mute", r"did not answer within speech\.deadline"),
    ],
)
def test_an_answer_that_is_no_sound_is_told_and_not_written(
    url: str, tmp_path: Path, path: str, message: str
) -> None:
    with pytest.raises(SpeechError, match=message) as caught:
        say(f"{url}/{path}", tmp_path)
    assert len(str(caught.value)) < 500
    assert not (tmp_path / "raw.wav").exists()


@pytest.mark.parametrize("path", ["noise", "nothing"])
def test_what_only_claims_to_be_sound_is_found_out_when_it_is_read(
    url: str, tmp_path: Path, path: str
) -> None:
    wav = say(f"{url}/{path}", tmp_path)
    assert wav.stat().st_size < MAX_BYTES
    with pytest.raises(SpeechError, match="no sound file"):
        telephone.read(wav)


def test_where_nobody_listens_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="was not reached: ConnectionError"):
        say(f"http://127.0.0.1:{unused_port()}", tmp_path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, r'speech\.url is ""'),
        ({"url": "ftp://host/say"}, "no server can be"),
        ({"url": "http://[::1"}, "no server can be"),
        ({"url": "http://host:99999"}, "no server can be"),
        ({"url": "http://me:secret@host"}, r"name or password in it; use speech\.token"),
        ({"url": "https://host", "ca_file": "/no/such.pem"}, r"speech\.ca_file: there is no file"),
    ],
)
def test_a_url_that_cannot_work_is_refused_at_the_start(settings: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        HttpEngine(SpeechSettings.model_validate(settings))


def test_another_server_is_another_version() -> None:
    one, other = (HttpEngine(SpeechSettings(url=f"http://{host}/")) for host in ("a", "b"))
    assert one.version != other.version


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_the_server_of_the_documentation_speaks(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs/voices.md"
    code = page.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    port = unused_port()
    server = subprocess.Popen(
        [sys.executable, "-c", code.replace("5002", str(port))], stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}/say"
    try:
        with gevent.Timeout(20):
            while not answers(port):
                gevent.sleep(0.02)
        sound = telephone.read(say(url, tmp_path, token="sesame", deadline=10))
        with pytest.raises(SpeechError, match="said 401"):
            say(url, tmp_path, token="guess", deadline=10)
    finally:
        server.kill()
        server.wait()
    assert 0.5 < len(sound) / 16000 < 2.0


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# In the chain -----------------------------------------------------------------------------------------


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def spoken_by(voice: Voice, text: str) -> str:
    path = voice.request(Speech(text, "en-US", fresh=True)).wait(20)
    assert path is not None
    assert is_prompt(path)
    note = note_of(path)
    assert note is not None
    return note.engine


@pytest.fixture
def chained(tmp_path: Path) -> Iterator[Any]:
    made: list[Voice] = []

    def make(url: str, **options: Any) -> Voice:
        settings = {"engine": "http", "fallback": ["pyttsx3"], "url": url, "workers": 1, "token": "sesame"}
        folders = {"cache": tmp_path / "cache", "recorded": tmp_path / "recorded"}
        made.append(Voice(SpeechSettings.model_validate({**settings, **folders, **options})))
        return made[-1]

    yield make
    for voice in made:
        voice.stop()


def test_the_token_reaches_the_child(url: str, chained: Any) -> None:
    assert spoken_by(chained(url), "hello") == "http"
    assert Handler.tokens[-1] == "Bearer sesame"


def test_when_the_server_is_down_the_fallback_speaks_though_the_voice_is_the_servers(chained: Any) -> None:
    voice = chained(f"http://127.0.0.1:{unused_port()}", voices={"en-US": "nova"})
    assert spoken_by(voice, "hello") == "pyttsx3"
    assert voice.failures.count["http"] == 1


def test_a_server_that_hangs_is_given_up_at_the_deadline(url: str, chained: Any) -> None:
    assert spoken_by(chained(f"{url}/mute", deadline=0.5), "hello") == "pyttsx3"


def test_a_child_that_is_killed_amid_a_sentence_costs_the_caller_nothing(url: str, chained: Any) -> None:
    voice = chained(f"{url}/mute", deadline=10.0)
    rendering = voice.request(Speech("hello", "en-US", fresh=True))
    asked = len(Handler.asked)
    with gevent.Timeout(20):
        while len(Handler.asked) == asked:
            gevent.sleep(0.01)
    os.kill(_child_of_http(), signal.SIGKILL)
    path = rendering.wait(20)
    note = note_of(path) if path else None
    assert note is not None
    assert note.engine == "pyttsx3"
    assert voice.failures.count["http"] == 1


def _child_of_http() -> int:
    """The only child there is: the fallback's starts when it has something to say."""
    own = str(os.getpid())
    for stat in Path("/proc").glob("[0-9]*/stat"):
        words = stat.read_text().rpartition(")")[2].split()
        if words[1] == own and b"ivr.speech.child" in (stat.parent / "cmdline").read_bytes():
            return int(stat.parent.name)
    raise AssertionError("there is no child")
