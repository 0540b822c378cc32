"""`record`: the caller leaves a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from ivr.flow import asking
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.model import Node
from ivr.flow.prompts import Prompt
from ivr.flow.types import BargeIn, Duration, KeyName, Model, VariableName, refuse
from ivr.runtime.keys import Choice
from ivr.runtime.speaking import Take, record
from ivr.runtime.visit import Visit

FOLDER = r"[A-Za-z0-9_\-]{1,64}"


class Review(Model):
    """Asking whether to keep the message."""

    prompt: Prompt = Field(description="The question.")
    keep: KeyName = Field("1", description="Key that keeps it.")
    again: KeyName = Field("2", description="Key that records it anew.")


class Record(Node):
    """Record a message. Any key ends it; a caller who hangs up leaves what was said so far.

    For example:

        voicemail:
          type: record
          prompt: {zh-CN: 请在提示音后留言。, en-US: Please speak after the tone.}
          box: office
          max: 2m
          next: goodbye
          outcomes: {too_short: goodbye, exhausted: goodbye}
    """

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "too_short": "What was said is shorter than `min`; nothing is kept.",
        "exhausted": "At the review the caller recorded it anew `tries` times; nothing is kept.",
    }
    listens = True
    comes_back = True
    assigns = ("into",)

    type: Literal["record"]
    prompt: Prompt | None = Field(None, description="What is asked for, before the beep.")
    into: VariableName | None = Field(
        None, description="Variable that takes the recording's file name, below the deployment's own folder."
    )
    box: str = Field(
        "messages",
        description="Folder of the recordings, below the deployment's own.",
        json_schema_extra={"pattern": f"^{FOLDER}$"},
    )
    max: Annotated[Duration, Field(ge=1, le=3600)] = Field(60.0, description="Longest message.")
    min: Annotated[Duration, Field(ge=0, le=60)] = Field(
        1.0, description="Shorter ones are `too_short`; the silence that ends one does not count."
    )
    silence: Annotated[Duration, Field(ge=0, le=60)] = Field(
        4.0, description="Silence that ends it; 0s: never."
    )
    beep: bool = Field(True, description="Whether a tone says when to speak.")
    review: Review | None = Field(None, description="Ask whether to keep it.")
    tries: int | None = Field(None, ge=1, le=20, description="Recordings, and unclear answers to the review.")
    noinput_after: Duration | None = Field(
        None, description="Silence after the review that counts as no input."
    )
    digit_timeout: Duration | None = Field(None, description="Wait for another key.")
    barge_in: BargeIn | None = Field(None, description="What stops the prompt.")

    @field_validator("box")
    @classmethod
    def _a_folder_name(cls, box: str) -> str:
        if not re.fullmatch(FOLDER, box):
            raise refuse("F133", f'"{box}" cannot name a box', "use letters, digits, _ and -")
        return box

    def problems(self, around: Around) -> Iterator[Problem]:
        if self.review is not None:
            review = self.review
            keys: dict[str, Path] = {review.keep: ("review", "keep"), review.again: ("review", "again")}
            yield from asking.dead_keys(("review", "prompt"), review.prompt, keys, around)
            yield from asking.untold_keys(review.prompt, keys, around)

    def run(self, visit: Visit) -> str:
        take = Take(self.max, self.min, self.silence, self.beep)
        for number in range(1, int(visit.setting("tries")) + 1):
            name = f"{self.box}/{visit.call.id}-{visit.number}-{number}{visit.again}"
            if goes_on := visit.goes_on("record"):
                name = visit.call.going_on_with
            else:
                visit.say(self.prompt)
            ended, spoken = record(visit, name, take, partial(self._keep, visit, name), goes_on=goes_on)
            visit.note(seconds=round(ended.seconds, 2), takes=number)
            if spoken < self.min:
                return "too_short"
            # Silence after the review keeps the message: nobody should lose one by hanging on.
            if self.review is None or self._kept(visit, self.review):
                self._keep(visit, name)
                return "next"
        return "exhausted"

    def _keep(self, visit: Visit, name: str) -> None:
        visit.note(recording=f"{name}.wav")
        if self.into:
            visit.vars[self.into] = f"{name}.wav"

    def _kept(self, visit: Visit, review: Review) -> bool:
        grammar = Choice([review.keep, review.again])
        for _ in range(int(visit.setting("tries"))):
            heard = visit.ask(visit.pieces(review.prompt), grammar)
            if heard.kind == "entry":
                return heard.keys == review.keep
        return True
