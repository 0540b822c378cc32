"""Blind transfer: the agent sends the caller elsewhere at once, and is done.

The caller's transfer node takes them there, as it does when a queue overflows; so they may go to a group, an
agent, an extension, an outside number, or on in a flow of the machine (a survey, a voicemail).
"""

from __future__ import annotations

from ivr.acd.model import Destination
from ivr.errors import IvoryError
from ivr.routing.arguments import Toward
from ivr.routing.consult import TalkControl
from ivr.routing.conversations import Conversations
from ivr.routing.desk import Desk
from ivr.routing.orders import order
from ivr.routing.tolls import Tolls


class Transfers:
    """Blind transfers on one FreeSWITCH."""

    def __init__(self, desk: Desk, conversations: Conversations, control: TalkControl, tolls: Tolls) -> None:
        self._desk, self._all, self._control, self._tolls = desk, conversations, control, tolls

    def transfer(self, agent: str, to: Destination) -> None:
        """Send the caller of an agent elsewhere. Raises IvoryError when there is none, or it may not be."""
        now = self._all.of(agent)
        if now.talk is None:
            raise IvoryError(
                "only a caller who came through a flow can be sent elsewhere at once",
                hint="consult, then complete",
            )
        if to.kind == "agent" and to.name == agent:
            raise IvoryError(f"the caller is with {agent} already")
        if to.kind == "number":
            to = Destination("number", self._tolls.take(to.name))
        self._control.release(now)
        self._desk.send(now.talk.contact.id, to, agent)


@order("agent.transfer")
def transfer(transfers: Transfers, asked: Toward, by: str) -> None:
    transfers.transfer(asked.agent, Destination(asked.to.kind, asked.to.name))
