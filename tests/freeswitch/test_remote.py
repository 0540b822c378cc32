"""A FreeSWITCH on another host: its user can enter none of Ivory's folders, and it is given no path."""

from __future__ import annotations

import grp
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
import threading
import wave
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import soundfile

from ivr.speech.cache import note_of
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.hearing import ENOUGH, find
from tests.freeswitch.instance import Instance, free_port
from tests.freeswitch.instance import find as find_freeswitch
from tests.freeswitch.sipp import Caller, available

pytestmark = pytest.mark.skipif(not available(), reason="no sipp (Debian: sip-tester), or not root")

FLOWS = Path(__file__).parent / "flows_remote"
USER = "nobody"
GOODBYE = "Thank you for calling us today and goodbye."
WELCOME = "Press one to leave a message or two to hear your number."


class Elsewhere(Instance):
    """A FreeSWITCH with mod_http_cache, as a user of its own.

    Attributes:
        spool: the folder it may record to.
    """

    def __init__(self, binary: Path, folder: Path) -> None:
        folder.chmod(0o755)
        self.spool = folder / "spool"
        self.spool.mkdir()
        wrapper = folder / "freeswitch"
        wrapper.write_text(
            f'#!/bin/sh\nchown -R {USER}: {folder}\nexec {binary} -u {USER} -g {group()} "$@"\n',
            encoding="ascii",
        )
        wrapper.chmod(0o755)
        super().__init__(wrapper, folder)

    def template(self) -> str:
        cache = '<X-PRE-PROCESS cmd="set" data="ivory_http_cache=@RUN@/http_cache"/>'
        return (
            super()
            .template()
            .replace('<section name="configuration">', f'{cache}\n<section name="configuration">', 1)
            .replace("</modules>", '<load module="mod_http_cache"/></modules>', 1)
        )

    @property
    def recorded(self) -> list[Path]:
        """What it has recorded and still has."""
        return [path for path in self.spool.rglob("*.wav") if "check" not in path.name]

    @property
    def fetched(self) -> list[Path]:
        """The sounds in its cache."""
        return [path for path in (self.folder / "run/http_cache").rglob("*.wav") if path.stat().st_size > 44]


def group() -> str:
    return grp.getgrgid(pwd.getpwnam(USER).pw_gid).gr_name


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    binary = find_freeswitch()
    assert binary is not None
    folder = Path(tempfile.mkdtemp(prefix="ivory-elsewhere-"))
    instance = Elsewhere(binary, folder)
    instance.start()
    yield instance
    instance.stop()
    shutil.rmtree(folder)


class Witness(threading.Thread):
    """Writes down what FreeSWITCH is given to play, and for other applications."""

    def __init__(self, freeswitch: Instance) -> None:
        super().__init__(daemon=True)
        self.arguments: list[str] = []
        self._client = Client(freeswitch)
        self._client._send("event plain CHANNEL_EXECUTE MEDIA_BUG_START")
        self.start()

    def run(self) -> None:
        try:
            while text := self._client._read():
                self.arguments += [
                    unquote(line.partition(": ")[2])
                    for line in text.splitlines()
                    if line.startswith(("Application-Data: ", "Media-Bug-Target: "))
                ]
        except (OSError, ValueError):
            return
        finally:
            self._client.__exit__()


@pytest.fixture(scope="module")
def witness(elsewhere: Elsewhere) -> Witness:
    return Witness(elsewhere)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a jingle: noise, as nothing else sounds like it."""
    folder = tmp_path_factory.mktemp("sounds")
    noise = np.random.default_rng(7).normal(0, 3000, 8000).clip(-30000, 30000).astype("<i2")
    with wave.open(str(folder / "jingle.wav"), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(noise.tobytes())
    return folder


@pytest.fixture(scope="module")
def remote(
    elsewhere: Elsewhere, crm: Crm, sounds: Path, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    """Ivory, whose folders nobody but its own user may enter."""
    folder = tmp_path_factory.mktemp("ivory-remote")
    served = Ivory(elsewhere, folder, FLOWS, crm, prompt_cache)
    port = free_port()
    served.environment |= {
        "IVR_FLOWS_SOUNDS": str(sounds),
        "IVR_SPEECH_RECORDED": str(folder / "recorded"),
        "IVR_OPS_LISTEN": "",
        "IVR_WEB_LISTEN": "",
        "IVR_WEBHOOKS_DELIVER": "false",
        "IVR_FILES_URL": f"http://127.0.0.1:{port}",
        "IVR_FILES_LISTEN": f"127.0.0.1:{port}",
        "IVR_FILES_TOKEN": secrets.token_hex(32),
        "IVR_FILES_REMOTE_RECORDINGS": str(elsewhere.spool),
    }
    served.start()
    yield served
    served.stop()


def prompt(ivory: Ivory, text: str) -> Path:
    return next(
        path for path in ivory.cache.rglob("*.wav") if (note := note_of(path)) and note.text.startswith(text)
    )


def assert_heard(caller: Caller, *sounds: Path) -> None:
    last = -1.0
    for sound in sounds:
        heard = find(sound, caller.heard)
        assert heard.likeness > ENOUGH, f"{sound} was not heard (likeness {heard.likeness:.2f})"
        assert heard.at > last, f"{sound} was heard too early"
        last = heard.at


def in_background(caller: Caller) -> threading.Thread:
    thread = threading.Thread(target=caller.run, daemon=True)
    thread.start()
    return thread


def test_freeswitch_can_enter_none_of_ivorys_folders(remote: Ivory, sounds: Path) -> None:
    user = pwd.getpwnam(USER)
    for folder in (remote.cache, sounds, remote.folder):
        closed = [
            parent
            for parent in (folder, *folder.parents)
            if parent.stat().st_uid != user.pw_uid and not parent.stat().st_mode & stat.S_IXOTH
        ]
        assert closed, folder


def test_recorded_sounds_are_there_before_anybody_calls(
    elsewhere: Elsewhere, remote: Ivory, sounds: Path
) -> None:
    jingle = (sounds / "jingle.wav").read_bytes()
    wait_for(lambda: jingle in [path.read_bytes() for path in elsewhere.fetched], 10, "the jingle is there")


def test_a_caller_hears_sounds_that_were_fetched(
    elsewhere: Elsewhere, remote: Ivory, witness: Witness, sounds: Path, tmp_path: Path
) -> None:
    caller = Caller("95598", elsewhere.sip_port, tmp_path, [6.0, "2"], ani="13800000021", hangs_up=False)
    caller.run()
    assert_heard(
        caller,
        sounds / "jingle.wav",
        prompt(remote, WELCOME),
        prompt(remote, "You are calling us today"),
        prompt(remote, "one three eight"),
        prompt(remote, "Thank you for calling"),
    )
    assert any("http_cache://" in argument for argument in witness.arguments)
    for folder in (remote.cache, sounds, remote.folder, remote.recordings):
        assert not any(str(folder) in argument for argument in witness.arguments)


def test_a_message_comes_over_and_its_copy_goes(
    elsewhere: Elsewhere, remote: Ivory, witness: Witness, tmp_path: Path
) -> None:
    speech = prompt(remote, WELCOME)
    steps: list[float | str | Path] = [2.0, "1", 5.0, speech, 0.3, "#"]
    caller = Caller("95598", elsewhere.sip_port, tmp_path, steps, ani="13800000022", hangs_up=False)
    caller.run()
    assert_heard(caller, prompt(remote, "Please speak"), prompt(remote, "Your message was taken."))
    journey = remote.journey("13800000022")
    name = next(str(step.detail["recording"]) for step in journey.steps if step.node == "message")
    wait_for(lambda: (remote.recordings / name).exists(), 10, "the recording came over")
    assert find(speech, remote.recordings / name).likeness > ENOUGH
    wait_for(lambda: not elsewhere.recorded, 10, "its copy was removed")
    assert not any((remote.recordings / ".expected").iterdir())
    assert any(str(elsewhere.spool) in argument for argument in witness.arguments)
    assert not any(str(remote.recordings) in argument for argument in witness.arguments)


def test_a_message_left_while_no_worker_lives_comes_over_byte_for_byte_when_one_does(
    elsewhere: Elsewhere, remote: Ivory, tmp_path: Path
) -> None:
    speech = prompt(remote, WELCOME)
    steps: list[float | str | Path] = [2.0, "1", 5.0, speech, speech]
    caller = Caller("95598", elsewhere.sip_port, tmp_path, steps, ani="13800000023")
    call = in_background(caller)
    wait_for(lambda: any(path.stat().st_size > 8000 for path in elsewhere.recorded), 20, "it is recorded")
    with remote.nobody():
        call.join(30)
        [written] = elsewhere.recorded
        with Client(elsewhere) as client:
            wait_for(lambda: client.channels() == 0, 10, "the caller is gone")
        digest, name = hashlib.sha256(written.read_bytes()).hexdigest(), written.relative_to(elsewhere.spool)
        assert not (remote.recordings / name).exists()
    wait_for(lambda: (remote.recordings / name).exists(), 20, "the recording came over")
    assert hashlib.sha256((remote.recordings / name).read_bytes()).hexdigest() == digest
    assert find(speech, remote.recordings / name).likeness > ENOUGH
    wait_for(lambda: not elsewhere.recorded, 10, "its copy was removed")


def test_a_folder_that_freeswitch_cannot_write_is_an_error_of_the_flow_and_no_hangup(
    elsewhere: Elsewhere, remote: Ivory, tmp_path: Path
) -> None:
    os.chown(elsewhere.spool, 0, 0)
    elsewhere.spool.chmod(0o755)
    try:
        caller = Caller("95598", elsewhere.sip_port, tmp_path, [2.0, "3"], ani="13800000024", hangs_up=False)
        caller.run()
    finally:
        shutil.chown(elsewhere.spool, USER)
    assert_heard(
        caller, prompt(remote, "We cannot take messages today."), prompt(remote, "Thank you for calling")
    )
    assert [step.node for step in remote.journey("13800000024").steps] == [
        "main",
        "elsewhere",
        "sorry",
        "bye",
    ]


def test_a_restarted_freeswitch_is_given_its_sounds_again(
    elsewhere: Elsewhere, remote: Ivory, tmp_path: Path
) -> None:
    ups = remote.count("switch_up")
    elsewhere.stop()
    elsewhere.start()
    wait_for(lambda: remote.count("switch_up") > ups, 20, "Ivory attached again")
    wait_for(lambda: len(elsewhere.fetched) >= 6, 20, "every sentence of the flow fetched, with no call")
    caller = Caller("95598", elsewhere.sip_port, tmp_path, [6.0], ani="13800000025")
    caller.run()
    assert_heard(caller, prompt(remote, WELCOME))


def test_a_sentence_that_somebody_records_is_fetched_and_heard_while_ivory_runs(
    elsewhere: Elsewhere, remote: Ivory, tmp_path: Path
) -> None:
    folder = Path(remote.environment["IVR_SPEECH_RECORDED"])
    folder.mkdir()
    noise = np.random.default_rng(11).normal(0, 0.1, (44100 * 2, 2)).clip(-0.9, 0.9)
    soundfile.write(str(folder / "goodbye.wav"), noise, 44100)  # stereo, as studios deliver
    (folder / "index.csv").write_text(f"language,text,file\nen-US,{GOODBYE},goodbye.wav\n")

    def recorded() -> list[Path]:
        return [
            path
            for path in remote.cache.rglob("*.wav")
            if (note := note_of(path)) and note.engine == "recorded"
        ]

    wait_for(lambda: bool(recorded()), 20, "the recording is a telephone prompt")
    (sound,) = recorded()
    there = sound.read_bytes()
    wait_for(lambda: there in [path.read_bytes() for path in elsewhere.fetched], 20, "and fetched")
    caller = Caller("95598", elsewhere.sip_port, tmp_path, [6.0, "2"], ani="13800000026", hangs_up=False)
    caller.run()
    assert_heard(caller, prompt(remote, "You are calling us today"), sound)


def test_no_url_is_in_ivorys_log(remote: Ivory) -> None:
    log = remote.log.read_text(errors="replace")
    assert remote.environment["IVR_FILES_TOKEN"] not in log
    assert "/prompts/" not in log.replace(str(remote.cache), "")
