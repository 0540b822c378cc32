"""vosk: streaming recognition in some twenty languages, on this machine, with nothing but a model's folder.

A model is loaded once in a process and shared by all that is heard there; what may be said is told to the
recogniser as a grammar. vosk gives either confidences or alternatives; the posterior probabilities of the
alternatives in its lattice are the confidences here, so that there are both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from ivr.call import Hypothesis
from ivr.errors import RecognitionError, SettingsError
from ivr.settings import Asr
from ivr.speech.asr.base import MOST, RATE, Engine, Recognition, Request
from ivr.speech.asr.writing import segmented, written

UNKNOWN = "[unk]"
ALTERNATIVES = 10  # several of them often differ in unknown words only
SILENCE = bytes(RATE)  # half a second, after which the last word is found for sure
_HALF = 0.5  # of a word: what a stretch of unknown words counts when the known ones are weighed


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: Any
    takes_grammar: bool


class VoskEngine(Engine):
    """Models by `asr.models`, for the tag or for its language."""

    name: ClassVar[str] = "vosk"
    streams: ClassVar[bool] = True
    grammar: ClassVar[Literal["", "phrases", "jsgf"]] = "phrases"
    n_best: ClassVar[bool] = True
    confidence: ClassVar[bool] = True

    def __init__(self, settings: Asr) -> None:
        super().__init__(settings)
        for language, folder in settings.models.items():
            if not folder.is_dir():
                raise SettingsError(
                    f"asr.models: there is no folder {folder} for {language}",
                    hint="unpack a model from https://alphacephei.com/vosk/models there",
                )
        self._loaded: dict[str, _Loaded] = {}
        self._strangers: set[str] = set()

    @property
    def languages(self) -> Collection[str]:
        return self.settings.models.keys()

    def open(self, language: str) -> None:
        import vosk  # its library takes a quarter of a second and 20 MB

        vosk.SetLogLevel(-1)
        folder = self.settings.models[language]
        try:
            model = vosk.Model(str(folder))
        except Exception:
            raise RecognitionError(
                f"vosk cannot load the model in {folder}", hint="`ivr asr models` says what it lacks"
            ) from None
        takes_grammar = has_dynamic_graph(folder)
        if not takes_grammar:
            self.notice("asr.model_without_grammar", model=str(folder), hint="take one of the small models")
        self._loaded[language] = _Loaded(model, takes_grammar)

    def begin(self, request: Request) -> Recognition:
        import vosk

        loaded = self._loaded[self.serves(request.language)]
        grammar = self._grammar(loaded, request.phrases)
        arguments = [json.dumps([*grammar, UNKNOWN], ensure_ascii=False)] if grammar else []
        try:
            recogniser = vosk.KaldiRecognizer(loaded.model, float(RATE), *arguments)
        except Exception as error:
            raise RecognitionError(f"vosk cannot begin: {error}") from None
        recogniser.SetMaxAlternatives(ALTERNATIVES)
        return _VoskRecognition(recogniser)

    def _grammar(self, loaded: _Loaded, phrases: Iterable[str]) -> list[str]:
        """The phrases in the model's words; empty where it follows no grammar, or knows none of them."""
        if not loaded.takes_grammar:
            return []
        grammar: dict[str, None] = {}
        strangers: set[str] = set()
        for phrase in phrases:
            words, unknown = segmented(phrase, lambda word: loaded.model.vosk_model_find_word(word) > 0)
            strangers.update(unknown)
            if words:
                grammar[" ".join(words)] = None
        if strangers - self._strangers:
            self._strangers |= strangers
            self.notice(
                "asr.words_unknown", engine=self.name, words=sorted(strangers), hint="the model lacks them"
            )
        return list(grammar)


class _VoskRecognition(Recognition):
    """vosk ends an utterance at every pause it takes for one; here they are put together again."""

    def __init__(self, recogniser: Any) -> None:
        self._recogniser = recogniser
        self._parts: list[list[Hypothesis]] = []

    def feed(self, samples: bytes) -> None:
        if self._recogniser.AcceptWaveform(samples):
            self._take(self._recogniser.Result())

    def words(self) -> str:
        # Right after a pause there is none, and vosk answers as if there were a result.
        partial = json.loads(self._recogniser.PartialResult()).get("partial", "")
        said = [part[0].words for part in self._parts if part[0].words]
        return written(" ".join([*said, *(word for word in partial.split() if word != UNKNOWN)]))

    def end(self) -> list[Hypothesis]:
        self.feed(SILENCE)
        self._take(self._recogniser.FinalResult())
        return joined(self._parts)

    def _take(self, result: str) -> None:
        if part := weighed(json.loads(result)["alternatives"]):
            self._parts.append(part)


def has_dynamic_graph(folder: Path) -> bool:
    """Whether a model's graph is put together when it is used, so that it takes grammars."""
    return (folder / "graph" / "HCLr.fst").is_file() or (folder / "HCLr.fst").is_file()


def weighed(alternatives: list[dict[str, Any]]) -> list[Hypothesis]:
    """vosk's alternatives with their probabilities, without unknown words; none if it is likelier that all
    was unknown than that any one of them was said.

    Their `confidence` is a path's log-likelihood in nats: exp(each - best), divided by the sum of all, is its
    posterior probability among them. Alternatives that differ in unknown words only are one."""
    best = max((each["confidence"] for each in alternatives), default=0.0)
    weights = [math.exp(each["confidence"] - best) for each in alternatives]
    found: dict[str, float] = {"": 0.0}
    for alternative, weight in zip(alternatives, weights, strict=True):
        words = alternative["text"].split()
        known = [word for word in words if word != UNKNOWN]
        stretches = sum(
            word == UNKNOWN and words[place - 1 : place] != [UNKNOWN] for place, word in enumerate(words)
        )
        share = len(known) / (len(known) + _HALF * stretches) if known else 1.0
        text = " ".join(known)
        found[text] = found.get(text, 0.0) + share * weight / sum(weights)
    nothing = found.pop("")
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return [Hypothesis(*each) for each in ordered] if ordered and ordered[0][1] >= nothing else []


def joined(parts: list[list[Hypothesis]]) -> list[Hypothesis]:
    """The likeliest ways to put what was heard before and after pauses together, as people write it."""
    whole = [Hypothesis("", 1.0)]
    for part in parts:
        pairs = [
            Hypothesis(f"{first.words} {then.words}".strip(), first.confidence * then.confidence)
            for first in whole
            for then in part
        ]
        whole = sorted(pairs, key=lambda pair: -pair.confidence)[:MOST]
    return [Hypothesis(written(one.words), one.confidence) for one in whole if one.words]
