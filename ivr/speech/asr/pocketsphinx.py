"""pocketsphinx: English commands understood by what `pip install` brings along, model included.

It follows the request's grammar exactly, and would make a sentence of it of any noise. So a second decoder,
which knows sounds but no words, hears the same: where sounds in any order explain it far better than the
grammar's best sentence does, the grammar was not what was spoken. By how much makes the confidence.
"""

from __future__ import annotations

import math
import tempfile
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from ivr.call import Hypothesis
from ivr.errors import RecognitionError
from ivr.settings import Asr
from ivr.speech.asr import jsgf
from ivr.speech.asr.base import RATE, Engine, Recognition, Request

MODEL_RATE = 16000  # Hz
REFUSED = 0.2  # confidence under which nothing was understood

# Logarithms inside are of this base, and of numbers scaled down by so many bits.
_LOG_BASE, _SHIFT = 1.0001, 10
# What the shortfall (nats, by the root of the frames of speech) makes of confidence: half at _HALF, steeper
# the smaller _SLOPE. Of synthetic telephone speech, 98 % of what the grammar has is above -24, 95 % of what
# it has not below -26.
_HALF, _SLOPE = -22.5, 3.0

# The model was trained on speech with something above 4 kHz. A telephone has nothing there, and digital
# silence nothing at all; a little noise (RMS of 16-bit samples) spares three of four errors.
_NOISE = 60.0
# Speech is brought to this amplitude (RMS of its loudest frames), as is heard in its first part (seconds).
_LOUDNESS, _FIRST, _MOST_GAIN = 3000.0, 0.9, 100.0
# Mean cepstrum of telephone speech so prepared, from which each utterance starts anew.
_CEPSTRUM = "51.9,-4.1,-13.1,9.1,-8.5,-5.4,1.7,-13.8,1.0,-3.2,-2.2,3.9,-7.4"

_BOTH: dict[str, Any] = {"lm": None, "loglevel": "FATAL", "cmninit": _CEPSTRUM}
_WORDS: dict[str, Any] = {"bestpath": False, "beam": 1e-60, "pbeam": 1e-60, "wbeam": 1e-40}
_SOUNDS: dict[str, Any] = {"beam": 1e-10, "pbeam": 1e-10, "lw": 2.0}


@dataclass(slots=True)
class _Ears:
    """Two decoders that hear one utterance at a time, and the words that the first one knows."""

    words: Any
    sounds: Any
    known: set[str] = field(default_factory=set)


class PocketsphinxEngine(Engine):
    """English by grammar only; what may be anything is not for it."""

    name: ClassVar[str] = "pocketsphinx"
    streams: ClassVar[bool] = True
    grammar: ClassVar[Literal["", "phrases", "jsgf"]] = "jsgf"
    free: ClassVar[bool] = False
    confidence: ClassVar[bool] = True

    def __init__(self, settings: Asr) -> None:
        super().__init__(settings)
        self._idle: list[_Ears] = []
        self._turn = threading.Lock()
        self._pronounced: dict[str, tuple[str, ...]] = {}
        self._strangers: set[str] = set()

    @property
    def languages(self) -> Collection[str]:
        return ("en",)

    def open(self, language: str) -> None:
        import pocketsphinx

        self._model = Path(pocketsphinx.get_model_path("en-us"))
        try:
            text = (self._model / "cmudict-en-us.dict").read_text(encoding="utf-8")
        except OSError as error:
            raise RecognitionError(
                f"the model of pocketsphinx is not there: {error}", hint="reinstall it"
            ) from None
        self._dictionary = "\n" + text
        self._give_back(self._new())

    def begin(self, request: Request) -> Recognition:
        if not request.jsgf and not request.phrases:
            raise RecognitionError(
                "pocketsphinx understands phrases only, not free speech", hint="give vosk a model"
            )
        text = request.jsgf or jsgf.of_phrases(request.phrases)
        grammar = jsgf.cut(text, lambda word: bool(self._pronounce(word)))
        self._tell(grammar.strangers)
        if not grammar.text:
            raise RecognitionError("pocketsphinx knows none of the phrases", hint="give vosk a model")
        with self._turn:
            ears = self._idle.pop() if self._idle else None
        ears = ears or self._new()
        for word in grammar.words - ears.known:
            for number, sounds in enumerate(self._pronounce(word), 1):
                ears.words.add_word(word if number == 1 else f"{word}({number})", sounds, True)
            ears.known.add(word)
        try:
            ears.words.add_jsgf_string("said", grammar.text)
        except ValueError:
            raise RecognitionError("pocketsphinx cannot use the grammar") from None
        ears.words.activate_search("said")
        return _PocketsphinxRecognition(self, ears)

    def _new(self) -> _Ears:
        """Two decoders (12 MB, 40 ms). The whole dictionary would take 21 MB more for each."""
        import pocketsphinx

        with tempfile.NamedTemporaryFile("w", suffix=".dict") as dictionary:
            dictionary.write("zero Z IY R OW\n")  # it must not be empty
            dictionary.flush()
            common = {"hmm": str(self._model / "en-us"), "dict": dictionary.name, **_BOTH}
            sounds = {"allphone": str(self._model / "en-us-phone.lm.bin"), **_SOUNDS}
            return _Ears(
                pocketsphinx.Decoder(**common, **_WORDS), pocketsphinx.Decoder(**common, **sounds), {"zero"}
            )

    def _give_back(self, ears: _Ears) -> None:
        with self._turn:
            self._idle.append(ears)

    def _pronounce(self, word: str) -> tuple[str, ...]:
        """How `word` sounds, each way there is, in the model's phones; none: it is not in the dictionary."""
        found = self._pronounced.get(word)
        if found is None:
            ways: list[str] = []
            while word and not word.isspace():
                entry = word if not ways else f"{word}({len(ways) + 1})"
                at = self._dictionary.find(f"\n{entry} ")
                if at < 0:
                    break
                ways.append(self._dictionary[at + len(entry) + 2 :].partition("\n")[0].strip())
            found = self._pronounced[word] = tuple(ways)
        return found

    def _tell(self, strangers: Collection[str]) -> None:
        if new := set(strangers) - self._strangers:
            self._strangers |= new
            self.notice(
                "asr.words_unknown", engine=self.name, words=sorted(new), hint="what holds them is not heard"
            )


class _PocketsphinxRecognition(Recognition):
    def __init__(self, engine: PocketsphinxEngine, ears: _Ears) -> None:
        import soxr

        self._engine, self._ears = engine, ears
        self._resampler = soxr.ResampleStream(RATE, MODEL_RATE, 1, dtype="float32")
        self._noise = np.random.default_rng(0)
        self._first: list[bytes] = []
        self._gain = 0.0
        for decoder in ears.words, ears.sounds:
            decoder.set_cmn(_CEPSTRUM)
            decoder.start_utt()

    def feed(self, samples: bytes) -> None:
        if self._gain:
            self._hear(samples)
            return
        self._first.append(samples)
        if sum(map(len, self._first)) >= _FIRST * RATE * 2:
            self._hear_first()

    def words(self) -> str:
        best = self._ears.words.hyp()
        return best.hypstr if best else ""

    def end(self) -> list[Hypothesis]:
        if not self._gain:
            self._hear_first()
        self._hear(b"", last=True)
        words, sounds = self._ears.words, self._ears.sounds
        for decoder in words, sounds:
            decoder.end_utt()
        best, loop = words.hyp(), sounds.hyp()
        told: list[Hypothesis] = []
        if best and best.hypstr and loop:
            spoken = sum(
                each.end_frame - each.start_frame + 1 for each in words.seg() if not each.word.startswith("<")
            )
            shortfall = (_nats(best.best_score) - _nats(loop.best_score)) / math.sqrt(max(spoken, 1))
            confidence = 1 / (1 + math.exp(min(50.0, (_HALF - shortfall) / _SLOPE)))
            if confidence >= REFUSED:
                told.append(Hypothesis(best.hypstr, confidence))
        self._engine._give_back(self._ears)
        return told

    def drop(self) -> None:
        for decoder in self._ears.words, self._ears.sounds:
            decoder.end_utt()
        self._engine._give_back(self._ears)

    def _hear_first(self) -> None:
        """Find out how loud the caller is, and hear what was held back until then."""
        held = b"".join(self._first)
        samples = np.frombuffer(held, "<i2").astype(np.float32)
        frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
        loud = np.sort(np.sqrt(np.mean(frames**2, axis=1)))[-10:] if len(frames) else np.ones(1)
        self._gain = min(_LOUDNESS / max(float(loud.mean()), 1.0), _MOST_GAIN)
        self._first.clear()
        self._hear(held)

    def _hear(self, samples: bytes, *, last: bool = False) -> None:
        wide = self._resampler.resample_chunk(np.frombuffer(samples, "<i2").astype(np.float32), last=last)
        heard = wide * np.float32(self._gain) + self._noise.normal(0.0, _NOISE, len(wide))
        frames = _samples(heard)
        if frames:
            self._ears.words.process_raw(frames)
            self._ears.sounds.process_raw(frames)


def _samples(heard: npt.NDArray[Any]) -> bytes:
    return np.clip(np.round(heard), -32768, 32767).astype("<i2").tobytes()


def _nats(score: float) -> float:
    """A path's log-likelihood: `score` is its exponential to the decoder's own base."""
    return math.log(score) * (1 << _SHIFT) if score > 0 else -math.inf
