"""`collect`: digits, keyed in or spoken: checked, read back, and kept secret where they must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ivr.call import Piece
from ivr.flow import asking, phrases
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.listening import Speech
from ivr.flow.model import Node
from ivr.flow.prompts import Prompt, Reprompt
from ivr.flow.spoken import Expected, Said, digits
from ivr.flow.types import BargeIn, Duration, Expr, KeyName, Model, Spelled, VariableName, refuse
from ivr.runtime.confidence import ask_in_confidence
from ivr.runtime.ear import Heard
from ivr.runtime.keys import Choice, Entry
from ivr.runtime.spoken import ask, reprompt
from ivr.runtime.visit import Visit

MAX_DIGITS = 64
# Only what cannot run away on a short entry: no groups, so no nested repetition.
PATTERN = r"(?:\[[0-9*#A-D\-]+\]|[0-9*#A-D.|]|\\d|\{\d+(?:,\d*)?\}|[?+*])+"


class Digits(Model):
    """How many digits, and how they end."""

    length: int | None = Field(None, ge=1, le=MAX_DIGITS, description="Exactly so many.")
    min: int = Field(1, ge=0, le=MAX_DIGITS, description="At least so many.")
    max: int = Field(32, ge=1, le=MAX_DIGITS, description="At most so many.")
    terminator: Annotated[str, BeforeValidator(lambda v: "" if v == "none" else v), Spelled("terminator")] = (
        Field("#", description="Key that ends the entry: `pound`, `star`, or `none`.")
    )

    @field_validator("terminator")
    @classmethod
    def _a_key(cls, name: str) -> str:
        keys = {"pound": "#", "star": "*", "#": "#", "*": "*", "": ""}
        if name not in keys:
            raise refuse("F111", f'"{name}" cannot end an entry', "use pound, star or none")
        return keys[name]

    @model_validator(mode="after")
    def _in_order(self) -> Digits:
        if self.length is None and self.min > self.max:
            raise refuse(
                "F130",
                f"at least {self.min} and at most {self.max} digits cannot both be",
                "swap min and max",
            )
        return self

    @property
    def bounds(self) -> tuple[int, int]:
        return (self.length, self.length) if self.length else (self.min, self.max)


class Confirm(Model):
    """Reading the entry back and asking whether it is right."""

    prompt: Prompt = Field(description="The question, with the entry in it.")
    yes: KeyName = Field("1", description="Key for yes.")
    no: KeyName = Field("2", description="Key for no.")


class Collect(Node):
    """Take digits into a variable: bounded, checked, read back. With `spoken` they may be said as well.

    For example:

        account:
          type: collect
          prompt: {zh-CN: 请输入10位户号。, en-US: Please enter your ten-digit account number.}
          into: account
          digits: {length: 10}
          invalid: {zh-CN: 户号应为10位数字。, en-US: An account number has ten digits.}
          next: balance
          outcomes: {exhausted: person}
    """

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "exhausted": "All `tries` are used up by silence and wrong entries. The variable is as at the start."
    }
    listens = True
    comes_back = True
    assigns = ("into",)
    provides: ClassVar[Mapping[str, tuple[str, ...]]] = {"check": ("value",)}

    type: Literal["collect"]
    prompt: Prompt = Field(description="What is asked for.")
    into: VariableName = Field(description="The variable that takes the digits, as text.")
    digits: Digits = Field(Digits(), description="How many, and how they end.")
    pattern: str | None = Field(
        None,
        max_length=200,
        description="What the whole entry must match, as a regular expression without groups.",
        examples=["1[3-9][0-9]{9}", "[1-9][0-9]+", "[12]"],
        json_schema_extra={"pattern": f"^{PATTERN}$"},
    )
    check: Literal["luhn", "date"] | Expr | None = Field(
        None,
        description="`luhn` (card numbers), `date` (YYYYMMDD), or an expression that must be true; `value` is"
        " the entry.",
        examples=["luhn", "date", "value != '0000'"],
    )
    confirm: Confirm | None = Field(None, description="Read it back and ask.")
    invalid: Reprompt | None = Field(None, description="Said after a wrong entry, one text for each time.")
    noinput: Reprompt | None = Field(None, description="Said after silence, one text for each time.")
    spoken: bool = Field(False, description="Whether the digits may be said instead of keyed in.")
    speech: Speech | None = Field(None, description="How speech is listened to.")
    sensitive: bool = Field(
        False, description="Never shown in any log, event or journey, and never listened to."
    )
    tries: int | None = Field(None, ge=1, le=20, description="Attempts, silence and wrong entries together.")
    noinput_after: Duration | None = Field(
        None, description="Silence after the prompt that counts as no input."
    )
    digit_timeout: Duration | None = Field(None, description="Wait for another digit.")
    barge_in: BargeIn | None = Field(None, description="What stops the prompt.")
    fresh: bool = Field(False, description="Forget keys that were pressed before this node.")

    @field_validator("pattern")
    @classmethod
    def _a_pattern(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            if not re.fullmatch(PATTERN, pattern):
                raise refuse(
                    "F131",
                    f'"{pattern}" is not a pattern for digits',
                    "use digits, [3-9], ., {9}, ?, + and |",
                )
            try:
                re.compile(pattern)
            except re.error as error:
                raise refuse(
                    "F131", f'"{pattern}" is not a pattern: {error}', "use digits, [3-9], ., {9}, ?, +"
                ) from None
        return pattern

    @model_validator(mode="after")
    def _not_said_aloud(self) -> Collect:
        if self.spoken and self.sensitive:
            message = "what is sensitive is not to be said aloud: others hear it"
            raise refuse("F149", message, "leave `spoken` or `sensitive` out")
        return self

    def problems(self, around: Around) -> Iterator[Problem]:
        if self.confirm is not None:
            confirm = self.confirm
            keys: dict[str, Path] = {confirm.yes: ("confirm", "yes"), confirm.no: ("confirm", "no")}
            yield from asking.dead_keys(("confirm", "prompt"), confirm.prompt, keys, around)
            yield from asking.untold_keys(confirm.prompt, keys, around)
        if self.invalid is None and (self.pattern is not None or self.check is not None):
            message = "an entry may be refused here, and nobody tells callers what is wrong with it"
            hint = "add `invalid:`, such as: A card number has sixteen digits."
            option = "pattern" if self.pattern is not None else "check"
            yield Problem((option,), "F306", message, hint, "warning", key=True)

    def listened(self, language: str) -> Expected | None:
        return digits(language, *self.digits.bounds) if self.spoken else None

    def run(self, visit: Visit) -> str:
        if self.fresh or self.sensitive:
            visit.input.flush()
        attempts = visit.attempts()
        pieces = visit.pieces(self.prompt)
        while True:
            heard = self._entry(visit, pieces)
            kind = heard.kind
            entry = heard.said.slots["digits"] if kind == "spoken" and heard.said else heard.keys
            if kind in ("entry", "spoken") and not self._valid(visit, entry):
                visit.input.flush()
                visit.heard[-1] += "?"
                kind = "nomatch"
            if kind in ("entry", "spoken"):
                visit.vars[self.into] = entry
                if self.confirm is None or self._confirmed(visit, self.confirm):
                    return "next"
                kind = "denied"
            words = reprompt(kind, noinput=self.noinput, wrong=self.invalid, too_long=None)
            again = attempts.failed(kind, words)
            if again is None:
                visit.vars[self.into] = visit.flow.vars.get(self.into)
                return "exhausted"
            pieces = again + visit.pieces(self.prompt)

    def _entry(self, visit: Visit, pieces: list[Piece]) -> Heard:
        shortest, longest = self.digits.bounds
        terminator = self.digits.terminator
        if not self.sensitive:
            grammar = Entry(shortest, longest, terminator)
            listened = self.listened(visit.language)
            return ask(visit, pieces, grammar, listened, lambda said: self._read_back(visit, said))
        heard = ask_in_confidence(visit, pieces, shortest, longest, terminator)
        visit.keep_secret(heard.keys, self.into)
        visit.hear(heard)
        return heard

    def _read_back(self, visit: Visit, said: Said) -> str:
        """The digits as they are spoken."""
        return phrases.filters(visit.language)["digits"](said.slots["digits"])

    def _valid(self, visit: Visit, entry: str) -> bool:
        if self.pattern is None and not entry.isdigit() and entry:
            return False
        if self.pattern is not None and not re.fullmatch(self.pattern, entry):
            return False
        match self.check:
            case None:
                return True
            case "luhn":
                return luhn(entry)
            case "date":
                return _is_date(entry)
            case expression:
                return bool(visit.eval(expression, value=entry, **{self.into: entry}))

    def _confirmed(self, visit: Visit, confirm: Confirm) -> bool:
        grammar = Choice([confirm.yes, confirm.no])
        pieces = visit.pieces(confirm.prompt)
        attempts = visit.attempts()
        while True:
            heard = visit.ask(pieces, grammar)
            if heard.kind == "entry":
                return heard.keys == confirm.yes
            again = attempts.failed(heard.kind, None)
            if again is None:
                return False
            pieces = visit.pieces(confirm.prompt)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1's check digit: every second digit from the right doubled, the sum a multiple of ten."""
    if not digits.isdigit():
        return False
    doubled = [int(digit) * (2 if index % 2 else 1) for index, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_date(digits: str) -> bool:
    try:
        return len(digits) == 8 and bool(datetime.strptime(digits, "%Y%m%d"))  # noqa: DTZ007 a day has no zone
    except ValueError:
        return False
