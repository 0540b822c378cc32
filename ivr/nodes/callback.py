"""`callback`: hang up, and be called when it is your turn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Literal

from pydantic import Field

from ivr.call import Target as Callee
from ivr.errors import IvoryError, RefusedInput
from ivr.flow import asking
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.model import Flow, Node
from ivr.flow.prompts import Prompt, Reprompt
from ivr.flow.types import BargeIn, Duration, Expr, KeyName, Name, To, VariableName
from ivr.runtime import serving
from ivr.runtime.keys import Choice, Entry
from ivr.runtime.ports import Promise, Recall, Wish
from ivr.runtime.visit import Attempts, End, Visit
from ivr.runtime.waiting import Waiting

LONGEST = 20  # digits of a number that somebody keys in
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):?([0-5][0-9])")
_SAID = ("number", "position", "wait")


class Callback(Node):
    """Take a number for a call back when it is the caller's turn; their place in the queue is kept.

    Offered is the number they call from; with `enter` they may key in another. What may not be dialled
    (`calls.allow`) is refused here, and not later.

    When it is their turn an agent is asked first, then the customer is rung, and the two talk as
    in any queue, with all that belongs to it: announcement, recording, transfers. That call is in this flow,
    with the variables it had (but for what was typed in confidence); when the talk is over it goes on at
    `after`.

    For example:

        later:
          type: callback
          prompt:
            zh-CN: "轮到您时，我们拨打{{ number | phone }}。正确请按1，换一个号码请按2。"
            en-US: "We'll call {{ number | phone }}. If that is right press 1, for another press 2."
          enter: {zh-CN: 请输入电话号码，按井号键结束。, en-US: "Please enter the number, then press pound."}
          promise: {zh-CN: 好的，再见。, en-US: "We will call you. Goodbye."}
          next: end
          after: survey
          outcomes: {declined: goodbye, refused: goodbye, exhausted: goodbye}
    """

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "declined": "The caller does not want to be called.",
        "refused": "There is no number that may be dialled.",
        "exhausted": "All `tries` are used up by silence and wrong keys.",
    }
    listens = True
    comes_back = True
    assigns = ("into",)
    provides: ClassVar[Mapping[str, tuple[str, ...]]] = {"prompt": ("number",), "promise": _SAID}

    type: Literal["callback"]
    prompt: Prompt = Field(description="The question whether `number` is right.")
    enter: Prompt | None = Field(
        None, description="Asks for another number; when left out, none can be keyed in."
    )
    promise: Prompt | None = Field(
        None,
        description="Said when it is settled; it knows `number`, `position` and `wait` (seconds, or null).",
    )
    invalid: Reprompt | None = Field(None, description="Said after a number that cannot be dialled.")
    yes: KeyName = Field("1", description="Key for the number that was offered.")
    other: KeyName = Field("2", description="Key for another number.")
    no: KeyName = Field("*", description="Key for no callback.")
    skill: Name | None = Field(
        None, description="The skill group that calls; the one they waited for when left out."
    )
    at: Expr | None = Field(
        None,
        description="Not before this moment: a date and time, or a text such as `15:30` or `1530` (when it is"
        " that time next). When left out, or null: as soon as it is their turn.",
        examples=["wished"],
    )
    priority: Expr | None = Field(None, description="Priority in the queue; as they waited when left out.")
    after: To | None = Field(
        None,
        description="Where a customer who was called back goes on when the talk is over, such as a survey;"
        " the call ends when left out.",
    )
    into: VariableName | None = Field(None, description="Variable that takes the number, in E.164.")
    tries: int | None = Field(None, ge=1, le=20, description="Attempts, silence and wrong keys together.")
    noinput_after: Duration | None = Field(
        None, description="Silence after a question that counts as no input."
    )
    digit_timeout: Duration | None = Field(None, description="Wait for another digit.")
    barge_in: BargeIn | None = Field(None, description="What stops a question.")

    def ways(self, flows: Mapping[str, Flow]) -> tuple[str, ...]:
        return tuple(self.own_outcomes)

    def problems(self, around: Around) -> Iterator[Problem]:
        keys: dict[str, Path] = {self.yes: ("yes",)}
        takes = [self.yes, self.no, *([self.other] if self.enter else [])]
        if self.enter is not None:
            keys[self.other] = ("other",)
        yield from asking.dead_keys(("prompt",), self.prompt, takes, around)
        yield from asking.untold_keys(self.prompt, keys, around)
        if self.skill is not None:
            yield from around.group(("skill",), self.skill)

    def run(self, visit: Visit) -> str:
        return self._talk(visit) if visit.called_back else self._ask(visit)

    def _talk(self, visit: Visit) -> str:
        """The customer has been called, and an agent is there for them."""
        queue = visit.queue
        assert queue is not None  # noqa: S101 `Visit.recall` puts it there
        wish = replace(queue.wish, visit=visit.number, show={"callback": "yes"})
        outcome = serving.queue(visit, wish, Waiting(), partial(_callee, visit))
        if visit.chosen is not None:
            return outcome
        if outcome != "next":
            raise IvoryError(f"the customer was called back, but nobody served them: {outcome}")
        visit.chosen = self.after or End("completed", "NORMAL_CLEARING")
        return outcome

    def _ask(self, visit: Visit) -> str:
        wish, since = self._wish(visit)
        attempts = visit.attempts()
        number = self._own(visit)
        while True:
            if not number:
                answer = self._entered(visit, attempts)
            else:
                answer = self._confirmed(visit, number, attempts)
            if answer in self.own_outcomes:
                return answer
            if answer == "yes":
                break
            number = "" if answer == "other" else answer
        if self.into:
            visit.vars[self.into] = number
        due = self._due(visit)
        recall = Recall(visit.key, number, wish, since, due, visit.recall(wish, since))
        promise = visit.services.callbacks.ask(visit.call, recall)
        visit.note(callback=number, group=wish.group)
        if self.promise is not None:
            said = visit.pieces(self.promise, **_said(number, promise))
            visit.input.play(said, visit.setting("barge_in"))
        return "next"

    def _wish(self, visit: Visit) -> tuple[Wish, float]:
        """Whom they wish for, and since when they wait."""
        queue, now = visit.queue, visit.call.now().timestamp()
        if self.skill is None and queue is None:
            raise IvoryError(
                "there is no queue whose place could be kept", hint="say which: `skill: billing`"
            )
        same = queue is not None and self.skill in (None, queue.wish.group)
        wish = queue.wish if queue is not None and same else Wish(visit.number, self.skill or "")
        if self.priority is not None:
            wish = replace(wish, priority=float(visit.eval(self.priority)))
        wish = replace(wish, visit=visit.number, language=wish.language or visit.language)
        served = queue is None or bool(queue.agent)  # that place is used up
        return wish, queue.since if queue is not None and same and not served else now

    @staticmethod
    def _own(visit: Visit) -> str:
        """The number they call from, if it can be dialled."""
        try:
            return visit.services.callbacks.dialled(visit.call.ani) if visit.call.ani else ""
        except RefusedInput:
            return ""

    def _confirmed(self, visit: Visit, number: str, attempts: Attempts) -> str:
        """`yes`, `other`, or an outcome."""
        answers = {self.yes: "yes", self.no: "declined"} | ({self.other: "other"} if self.enter else {})
        heard = visit.ask(visit.pieces(self.prompt, number=number), Choice(answers))
        if heard.kind == "entry":
            return answers[heard.keys]
        return number if attempts.failed(heard.kind, None) is not None else "exhausted"

    def _entered(self, visit: Visit, attempts: Attempts) -> str:
        """A number that may be dialled, `other` to ask again, or an outcome."""
        if self.enter is None:
            return "refused"
        heard = visit.ask(visit.pieces(self.enter), Entry(1, LONGEST))
        if heard.kind == "entry" and heard.keys == self.no:
            return "declined"
        again = None
        if heard.kind == "entry":
            try:
                return visit.services.callbacks.dialled(heard.keys)
            except RefusedInput:
                visit.heard[-1] += "?"
                again = attempts.failed("nomatch", self.invalid)
                if again is None:
                    return "refused"
        else:
            again = attempts.failed(heard.kind, self.invalid if heard.kind == "nomatch" else None)
        if again is None:
            return "exhausted"
        visit.input.play(again, visit.setting("barge_in"))
        return "other"

    def _due(self, visit: Visit) -> float | None:
        """The moment before which nobody calls, in seconds since the epoch."""
        value = visit.eval(self.at) if self.at is not None else None
        if value in (None, ""):
            return None
        return moment(value, visit.name_now()).timestamp()


def moment(value: Any, now: datetime) -> datetime:
    """The moment that a value means: itself, or when the clock shows it next. Raises IvoryError."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=now.tzinfo)
    text = str(value).strip()
    if found := _CLOCK.fullmatch(text):
        at = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        return at if at > now else at + timedelta(days=1)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise IvoryError(f'"{text[:40]}" is no time', hint="write 15:30, or 2026-11-23 15:30") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=now.tzinfo)


def _callee(visit: Visit, kind: str, address: str) -> Callee:
    """Whom to ring where an agent has sent the customer."""
    return Callee(kind, address, caller_id=visit.call.ani)


def _said(number: str, promise: Promise) -> dict[str, Any]:
    """What the promise may tell."""
    wait = None if promise.estimate is None else round(promise.estimate.high)
    return {"number": number, "position": promise.position, "wait": wait}
