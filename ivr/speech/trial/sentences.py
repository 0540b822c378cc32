"""What is said to a question: wordings of its phrases with values in them, and what does not belong there.

Wordings are drawn so that each option of a phrase is said before any is said twice. The same seed draws the
same ones.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from ivr import i18n
from ivr.call import Hypothesis
from ivr.flow.phrases import filters
from ivr.flow.spoken import Digits, OneOf, Pattern
from ivr.flow.spoken.patterns import Choice, Parts, Slot, Text
from ivr.flow.spoken.tokens import joined, tokens
from ivr.speech.trial.question import Question, Sentence, meant

Draw = Callable[[object, int], int]
"""Of so many options at a place, the one that is taken now."""

_VALUES = {
    "en": {
        "number": "three|twelve|forty two|one hundred and five",
        "money": "ten dollars|twelve dollars and fifty cents|two hundred dollars",
        "month": "january|february|march|april|may|june|july|august|september|october|november|december"
        "|last month",
        "date": "today|yesterday|tomorrow|next monday|may third|the tenth|december twenty first",
        "yes_no": "yes|no|that's right|nope",
    },
    "zh": {
        "number": "三|十二|四十二|一百零五",
        "money": "十元|十二块五|两百块",
        "month": "一月|二月|三月|四月|五月|六月|七月|八月|九月|十月|十一月|十二月|上个月",
        "date": "今天|昨天|明天|下周一|五月三号|十号|十二月二十一日",
        "yes_no": "是的|不是|对|不对",
    },
}
_ROUNDS = 10  # for each sentence that is wanted: most wordings are new, and mean what they should
_USUAL_DIGITS = (4, 6)  # of a row that may have any length

_ELSEWHERE = {
    "en": "hello can you hear me|what time is it|hold on a second|I was thinking about the weather"
    "|it is my first time|where did you put the keys",
    "zh": "你好听得见吗|现在几点了|等一下我看看|今天天气真不错|我在跟别人说话|钥匙放在哪里了",
}
"""What people say with a telephone in their hand, and to no machine."""


def sentences(question: Question, most: int, seed: int, today: dt.date) -> list[Sentence]:
    """Wordings of every choice: `most` of each, and at least one of each phrase, where there are so many.

    What words mean is what they mean to the flow: a wording that it would not take for its choice is left
    out.
    """
    found: list[Sentence] = []
    for choice, patterns in question.choices.items():
        own: dict[str, Sentence] = {}
        draws = [wordings(question, pattern, f"{seed}/{pattern}") for pattern in patterns]
        for round_ in range(_ROUNDS * most):
            if not draws or (round_ and len(own) >= most):
                break
            for words in list(draws):
                text = next(words, None)
                if text is None:
                    draws.remove(words)
                elif not round_ or len(own) < most:
                    said = meant(question, text, today)
                    if said is not None and said.choice == choice:
                        own.setdefault(text, said)
        found += own.values()
    return found


def untaken(question: Question, seed: int, today: dt.date) -> list[tuple[str, str]]:
    """Choices with a phrase of theirs that, said word for word, means something else or nothing at all."""
    return [
        (choice, text)
        for choice, patterns in question.choices.items()
        for pattern in patterns
        for text in itertools.islice(wordings(question, pattern, f"{seed}/{pattern}"), 1)
        if (said := meant(question, text, today)) is None or said.choice != choice
    ]


def strangers(
    question: Question, others: Iterable[Sentence], most: int, seed: int, today: dt.date
) -> list[Sentence]:
    """What does not belong to a question: half of it `others`, which were said elsewhere in the flow, half of
    it what is said to no machine; nothing that would be taken, recognised word for word."""
    draw = random.Random(f"{seed}/{question.node}/{question.language}")  # noqa: S311 - this is no secret
    elsewhere = _ELSEWHERE.get(i18n.base(question.language), "").split("|")
    groups = [list(dict.fromkeys(each.text for each in others)), elsewhere]
    for group in groups:
        draw.shuffle(group)
    mixed = [text for pair in itertools.zip_longest(*groups) for text in pair if text]
    kept = (text for text in mixed if not question.expected.understand([Hypothesis(text, 1.0)], today).best)
    return [Sentence(text) for text in itertools.islice(kept, most)]


def wordings(question: Question, pattern: Pattern, seed: str) -> Iterator[str]:
    """Different wordings of a phrase, its slots filled; as many as are found at once."""
    bags = _Bags(random.Random(seed))  # noqa: S311 - nor is this
    seen: set[str] = set()
    missed = 0
    while missed < 50:
        parts = _said(question, pattern.parts, bags)
        if parts is None:
            return
        text = joined(itertools.chain.from_iterable(map(tokens, parts)))
        missed = missed + 1 if text in seen else 0
        if text not in seen:
            seen.add(text)
            yield text


class _Bags:
    """Draws from each place's options until all were drawn, then anew."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self._bags: dict[object, list[int]] = {}

    def __call__(self, place: object, options: int) -> int:
        bag = self._bags.setdefault(place, [])
        if not bag:
            bag += range(options)
            self.draw.shuffle(bag)
        return bag.pop()


def _said(question: Question, parts: Parts, bags: _Bags) -> list[str] | None:
    """One way to say these parts; None for a slot whose values nobody can say."""
    said: list[str] = []
    covers: tuple[str, ...] = ()
    for part in parts:
        match part:
            case Text():
                if covers and said:
                    said[-1] = _without_end(said[-1], part.text, covers)
                said.append(part.text)
            case Slot():
                values = _values(question, part.name, bags)
                if not values:
                    return None
                said.append(values[bags(part, len(values))])
            case Choice():
                options: list[Parts] = [*part.options, *([()] if part.optional else [])]
                chosen = _said(question, options[bags(part, len(options))], bags)
                if chosen is None:
                    return None
                said += chosen
        covers = question.slots[part.name].covers(question.language) if isinstance(part, Slot) else ()
    return said


def _without_end(value: str, text: str, covers: Sequence[str]) -> str:
    """A value without the word that follows it anyway: 五月 before 月的账单 is 五."""
    after = joined(tokens(text))
    return next(
        (value.removesuffix(each) for each in covers if after.startswith(each) and value.endswith(each)),
        value,
    )


def _values(question: Question, name: str, bags: _Bags) -> Sequence[str]:
    """What fills a slot, in words; nothing where its language has none."""
    kind, language = question.slots[name], question.language
    if isinstance(kind, OneOf):
        rows = [
            next(wordings(question, pattern, f"{value}/{pattern}"), "")
            for value, patterns in kind.names(language)
            for pattern in patterns
        ]
        return [row for row in rows if row]
    known = _VALUES.get(i18n.base(language), {})
    if isinstance(kind, Digits):
        least, most = (
            max(kind.least, min(_USUAL_DIGITS[0], kind.most)),
            min(kind.most, max(_USUAL_DIGITS[1], kind.least)),
        )
        row = "".join(str(bags.draw.randrange(10)) for _ in range(bags.draw.randint(least, most)))
        return [filters(language)["digits"](row)] if known else []
    return [each for each in known.get(getattr(kind, "name", ""), "").split("|") if each]
