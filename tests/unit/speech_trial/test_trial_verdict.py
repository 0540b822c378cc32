from __future__ import annotations

import itertools

import pytest

from ivr.call import Hypothesis
from ivr.runtime.spoken import Listener
from ivr.speech.trial.question import Sentence, meant
from ivr.speech.trial.verdict import Heard, Outcome, outcome, understood
from tests.unit.speech_trial.trials import TODAY, heard, question

BILL = Sentence("billing", "bill")
ODD = Sentence("what time is it")


@pytest.mark.parametrize(
    ("sentence", "taken", "came"),
    [
        (BILL, heard("bill", 0.6), Outcome.RIGHT),
        (BILL, heard("bill", 0.59), Outcome.ASKED),
        (BILL, heard("bill", 0.29), Outcome.MISSED),
        (BILL, heard(None), Outcome.MISSED),
        (BILL, heard("outage", 0.9), Outcome.WRONG),
        (BILL, heard("outage", 0.4), Outcome.ASKED_WRONG),
        (BILL, heard("bill", 0.9, month=5), Outcome.WRONG),
        (ODD, heard(None), Outcome.MISSED),
        (ODD, heard("bill", 0.4), Outcome.ASKED_WRONG),
        (ODD, heard("bill", 0.9), Outcome.WRONG),
        (BILL, Heard(failure="it died"), Outcome.FAILED),
    ],
)
def test_what_came_of_an_utterance(sentence: Sentence, taken: Heard, came: Outcome) -> None:
    assert outcome(sentence, taken, 0.6, 0.3) is came


def test_a_right_choice_with_the_wrong_value_is_wrong() -> None:
    bills = question(choices={"bill": ["my {month} bill"]})
    may = meant(bills, "my may bill", TODAY)
    assert may is not None
    march = understood(bills, [Hypothesis("my march bill", 0.9)], TODAY)
    assert outcome(may, march, 0.6, 0.3) is Outcome.WRONG
    assert outcome(may, understood(bills, [Hypothesis("my may bill", 0.9)], TODAY), 0.6, 0.3) is Outcome.RIGHT


def test_a_call_would_have_judged_the_same() -> None:
    asked = question()
    call = Listener(asked.expected, asked.speech, TODAY)
    kinds = {"spoken": Outcome.RIGHT, "unsure": Outcome.ASKED, "nomatch": Outcome.MISSED}
    words = ("billing", "outage", "billing outage", "not billing", "I have no idea what to say")
    seen = set()
    for first, second, sure in itertools.product(words, words, (0.97, 0.62, 0.6, 0.45, 0.3, 0.2)):
        hypotheses = [Hypothesis(first, sure), Hypothesis(second, sure - 0.03)]
        judged = call.judge(hypotheses)
        said = judged.said.choice if judged.said else "bill"
        slots = judged.said.slots if judged.said else {}
        came = outcome(Sentence("", said, slots), understood(asked, hypotheses, TODAY), 0.6, 0.3)
        assert came is kinds[judged.kind], (first, second, sure)
        seen.add(came)
    assert seen == set(kinds.values())
