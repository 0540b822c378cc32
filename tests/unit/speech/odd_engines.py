"""An engine that does what its text says; it runs in real children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar

import numpy as np
import soundfile

from ivr.errors import SpeechError
from ivr.speech.tts.base import Engine, Utterance


class OddEngine(Engine):
    """Half a second of tone; `hang`, `die`, `fail`, `crash`, `print`, `quiet`, `fork` do just that."""

    name: ClassVar[str] = "odd"
    version = "1"

    def default_voice(self, language: str) -> str:
        if language == "tlh":
            raise SpeechError("no Klingon")
        return "tone"

    def say(self, utterance: Utterance, wav: Path) -> None:
        match utterance.text.split()[0]:
            case "hang":
                time.sleep(60)
            case "die":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "fail":
                raise SpeechError("it will not", hint="ask nicely")
            case "crash":
                raise RuntimeError("it cannot")
            case "print":
                print('{"path": "/etc/passwd"}', flush=True)
                subprocess.run([sys.executable, "-c", "import sys; print(sys.stdin.read())"], check=True)
            case "fork":
                sleeper = subprocess.Popen(["sleep", "60"])
                Path(utterance.text.split()[1]).write_text(str(sleeper.pid))
                sleeper.wait()
        volume = 0.0 if utterance.text == "quiet" else 0.5
        tone = volume * np.sin(np.arange(11025) * 2 * np.pi * 440 / 22050)
        soundfile.write(str(wav), tone, 22050)


class SpareEngine(OddEngine):
    """The same, but it never fails: a fallback."""

    name: ClassVar[str] = "spare"

    def say(self, utterance: Utterance, wav: Path) -> None:
        super().say(Utterance("tone", utterance.language, utterance.voice, 0), wav)


class BrokenEngine(OddEngine):
    """One that cannot even be opened."""

    name: ClassVar[str] = "broken"

    def open(self) -> None:
        raise SpeechError("its library is missing")
