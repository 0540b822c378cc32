"""The engine that is any command line: piper, a cloud's CLI, a script of one's own.

`speech.command` is split into arguments once and never sees a shell; the text reaches the program in a file
and on its standard input, so that nothing a caller or an HTTP answer supplies can become an argument.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import subprocess
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from ivr.errors import SettingsError, SpeechError
from ivr.registry import did_you_mean
from ivr.settings import Speech
from ivr.speech.tts.base import Engine, Utterance

_PLACES = ("text_file", "wav", "language", "voice")
_PLACE = re.compile(r"\{([a-z_]+)\}")
_TAIL = 300  # bytes of what the program said on stderr that an error quotes


class CommandEngine(Engine):
    """Runs `speech.command` for each sentence.

    {wav} is where the sound must be written, {text_file} holds the text in UTF-8, {language} is the
    tag (`zh-CN`), {voice} what `speech.voices` has for it, the tag itself else.
    """

    name: ClassVar[str] = "command"

    def __init__(self, settings: Speech) -> None:
        super().__init__(settings)
        try:
            self._template = shlex.split(settings.command)
        except ValueError as error:
            raise SettingsError(f"speech.command cannot be split into arguments: {error}") from None
        used = set(_PLACE.findall(settings.command))
        if unknown := sorted(used - set(_PLACES)):
            raise SettingsError(
                f"speech.command has an unknown place {{{unknown[0]}}}",
                hint=did_you_mean(unknown[0], _PLACES),
            )
        if "wav" not in used:
            raise SettingsError(
                "speech.command does not say where the sound goes",
                hint="write it with {wav}: `piper -m zh.onnx -f {wav}`",
            )

    @cached_property
    def version(self) -> str:
        return hashlib.sha256("\0".join(self._template).encode()).hexdigest()[:12]

    def default_voice(self, language: str) -> str:
        return language

    def say(self, utterance: Utterance, wav: Path) -> None:
        text_file, said = wav.with_name("text.txt"), wav.with_name("stderr.txt")
        text_file.write_text(utterance.text + "\n", encoding="utf-8")
        values = {
            "text_file": str(text_file),
            "wav": str(wav),
            "language": utterance.language,
            "voice": utterance.voice,
        }
        arguments = [_PLACE.sub(lambda place: values[place[1]], argument) for argument in self._template]
        with text_file.open("rb") as text, said.open("wb") as errors:
            try:
                status = subprocess.run(
                    arguments,
                    stdin=text,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    timeout=self.settings.deadline,
                    check=False,
                ).returncode
            except (OSError, ValueError) as error:
                raise SpeechError(
                    f"{arguments[0]} cannot be run: {error}", hint="see speech.command"
                ) from None
            except subprocess.TimeoutExpired:
                raise SpeechError(f"{arguments[0]} took longer than speech.deadline") from None
        if status != 0:
            how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
            raise SpeechError(f"{arguments[0]} {how}: {_tail(said) or 'it said nothing'}")


def _tail(file: Path) -> str:
    """The end of what a program said, on one line."""
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - _TAIL))
        return " ".join(content.read(_TAIL).decode("utf-8", "replace").split())
