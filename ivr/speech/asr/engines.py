"""Which engines a deployment listens with, in the order in which they are tried."""

from __future__ import annotations

from ivr import registry
from ivr.settings import Asr
from ivr.speech.asr.base import GROUP, Engine


def configured(settings: Asr) -> list[Engine]:
    """The engines of `asr.engines`, each once. Raises UnknownPlugin, SettingsError."""
    return [registry.load(GROUP, name)(settings) for name in dict.fromkeys(settings.engines)]


def serving(engines: list[Engine], language: str) -> list[Engine]:
    """Those of `engines` that serve a language tag, in their order."""
    return [engine for engine in engines if engine.serves(language)]
