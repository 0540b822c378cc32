"""What came of many utterances, counted: how each choice fared, what was taken for what, what wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ivr.flow.spoken.tokens import joined, tokens
from ivr.speech.trial.runner import Result
from ivr.speech.trial.verdict import Outcome

NOTHING = ""
"""In place of a choice: nothing that was expected."""

SHORT = 2  # words, or characters, of a phrase that is easily taken for another


@dataclass(frozen=True, slots=True)
class Row:
    """How utterances fared that have something in common, which `of` says."""

    of: tuple[str, ...]
    counts: Counter[Outcome]

    @property
    def total(self) -> int:
        return self.counts.total()

    def share(self, *outcomes: Outcome) -> float:
        """Of all, those that came to this, in percent."""
        return 100 * sum(self.counts[each] for each in outcomes) / self.total if self.total else 0.0


@dataclass(slots=True)
class Speed:
    """How long an engine took: seconds of audio, and seconds of work."""

    audio: float = 0.0
    took: float = 0.0
    utterances: int = 0

    @property
    def factor(self) -> float:
        """Work for each second of audio (real-time factor)."""
        return self.took / self.audio if self.audio else 0.0

    @property
    def each(self) -> float:
        """Seconds of work for an utterance."""
        return self.took / self.utterances if self.utterances else 0.0


@dataclass(slots=True)
class Collision:
    """Two choices of a node that are taken for each other: how often, of how many, and an example."""

    node: str
    language: str
    choices: tuple[str, str]
    times: int = 0
    of: int = 0
    examples: Counter[tuple[str, str]] = field(default_factory=Counter)
    hint: str = ""


def counted(results: Iterable[Result], of: Callable[[Result], tuple[str, ...]]) -> list[Row]:
    """Outcomes by what utterances have in common, in the order in which that comes up first."""
    rows: dict[tuple[str, ...], Row] = {}
    for result in results:
        name = of(result)
        rows.setdefault(name, Row(name, Counter())).counts[result.outcome] += 1
    return list(rows.values())


def meant(results: Iterable[Result]) -> list[Result]:
    """Those in which something was said that belongs there."""
    return [each for each in results if each.trial.sentence.choice is not None]


def odd(results: Iterable[Result]) -> list[Result]:
    """Those in which nothing was said that belongs there."""
    return [each for each in results if each.trial.sentence.choice is None]


def by_choice(result: Result) -> tuple[str, ...]:
    """Engine, language, node and choice of an utterance."""
    question = result.trial.question
    return result.engine, question.language, question.node, result.trial.sentence.choice or NOTHING


def by_noise(result: Result) -> tuple[str, ...]:
    """Engine, language and noise of an utterance."""
    noise = result.trial.noise
    return result.engine, result.trial.question.language, str(noise) if noise else "quiet"


def by_node(result: Result) -> tuple[str, ...]:
    """Engine, language and node of an utterance."""
    return result.engine, result.trial.question.language, result.trial.question.node


def by_engine(result: Result) -> tuple[str, str]:
    """Engine and language of an utterance."""
    return result.engine, result.trial.question.language


def speeds(results: Iterable[Result]) -> dict[tuple[str, ...], Speed]:
    """How long engines took, by engine and language."""
    found: dict[tuple[str, ...], Speed] = {}
    for result in results:
        if result.heard.seconds:
            speed = found.setdefault(by_engine(result), Speed())
            speed.audio += result.heard.seconds
            speed.took += result.heard.took
            speed.utterances += 1
    return found


def confusion(results: Iterable[Result]) -> Counter[tuple[str, ...]]:
    """How often a choice was taken for which: engine, language, node, said, understood (or `NOTHING`)."""
    return Counter((*by_choice(each), _taken_for(each)) for each in meant(results))


def _taken_for(result: Result) -> str:
    said = result.heard.said
    return said.choice if said is not None and result.outcome is not Outcome.MISSED else NOTHING


def collisions(results: Iterable[Result]) -> list[Collision]:
    """Pairs of choices that were taken for each other, however sure the engine was; the worst first."""
    found: dict[tuple[str, ...], Collision] = {}
    said: Counter[tuple[str, ...]] = Counter()
    for result in meant(results):
        question, sentence = result.trial.question, result.trial.sentence
        place = (question.node, question.language)
        said[*place, str(sentence.choice)] += 1
        taken = result.heard.said
        if taken is None or taken.choice == sentence.choice:
            continue
        pair = tuple(sorted((str(sentence.choice), taken.choice)))
        collision = found.setdefault((*place, *pair), Collision(*place, choices=(pair[0], pair[1])))
        collision.times += 1
        collision.examples[sentence.text, result.heard.words] += 1
    for collision in found.values():
        place = (collision.node, collision.language)
        collision.of = sum(said[*place, choice] for choice in collision.choices)
        collision.hint = _hint(collision)
    return sorted(found.values(), key=lambda each: -each.times / each.of)


def _hint(collision: Collision) -> str:
    """How a designer may keep the two apart."""
    (text, words), _ = collision.examples.most_common(1)[0]
    if set(tokens(text)) < set(tokens(words)):
        return "it was heard, and more was heard around it: noise, or phrases that begin alike"
    if len(tokens(text)) <= SHORT:
        return f'"{text}" is short: longer phrases are told apart better'
    shared = joined(token for token in tokens(text) if token in tokens(words))
    return (
        f'both have "{shared}" in them: let them differ in more words'
        if shared
        else "word one of them otherwise"
    )


def mistakes(results: Sequence[Result], most: int) -> list[tuple[Result, int]]:
    """Utterances that were believed and wrong: one of each kind, with how many there were; the most first."""
    kinds: dict[tuple[Any, ...], list[Result]] = {}
    for each in results:
        if each.outcome is Outcome.WRONG and each.heard.said is not None:
            said = each.heard.said
            kinds.setdefault(
                (*by_node(each), each.trial.sentence.text, said.choice, str(said.slots)), []
            ).append(each)
    ordered = sorted(kinds.values(), key=lambda same: -len(same))
    return [(same[0], len(same)) for same in ordered[:most]]
