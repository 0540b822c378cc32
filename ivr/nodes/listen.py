"""`listen`: the caller says what they want, and gives the values that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ivr.flow import phrasebook
from ivr.flow.checks import Around, Problem
from ivr.flow.listening import Phrases, Slots, Speech
from ivr.flow.model import Flow, Node
from ivr.flow.prompts import Prompt, Reprompt
from ivr.flow.spoken import Expected, Said
from ivr.flow.types import (
    BargeIn,
    Duration,
    KeyName,
    Model,
    Name,
    Spelled,
    Target,
    To,
    VariableName,
    refuse,
)
from ivr.runtime.keys import Choice
from ivr.runtime.spoken import ask, reprompt
from ivr.runtime.visit import Visit


class Intent(Model):
    """One thing that callers come for, and the ways they say it."""

    say: Phrases = Field(description="How it is said, by language.")
    next: To = Field(description="Where it leads.")
    key: KeyName | None = Field(None, description="A key that means the same.")
    label: Annotated[str | dict[str, str], Spelled("words")] = Field(
        "", description="What it is called, in reports and where callers are asked back."
    )


class Listen(Node):
    """Let the caller say what they want. What is said may hold values: `{month}` in a phrase is a slot, and
    becomes a variable.

    For example:

        wish:
          type: listen
          prompt: {zh-CN: 请说出您要办理的业务。, en-US: What can I do for you?}
          intents:
            bill: {say: {zh-CN: "[我要]查询{month}的详单", en-US: "my {month} bill"}, next: bill}
            person: {say: {zh-CN: "[转]人工", en-US: "a person"}, key: 0, next: person}
          slots: {month: month}
          outcomes: {exhausted: person, unavailable: person}
    """

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "exhausted": "All `tries` are used up by silence and what was not understood.",
        "unavailable": "No recogniser is there, and no intent has a key.",
    }
    listens = True
    comes_back = True
    assigns = ("slots", "into")

    type: Literal["listen"]
    prompt: Prompt = Field(description="The question.")
    intents: dict[Name, Intent] = Field({}, description="What callers may want, by name.")
    slots: Slots = Field(
        {}, description="The values that phrases hold, each a variable; of a type, or one of a list."
    )
    into: VariableName | None = Field(
        None, description="Variable that takes the words; without `intents` whatever is said is taken."
    )
    noinput: Reprompt | None = Field(None, description="Said after silence, one text for each time.")
    nomatch: Reprompt | None = Field(
        None, description="Said after what was not understood, one text for each time."
    )
    too_long: Reprompt | None = Field(None, description="Said to those who did not come to an end.")
    speech: Speech | None = Field(None, description="How speech is listened to.")
    tries: int | None = Field(None, ge=1, le=20, description="Attempts, of all kinds together.")
    noinput_after: Duration | None = Field(
        None, description="Silence after the prompt that counts as no input."
    )
    digit_timeout: Duration | None = Field(None, description="Wait for another key.")
    barge_in: BargeIn | None = Field(None, description="What stops the prompt.")
    fresh: bool = Field(False, description="Forget keys that were pressed before this node.")

    @model_validator(mode="after")
    def _something_to_hear(self) -> Listen:
        if not self.intents and self.into is None:
            raise refuse(
                "F105", "nothing is listened for", "add `intents:`, or `into:` to take whatever is said"
            )
        return self

    def needs_next(self) -> bool:
        return not self.intents

    def ways(self, flows: Mapping[str, Flow]) -> tuple[str, ...]:
        return ("exhausted",) if self._keys else ("exhausted", "unavailable")

    def problems(self, around: Around) -> Iterator[Problem]:
        yield from phrasebook.problems("intents", self._said, self.slots, around)

    @property
    def _said(self) -> dict[str, Phrases]:
        """The phrases of the intents."""
        return {name: intent.say for name, intent in self.intents.items()}

    @property
    def _keys(self) -> dict[str, str]:
        """The intents by their keys."""
        return {intent.key: name for name, intent in self.intents.items() if intent.key is not None}

    def listened(self, language: str) -> Expected | None:
        return phrasebook.expected(language, self._said, self.slots)

    def run(self, visit: Visit) -> str:
        if self.fresh:
            visit.input.flush()
        keys = self._keys
        targets: dict[str, Target] = {**visit.flow.always} if keys else {}
        grammar = Choice([*targets, *keys])
        listened = self.listened(visit.language)
        attempts = visit.attempts()
        pieces = visit.pieces(self.prompt)
        while True:
            heard = ask(visit, pieces, grammar, listened, lambda each: self._label(visit, each))
            match heard.kind:
                case "deaf":
                    visit.note(deaf=heard.words)
                    return "unavailable"
                case "entry" if heard.keys in keys:
                    return self._go(visit, keys[heard.keys])
                case "entry":
                    visit.chosen = targets[heard.keys]
                    return heard.keys
                case "spoken" if heard.said is not None:
                    return self._understood(visit, heard.said)
            words = reprompt(heard.kind, noinput=self.noinput, wrong=self.nomatch, too_long=self.too_long)
            again = attempts.failed(heard.kind, words)
            if again is None:
                return "exhausted"
            pieces = again + visit.pieces(self.prompt)

    def _understood(self, visit: Visit, said: Said) -> str:
        visit.note(intent=said.choice, confidence=round(said.confidence, 2), slots={**said.slots})
        visit.vars.update(said.slots)
        if self.into:
            visit.vars[self.into] = said.words
        return self._go(visit, said.choice) if said.choice else "next"

    def _go(self, visit: Visit, intent: str) -> str:
        visit.chosen = self.intents[intent].next
        return intent

    def _label(self, visit: Visit, said: Said) -> str:
        intent = self.intents.get(said.choice)
        return (visit.words(intent.label) if intent else "") or said.words
