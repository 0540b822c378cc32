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


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the command line asks for; empty means all."""

    engines: Sequence[str] = ()
    languages: Sequence[str] = ()
    nodes: Sequence[str] = ()
    voices: int = 4
    noises: tuple[float, ...] = (20.0, 10.0)
    sentences: int = 6
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
    engines = configured(asr)
    today = dt.datetime.now(flow.zone).date()
    asked = _asked(flow, wish)
    results: list[Result] = []
    untried: list[dict[str, str]] = []
    untaken: list[dict[str, str]] = []
    if wish.save is not None:
        wish.save.mkdir(parents=True, exist_ok=True)
        (wish.save / "index.jsonl").write_text("", encoding="utf-8")
    for language, wanted in asked.items():
        untaken += _untaken(wanted, wish.seed, today)
        chosen = serving(engines, language)
        if not chosen:
            names = ", ".join(each.name for each in engines) or "none"
            why = f"none of asr.engines ({names}) serves {language}; see asr.models"
            untried.append({"language": language, "engine": "", "why": why})
            continue
        try:
            results += _language(language, wanted, chosen, asr, wish, today, untried)
        except SpeechError as error:
            untried.append({"language": language, "engine": "", "why": str(error)})
    if not results:
        raise IvoryError(
            "; ".join(each["why"] for each in untried),
            hint="`ivr asr models` shows what may be listened with",
        )
    found = report(results, wish.conditions, wish.least)
    return {"flow": flow.id, **found, "untried": untried, "untaken": untaken}


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


def _untaken(asked: Sequence[Question], seed: int, today: dt.date) -> list[dict[str, str]]:
    return [
        {"language": question.language, "node": question.node, "choice": choice, "phrase": text}
        for question in asked
        for choice, text in sentences.untaken(question, seed, today)
    ]


def _language(
    language: str,
    asked: Sequence[Question],
    engines: Sequence[Engine],
    asr: Asr,
    wish: Wish,
    today: dt.date,
    untried: list[dict[str, str]],
) -> list[Result]:
    """What engines make of questions in one language; those that cannot be tried are put to the `untried`."""
    people = speakers(voice_of(language), wish.voices)
    trials = plan.planned(asked, people, wish.conditions, today)
    heard = _spoken(trials, language, wish)
    results: list[Result] = []
    for engine in engines:
        with _bar(f"{engine.name} hears {language}", len(heard)) as step:
            try:
                results += asyncio.run(runner.run(engine, language, heard, asr, today, step))
            except RecogniserFailed as failure:
                untried.append({"language": language, "engine": engine.name, "why": str(failure)})
    return results


def _spoken(trials: Sequence[Trial], language: str, wish: Wish) -> list[tuple[Trial, bytes]]:
    """Trials with their sound; those that could not be spoken are left out."""
    wanted = plan.wanted(trials)
    with _bar(f"voices say {language}", len(wanted)) as step:
        voices = speak(wanted, language, step)
    there = [each for each in trials if each.speaker is None or (each.sentence.text, each.speaker) in voices]
    if len(there) < len(trials):
        lost = len(trials) - len(there)
        common.talk().print(f"{lost} utterances in {language} could not be spoken", style="yellow")
    heard = [(trial, plan.audio(trial, voices, wish.seed)) for trial in there]
    if wish.save is not None:
        _keep(heard, wish.save)
    return heard


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
