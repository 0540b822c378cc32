"""The engine that always works: pyttsx3 over the espeak-ng that `pip install` brought along.

pyttsx3's own event loop ends before espeak-ng, which speaks in a thread of its own, has finished; spoken to
twice, it drops sentences or never returns. Here its espeak driver is run with a proxy that queues nothing, so
that the driver's loop lasts until the sentence is written: thousands of sentences in one process.
"""

from __future__ import annotations

import ctypes
import os
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import espeakng_loader

from ivr.errors import SpeechError
from ivr.i18n import base
from ivr.speech.tts.base import Engine, Offer, Utterance

# espeak-ng's names for languages that have another one in BCP 47 as people write it.
_VOICES = {"zh": "cmn", "zh-hk": "yue", "zh-mo": "yue", "no": "nb"}


class _Proxy:
    """What a pyttsx3 driver reports to. (Interface: "Implementing drivers" in pyttsx3's manual.)"""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def setBusy(self, busy: bool) -> None:  # noqa: N802 - pyttsx3's name
        """There is no queue to go on with."""

    def notify(self, topic: str, **details: Any) -> None:
        if topic == "error":
            self.error = details.get("exception")


class Pyttsx3Engine(Engine):
    """espeak-ng in some hundred languages; robotic, instant, offline."""

    name: ClassVar[str] = "pyttsx3"
    sets_rate: ClassVar[bool] = True
    sets_pitch: ClassVar[bool] = True

    @cached_property
    def version(self) -> str:
        return f"{version('pyttsx3')}+{version('espeakng-loader')}"

    @cached_property
    def languages(self) -> frozenset[str]:
        """espeak-ng's language codes in lower case (`cmn`, `en-us`): the files of its `lang` folder."""
        return frozenset(offer.name for offer in self.offers)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """A voice for each file of the `lang` folder; `+f3` behind its name, say, makes a variant of it.

        (Lines `name` and `language`: "Voice files" in espeak-ng's documentation.)"""
        files = (file for file in (_data() / "lang").rglob("*") if file.is_file())
        return tuple(_offer(file) for file in sorted(files, key=lambda file: file.name.lower()))

    @cached_property
    def variants(self) -> frozenset[str]:
        """What may stand behind the `+` of a voice."""
        return frozenset(file.name for file in (_data() / "voices" / "!v").iterdir())

    def has_voice(self, name: str) -> bool:
        voice, plus, variant = name.partition("+")
        return voice.lower() in self.languages and (not plus or variant in self.variants)

    def default_voice(self, language: str) -> str:
        tag = language.lower()
        for code in (_VOICES.get(tag), tag, _VOICES.get(base(tag)), base(tag)):
            if code in self.languages:
                return code
        raise SpeechError(
            f'espeak-ng does not speak "{language}"',
            hint="choose one of its voices in speech.voices, or another engine in speech.fallback",
        )

    def open(self) -> None:
        # The library is found by its name among those already loaded, before any of the system's; the
        # data folder is given relative, because espeak-ng keeps 160 characters of its path.
        os.chdir(Path(espeakng_loader.get_data_path()).parent)
        os.environ["ESPEAK_DATA_PATH"] = "."
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        from pyttsx3.drivers import espeak

        self._proxy = _Proxy()
        self._driver = espeak.buildDriver(self._proxy)

    def say(self, utterance: Utterance, wav: Path) -> None:
        self._proxy.error = None
        try:
            self._driver.setProperty("voice", utterance.voice)
        except ValueError:
            raise SpeechError(
                f'espeak-ng has no voice "{utterance.voice}"', hint="see speech.voices"
            ) from None
        # The range of the pitch stays as it is: a low voice with a wide range sends espeak-ng into a loop
        # without end in Mandarin. At its usual range every pitch ends.
        self._driver.setProperty("rate", utterance.rate)
        self._driver.setProperty("pitch", utterance.pitch)
        self._driver.save_to_file(utterance.text, str(wav))
        self._driver.startLoop()
        if self._proxy.error is not None:
            raise SpeechError(f"espeak-ng failed: {self._proxy.error}")


def _data() -> Path:
    return Path(espeakng_loader.get_data_path())


def _offer(file: Path) -> Offer:
    """The voice of a file: its comments are in many encodings, the two lines that count are ASCII."""
    about, languages = "", []
    for line in file.read_text(encoding="latin-1").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "name":
            about = rest.strip()
        elif word == "language" and rest.split():
            languages.append(rest.split()[0])
    return Offer(file.name.lower(), tuple(languages), about)
