"""The story of a call: everything that is kept of it in one line of time, whatever table it stands in.

A step says what the caller did and what came of it, a contact where they waited and who served them; an offer
is an agent who was rung. What was confidential is masked in the records already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from ivr.store.call_whole import Whole
from ivr.store.records import ContactRecord, OfferRecord, Step
from ivr.webhooks.types import TYPES

Kind = Literal[
    "began", "answered", "step", "queued", "offered", "talk", "left_queue", "wrapped_up", "recorded", "rated",
    "callback", "told", "ended",
]  # fmt: skip

TONES: Final[Mapping[str, str]] = {
    "abandoned": "warn", "rejected": "warn", "unreached": "warn", "failed": "bad", "lost": "bad",
    "completed": "ok", "transfer": "ok", "connected": "ok", "answered": "ok", "done": "ok",
    "no_answer": "warn", "busy": "warn", "timed_out": "warn", "error": "bad", "timeout": "bad",
    "interrupted": "bad", "exhausted": "warn",
}  # fmt: skip
"""How an outcome is looked at: `ok`, `warn`, `bad`; others are neither."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened.

    Args:
        after: seconds since the call began.
        seconds: how long it took; None: it has no length, or it is not known.
        flow, node, visit, type: of a step.
        outcome: how it ended, in the word of the record.
        tone: `ok`, `warn`, `bad` or empty.
        facts: what else is known, by the record's names.
    """

    kind: Kind
    at: datetime
    after: float
    seconds: float | None = None
    flow: str = ""
    node: str = ""
    visit: int = 0
    type: str = ""
    outcome: str = ""
    input: str = ""
    tone: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def story(whole: Whole) -> list[Moment]:
    """What happened, in order; of one moment what was noted first comes first."""
    began = whole.call.started
    moments = [*_call(whole), *map(_step, whole.steps), *_contacts(whole), *_beside(whole)]
    moments.sort(key=lambda one: (one.at, _ORDER.get(one.kind, 1)))
    return [
        replace(
            one,
            after=round((one.at - began).total_seconds(), 3),
            tone=one.tone or TONES.get(one.outcome, ""),
        )
        for one in moments
    ]


_ORDER: Final[Mapping[str, int]] = {"began": 0, "ended": 2}


def _call(whole: Whole) -> Iterator[Moment]:
    call = whole.call
    yield Moment(
        "began", call.started, 0, facts=_given(ani=call.ani, dnis=call.dnis, direction=call.direction)
    )
    if call.answered:
        yield Moment("answered", call.answered, 0)
    if call.ended:
        facts = _given(cause=call.hangup_cause, goals=list(call.goals))
        yield Moment("ended", call.ended, 0, outcome=call.end, facts=facts)


def _step(step: Step) -> Moment:
    seconds = (step.left - step.entered).total_seconds() if step.left else None
    problems = step.detail.get("problems")
    status = step.detail.get("status")
    failed = problems or (isinstance(status, int) and status >= 500)
    return Moment(
        "step", step.entered, 0, seconds, step.flow, step.node, step.visit, step.type, step.outcome,
        step.input, tone="bad" if failed else "", facts=dict(step.detail),
    )  # fmt: skip


def _contacts(whole: Whole) -> Iterator[Moment]:
    offers: dict[str, list[OfferRecord]] = {}
    for offer in whole.offers:
        offers.setdefault(offer.contact, []).append(offer)
    for contact in whole.contacts:
        yield from _contact(contact)
        for offer in offers.get(contact.id, ()):
            rang = (offer.ended - offer.at).total_seconds() if offer.ended else None
            facts = _given(agent=offer.agent, group=offer.group, contact=contact.id)
            yield Moment("offered", offer.at, 0, rang, outcome=offer.result, facts=facts)


def _contact(contact: ContactRecord) -> Iterator[Moment]:
    here = _given(contact=contact.id, group=contact.group)
    facts = here | _given(
        passed=list(contact.passed), priority=contact.priority, require=dict(contact.require),
        preferred=contact.preferred, transferred_from=contact.transferred_from,
    )  # fmt: skip
    yield Moment("queued", contact.arrived, 0, contact.waited, outcome=contact.disposition, facts=facts)
    if contact.answered:
        facts = here | _given(
            agent=contact.agent, talk=contact.talk, hold=contact.hold, ended_by=contact.ended_by,
            transferred_to=contact.transferred_to,
        )  # fmt: skip
        spent = (contact.talk or 0) + (contact.hold or 0) if contact.talk is not None else None
        yield Moment("talk", contact.answered, 0, spent, outcome="answered", facts=facts)
    elif contact.ended:
        facts = here | _given(reason=contact.reason, transferred_to=contact.transferred_to)
        yield Moment("left_queue", contact.ended, 0, outcome=contact.disposition, facts=facts)
    if contact.ended and (contact.disposition_code or contact.note or contact.wrap_up):
        facts = here | _given(agent=contact.agent, code=contact.disposition_code, note=contact.note)
        yield Moment("wrapped_up", contact.ended, 0, contact.wrap_up, facts=facts)


def _beside(whole: Whole) -> Iterator[Moment]:
    for recording in whole.recordings:
        facts = _given(recording=recording.id, agent=recording.agent, why=recording.why)
        facts["kept"] = recording.purged is None
        yield Moment(
            "recorded", recording.started, 0, recording.seconds, outcome=recording.result, facts=facts
        )
    for answer in whole.answers:
        facts = _given(item=answer.item, score=answer.score, answer=answer.answer, agent=answer.agent)
        yield Moment(
            "rated", answer.at, 0, flow=answer.flow, node=answer.node, visit=answer.visit, facts=facts
        )
    for callback in whole.callbacks:
        facts = _given(number=callback.number, group=callback.group, callback=callback.id)
        yield Moment("callback", callback.asked, 0, outcome=callback.state, facts=facts)
    for event in whole.events:
        if event.type not in TYPES:  # those of Ivory's own say what stands here already
            yield Moment("told", event.at, 0, type=event.type, facts={"event": event.id})


def _given(**facts: Any) -> dict[str, Any]:
    """Facts that say something."""
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}
