"""Everything that trials have to tell, as plain data: for programs as it is, for people as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from ivr.speech.trial import tally, thresholds
from ivr.speech.trial.plan import Conditions
from ivr.speech.trial.question import Question
from ivr.speech.trial.runner import Result
from ivr.speech.trial.verdict import Outcome

NOTE = (
    "Every voice here was made by a program. This compares phrases, engines and versions of a flow with each"
    " other; it says nothing about how people will be understood."
)
MOST_MISTAKES = 10
_PLACE = ("engine", "language", "node", "choice")


def report(results: Sequence[Result], conditions: Conditions, least: float | None = None) -> dict[str, Any]:
    """What came of it all.

    Args:
        least: percent that must be believed and right of each choice; those below are in `below`.
    """
    questions = {
        (each.trial.question.language, each.trial.question.node): each.trial.question for each in results
    }
    meant, odd = tally.meant(results), tally.odd(results)
    choices = [
        _row(row, _PLACE, title=questions[row.of[1], row.of[2]].title(row.of[3]))
        for row in tally.counted(meant, tally.by_choice)
    ]
    speeds = tally.speeds(results)
    engines = [
        _row(row, ("engine", "language"), **_speed(speeds.get(row.of)))
        for row in tally.counted(meant, tally.by_engine)
    ]
    return {
        "note": NOTE,
        "conditions": asdict(conditions),
        "choices": choices,
        "engines": engines,
        "noises": [
            _row(row, ("engine", "language", "noise"))
            for row in tally.counted(sorted(meant, key=_noise), tally.by_noise)
        ],
        "confusion": [
            dict(zip((*_PLACE[:3], "said", "understood", "times"), (*of, times), strict=True))
            for of, times in tally.confusion(results).items()
        ],
        "collisions": [_collision(each) for each in tally.collisions(results)],
        "strangers": [_row(row, _PLACE[:3]) for row in tally.counted(odd, tally.by_node)],
        "mistakes": [
            _mistake(each, times, questions) for each, times in tally.mistakes(results, MOST_MISTAKES)
        ],
        "thresholds": _thresholds(results),
        "below": [each for each in choices if least is not None and each["right"] < least],
    }


def _row(row: tally.Row, names: Sequence[str], **more: Any) -> dict[str, Any]:
    """A row with its shares in percent."""
    shares = {str(each): round(row.share(each), 1) for each in Outcome}
    return {**dict(zip(names, row.of, strict=True)), **more, "utterances": row.total, **shares}


def _noise(result: Result) -> tuple[str, str, str, float]:
    """Where a kind of noise stands: after none, by its kind, the faint before the loud."""
    noise = result.trial.noise
    return (*tally.by_engine(result), noise.kind if noise else "", -noise.snr if noise else 0.0)


def _speed(speed: tally.Speed | None) -> dict[str, float]:
    return {
        "real_time_factor": round(speed.factor, 3) if speed else 0.0,
        "seconds_each": round(speed.each, 3) if speed else 0.0,
    }


def _collision(collision: tally.Collision) -> dict[str, Any]:
    (said, heard), _ = collision.examples.most_common(1)[0]
    return {
        "language": collision.language,
        "node": collision.node,
        "choices": list(collision.choices),
        "times": collision.times,
        "of": collision.of,
        "said": said,
        "heard": heard,
        "hint": collision.hint,
    }


def _mistake(result: Result, times: int, questions: dict[tuple[str, str], Question]) -> dict[str, Any]:
    trial, said = result.trial, result.heard.said
    question = questions[trial.question.language, trial.question.node]
    return {
        **dict(zip(_PLACE[:3], tally.by_node(result), strict=True)),
        "said": trial.sentence.text,
        "meant": trial.sentence.choice,
        "heard": result.heard.words,
        "understood": said.choice if said else "",
        "title": question.title(said.choice) if said else "",
        "slots": {name: str(value) for name, value in said.slots.items()} if said else {},
        "confidence": said.confidence if said else 0.0,
        "times": times,
        "voice": str(trial.speaker or ""),
        "noise": str(trial.noise or "quiet"),
    }


def _thresholds(results: Sequence[Result]) -> list[dict[str, Any]]:
    """For each engine and language the confidences that would have done the least harm, and what would have
    come of it, in percent of all utterances."""
    rows: list[dict[str, Any]] = []
    ordered = sorted(results, key=tally.by_engine)
    for (engine, language), group in groupby(ordered, tally.by_engine):
        heard = list(group)
        found = thresholds.suggested(heard)
        if found is not None:
            now = Counter(each.outcome for each in heard if not each.heard.failure)
            rows.append(
                {
                    "engine": engine,
                    "language": language,
                    "accept": found.accept,
                    "confirm": found.confirm,
                    "now": _shares(now),
                    "then": _shares(found.outcomes),
                }
            )
    return rows


def _shares(outcomes: Counter[Outcome]) -> dict[str, float]:
    total = max(outcomes.total(), 1)
    return {
        str(each): round(100 * outcomes[each] / total, 1) for each in Outcome if each is not Outcome.FAILED
    }
