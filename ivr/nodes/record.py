"""`record`: the caller leaves a message."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ivr.call import Key, Piece, RecordEnded, Tone
from ivr.errors import IvoryError
from ivr.flow.model import Node
from ivr.flow.prompts import Prompt
from ivr.flow.types import BargeIn, Duration, KeyName, Model, VariableName, refuse
from ivr.runtime.keys import Choice
from ivr.runtime.visit import Visit

BEEP = Tone("%(400,0,850)")


class Review(Model):
    """Asking whether to keep the message."""

    prompt: Prompt = Field(description="The question.")
    keep: KeyName = Field("1", description="Key that keeps it.")
    again: KeyName = Field("2", description="Key that records it anew.")


class Record(Node):
    """Record a message. Any key ends it; a caller who hangs up leaves what was said so far."""

    own_outcomes = ("too_short", "exhausted")
    listens = True

    type: Literal["record"]
    prompt: Prompt | None = Field(None, description="What is asked for, before the beep.")
    into: VariableName | None = Field(None, description="Variable that takes the recording's file name.")
    box: str = Field("messages", description="Folder of the recordings, below the deployment's own.")
    max: Annotated[Duration, Field(ge=1, le=3600)] = Field(60.0, description="Longest message.")
    min: Annotated[Duration, Field(ge=0, le=60)] = Field(1.0, description="Shorter ones are `too_short`.")
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
        if not re.fullmatch(r"[A-Za-z0-9_\-]{1,64}", box):
            raise refuse("F133", f'"{box}" cannot name a box', "use letters, digits, _ and -")
        return box

    def run(self, visit: Visit) -> str:
        for take in range(1, int(visit.setting("tries")) + 1):
            visit.say(self.prompt)
            visit.input.silence()
            visit.input.flush()
            ended = self._record(visit, f"{self.box}/{visit.call.id}-{visit.number}-{take}")
            if ended.seconds < self.min:
                visit.note(seconds=round(ended.seconds, 2))
                return "too_short"
            verdict = "keep" if self.review is None else self._reviewed(visit, self.review)
            if verdict != "again":
                # Silence after the review keeps the message: nobody should lose one by hanging on.
                visit.note(recording=str(ended.path), seconds=round(ended.seconds, 2), takes=take)
                if self.into:
                    visit.vars[self.into] = str(ended.path)
                return "next"
        return "exhausted"

    def _record(self, visit: Visit, name: str) -> RecordEnded:
        if self.beep:
            visit.input.play([BEEP], "none")
        visit.input.flush()
        visit.note(recording=name)
        visit.call.record(name, max_seconds=self.max, silence_seconds=self.silence)
        patience = self.max + 5
        while not isinstance(event := visit.input.wait(patience), RecordEnded):
            if event is None and patience < self.max:
                raise IvoryError(
                    "the recording did not end", hint="look at the disk that FreeSWITCH records to"
                )
            if isinstance(event, Key) or event is None:
                visit.call.stop_record()
                patience = min(5.0, self.max / 2)
        visit.input.flush()
        return event

    def _reviewed(self, visit: Visit, review: Review) -> str:
        grammar = Choice([review.keep, review.again])
        for _ in range(int(visit.setting("tries"))):
            pieces: list[Piece] = visit.pieces(review.prompt)
            heard = visit.ask(pieces, grammar)
            if heard.kind == "entry":
                return "keep" if heard.keys == review.keep else "again"
        return "keep"
