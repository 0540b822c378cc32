"""`menu`: the caller chooses by key."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from ivr.flow.model import Node
from ivr.flow.prompts import Prompt, Reprompt
from ivr.flow.types import BargeIn, Duration, KeySequence, Model, Target, To
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

    type: Literal["menu"]
    prompt: Prompt = Field(description="The choices, said aloud.")
    options: dict[KeySequence, Option] = Field(min_length=1, description="Key, or keys, to choice.")
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
        return {key: {"next": value} if isinstance(value, str) else value for key, value in options.items()}

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
