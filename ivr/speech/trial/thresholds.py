"""Which confidences would have told right from wrong best: what `accept` and `confirm` might be.

The best are those with the least harm, where being believed wrongly harms as much as being asked back five
times. Of several that are about as good, those are taken that change the least: few voices prove little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.speech.trial.runner import Result
from ivr.speech.trial.verdict import Outcome, outcome

LEAST = 40
"""Utterances that tell anything."""

HARM: Mapping[Outcome, float] = {
    Outcome.RIGHT: 0.0,
    Outcome.ASKED: 1.0,
    Outcome.MISSED: 2.0,
    Outcome.ASKED_WRONG: 2.0,
    Outcome.WRONG: 5.0,
}
"""What an outcome costs a caller. Not to have understood what was not meant for the machine costs nothing."""

_ABOUT = 0.02  # of harm, for each utterance, that makes no difference
_STEPS = [step / 20 for step in range(1, 20)]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Confidences, and what would have come of the utterances with them."""

    accept: float
    confirm: float
    outcomes: Counter[Outcome]


def outcomes(results: Sequence[Result], accept: float, confirm: float) -> Counter[Outcome]:
    """What would have come of what engines heard with these confidences."""
    return Counter(
        outcome(each.trial.sentence, each.heard, accept, confirm)
        for each in results
        if not each.heard.failure
    )


def harm(results: Sequence[Result], accept: float, confirm: float) -> float:
    """What these confidences would have cost callers, for each utterance."""
    total = 0.0
    for each in results:
        came = outcome(each.trial.sentence, each.heard, accept, confirm)
        if not (came is Outcome.MISSED and each.trial.sentence.choice is None):
            total += HARM.get(came, 0.0)
    return total / len(results)


def suggested(results: Sequence[Result]) -> Suggestion | None:
    """The best confidences for what one engine heard in one language; None for too few utterances."""
    results = [each for each in results if not each.heard.failure]
    if len(results) < LEAST:
        return None
    costs = {
        (accept, confirm): round(harm(results, accept, confirm), 6)
        for accept in _STEPS
        for confirm in _STEPS
        if confirm <= accept
    }
    good = min(costs.values()) + _ABOUT
    now = results[0].trial.question.speech

    def change(pair: tuple[float, float]) -> float:
        return abs(pair[0] - now.accept) + abs(pair[1] - now.confirm)

    accept, confirm = min((pair for pair, cost in costs.items() if cost <= good), key=change)
    return Suggestion(accept, confirm, outcomes(results, accept, confirm))
