"""What may be ordered of a worker by name: one table for the command line, agents' telephones and the web.

A row says what an order takes; who can do it attaches a handler in their own file (`@order("agent.ready")`).
Whatever changes something is written down: who, when, what, to whom, and what came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, get_type_hints

from pydantic import ValidationError

from ivr.errors import IvoryError
from ivr.log import get
from ivr.registry import did_you_mean
from ivr.routing.arguments import (
    AddContact,
    Arguments,
    CancelContact,
    Describe,
    DialOut,
    Dispose,
    Extend,
    HangUpCall,
    OfAgent,
    OfCall,
    OfContact,
    OfOffer,
    Priority,
    SetVariables,
    Signal,
    SignIn,
    StartCall,
    Supervise,
    Toward,
    TryFlow,
    WithReason,
)
from ivr.routing.ordered import ordered
from ivr.store.records import AuditRecord

log = get(__name__)

Handler = Callable[[Any, Any, str], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Order:
    """A row of the table: what it takes, what it does, and whether it changes anything."""

    arguments: type[Arguments]
    words: str
    changes: bool = True


TABLE: Mapping[str, Order] = {
    "agent.sign_in": Order(SignIn, "An agent is there, and takes contacts unless `ready` is false."),
    "agent.sign_out": Order(OfAgent, "An agent goes; a talk is let finish."),
    "agent.ready": Order(OfAgent, "An agent takes contacts again."),
    "agent.break": Order(WithReason, "An agent takes no contacts; while talking: afterwards."),
    "agent.wrap_up_done": Order(OfAgent, "An agent is done with the notes of the last contact."),
    "agent.extend": Order(Extend, "An agent needs so many seconds more for notes; none: until they say so."),
    "agent.dispose": Order(Dispose, "What became of a contact; the last one, where none is named."),
    "agent.accept": Order(OfOffer, "An agent takes the contact that is offered to them; not a call."),
    "agent.decline": Order(OfOffer, "An agent does not take the contact that is offered to them."),
    "agent.end_contact": Order(OfOffer, "An agent is done with a contact that is no call."),
    "agent.hang_up": Order(OfAgent, "End the agent's talk; the caller goes on in the flow."),
    "agent.hold": Order(OfAgent, "Let the caller hear music."),
    "agent.retrieve": Order(OfAgent, "Talk to the caller again."),
    "agent.transfer": Order(Toward, "Send the caller elsewhere at once."),
    "agent.consult": Order(Toward, "Ask somebody while the caller waits."),
    "agent.complete": Order(OfAgent, "Connect the caller with who was asked, and leave."),
    "agent.cancel": Order(OfAgent, "End the consultation, and talk to the caller again."),
    "agent.conference": Order(OfAgent, "Talk with the caller and who was asked, all three."),
    "agent.dial": Order(DialOut, "Ring the agent, then connect them with a number."),
    "agent.record": Order(OfAgent, "Record the agent's talk, whatever the group's policy."),
    "agent.record_stop": Order(OfAgent, "End the recording before the talk."),
    "agent.record_pause": Order(OfAgent, "Let the recording be silent while the talk goes on."),
    "agent.record_resume": Order(OfAgent, "Let the recording hear again."),
    "supervisor.monitor": Order(Supervise, "Listen to an agent's talk."),
    "supervisor.whisper": Order(Supervise, "Speak to the agent alone."),
    "supervisor.barge": Order(Supervise, "Join the talk."),
    "supervisor.intercept": Order(Supervise, "Take the caller over from the agent."),
    "supervisor.stop": Order(OfAgent, "Stop listening to an agent's talk."),
    "supervisor.hang_up": Order(OfAgent, "End an agent's talk."),
    "supervisor.force_break": Order(WithReason, "Put an agent on break."),
    "supervisor.force_ready": Order(OfAgent, "Let an agent take contacts."),
    "supervisor.force_logout": Order(OfAgent, "Sign an agent out."),
    "call.start": Order(StartCall, "Ring a number, and let who answers into a flow."),
    "call.hang_up": Order(HangUpCall, "End a call."),
    "call.set": Order(SetVariables, "Set variables of the flow a call is in."),
    "call.signal": Order(Signal, "Give a call what a webhook brought that its flow waits for."),
    "call.show": Order(OfCall, "A call under way, with its flow's variables.", changes=False),
    "flow.try": Order(TryFlow, "What a web phone dials to hear a flow as its file is.", changes=False),
    "calls.live": Order(Arguments, "The calls under way.", changes=False),
    "contact.add": Order(AddContact, "Put a contact that is no call into a queue: a chat, a task."),
    "contact.cancel": Order(CancelContact, "Take a contact that was pushed out of its queue."),
    "contact.attributes": Order(Describe, "Say what a contact is about, for the agent and the record."),
    "contact.priority": Order(Priority, "Give a waiting contact another priority."),
    "acd.status": Order(Arguments, "Groups, agents and contacts as they are.", changes=False),
    "acd.explain": Order(OfContact, "Why each agent has a contact or has not.", changes=False),
}

_HANDLERS: dict[str, Handler] = {}
_Handler = TypeVar("_Handler", bound=Callable[..., Mapping[str, Any] | None])


def begun(words: str) -> dict[str, str]:
    """What is told of an order whose end is not known yet, as a telephone rings first."""
    return {"says": f"{words}; `ivr acd status` shows what becomes of it"}


def order(name: str) -> Callable[[_Handler], _Handler]:
    """Attach what does an order: a function of (part of the worker, its arguments, who ordered it).

    The first parameter's annotation is the class of the part that is wanted. What it returns is told to
    whoever ordered: `says`, if there is such a thing, is for people, who are told "done" else; it raises
    IvoryError for what cannot be done.
    """
    if name not in TABLE:
        raise KeyError(f"{name} is in no row of the table of orders")

    def attach(handler: _Handler) -> _Handler:
        _HANDLERS[name] = handler
        return handler

    return attach


class Orders:
    """Does what is ordered.

    Args:
        parts: of the worker, one of each class that handlers ask for.
        audit: keeps what was ordered; must not wait.
        now: the time, aware.
        ours: waits until callers and agents are this worker's to see to; raises IvoryError if they do not
            become it soon.
    """

    def __init__(
        self,
        *parts: object,
        audit: Callable[[AuditRecord], None],
        now: Callable[[], datetime],
        ours: Callable[[], None] = lambda: None,
    ) -> None:
        self._audit, self._now, self._ours = audit, now, ours
        self._bound: dict[str, tuple[object, Handler]] = {}
        self.add(*parts)

    def add(self, *parts: object) -> None:
        """There are more parts that do orders."""
        for name, handler in _HANDLERS.items():
            wanted = next(iter(get_type_hints(handler).values()))
            part = next((each for each in parts if isinstance(each, wanted)), None)
            if part is not None:
                self._bound[name] = (part, handler)

    def give(self, name: str, by: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have an order done; it waits a little where another worker is about to leave all to this one.

        Args:
            name: a row of the table.
            by: who wants it: `cli:alice`, `agent:1001`.
            given: its arguments as JSON has them.

        Raises:
            IvoryError: there is no such order, its arguments are wrong, or it cannot be done.
        """
        row = TABLE.get(name)
        if row is None:
            raise IvoryError(f'there is no order "{name[:60]}"', hint=did_you_mean(name, list(TABLE)))
        asked = _read(name, row, given)
        if row.changes and not by:
            raise IvoryError(f"{name} is not done for nobody", hint="say who orders it, in `by`")
        self._ours()
        try:
            answer = self._do(name, asked, by) or {}
        except IvoryError as error:
            self._note(name, row, by, asked, error.message)
            raise
        except Exception:
            log.exception("order failed", order=name, by=by)
            self._note(name, row, by, asked, "it failed; see the log")
            raise IvoryError(f"{name} failed", hint="the worker's log says why") from None
        self._note(name, row, by, asked, "done", answer.get("before"))
        return answer

    def _do(self, name: str, asked: Arguments, by: str) -> Mapping[str, Any] | None:
        if name not in self._bound:
            raise IvoryError(f"{name} cannot be done here")
        part, handler = self._bound[name]
        with ordered(by, asked.target(), name):
            return handler(part, asked, by)

    def _note(
        self, name: str, row: Order, by: str, asked: Arguments, result: str, before: object = None
    ) -> None:
        """Write down what was ordered; `before`, if the handler tells it, is how it was until then."""
        if row.changes:
            was = {} if before is None else {"was": before}
            given = asked.model_dump(mode="json", exclude_defaults=True)
            # What was refused may name anything; what is written down must be a name.
            target = "".join(filter(str.isprintable, asked.target())) or "-"
            self._audit(AuditRecord(self._now(), by, name, target, was, given, result))


def _read(name: str, row: Order, given: Mapping[str, Any]) -> Arguments:
    try:
        return row.arguments.model_validate(given)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"]) or "its arguments"
        known = ", ".join(row.arguments.model_fields) or "nothing"
        raise IvoryError(f"{name}, {where}: {problem['msg']}", hint=f"it takes {known}") from None
