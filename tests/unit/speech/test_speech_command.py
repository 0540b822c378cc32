from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.errors import SettingsError, SpeechError
from ivr.settings import Speech
from ivr.speech import telephone
from ivr.speech.tts.base import Utterance
from ivr.speech.tts.command import CommandEngine

PYTHON = f"{sys.executable} -c"


def engine(command: str, **options: object) -> CommandEngine:
    return CommandEngine(Speech.model_validate({"command": command, **options}))


def say(command: str, folder: Path, text: str = "您好", **options: object) -> Path:
    speaker = engine(command, **options)
    speaker.say(speaker.utterance(text, "zh-CN"), folder / "raw.wav")
    return folder / "raw.wav"


def test_every_place_is_filled_in(tmp_path: Path) -> None:
    code = "import sys; open(sys.argv[1], 'w').write('|'.join([open(sys.argv[2]).read(), *sys.argv[3:]]))"
    wav = say(
        f'{PYTHON} "{code}" {{wav}} {{text_file}} --to={{language}} {{voice}}',
        tmp_path,
        voices={"zh": "huayan"},
    )
    assert wav.read_text() == "您好\n|--to=zh-CN|huayan"


def test_the_text_is_on_standard_input_too(tmp_path: Path) -> None:
    code = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    assert say(f'{PYTHON} "{code}" {{wav}}', tmp_path).read_text() == "您好\n"


def test_no_shell_ever_sees_the_text_or_the_command(tmp_path: Path) -> None:
    code = "import sys; open(sys.argv[1], 'w').write(' '.join(sys.argv[2:]))"
    wav = say(f'{PYTHON} "{code}" {{wav}} "$(id)" \'a;b\' *', tmp_path, text="$(touch x); {wav} --help")
    assert wav.read_text() == "$(id) a;b *"


def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    code = "import sys; sys.exit('x' * 9999 + chr(10) + 'no such model')"
    with pytest.raises(SpeechError, match=r"ended with status 1: x.* no such model") as caught:
        say(f'{PYTHON} "{code}" {{wav}}', tmp_path)
    assert len(str(caught.value)) < 500


def test_a_program_that_is_killed_or_missing_or_late_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="was killed by signal 9: it said nothing"):
        say(f'{PYTHON} "import os; os.kill(os.getpid(), 9)" {{wav}}', tmp_path)
    with pytest.raises(SpeechError, match="no-such-program cannot be run"):
        say("/no-such-program {wav}", tmp_path)
    with pytest.raises(SpeechError, match="longer than"):
        say(f'{PYTHON} "import time; time.sleep(9)" {{wav}}', tmp_path, deadline=0.1)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("", "does not say where the sound goes"),
        ("piper {text_file}", "does not say where the sound goes"),
        ("piper '{wav}", "cannot be split"),
        ("piper {wav} {lang}", "unknown place {lang}.*language"),
    ],
)
def test_a_command_that_cannot_work_is_refused_at_the_start(command: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        engine(command)


def test_another_command_is_another_version() -> None:
    assert engine("a {wav}").version != engine("b {wav}").version


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_a_real_program_speaks_mandarin(tmp_path: Path) -> None:
    wav = say("espeak-ng -v {voice} -f {text_file} -w {wav}", tmp_path, "十二元五角", voices={"zh-CN": "cmn"})
    assert 0.8 < len(telephone.read(wav)) / 16000 < 3
    subprocess.run(["espeak-ng", "-v", "cmn", "-w", str(tmp_path / "b.wav"), "十二元五角"], check=True)
    assert len(telephone.read(tmp_path / "b.wav")) == pytest.approx(len(telephone.read(wav)), rel=0.05)


def test_the_voice_is_the_language_when_nothing_else_is_said() -> None:
    assert engine("a {wav}").utterance("hi", "en-US") == Utterance("hi", "en-US", "en-US", 0)
