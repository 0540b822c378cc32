"""The course of a talk: it begins with an offer that came about, may be held and go over to another agent,
and ends for good. What the router, the call and its place must know of it is told here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.acd import events
from ivr.errors import IvoryError
from ivr.esl import commands
from ivr.routing.legs import AGENT
from ivr.routing.ordered import side
from ivr.routing.places import TALKING, CallPlace
from ivr.routing.ringing import Ringing
from ivr.routing.talks import Talk
from ivr.runtime.ports import Leave

if TYPE_CHECKING:
    from ivr.routing.desk import Desk


class Course:
    """That of all talks of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def hold(self, talk: Talk) -> None:
        """From here the caller stays with the flow (music) when their bridge ends, and the agent's leg is
        left alone; `retrieve`, `send` or `finish` follows. What parts the two is for whoever holds."""
        talk.held = True
        if place := self._desk.places.get(talk.call.id):
            place.stay = replace(place.stay, held=True)
            self._desk.write(place)

    def retrieve(self, talk: Talk, leg: str = "", agent: str = "") -> None:
        """Connect the caller again with the agent's leg; or with another `leg` of `agent` (attended transfer:
        the service moves, wrap-up begins for the first agent). Without an `agent`, `leg` is somebody outside
        the centre, and the service is over. Raises IvoryError when the caller has gone."""
        place = self._desk.places.get(talk.call.id)
        if place is None:
            raise IvoryError("the caller has gone")
        leg = leg or talk.leg
        place.stay = replace(place.stay, held=False)
        talk.call.connect(leg)
        if leg == talk.leg:
            talk.held = False
        elif agent:
            self._moves(place, talk, leg, agent)
        else:
            self._service_ends(talk, side(talk.agent))
            place.go(Leave("next"))
        self._desk.write(place)

    def finish(self, talk: Talk, by: str = "") -> None:
        """Hang the agent's leg up; the caller goes on in the flow. `by`: who ended it, if it was neither the
        agent nor who ordered it."""
        talk.held = False
        self.ends(talk, by or side(talk.agent))

    def begins(self, ringing: Ringing) -> None:
        """An offer's agent and its caller talk; the router knows."""
        place, offer = ringing.place, ringing.offer
        assert place is not None  # noqa: S101 only offers with a caller are connected by us
        assert place.call is not None  # noqa: S101
        place.phase, place.served = TALKING, offer.agent
        place.stay = replace(place.stay, agent=offer.agent, since=self._desk.now(), sent=None)
        self._desk.write(place)
        show = dict(place.wish.show) if place.wish else {}
        self._desk.talks.begin(
            Talk(place.call, ringing.leg, offer.agent, place.contact, self._desk.now(), show=show)
        )
        place.news()

    def _moves(self, place: CallPlace, talk: Talk, leg: str, agent: str) -> None:
        before = talk.agent
        self._desk.talks.move(talk, leg, agent)
        place.served = agent
        place.stay = replace(place.stay, agent=agent, since=self._desk.now())
        self._desk.post(commands.set_variables(leg, {AGENT: agent}))
        self._desk.tell(events.ServiceMoved(talk.contact.id, before, agent))

    def ends(self, talk: Talk, by: str) -> None:
        """The caller and the agent are parted for good: the agent's leg goes, the caller goes on."""
        if not self._service_ends(talk, by):
            return
        if not talk.stays:
            self._desk.post(commands.kill(talk.leg))
        if place := self._desk.places.get(talk.call.id):
            place.go(Leave("next"))

    def _service_ends(self, talk: Talk, by: str) -> bool:
        talk.ended_by = talk.ended_by or by
        if not self._desk.talks.end(talk):
            return False
        self._desk.tell(events.ServiceEnded(talk.agent, talk.contact.id))
        return True
