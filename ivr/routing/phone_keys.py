"""Keys of an agent's telephone in the middle of a call, for agents who have nothing else: `*2` holds.

FreeSWITCH tells of each key of an agent's leg, and passes none on by itself (`legs.KEEPS_KEYS`): so the other
one hears no code, and what is no code is passed on from here. A code is `*` and a digit; what needs a number
takes it up to `#`, or until no more keys come, while the caller hears music.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import gevent

from ivr.call import KEYS
from ivr.errors import IvoryError
from ivr.esl import commands, talking
from ivr.esl.wire import Event
from ivr.log import get
from ivr.routing.consult import TalkControl
from ivr.routing.conversations import Conversation, Conversations
from ivr.routing.desk import Desk

log = get(__name__)

START: Final = "*"
END: Final = "#"
ABROAD: Final = "00"
"""What stands for the `+` of an outside number, as no key does."""

NEXT: Final = 3.0
"""Seconds between two keys of a code or a number."""
LONGEST: Final = 20
"""Keys of a number."""

WITH_NUMBER: Final = ("consult", "transfer")

Give = Callable[[str, str, Mapping[str, Any]], object]
"""Gives an order: its name, by whom, what it takes. Raises IvoryError."""


@dataclass(eq=False)
class Typing:
    """What an agent has typed so far: `order` once that is known, and then the number."""

    agent: str
    order: str = ""
    number: str = ""
    end: gevent.Greenlet[..., None] | None = None


class PhoneKeys:
    """The keys of agents who talk.

    Args:
        codes: what a code does: `{"*2": "hold"}`, by the last part of an order's name.
        agents: the ids of the plan's agents: a number that is one of them is that agent.
    """

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        control: TalkControl,
        codes: Mapping[str, str],
        agents: Callable[[], Mapping[str, Any]],
        give: Give,
    ) -> None:
        self._desk, self._all, self._control = desk, conversations, control
        self._codes, self._agents, self._give = codes, agents, give
        self._typing: dict[str, Typing] = {}
        desk.heard.append(self.handle)
        conversations.ended.append(self._ended)

    def handle(self, event: Event) -> None:
        """An event of any channel; never waits."""
        if event.name != "DTMF":
            return
        now = self._all.by_leg(event.uuid)
        if now is not None and event.uuid == now.leg:
            self._key(now, event.get("DTMF-Digit"))

    def _key(self, now: Conversation, key: str) -> None:
        typing = self._typing.get(now.agent)
        if typing is None:
            if key == START and self._codes:
                self._typing[now.agent] = Typing(now.agent)
                self._wait(self._typing[now.agent])
            else:
                self._pass(now, key)
            return
        if not typing.order:
            self._code(now, typing, START + key)
        elif key == END or len(typing.number) >= LONGEST:
            self._done(typing)
        else:
            typing.number += key
            self._wait(typing)

    def _code(self, now: Conversation, typing: Typing, code: str) -> None:
        order = self._codes.get(code, "")
        if order == "hold" and now.held:
            order = "retrieve"
        if order in WITH_NUMBER:
            typing.order = order
            self._wait(typing)
            gevent.spawn(self._listen, now)
            return
        self._forget(typing)
        if order:
            gevent.spawn(self._order, typing.agent, order, {})
        else:
            self._pass(now, code)

    def _pass(self, now: Conversation, keys: str) -> None:
        """Keys that are no code go to whom the agent talks with: a machine there may want them."""
        third = now.third if now.third is not None and now.third.there else None
        to = now.other if not now.held else third.leg if third is not None else ""
        if to and all(key in KEYS for key in keys):
            self._desk.post(commands.send_keys(to, keys))

    def _listen(self, now: Conversation) -> None:
        """Music for the caller, a dial tone for the agent."""
        try:
            self._control.hold(now.agent)
            talking.tell(self._desk.line, now.leg, talking.DIAL)
        except IvoryError as error:
            log.info("no number taken", agent=now.agent, error=str(error))

    def _done(self, typing: Typing) -> None:
        self._forget(typing)
        gevent.spawn(self._order, typing.agent, typing.order, {"to": self._place(typing.number)})

    def _place(self, number: str) -> dict[str, str]:
        if number.startswith(ABROAD):
            return {"number": "+" + number[len(ABROAD) :]}
        return {"agent" if number in self._agents() else "extension": number}

    def _order(self, agent: str, order: str, given: Mapping[str, Any]) -> None:
        try:
            self._give(f"agent.{order}", f"phone:{agent}", {"agent": agent, **given})
        except IvoryError as error:
            log.info("key did nothing", agent=agent, order=order, error=str(error))
            now = self._all.find(agent)
            if order in WITH_NUMBER and now is not None and now.held and now.third is None:
                self._control.back(agent, "NO_ROUTE_DESTINATION")

    def _wait(self, typing: Typing) -> None:
        if typing.end is not None:
            typing.end.kill(block=False)
        typing.end = gevent.spawn_later(NEXT, self._late, typing)

    def _late(self, typing: Typing) -> None:
        typing.end = None
        if self._typing.get(typing.agent) is typing:
            if typing.order:
                self._done(typing)
            else:
                self._forget(typing)
                if now := self._all.find(typing.agent):
                    self._pass(now, START)

    def _forget(self, typing: Typing) -> None:
        if self._typing.get(typing.agent) is typing:
            del self._typing[typing.agent]
        if typing.end is not None:
            typing.end.kill(block=False)

    def _ended(self, now: Conversation) -> None:
        if typing := self._typing.get(now.agent):
            self._forget(typing)
