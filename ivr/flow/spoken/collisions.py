"""Choices that the same words choose: whoever says them gets one of the two by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ivr.flow.spoken.net import Effort, drawn, shared
from ivr.flow.spoken.patterns import Pattern
from ivr.flow.spoken.phrasing import ruled
from ivr.flow.spoken.slots import SLOTS, SlotType

Collision = tuple[str, int, str, int, str]
"""A choice and the index of its phrase, another choice and its phrase, and words that both take."""


def collisions(
    language: str, choices: Mapping[str, Sequence[Pattern]], slots: Mapping[str, SlotType] | None = None
) -> Iterator[Collision]:
    """Each phrase that takes the same words as one of a choice before it: the first such.

    Arguments as for `Expected`; phrases with a slot that has no type are passed over.
    """
    known = {**SLOTS, **(slots or {})}
    effort = Effort()
    before: dict[str, list[int]] = {}
    phrases = [
        (choice, index, rule, drawn(rule))
        for choice, patterns in choices.items()
        for index, pattern in enumerate(patterns)
        if known.keys() >= set(pattern.slots)
        for rule in [ruled(pattern, language, known)]
    ]
    for place, (choice, index, rule, net) in enumerate(phrases):
        near = sorted({other for start in rule.starts for other in before.get(start, ())})
        for other in near:
            first, first_index, _, first_net = phrases[other]
            if first != choice and (words := shared(first_net, net, effort)):
                yield first, first_index, choice, index, words
                break
        for start in rule.starts:
            before.setdefault(start, []).append(place)
