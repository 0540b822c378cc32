"""Which agent is on the telephone with whom, whether the queue brought them together or the agent dialled.

Hold, consultation and supervision do not care which of the two it was: there is the channel of the agent's
telephone, and the channel of the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from ivr.acd.model import Destination
from ivr.errors import IvoryError
from ivr.log import get
from ivr.routing.on_hold import OnHold
from ivr.routing.talks import Talk, Talks

log = get(__name__)

RINGING, ARRIVING, ASKING, WAITING, THREE = "ringing", "arriving", "asking", "waiting", "three"
STEPS: Final = frozenset({RINGING, ARRIVING, ASKING, WAITING, THREE})


@dataclass(eq=False)
class Third:
    """Somebody whom an agent asks.

    `step`: ringing (or queued), arriving (has answered), asking (talks with the agent, the caller has music),
    waiting (has music, the caller talks with the agent), three (all three talk). `leg` is empty while no
    telephone rings. A third whom the queue found is an `agent` who serves the contact `contact`. One who was
    `dismissed` is wanted no more, also where FreeSWITCH comes to ring them only now.
    """

    to: Destination
    step: str = RINGING
    leg: str = ""
    agent: str = ""
    contact: str = ""
    dismissed: bool = False

    @property
    def there(self) -> bool:
        """Whether they have answered."""
        return self.step not in (RINGING, ARRIVING)


@dataclass(eq=False)
class Conversation:
    """An agent and another, on the channels `leg` and `other`; `talk` when the queue brought them together.

    `held`: the other has music. `third`: somebody the agent asks meanwhile. `parked`: legs whose partner has
    gone, as FreeSWITCH may say before it says so of the partner.
    """

    agent: str
    leg: str
    other: str
    talk: Talk | None = None
    held: bool = False
    third: Third | None = None
    left: bool = False
    """The one they talked about has gone: what is left of a three-way."""
    parked: set[str] = field(default_factory=set)
    on_hold: OnHold = field(default_factory=OnHold)
    ended_by: str = ""
    """Who hung up first, where no flow drives the other one."""


Ended = Callable[[Conversation], None]


@dataclass
class Conversations:
    """All of them. `ended` is told of each, once, with what was laid over it still in place; `changed` of an
    agent who does something else than before. Neither may wait."""

    talks: Talks
    ended: list[Ended] = field(default_factory=list)
    changed: list[Callable[[str], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_agent: dict[str, Conversation] = {}
        self._by_leg: dict[str, Conversation] = {}
        self.talks.began.append(self._talk_began)
        self.talks.found.append(self._talk_began)
        self.talks.moved.append(self._talk_moved)
        self.talks.ended.append(self._talk_ended)

    def __iter__(self) -> Iterator[Conversation]:
        return iter(list(self._by_agent.values()))

    def of(self, agent: str) -> Conversation:
        """The one an agent is in. Raises IvoryError when there is none."""
        conversation = self._by_agent.get(agent)
        if conversation is None:
            raise IvoryError(f"{agent} is not in a call")
        return conversation

    def find(self, agent: str) -> Conversation | None:
        """The one an agent is in, if any."""
        return self._by_agent.get(agent)

    def by_leg(self, leg: str) -> Conversation | None:
        """The one to which a channel belongs: the agent's, the other's, or the third's."""
        return self._by_leg.get(leg)

    def begin(self, conversation: Conversation) -> None:
        """Two talk from here on."""
        self._by_agent[conversation.agent] = conversation
        for leg in _legs(conversation):
            self._by_leg[leg] = conversation
        self.tell(conversation.agent)

    def tell(self, agent: str) -> None:
        """Something is another in what an agent does."""
        for listener in self.changed:
            try:
                listener(agent)
            except Exception:
                log.exception("a conversation's listener failed", agent=agent)

    def ask(self, conversation: Conversation, third: Third | None) -> None:
        """The agent asks somebody, or nobody any more."""
        if conversation.third is not None:
            self._by_leg.pop(conversation.third.leg, None)
        conversation.third = third
        if third is not None and third.leg:
            self._by_leg[third.leg] = conversation
        self.tell(conversation.agent)

    def answered(self, conversation: Conversation, leg: str) -> None:
        """The third is at `leg`."""
        assert conversation.third is not None  # noqa: S101 who answers was asked
        conversation.third.leg = leg
        self._by_leg[leg] = conversation

    def end(self, conversation: Conversation) -> None:
        """It is over; told once."""
        if self._by_agent.get(conversation.agent) is not conversation:
            return
        del self._by_agent[conversation.agent]
        for listener in self.ended:
            try:
                listener(conversation)
            except Exception:
                log.exception("a conversation's listener failed", agent=conversation.agent)
        for leg in _legs(conversation):
            if self._by_leg.get(leg) is conversation:
                del self._by_leg[leg]
        self.tell(conversation.agent)

    def _talk_began(self, talk: Talk) -> None:
        self.begin(Conversation(talk.agent, talk.leg, talk.call.id, talk, on_hold=talk.on_hold))

    def _talk_moved(self, talk: Talk, before: str) -> None:
        if conversation := self._by_agent.get(before):
            self.end(conversation)
        self._talk_began(talk)

    def _talk_ended(self, talk: Talk) -> None:
        conversation = self._by_agent.get(talk.agent)
        if conversation is not None and conversation.talk is talk:
            self.end(conversation)


def _legs(conversation: Conversation) -> list[str]:
    legs = [conversation.leg, conversation.other]
    if conversation.third is not None and conversation.third.leg:
        legs.append(conversation.third.leg)
    return legs
