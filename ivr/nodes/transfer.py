"""`transfer`: connect the caller with somebody, or go over to another flow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from ivr.call import Bridged, BridgeEnded, Target
from ivr.flow.checks import Around, Problem
from ivr.flow.model import Flow, Node
from ivr.flow.types import Duration, Text, ToFlow, exactly_one, refuse, shortened
from ivr.runtime.visit import Visit

E164 = re.compile(r"\+[1-9][0-9 .()-]{5,30}")
"""As it may be written; how many digits it has is for whoever dials it."""
WAYS = ("extension", "number", "flow")


class Transfer(Node):
    """Ring an extension or an outside number and connect the caller; or continue in another flow.

    `next` is taken when the other party hangs up and the caller is still there.

    For example:

        desk:
          type: transfer
          extension: "1001"
          ring: 20s
          next: goodbye
          outcomes: {busy: voicemail, no_answer: voicemail, refused: voicemail, failed: voicemail}
    """

    model_config = ConfigDict(json_schema_extra=exactly_one(*WAYS))

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "busy": "The other side is in a call already.",
        "no_answer": "Nobody answered within `ring`.",
        "refused": "The other side declined the call.",
        "failed": "It could not be reached: no such number, no line, or the network failed.",
    }
    listens = True

    type: Literal["transfer"]
    extension: Text | None = Field(None, description="An extension of the house.", examples=["1001"])
    number: Text | None = Field(
        None,
        description="An outside number in E.164; only prefixes of `calls.allow` are dialled.",
        examples=["+861012345678"],
    )
    flow: ToFlow | None = Field(None, description="Another flow, for good.")
    caller_id: Text | None = Field(
        None,
        description="Number the other side is shown; the caller's own when left out.",
        examples=["95598"],
    )
    ring: Annotated[Duration, Field(ge=1, le=300)] = Field(30.0, description="How long it may ring.")
    digits_after_answer: Annotated[str, Field(pattern=r"^[0-9*#A-Dw]{0,32}$")] = Field(
        "",
        description="Keys sent to the other side once it answers; `w` waits half a second.",
        examples=["ww12#"],
    )

    @model_validator(mode="after")
    def _one_way(self) -> Transfer:
        given = [way for way in WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            said = " and ".join(given) or "nobody"
            way_out = "keep one" if given else "add one"
            raise refuse(
                "F134", f"a transfer goes to exactly one of {', '.join(WAYS)}; here it is {said}", way_out
            )
        return self

    def needs_next(self) -> bool:
        return self.flow is None

    def needs_caller(self) -> bool:
        return self.flow is None

    def ways(self, flows: Mapping[str, Flow]) -> tuple[str, ...]:
        return tuple(self.own_outcomes) if self.flow is None else ()

    def problems(self, around: Around) -> Iterator[Problem]:
        if self.number is not None and not self.number.is_static:
            hint = "write the number, or `branch` to one of several"
            yield Problem(("number",), "F215", "what a caller typed is never dialled", hint)
        elif self.number is not None and not E164.fullmatch(self.number.source.strip()):
            message = f'"{shortened(self.number.source)}" is no number as outside lines dial it'
            hint = "write +861012345678, with + and the country; an extension of the house is `extension:`"
            yield Problem(("number",), "F232", message, hint)
        for option in ("extension", "number", "caller_id"):
            text = getattr(self, option)
            for name in sorted(around.secret & text.names) if text is not None else ():
                message = f'"{name}" is confidential and would be dialled or shown to the other side'
                yield Problem((option,), "F222", message, "send it by an operation, in the `json` body")

    def run(self, visit: Visit) -> str:
        if self.flow is not None:
            visit.chosen = self.flow
            return "next"
        kind, text = ("extension", self.extension) if self.extension is not None else ("number", self.number)
        assert text is not None  # noqa: S101 the model holds exactly one way
        target = Target(
            kind,
            visit.text(text),
            ring_seconds=self.ring,
            caller_id=visit.text(self.caller_id) if self.caller_id else visit.call.ani,
            digits_after_answer=self.digits_after_answer,
        )
        visit.input.silence()
        visit.input.flush()
        visit.note(to=target.address)
        if not visit.goes_on("bridge"):
            visit.call.bridge(target)
        while not isinstance(event := visit.input.wait(None), BridgeEnded):
            if isinstance(event, Bridged):
                visit.talked = True
        visit.input.flush()
        visit.note(cause=event.cause, talked=round(event.talked, 1))
        visit.talked = visit.talked or event.result == "answered"
        return "next" if event.result == "answered" else event.result
