"""Who talks with whom: a caller and the leg of the agent who serves them, from the first word to the last.

A talk outlives what connects the two: while an agent asks a colleague, the caller hears music and the talk is
`held`. It is over when the caller or the agent has gone, or when the caller was sent elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ivr.acd.model import Contact
from ivr.call import Call
from ivr.log import get
from ivr.routing.on_hold import OnHold

log = get(__name__)


@dataclass(eq=False)
class Talk:
    """A caller with an agent.

    `call` is the caller's, `leg` the channel of the agent's phone, `since` when they were connected, in
    seconds since the epoch. `held`: the caller is with music, and the agent's leg may be with somebody else;
    whoever sets it brings the two together again, or ends it. `stays`: the agent's leg is not hung up at
    its end, as it is with somebody else by then. `show` is what the agent saw when it rang.

    For who writes it down: `on_hold`, how long the caller heard music; at its end `ended_by` (caller, agent,
    supervisor or system; who sets it first is right) and `sent`, where the caller went (`group:sales`).
    """

    call: Call
    leg: str
    agent: str
    contact: Contact
    since: float
    held: bool = False
    stays: bool = False
    show: dict[str, str] = field(default_factory=dict)
    on_hold: OnHold = field(default_factory=OnHold)
    ended_by: str = ""
    sent: str = ""


Listener = Callable[[Talk], None]


class Talks:
    """All talks of a switch. `began` and `ended` are told of each, once; a listener must not wait. A talk
    that a worker before left behind is told to `found` instead of `began`; one that goes on with another
    agent, to `moved`, with the agent before."""

    def __init__(self) -> None:
        self.began: list[Listener] = []
        self.found: list[Listener] = []
        self.ended: list[Listener] = []
        self.moved: list[Callable[[Talk, str], None]] = []
        self._by_call: dict[str, Talk] = {}
        self._by_leg: dict[str, Talk] = {}
        self._by_agent: dict[str, Talk] = {}
        self._by_contact: dict[str, Talk] = {}

    def __len__(self) -> int:
        return len(self._by_call)

    def __iter__(self) -> Iterator[Talk]:
        return iter(list(self._by_call.values()))

    def by_call(self, call: str) -> Talk | None:
        """The talk of a caller, by the call's UUID."""
        return self._by_call.get(call)

    def by_leg(self, leg: str) -> Talk | None:
        """The talk that the channel of an agent's phone belongs to."""
        return self._by_leg.get(leg)

    def by_agent(self, agent: str) -> Talk | None:
        """The talk an agent has; an agent has one at most."""
        return self._by_agent.get(agent)

    def by_contact(self, contact: str) -> Talk | None:
        """The talk in which a contact is served."""
        return self._by_contact.get(contact)

    def begin(self, talk: Talk, *, found: bool = False) -> None:
        """Two talk from now on, or were found talking."""
        self._enter(talk)
        _tell(self.found if found else self.began, talk)

    def end(self, talk: Talk) -> bool:
        """It is over; whether it was not before."""
        if self._by_call.get(talk.call.id) is not talk:
            return False
        self._leave(talk)
        _tell(self.ended, talk)
        return True

    def forget(self, talk: Talk) -> None:
        """It goes on, but somebody else sees to it: nobody is told."""
        self._leave(talk)

    def move(self, talk: Talk, leg: str, agent: str) -> None:
        """The caller goes on with another agent, on another leg: one talk for who listens."""
        before = talk.agent
        self._leave(talk)
        talk.leg, talk.agent, talk.held = leg, agent, False
        self._enter(talk)
        for listener in self.moved:
            try:
                listener(talk, before)
            except Exception:
                log.exception("a talk's listener failed", call=talk.call.id)

    def _enter(self, talk: Talk) -> None:
        self._by_call[talk.call.id] = self._by_leg[talk.leg] = talk
        self._by_agent[talk.agent] = self._by_contact[talk.contact.id] = talk

    def _leave(self, talk: Talk) -> None:
        for names, name in (
            (self._by_call, talk.call.id),
            (self._by_leg, talk.leg),
            (self._by_agent, talk.agent),
            (self._by_contact, talk.contact.id),
        ):
            if names.get(name) is talk:
                del names[name]


def _tell(listeners: list[Listener], talk: Talk) -> None:
    for listener in listeners:
        try:
            listener(talk)
        except Exception:  # a fault of one who listens must not keep the others, or the talk, waiting
            log.exception("a talk's listener failed", call=talk.call.id)
