"""`menu`: the caller chooses by key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from ivr.flow.checks import Around, Problem
from ivr.flow.model import Node
from ivr.flow.prompts import Prompt, Reprompt
from ivr.flow.types import BargeIn, Duration, KeySequence, Model, Target, To, once
from ivr.runtime.keys import Choice
from ivr.runtime.visit import Visit


class Option(Model):
    """One choice of a menu."""

    next: To = Field(description="Where it leads.")
    say: dict[str, list[str]] = Field({}, description="Words that choose it, by language.")
    label: str | dict[str, str] = Field("", description="What reports call it.")


class Menu(Node):
    """Offer choices and take one. A key that can still grow into a longer choice waits `digit_timeout`."""

    own_outcomes = ("exhausted",)
    listens = True
    comes_back = True
    takes_always = True

    type: Literal["menu"]
    prompt: Prompt = Field(description="The choices, said aloud.")
    options: Annotated[dict[KeySequence, Option], BeforeValidator(once)] = Field(
        min_length=1, description="Key, or keys, to choice."
    )
    noinput: Reprompt | None = Field(
        None, description="Said after silence, one text for each time; then the prompt again."
    )
    nomatch: Reprompt | None = Field(
        None, description="Said after a wrong key, one text for each time; then the prompt again."
    )
    tries: int | None = Field(None, ge=1, le=20, description="Attempts, silence and wrong keys together.")
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
        chosen: dict[tuple[str, str], str] = {}
        for key, option in self.options.items():
            for language, phrases in option.say.items():
                for index, phrase in enumerate(phrases):
                    words = " ".join(phrase.casefold().split())
                    if chosen.setdefault((language, words), key) != key:
                        message = f'"{phrase}" chooses {chosen[language, words]} as well'
                        yield Problem(("options", key, "say", language, index), "F221", message, "keep one")

    def run(self, visit: Visit) -> str:
        targets: dict[str, Target] = {
            **visit.flow.always,
            **{key: option.next for key, option in self.options.items()},
        }
        grammar = Choice(targets)
        attempts = visit.attempts()
        if self.fresh:
            visit.input.flush()
        pieces = visit.pieces(self.prompt)
        while True:
            heard = visit.ask(pieces, grammar)
            if heard.kind == "entry":
                visit.chosen = targets[heard.keys]
                return heard.keys
            again = attempts.failed(heard.kind, self.noinput if heard.kind == "noinput" else self.nomatch)
            if again is None:
                return "exhausted"
            pieces = again + visit.pieces(self.prompt)


def _is_option(value: Any) -> bool:
    """Whether an option is written out; a lone target, also `{return: value}`, is the short form."""
    return not isinstance(value, str) and not (isinstance(value, dict) and set(value) == {"return"})
