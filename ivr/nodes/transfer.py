"""`transfer`: connect the caller with somebody, or go over to another flow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, ClassVar, Final, Literal

from pydantic import ConfigDict, Field, model_validator

from ivr.acd.model import Step
from ivr.call import Target as Callee
from ivr.errors import ExpressionError, IvoryError
from ivr.flow.asking import shown
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.model import Flow, Node
from ivr.flow.template import Template
from ivr.flow.types import Duration, Expr, Name, Text, ToFlow, exactly_one, refuse, shortened
from ivr.runtime import serving
from ivr.runtime.ports import Wish
from ivr.runtime.visit import Visit
from ivr.runtime.waiting import Level, Relax, Waiting

E164 = re.compile(r"\+[1-9][0-9 .()-]{5,30}")
"""As it may be written; how many digits it has is for whoever dials it."""
WAYS = ("skill", "agent", "extension", "number", "flow")
QUEUED: Final = ("skill", "agent")
PREFERRED: Final = 20.0
"""Seconds for which somebody who speaks the caller's language is waited for where it is only preferred."""

_OF_QUEUES: Final = {
    "timeout": "Nobody took the call within `max_wait`.",
    "full": "So many wait already that the group takes no more.",
    "closed": "The group is closed.",
    "no_agent": "The agent who is asked for, here or by an overflow, is not signed in. Callers of a `skill`"
    " wait until somebody comes, unless the group has an overflow `on: no_agent`.",
}
_OF_DIALLING: Final = {
    "busy": "The other side is in a call already.",
    "no_answer": "Nobody answered within `ring`.",
    "refused": "The other side declined the call.",
}


class Transfer(Node):
    """Bring the caller to somebody of a skill group, to an agent, an extension or an outside number; or
    continue in another flow.

    `next` is taken when the other party hangs up and the caller is still there.

    For example:

        billing_desk:
          type: transfer
          skill: billing
          require: {billing: 3}
          language: required
          relax: [{after: 30s, billing: 1}]
          waiting: {announce: {position: true, estimate: true}, keys: {9: voicemail}}
          max_wait: 5m
          next: goodbye
          outcomes: {timeout: voicemail, full: voicemail, closed: voicemail, error: sorry}
    """

    model_config = ConfigDict(json_schema_extra=exactly_one(*WAYS))

    own_outcomes: ClassVar[Mapping[str, str]] = {
        **_OF_DIALLING,
        **_OF_QUEUES,
        "failed": "It could not be reached: no such number, no line, or the network failed.",
        "callback": "The caller took the offer of a callback, which says no `next` itself.",
    }
    listens = True
    provides: ClassVar[Mapping[str, tuple[str, ...]]] = {"waiting": ("position", "low", "high")}

    type: Literal["transfer"]
    skill: str | None = Field(None, description="A skill group: somebody of it.", examples=["billing"])
    agent: Text | None = Field(None, description="One agent, by id.", examples=["{{ caller.agent }}"])
    extension: Text | None = Field(None, description="An extension of the house.", examples=["1001"])
    number: Text | None = Field(
        None,
        description="An outside number in E.164; only prefixes of `calls.allow` are dialled.",
        examples=["+861012345678"],
    )
    flow: ToFlow | None = Field(None, description="Another flow, for good.")
    require: dict[str, Level] = Field(
        {}, description="Skills with their least levels (1 to 10), beside what the group asks for."
    )
    language: Literal["required", "preferred"] | None = Field(
        None,
        description="Whether the agent must speak the call's language, or is to if there is one soon. A"
        " language is a skill by its tag.",
    )
    relax: tuple[Relax, ...] = Field((), description="What is asked for instead after some waiting.")
    priority: Expr | None = Field(
        None, description="Who has more of it is served first.", examples=["10 if caller.vip else 0"]
    )
    prefer: Text | None = Field(
        None,
        description="An agent who is waited for first, by id; nobody when it is empty.",
        examples=["{{ caller.agent }}"],
    )
    prefer_for: Duration = Field(20.0, description="How long `prefer` is waited for; then anyone serves.")
    max_wait: Duration | None = Field(None, description="How long a caller waits at most, then `timeout`.")
    waiting: Waiting = Field(Waiting(), description="What happens while a caller waits.")
    show_agent: dict[Name, Text] = Field(
        {},
        description="What the agent is shown when it rings (screen pop).",
        examples=[{"account": "account"}],
    )
    whisper: Text | None = Field(
        None,
        description="What the agent hears before the caller is connected.",
        examples=["A call about billing."],
    )
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

    @property
    def queued(self) -> bool:
        """Whether the caller waits in a queue of ours."""
        return self.skill is not None or self.agent is not None

    def needs_next(self) -> bool:
        return self.flow is None

    def needs_caller(self) -> bool:
        return self.flow is None

    def ways(self, flows: Mapping[str, Flow]) -> tuple[str, ...]:
        if self.flow is not None:
            return ()
        if not self.queued:
            return (*_OF_DIALLING, "failed")
        offer = self.waiting.offer_callback
        return (*_OF_QUEUES, "failed", *(["callback"] if offer and offer.next is None else []))

    def problems(self, around: Around) -> Iterator[Problem]:
        if self.skill is not None:
            yield from around.group(("skill",), self.skill)
            yield from around.served(
                ("require",) if self.require else ("skill",), self.skill, *self._wishes()
            )
        offer = self.waiting.offer_callback
        if offer is not None and offer.key in self.waiting.keys:
            message = (
                f"{shown(offer.key)} takes the callback once that is offered, and leads elsewhere before"
            )
            hint = "take another key for one of them; `offer_callback` takes 1 where it names no `key`"
            yield Problem(("waiting", "keys", offer.key), "F238", message, hint, key=True)
        if self.agent is not None and self.agent.is_static:
            yield from around.agent(("agent",), self.agent.source.strip())
        for index, relax in enumerate(self.relax):
            for number, group in enumerate(relax.groups):
                yield from around.group(("relax", index, "groups", number), group)
        if self.number is not None and not self.number.is_static:
            hint = "write the number, or `branch` to one of several"
            yield Problem(("number",), "F215", "what a caller typed is never dialled", hint)
        elif self.number is not None and not E164.fullmatch(self.number.source.strip()):
            message = f'"{shortened(self.number.source)}" is no number as outside lines dial it'
            hint = "write +861012345678, with + and the country; an extension of the house is `extension:`"
            yield Problem(("number",), "F232", message, hint)
        dialled = ("agent", "extension", "number", "caller_id", "whisper")
        seen: list[tuple[Path, Template | None]] = [((name,), getattr(self, name)) for name in dialled]
        seen += [(("show_agent", name), text) for name, text in self.show_agent.items()]
        for path, text in seen:
            for name in sorted(around.secret & text.names) if text is not None else ():
                message = f'"{name}" is confidential and would be dialled or shown to the other side'
                yield Problem(path, "F222", message, "send it by an operation, in the `json` body")

    def _wishes(self) -> Iterator[Mapping[str, int]]:
        """What is asked for, at first and after each relaxation."""
        asked = dict(self.require)
        yield asked
        for relax in self.relax:
            asked = {name: level for name, level in {**asked, **relax.require}.items() if level}
            yield asked

    # Serving a caller ---------------------------------------------------------------------------------

    def run(self, visit: Visit) -> str:
        if self.flow is not None:
            visit.chosen = self.flow
            return "next"
        if self.queued:
            return serving.queue(visit, self._wish(visit), self.waiting, partial(self._callee, visit))
        kind, text = ("extension", self.extension) if self.extension is not None else ("number", self.number)
        assert text is not None  # noqa: S101 the model holds exactly one way
        return serving.dial(visit, self._callee(visit, kind, visit.text(text)))

    def _callee(self, visit: Visit, kind: str, address: str) -> Callee:
        """Whom to ring at an address."""
        return Callee(
            kind,
            address,
            ring_seconds=self.ring,
            caller_id=visit.text(self.caller_id) if self.caller_id else visit.call.ani,
            digits_after_answer=self.digits_after_answer,
        )

    def _wish(self, visit: Visit) -> Wish:
        require, relax = dict(self.require), [each.step() for each in self.relax]
        if self.language is not None:
            require.setdefault(visit.language, 1)
        if self.language == "preferred":
            relax.append(Step(PREFERRED, {visit.language: 0}))
        agent = visit.text(self.agent).strip() if self.agent is not None else ""
        if self.agent is not None and not agent:
            raise IvoryError("the name of the agent is empty", hint="branch to a skill group where it is")
        return Wish(
            visit.number,
            self.skill or "",
            agent,
            require,
            tuple(sorted(relax, key=lambda step: step.after)),
            self._priority(visit),
            self.max_wait,
            visit.text(self.prefer).strip() if self.prefer is not None else "",
            self.prefer_for,
            str(visit.name_caller().get("customer", "")),
            {name: visit.text(text) for name, text in self.show_agent.items()},
            visit.text(self.whisper) if self.whisper is not None else "",
            visit.language,
        )

    def _priority(self, visit: Visit) -> float:
        if self.priority is None:
            return 0.0
        value = visit.eval(self.priority)
        if isinstance(value, bool) or not hasattr(value, "__float__"):
            raise ExpressionError("a priority is a number", hint="write 10 if caller.vip else 0")
        return float(value)
