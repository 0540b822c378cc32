"""A flow's phrases spoken and recognised, language after language, with a bar that shows how far it is."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ivr import log
from ivr.cli import common
from ivr.cli.asr.questions import questions
from ivr.errors import IvoryError, SpeechError
from ivr.flow.model import Flow
from ivr.i18n import base
from ivr.registry import did_you_mean
from ivr.settings import Asr
from ivr.speech.asr.base import RATE, Engine
from ivr.speech.asr.engines import configured, serving
from ivr.speech.asr.process import RecogniserFailed
from ivr.speech.trial import plan, runner, sentences
from ivr.speech.trial.plan import Conditions, Trial
from ivr.speech.trial.question import Question
from ivr.speech.trial.report import report
from ivr.speech.trial.runner import Result
from ivr.speech.trial.speakers import Speaker, speakers
from ivr.speech.trial.speaking import speak, voice_of

_log = log.get(__name__)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the command line asks for; empty means all."""

    engines: Sequence[str] = ()
    languages: Sequence[str] = ()
    nodes: Sequence[str] = ()
    voices: int = 4
    noises: tuple[float, ...] = (20.0, 10.0)
    sentences: int = 4
    seed: int = 1
    least: float | None = None
    save: Path | None = None

    @property
    def conditions(self) -> Conditions:
        return Conditions(self.voices, self.noises, self.sentences, seed=self.seed)


def tried(flow: Flow, wish: Wish) -> dict[str, Any]:
    """Try a flow, and report. Raises IvoryError when there is nothing to try it with, or nothing to try."""
    asr = common.load().settings.asr
    if wish.engines:
        asr = asr.model_copy(update={"engines": [*wish.engines]})
    asked = _asked(flow, wish)
    trying = _Trying(asr, wish, dt.datetime.now(flow.zone).date())
    for language, questions_there in asked.items():
        trying.language(language, questions_there)
    if not trying.results:
        why = "; ".join(each["why"] for each in trying.untried)
        raise IvoryError(why, hint="`ivr asr models` shows what may be listened with")
    return {
        "flow": flow.id,
        **report(trying.results, wish.conditions, wish.least),
        "untried": trying.untried,
        "untaken": trying.untaken,
        "unknown": [
            {"engine": engine, "language": language, "words": sorted(words)}
            for (engine, language), words in trying.unknown.items()
        ],
    }


def _asked(flow: Flow, wish: Wish) -> dict[str, list[Question]]:
    """What is to be tried, by language. Raises IvoryError for a language or node that is not there."""
    unknown = [each for each in wish.languages if each not in flow.languages]
    if unknown:
        hint = did_you_mean(unknown[0], flow.languages) or f"it speaks {', '.join(flow.languages)}"
        raise IvoryError(f"{flow.id} does not speak {unknown[0]}", hint=hint)
    found = {language: list(questions(flow, language)) for language in wish.languages or flow.languages}
    names = list(dict.fromkeys(each.node for asked in found.values() for each in asked))
    for node in wish.nodes:
        if node not in names:
            hint = did_you_mean(node, names) or f"phrases are at: {', '.join(names) or 'no node'}"
            raise IvoryError(f'"{node}" of {flow.id} is no node with phrases', hint=hint)
    kept = {
        language: [each for each in asked if not wish.nodes or each.node in wish.nodes]
        for language, asked in found.items()
    }
    if not any(kept.values()):
        raise IvoryError(f"nothing may be said in {flow.id}", hint="give its menus phrases: say: [my bill]")
    return {language: asked for language, asked in kept.items() if asked}


class _Trying:
    """Languages tried one after the other.

    Attributes:
        results: what engines made of utterances.
        untried: languages, or engines in a language, that could not be tried, and why.
        untaken: phrases that, word for word, do not mean their choice.
        unknown: words that an engine lacks, by engine and language.
    """

    def __init__(self, asr: Asr, wish: Wish, today: dt.date) -> None:
        self._asr, self._wish, self._today = asr, wish, today
        self._engines = configured(asr)
        self.results: list[Result] = []
        self.untried: list[dict[str, str]] = []
        self.untaken: list[dict[str, str]] = []
        self.unknown: dict[tuple[str, str], set[str]] = {}
        if wish.save is not None:
            wish.save.mkdir(parents=True, exist_ok=True)
            (wish.save / "index.jsonl").write_text("", encoding="utf-8")

    def language(self, language: str, asked: Sequence[Question]) -> None:
        """Try what may be said in a language."""
        for question in asked:
            for choice, text in sentences.untaken(question, self._wish.seed, self._today):
                place = {"language": language, "node": question.node}
                self.untaken.append({**place, "choice": choice, "phrase": text})
        engines = serving(self._engines, language)
        if not engines:
            names = ", ".join(each.name for each in self._engines) or "none"
            self._not_tried(language, "", f"none of asr.engines ({names}) serves {language}; see asr.models")
            return
        try:
            people = speakers(voice_of(language), self._wish.voices)
            heard = self._spoken(plan.planned(asked, people, self._wish.conditions, self._today), language)
        except SpeechError as error:
            self._not_tried(language, "", str(error))
            return
        for engine in engines:
            self._hear(engine, language, heard)

    def _hear(self, engine: Engine, language: str, heard: Sequence[tuple[Trial, bytes]]) -> None:
        """What an engine makes of all that was spoken."""

        def noticed(event: str, *, words: Sequence[str] = (), **fields: Any) -> None:
            if words:
                self.unknown.setdefault((engine.name, language), set()).update(words)
            else:
                _log.warning(event, **fields)

        with _bar(f"{engine.name} hears {language}", len(heard)) as step:
            running = runner.run(engine, language, heard, self._asr, self._today, step, noticed)
            try:
                self.results += asyncio.run(running)
            except RecogniserFailed as failure:
                self._not_tried(language, engine.name, str(failure))

    def _spoken(self, trials: Sequence[Trial], language: str) -> list[tuple[Trial, bytes]]:
        """Trials with their sound; those that could not be spoken are left out. Raises SpeechError."""
        wanted = plan.wanted(trials)
        with _bar(f"voices say {language}", len(wanted)) as step:
            voices = speak(wanted, language, step)
        if not voices:
            raise SpeechError(f"there is nothing that a voice could say in {language}")
        there = [
            each for each in trials if each.speaker is None or (each.sentence.text, each.speaker) in voices
        ]
        if len(there) < len(trials):
            lost = len(trials) - len(there)
            common.talk().print(f"{lost} utterances in {language} could not be spoken", style="yellow")
        heard = [(trial, plan.audio(trial, voices, self._wish.seed)) for trial in there]
        if self._wish.save is not None:
            _keep(heard, self._wish.save)
        return heard

    def _not_tried(self, language: str, engine: str, why: str) -> None:
        self.untried.append({"language": language, "engine": engine, "why": why})


def _keep(heard: Sequence[tuple[Trial, bytes]], folder: Path) -> None:
    """Utterances as WAV files, and what each is in a line of `index.jsonl`."""
    with (folder / "index.jsonl").open("a", encoding="utf-8") as index:
        for trial, audio in heard:
            question = trial.question
            name = f"{base(question.language)}-{question.node}-{trial.number:04}.wav"
            with wave.open(str(folder / name), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(audio)
            said = {
                "file": name,
                "language": question.language,
                "node": question.node,
                "said": trial.sentence.text,
                "meant": trial.sentence.choice,
                "voice": _voice(trial.speaker),
                "noise": str(trial.noise or "quiet"),
            }
            index.write(json.dumps(said, ensure_ascii=False) + "\n")


def _voice(speaker: Speaker | None) -> str:
    return str(speaker) if speaker else ""


@contextmanager
def _bar(text: str, total: int) -> Iterator[Any]:
    """A bar on stderr, and what takes it a step further."""
    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn())
    talk = common.talk()
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
