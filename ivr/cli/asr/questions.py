"""The places of a flow where callers may speak, as they are tried with recognisers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr import i18n
from ivr.flow import phrasebook
from ivr.flow.listening import Phrases, SlotKind, Speech
from ivr.flow.model import Flow, Node
from ivr.flow.spoken import SLOTS, Digits, Pattern, SlotType, digits
from ivr.nodes.collect import Collect
from ivr.nodes.listen import Listen
from ivr.nodes.menu import Menu
from ivr.speech.trial.question import Question


def questions(flow: Flow, language: str) -> Iterator[Question]:
    """Every node of a flow that understands phrases in a language, in the flow's order."""
    for name, node in flow.nodes.items():
        question = _question(name, node, language, _speech(flow, node))
        if question is not None:
            yield question


def _question(name: str, node: Node, language: str, speech: Speech) -> Question | None:
    match node:
        case Menu():
            said = {key: option.say for key, option in node.options.items()}
            labels = {key: option.label for key, option in node.options.items()}
            return _chosen(name, language, said, {}, labels, speech)
        case Listen():
            said = {key: intent.say for key, intent in node.intents.items()}
            labels = {key: intent.label for key, intent in node.intents.items()}
            return _chosen(name, language, said, node.slots, labels, speech) if said else None
        case Collect() if node.spoken:
            least, most = node.digits.bounds
            kinds: dict[str, SlotType] = {"digits": Digits(least, most)}
            choices = {"digits": (Pattern.parse("{digits}"),)}
            return Question(name, digits(language, least, most), choices, kinds, {}, speech)
    return None


def _chosen(
    name: str,
    language: str,
    said: Mapping[str, Phrases],
    slots: Mapping[str, SlotKind],
    labels: Mapping[str, str | Mapping[str, str]],
    speech: Speech,
) -> Question | None:
    expected = phrasebook.expected(language, said, slots)
    if expected is None:
        return None
    choices = {choice: i18n.spoken(phrases, language) or () for choice, phrases in said.items()}
    kinds = {**SLOTS, **{slot: phrasebook.slot_type(kind, language) for slot, kind in slots.items()}}
    titles = {
        choice: _title(choice, labels[choice], patterns, language) for choice, patterns in choices.items()
    }
    return Question(
        name, expected, {key: each for key, each in choices.items() if each}, kinds, titles, speech
    )


def _title(choice: str, label: str | Mapping[str, str], patterns: tuple[Pattern, ...], language: str) -> str:
    """What a choice is called: a key alone says little."""
    if not choice.isidentifier() and patterns:
        words = label if isinstance(label, str) else i18n.pick(label, language)
        return f"{choice} ({words or patterns[0].source})"
    return choice


def _speech(flow: Flow, node: Node) -> Speech:
    own: Speech | None = getattr(node, "speech", None)
    return flow.defaults.speech if own is None else own.over(flow.defaults.speech)
