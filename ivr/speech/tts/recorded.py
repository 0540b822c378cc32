"""The voice of a person: the engine before all others, for the sentences that the deployment has recorded.

As an engine it has what all of them have: a child that reads strange files, the same loudness as every other
sentence, the cache, work ahead, a FreeSWITCH on another host. A file that is no good is an engine that fails,
so the next one speaks.
"""

from __future__ import annotations

import shutil
from collections import OrderedDict
from pathlib import Path
from typing import ClassVar

from ivr.call import PLAIN, Manner
from ivr.errors import SpeechError
from ivr.settings import Speech
from ivr.speech.recorded import MAX_FILE, Shelf
from ivr.speech.tts.base import Engine, Utterance

MAX_SPOILT = 1000
_AT = "@"  # between a file and the digest of its content, in an utterance's voice


class NotRecorded(SpeechError):
    """Nobody has recorded this sentence, or the file is known to be no good."""


class RecordedEngine(Engine):
    """Plays files of `speech.recorded`. Its utterances have `file@digest` for a voice: another content,
    another sound."""

    name: ClassVar[str] = "recorded"
    version = "1"  # an utterance's voice says all that may change

    def __init__(self, settings: Speech) -> None:
        super().__init__(settings)
        self.shelf = Shelf(settings.recorded)
        self._spoilt: OrderedDict[str, None] = OrderedDict()

    def default_voice(self, language: str) -> str:
        raise NotRecorded(f"nothing is recorded in {language}")

    def utterance(self, text: str, language: str, manner: Manner = PLAIN) -> Utterance:
        """The recording of `text`. Raises NotRecorded."""
        recording = self.shelf.find(text, language)
        voice = f"{recording.file}{_AT}{recording.digest}" if recording else ""
        if not voice or voice in self._spoilt:
            raise NotRecorded(f"this is not recorded in {language}")
        return Utterance(text, language, voice, 0)

    def spoil(self, utterance: Utterance) -> None:
        """Pass over a file until it has another content."""
        self._spoilt[utterance.voice] = None
        while len(self._spoilt) > MAX_SPOILT:
            self._spoilt.popitem(last=False)

    def say(self, utterance: Utterance, wav: Path) -> None:
        file = utterance.voice.rpartition(_AT)[0]
        path = self.shelf.path(file)
        try:
            if path.stat().st_size > MAX_FILE:
                raise SpeechError(f"{path} is larger than {MAX_FILE >> 20} MiB")
            shutil.copyfile(path, wav)
        except OSError as error:
            raise SpeechError(f"{path} cannot be read: {error.strerror}") from None
        self._refuse_noise(path, wav)

    @staticmethod
    def _refuse_noise(path: Path, wav: Path) -> None:
        """What is wrong with a file, in words that name it; else it would be an engine's fault."""
        from ivr.speech import telephone

        try:
            telephone.trim(telephone.decoded(wav))
        except SpeechError as error:
            reason = error.message.removeprefix("the engine made ")
            raise SpeechError(f"{path} holds {reason}", hint="see speech.recorded") from None
