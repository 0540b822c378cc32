"""What may be said at a node: its phrases and slots put together, and what lint makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr import i18n
from ivr.flow.checks import Around, Path, Problem, unknown
from ivr.flow.listening import SlotKind
from ivr.flow.model import LoadedFlow
from ivr.flow.spoken import SLOTS, Expected, OneOf, Pattern, SlotType, collisions

Choices = Mapping[str, Mapping[str, tuple[Pattern, ...]]]
"""Phrases by language, by the choice they stand for."""


def expected(language: str, said: Choices, slots: Mapping[str, SlotKind]) -> Expected | None:
    """What is listened for in a language; None where there is something to choose, and no phrase for it."""
    choices = {name: _in(language, phrases) for name, phrases in said.items()}
    if choices and not any(choices.values()):
        return None
    return Expected(language, choices, {name: slot_type(kind, language) for name, kind in slots.items()})


def prepare(flows: Mapping[str, LoadedFlow]) -> frozenset[str]:
    """Work out all that recognisers will be told at these flows' nodes: of a long list it takes longer than
    calls may wait. Returns the languages in which anything is."""
    languages = set()
    for loaded in flows.values():
        for language in loaded.flow.languages:
            for node in loaded.flow.nodes.values():
                if (heard := node.listened(language)) is not None:
                    heard.prepare()
                    languages.add(language)
    return frozenset(languages)


def _in(language: str, phrases: Mapping[str, tuple[Pattern, ...]]) -> tuple[Pattern, ...]:
    return i18n.spoken(phrases, language) or ()


def slot_type(kind: SlotKind, language: str) -> SlotType:
    """What a slot takes in a language."""
    if isinstance(kind, str):
        return SLOTS[kind]
    return OneOf({value: i18n.spoken(words, language) or () for value, words in kind.one_of.items()})


def problems(
    option: str, said: Choices, slots: Mapping[str, SlotKind] | None, around: Around
) -> Iterator[Problem]:
    """What is wrong with phrases: `option` holds the choices, each with its `say`. A node that takes no
    values has None for `slots`."""
    for language in around.flow.languages:
        if any(i18n.spoken(phrases, language) for phrases in said.values()):
            yield from _missing(option, said, language)
            yield from _same(option, said, slots or {}, language)
    for choice, phrases in said.items():
        for tag, patterns in phrases.items():
            for index, pattern in enumerate(patterns):
                place: Path = (option, choice, "say", tag, index)
                for slot in pattern.slots:
                    if slots is None:
                        hint = "leave it out, or ask by `type: listen`"
                        yield Problem(place, "F239", f'nobody takes the value "{{{slot}}}" here', hint)
                    elif slot not in slots:
                        hint = f"add it: slots: {{{slot}: {slot if slot in SLOTS else 'number'}}}"
                        yield unknown(place, "F239", "slot", slot, slots, hint)


def _missing(option: str, said: Choices, language: str) -> Iterator[Problem]:
    """Choices that callers of one language cannot say, and those of another can."""
    for choice, phrases in said.items():
        if phrases and not i18n.spoken(phrases, language):
            message = f"callers who speak {language} can say the others, and not this one"
            yield Problem((option, choice, "say"), "F311", message, f"add phrases in {language}", "warning")


def _same(option: str, said: Choices, slots: Mapping[str, SlotKind], language: str) -> Iterator[Problem]:
    """Words that stand for two choices."""
    patterns = {choice: i18n.spoken(phrases, language) or () for choice, phrases in said.items()}
    kinds = {name: slot_type(kind, language) for name, kind in slots.items()}
    tags = {
        choice: next(
            (tag for tag in (language, *phrases) if tag in phrases and i18n.base(tag) == i18n.base(language)),
            language,
        )
        for choice, phrases in said.items()
    }
    for first, _, second, index, words in collisions(language, patterns, kinds):
        place: Path = (option, second, "say", tags[second], index)
        yield Problem(
            place, "F221", f'"{words}" may mean {first} as well', f"leave it to one of {first} and {second}"
        )
