"""`menu`: the caller chooses by key, or by saying what they want."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field, field_validator

from ivr.flow import asking, phrasebook
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.listening import Phrases, Speech
from ivr.flow.model import Node
from ivr.flow.prompts import Prompt, Reprompt
from ivr.flow.spoken import Expected, Said
from ivr.flow.types import BargeIn, Duration, KeySequence, Model, Spelled, Target, To, once
from ivr.runtime.keys import Choice
from ivr.runtime.spoken import ask, reprompt
from ivr.runtime.visit import Visit

MOST_OPTIONS = 5  # that callers keep in mind
UNEXPLAINED = 10.0  # seconds of a prompt that is said again after a wrong key; a shorter one explains itself
CLEARLY = 0.1  # share of callers by which an option must be wanted more than the first
_AGAIN = ("repeat", "back")
_COMMON = "0123456789*#"  # keys that every telephone has


class Option(Model):
    """One choice of a menu."""

    model_config = ConfigDict(json_schema_extra={"x-short": "target"})

    next: To = Field(description="Where it leads.")
    say: Phrases = Field({}, description="Phrases that choose it, by language.")
    label: Annotated[str | dict[str, str], Spelled("words")] = Field(
        "", description="What reports call it, and callers who are asked back."
    )


class Menu(Node):
    """Offer choices and take one. A key that can still grow into a longer choice waits `digit_timeout`. What
    is said counts from the first word on, beside the prompt, where options have phrases.

    For example:

        main:
          type: menu
          prompt: {zh-CN: 电费请按1，人工请按0。, en-US: "For your bill press 1, for a person press 0."}
          options: {1: bill, 0: person}
          nomatch: {zh-CN: 没有这个选项。, en-US: That is not one of the choices.}
          outcomes: {exhausted: person}
    """

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "exhausted": "All `tries` are used up by silence, wrong keys and what was not understood."
    }
    listens = True
    comes_back = True
    takes_always = True

    type: Literal["menu"]
    prompt: Prompt = Field(description="The choices, said aloud.")
    options: Annotated[dict[KeySequence, Option], BeforeValidator(once)] = Field(
        min_length=1, description="What a key, or several in a row, leads to."
    )
    noinput: Reprompt | None = Field(
        None, description="Said after silence, one text for each time; then the prompt again."
    )
    nomatch: Reprompt | None = Field(
        None,
        description="Said after a wrong key or what was not understood, one text for each time; then the"
        " prompt again.",
    )
    too_long: Reprompt | None = Field(
        None, description="Said to those who did not come to an end, instead of `nomatch`."
    )
    speech: Speech | None = Field(None, description="How speech is listened to.")
    tries: int | None = Field(None, ge=1, le=20, description="Attempts, of all kinds together.")
    noinput_after: Duration | None = Field(
        None, description="Silence after the prompt that counts as no input."
    )
    digit_timeout: Duration | None = Field(None, description="Wait for another key where one may follow.")
    barge_in: BargeIn | None = Field(None, description="What stops the prompt.")
    fresh: bool = Field(False, description="Forget keys that were pressed before this menu.")

    @field_validator("options", mode="before")
    @classmethod
    def _short_form(cls, options: Any) -> Any:
        """`1: billing` is short for `1: {next: billing}`."""
        if not isinstance(options, dict):
            return options
        return {key: value if _is_option(value) else {"next": value} for key, value in options.items()}

    def needs_next(self) -> bool:
        return False

    def problems(self, around: Around) -> Iterator[Problem]:
        yield from phrasebook.problems("options", self._said, None, around)
        yield from self._keys(around)
        yield from self._burdens(around)

    def _keys(self, around: Around) -> Iterator[Problem]:
        """What the prompts say of keys, against what the keys do."""
        takes = {**around.flow.always, **self.options}
        for name in ("prompt", "noinput", "nomatch"):
            yield from asking.dead_keys((name,), getattr(self, name), takes, around)
        announced: dict[str, Path] = {
            key: ("options", key)
            for key, option in self.options.items()
            if key in _COMMON and not option.say and key not in around.flow.always
        }
        yield from asking.untold_keys(self.prompt, announced, around)

    def _burdens(self, around: Around) -> Iterator[Problem]:
        """What makes callers tired."""
        choices = [
            key
            for key, option in self.options.items()
            if option.next.kind not in _AGAIN and set(key) <= set(_COMMON)
        ]
        if len(choices) > MOST_OPTIONS:
            message = f"{len(choices)} options: callers forget the first ones before they hear the last"
            hint = f"offer {MOST_OPTIONS} at most, the others behind one of them"
            yield Problem(("options",), "F301", message, hint, "warning", key=True)
        order = asking.order(self.prompt, choices, around) if around.wanted else []
        wanted = max(order, key=lambda key: around.wanted.get(key, 0.0), default="")
        lead = around.wanted.get(wanted, 0.0) - around.wanted.get(order[0], 0.0) if order else 0.0
        if lead >= CLEARLY:
            best, first = asking.shown(wanted), asking.shown(order[0])
            message = f"{around.wanted[wanted]:.0%} of callers choose {best}, which they hear as number"
            message += f" {order.index(wanted) + 1}"
            hint = f"say it first, before {first}, which {around.wanted.get(order[0], 0.0):.0%} choose"
            yield Problem(("options", wanted), "F305", message, hint, "warning", key=True)
        tries = self.tries or around.flow.defaults.tries
        lasts = asking.length(self.prompt, around)
        if self.nomatch is None and tries > 1 and lasts > UNEXPLAINED:
            message = f"after a wrong key callers hear these {lasts:.0f} s again, and nobody tells them why"
            hint = "add `nomatch:`, such as: Sorry, that is not one of the choices."
            yield Problem(("prompt",), "F306", message, hint, "warning", key=True)

    @property
    def _said(self) -> dict[str, Phrases]:
        """The phrases of the options, by their keys."""
        return {key: option.say for key, option in self.options.items()}

    def listened(self, language: str) -> Expected | None:
        return phrasebook.expected(language, self._said, {})

    def run(self, visit: Visit) -> str:
        targets: dict[str, Target] = {
            **visit.flow.always,
            **{key: option.next for key, option in self.options.items()},
        }
        grammar = Choice(targets)
        listened = self.listened(visit.language)
        attempts = visit.attempts()
        if self.fresh:
            visit.input.flush()
        pieces = visit.pieces(self.prompt)
        while True:
            heard = ask(visit, pieces, grammar, listened, lambda said: self._label(visit, said))
            chosen = heard.said.choice if heard.kind == "spoken" and heard.said else heard.keys
            if heard.kind in ("entry", "spoken"):
                visit.chosen = targets[chosen]
                return chosen
            words = reprompt(heard.kind, noinput=self.noinput, wrong=self.nomatch, too_long=self.too_long)
            again = attempts.failed(heard.kind, words)
            if again is None:
                return "exhausted"
            pieces = again + visit.pieces(self.prompt)

    def _label(self, visit: Visit, said: Said) -> str:
        return visit.words(self.options[said.choice].label) or said.words


def _is_option(value: Any) -> bool:
    """Whether an option is written out; a lone target, also `{return: value}`, is the short form."""
    return not isinstance(value, str) and not (isinstance(value, dict) and set(value) == {"return"})
