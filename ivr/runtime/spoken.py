"""Questions that are answered by speaking, or by keys: believed, asked back, or answered by keys alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from ivr.call import Hearing, Hypothesis, Piece
from ivr.flow.listening import ASK_BACK, KEYS_ONLY, Speech
from ivr.flow.prompts import RepromptModel
from ivr.flow.spoken import Expected, Said, yes_or_no
from ivr.runtime.ear import Heard
from ivr.runtime.keys import Choice, Grammar
from ivr.runtime.visit import Visit

YES, NO = "1", "2"
ASKED_BACK = 2  # times, before no answer counts as no


@dataclass(frozen=True)
class Listener:
    """What may be said in answer, judged by how sure one must be."""

    expected: Expected
    speech: Speech
    today: date
    alone: bool = False

    @cached_property
    def hearing(self) -> Hearing:
        expected, speech = self.expected, self.speech
        return Hearing(
            expected.language,
            expected.phrases,
            expected.jsgf,
            speech.silence,
            speech.patience,
            speech.longest,
            expected.whole,
        )

    def judge(self, hypotheses: Sequence[Hypothesis]) -> Heard:
        words = hypotheses[0].words
        understood = self.expected.understand(hypotheses, self.today)
        said = understood.best
        if said is None or said.confidence < self.speech.confirm:
            return Heard("nomatch", words=words)
        sure = said.confidence >= self.speech.accept and not understood.ambiguous
        return Heard("spoken" if sure else "unsure", said=said, words=words)


def ask(
    visit: Visit,
    pieces: Sequence[Piece],
    grammar: Grammar,
    expected: Expected | None,
    label: Callable[[Said], str],
) -> Heard:
    """Ask a question and note what came of it: `spoken` is sure by then, `deaf` only where no key answers.

    Args:
        expected: what may be said; None: only keys count.
        label: what to call an answer that callers are asked back about.
    """
    if expected is None:
        return visit.ask(pieces, grammar)
    speech: Speech = visit.speech()
    listener = Listener(expected, speech, visit.name_now().date(), _keyless(grammar))
    heard = visit.ask(pieces, grammar, listener)
    if heard.kind == "deaf" and not listener.alone:
        visit.note(deaf=heard.words)
        visit.input.deaf_told = True
        told = visit.pieces(speech.keys_only or KEYS_ONLY)
        return visit.ask([*told, *pieces], grammar)
    if heard.kind == "unsure" and heard.said is not None:
        kind = "spoken" if _confirmed(visit, speech, label(heard.said)) else "denied"
        return replace(heard, kind=kind)
    return heard


def reprompt(
    kind: str, *, noinput: RepromptModel | None, wrong: RepromptModel | None, too_long: RepromptModel | None
) -> RepromptModel | None:
    """What is said after an answer of this kind, of a node's own words for silence, for what was not
    understood, and for what had no end. Whoever has just said no needs no apology."""
    match kind:
        case "noinput":
            return noinput
        case "denied":
            return None
        case "too_long":
            return too_long or wrong
    return wrong


def _confirmed(visit: Visit, speech: Speech, said: str) -> bool:
    """Whether the caller says that it was `said`."""
    grammar = Choice([YES, NO])
    listener = Listener(yes_or_no(visit.language), speech, visit.name_now().date())
    pieces = visit.pieces(speech.ask_back or ASK_BACK, said=said)
    for _ in range(ASKED_BACK):
        heard = visit.ask(pieces, grammar, listener)
        if heard.kind == "entry":
            return heard.keys == YES
        if heard.said is not None:
            return heard.said.choice == "yes"
    return False


def _keyless(grammar: Grammar) -> bool:
    return isinstance(grammar, Choice) and not grammar.options
