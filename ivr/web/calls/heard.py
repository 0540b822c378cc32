"""What a caller heard at each step: the words of the version they met, in the language that was spoken then.

A journey keeps which node it was, not its words. Those of another version, or of another language, would be
told as heard though nobody said them: where the very words are not there any more, none are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ivr.flow.gist import gist
from ivr.flow.model import Flow
from ivr.store.call_whole import Whole
from ivr.store.records import Step

_VALUE: Final = re.compile(r"\{[^{}]*\}")
"""A value in what is said, which is not kept."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words, and the language they are in."""

    words: str
    language: str


def heard(whole: Whole, flows: Mapping[str, Flow]) -> dict[int, Heard]:
    """What the nodes of a call said, by visit; `flows` are those of the very version."""
    told: dict[int, Heard] = {}
    for step, language in zip(whole.steps, spoken(whole), strict=True):
        flow = flows.get(step.flow)
        if flow is None or step.node not in flow.nodes or language not in flow.languages:
            continue
        if words := gist(flow.nodes[step.node], flow, language):
            told[step.visit] = Heard(_VALUE.sub("…", words), language)
    return told


def spoken(whole: Whole) -> Iterator[str]:
    """The language of each step of a call; empty where it is not known."""
    changes = [step for step in whole.steps if _changes(step)]
    language = str(changes[0].detail.get("was", "")) if changes else whole.call.language
    for step in whole.steps:
        yield language
        if _changes(step):
            language = str(step.detail.get("language", ""))


def _changes(step: Step) -> bool:
    return step.type == "language" and step.left is not None
