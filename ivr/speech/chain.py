"""The voices that a deployment has, in the order in which they are asked: recordings, engine, fallbacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ivr import log, registry
from ivr.call import Manner
from ivr.errors import SpeechError
from ivr.settings import Speech as SpeechSettings
from ivr.speech.cache import Cache, key
from ivr.speech.tts.base import Engine, Utterance
from ivr.speech.tts.recorded import NotRecorded, RecordedEngine

GROUP: Final = "ivr.tts"
MAX_TOLD = 1000  # voices that are not there, and were told of

_log = log.get(__name__)


class Chain:
    """Engines and recordings. Its methods but `refresh` are quick, so the hub may call them.

    Attributes:
        recorded: the deployment's recordings; `refresh` reads them.
        engines: the engine and its fallbacks.

    Args:
        settings: the section `speech`.
        engines: those that `settings` name when left out.

    Raises:
        UnknownPlugin, SettingsError: `settings` do not make working engines.
    """

    def __init__(self, settings: SpeechSettings, engines: Sequence[Engine] | None = None) -> None:
        names = dict.fromkeys([settings.engine, *settings.fallback])
        self.engines = list(engines or (_engine(name, settings) for name in names))
        self.recorded = RecordedEngine(settings)
        self.cache = Cache(settings.cache)
        self._told: set[str] = set()

    def __iter__(self) -> Iterator[Engine]:
        """Whoever may be asked, first the recordings."""
        return iter((self.recorded, *self.engines))

    def utterance(self, engine: Engine, text: str, language: str, manner: Manner) -> Utterance:
        """`engine.utterance`, with any fault of a plugin as SpeechError: it must not end the call."""
        try:
            utterance = engine.utterance(text, language, manner)
        except SpeechError:
            raise
        except Exception as error:
            raise SpeechError(f"{engine.name} cannot choose a voice: {error!r}") from error
        if engine is self.engines[0] and manner.voice not in ("", utterance.voice):
            self._tell(engine, manner.voice, utterance.voice)
        return utterance

    def _tell(self, engine: Engine, wanted: str, instead: str) -> None:
        """Say once that a flow asks for a voice that is not there."""
        if wanted not in self._told and len(self._told) < MAX_TOLD:
            self._told.add(wanted)
            _log.warning("speech.no_such_voice", engine=engine.name, wanted=wanted, instead=instead)

    def find(self, text: str, language: str, manner: Manner) -> Path | None:
        """The sound in the cache of the first that has one. Raises SpeechError when none speaks the
        language."""
        possible, why = False, SpeechError("no engine")
        for engine in self:
            try:
                utterance = self.utterance(engine, text, language, manner)
            except NotRecorded:
                continue
            except SpeechError as refusal:
                why = refusal
                continue
            possible = True
            if path := self.cache.find(key(engine, utterance)):
                return path
        if not possible:
            raise why
        return None


def _engine(name: str, settings: SpeechSettings) -> Engine:
    """An engine by its name. One that stands behind another is not told of voices that it has not: they are
    meant for the first, and in its place any voice is better than none."""
    kind: type[Engine] = registry.load(GROUP, name)
    engine = kind(settings)
    if name == settings.engine:
        return engine
    voices = {
        tag: voice
        for tag, voice in settings.voices.items()
        if tag.startswith(f"{name}/") or engine.has_voice(voice) is not False
    }
    return kind(settings.model_copy(update={"voices": voices})) if voices != settings.voices else engine
