"""What an agent does in the middle of a call: hold, ask somebody, bring all three together, hand over.

The caller and the agent stay connected on the switch all the while, and what is done is laid over that (see
`ivr.esl.talking`). So nobody is lost, whoever goes: an agent who hangs up while a third is there leaves the
caller with the third; a third who goes leaves the caller with the agent; a caller who goes leaves those two;
and a worker that dies leaves everything as it is, with a few words on the legs by which the next one goes on.
"""

from __future__ import annotations

from itertools import count
from typing import Final
from uuid import uuid4

import gevent

from ivr.acd import events
from ivr.acd.actions import Action, ContactEnded, Offer
from ivr.acd.model import Contact, Destination
from ivr.errors import CommandFailed, IvoryError, SwitchError
from ivr.esl import commands, talking
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.log import get
from ivr.routing import legs, on_hold
from ivr.routing.arguments import OfAgent, Toward
from ivr.routing.conversations import (
    ARRIVING,
    ASKING,
    RINGING,
    STEPS,
    THREE,
    WAITING,
    Conversation,
    Conversations,
    Third,
)
from ivr.routing.desk import Desk
from ivr.routing.endings import ended_by
from ivr.routing.orders import begun, order
from ivr.routing.pairs import Pairs
from ivr.routing.tolls import Tolls
from ivr.settings import Calls

log = get(__name__)

RINGS: Final = 30
"""Seconds a third is rung who is not asked through the queue."""
LATE: Final = 15.0
"""Seconds after which FreeSWITCH must have said what became of that."""
MUSIC: Final = "default"

HELD: Final = "ivr_held"
"""Of an agent's leg: the other one has music; `asks`: because somebody is sought by way of the queue."""
LONGEST: Final = 120.0
"""Seconds for which a colleague is sought at most."""
ASKED_BY: Final = "ivr_asked_by"
"""Of a third's leg: the agent's leg."""
STEP: Final = "ivr_asked"
"""Of a third's leg: the step of the consultation, and the contact by which the queue found them."""

QUEUED: Final = ("group", "agent")
"""Thirds whom the queue finds; the others are dialled."""


class TalkControl:
    """Hold, consultation, three-way and attended transfer on one FreeSWITCH.

    Args:
        conversations: who is on the telephone with whom.
        tolls: whether an outside number may be dialled.
    """

    def __init__(self, desk: Desk, conversations: Conversations, options: Calls, tolls: Tolls) -> None:
        self._desk, self._all, self._options, self._tolls = desk, conversations, options, tolls
        self._numbers = count(1)
        self._pairs = Pairs(lambda: desk.line)
        self._left: dict[str, Third] = {}  # thirds of the queue, by their legs, whose agents are still served
        self._soon: dict[str, Conversation] = {}  # what is left of a three-way, by its legs, before it begins
        conversations.ended.append(self._ended)
        desk.heard += [self._pairs.handle, self.handle]
        desk.listeners.append(self._decided)
        desk.ups.append(self.found)

    # What an agent orders -----------------------------------------------------------------------------

    def hold(self, agent: str) -> None:
        """The other one hears music; who was asked, and waits, is talked to again. All of these raise
        IvoryError when there is nothing to do it to."""
        now = self._all.of(agent)
        third = now.third
        if third is not None and not third.there:
            raise IvoryError(f"{agent} asks somebody already", hint="cancel that first")
        if now.held:
            return
        talking.hold(self._desk.line, now.other, now.leg, MUSIC)
        self._holds(now, True)
        if third is not None:
            if third.step == WAITING:
                talking.join(self._desk.line, third.leg, now.leg)
            self._steps(now, ASKING)

    def retrieve(self, agent: str) -> None:
        """Talk with the other one again; a third who has answered waits with music."""
        now = self._all.of(agent)
        if not now.held:
            raise IvoryError(f"{agent} holds nobody")
        third = now.third
        if third is not None and not third.there:
            self.cancel(agent)
            return
        if third is not None:
            talking.leave(self._desk.line, third.leg)  # its CHANNEL_PARK brings the music
            self._steps(now, WAITING)
        talking.retrieve(self._desk.line, now.other, now.leg)
        self._holds(now, False)

    def consult(self, agent: str, to: Destination) -> None:
        """Ask somebody, while the other one hears music: a group or an agent by way of the queue, an
        extension or an outside number by dialling it."""
        now = self._all.of(agent)
        if now.third is not None:
            raise IvoryError(f"{agent} asks somebody already", hint="complete or cancel that first")
        if to.kind not in (*QUEUED, "extension", "number"):
            hint = "ask a group, an agent, an extension or a number"
            raise IvoryError(f"a {to.kind} cannot be asked", hint=hint)
        if to.kind == "agent" and to.name == agent:
            raise IvoryError(f"{agent} cannot ask themselves")
        address = self._tolls.take(to.name) if to.kind == "number" else to.name
        third = Third(to)
        self._all.ask(now, third)
        if now.held:
            talking.tell(self._desk.line, now.leg, talking.RINGING)
        else:
            talking.hold(self._desk.line, now.other, now.leg, MUSIC, talking.ringing())
        self._holds(now, True)
        if to.kind in QUEUED:
            self._queue(now, third)
        else:
            gevent.spawn(self._guarded, now, third, address)

    def conference(self, agent: str) -> None:
        """All three talk."""
        now, third = self._with_third(agent)
        if third.step == WAITING:
            talking.join(self._desk.line, third.leg, now.leg)
        talking.retrieve(self._desk.line, now.other, now.leg)
        self._holds(now, False)
        self._steps(now, THREE)

    def complete(self, agent: str) -> None:
        """Connect the other one with the third, and leave."""
        now, third = self._with_third(agent)
        self._hand_over(now, third)

    def cancel(self, agent: str) -> None:
        """End the consultation, and talk with the other one again."""
        now = self._all.of(agent)
        third = now.third
        if third is None:
            raise IvoryError(f"{agent} asks nobody")
        self._dismiss(third)
        self._without(now, "")

    def back(self, agent: str, cause: str) -> None:
        """Talk with the other one again, as the third cannot be had; a tone says why."""
        self._without(self._all.of(agent), cause)

    def hang_up(self, agent: str) -> None:
        """The agent's part is over: a caller of the queue goes on in the flow."""
        now = self._all.of(agent)
        self.release(now)
        self._end(now)

    def give(self, now: Conversation, leg: str, agent: str = "") -> None:
        """The other one goes on with somebody on `leg`, an `agent` or not; the agent who was is done."""
        self.release(now)
        self._hand_over(now, Third(Destination("extension", ""), ASKING, leg, agent))

    def release(self, now: Conversation) -> None:
        """Take everything away that was laid over a conversation that is about to end."""
        if now.third is not None:
            self._dismiss(now.third)
            self._all.ask(now, None)
        self._survive(now, False)
        if now.held:
            talking.retrieve(self._desk.line, now.other, now.leg)
            self._holds(now, False)

    def _with_third(self, agent: str) -> tuple[Conversation, Third]:
        now = self._all.of(agent)
        if now.third is None:
            raise IvoryError(f"{agent} asks nobody", hint="ivr agent consult comes first")
        if not now.third.there:
            raise IvoryError("nobody has answered yet", hint="wait, cancel, or transfer the caller at once")
        return now, now.third

    # Finding the third --------------------------------------------------------------------------------

    def _queue(self, now: Conversation, third: Third) -> None:
        group = third.to.name if third.to.kind == "group" else ""
        only = third.to.name if third.to.kind == "agent" else ""
        third.contact = f"{now.leg}:asked.{next(self._numbers)}"
        others, moment = frozenset({now.agent}), self._desk.now()
        contact = Contact(third.contact, group, moment, only=only, excluded=others, max_wait=LONGEST)
        self._desk.post(commands.set_variables(now.leg, {HELD: "asks"}))
        self._desk.ask(contact, lambda offer, leg: self._served(now, third, offer, leg))

    def _decided(self, action: Action) -> None:
        """The router gave a consultation up: nobody is there, or nobody answered in time."""
        if isinstance(action, ContactEnded) and action.disposition != "answered":
            for now in self._all:
                if now.third is not None and now.third.contact == action.contact and not now.third.leg:
                    self._without(now, "NO_ANSWER")

    def _served(self, now: Conversation, third: Third, offer: Offer, leg: str) -> None:
        """A colleague has answered. Their leg is parked anew, as it was to be so for a short while only."""
        if now.third is not third:
            self._desk.tell(events.OfferFailed(offer.id, "failed"))
            return
        self._desk.tell(events.OfferConnected(offer.id))
        self._desk.offers.served(offer.id)
        third.agent = offer.agent
        self._all.answered(now, leg)
        self._left[leg] = third
        self._desk.post(commands.set_variables(leg, {legs.OFFER: ""}))  # it is no offer any more
        self._steps(now, ARRIVING)
        talking.leave(self._desk.line, leg)

    def _guarded(self, now: Conversation, third: Third, address: str) -> None:
        try:
            cause = self._dial(now, third, address)
        except IvoryError as error:
            log.warning("third not dialled", agent=now.agent, error=str(error))
            cause = "NORMAL_TEMPORARY_FAILURE"
        if cause and now.third is third:
            self._without(now, cause)

    def _dial(self, now: Conversation, third: Third, address: str) -> str:
        """Ring an extension or a number; why it did not answer, empty where it did."""
        leg = str(uuid4())
        variables: dict[str, str | int | bool] = {
            "origination_uuid": leg,
            "originate_timeout": RINGS,
            "ignore_early_media": True,
            "playback_terminators": "none",
            ASKED_BY: now.leg,
            STEP: RINGING,
        }
        dial = legs.telephone(address, variables, self._options)
        self._all.answered(now, leg)
        job = self._desk.line.bgapi(commands.originate(dial))
        try:
            job.get(RINGS + LATE)
        except CommandFailed as error:
            return error.message.rpartition("-ERR ")[2].strip("' ") or "NORMAL_TEMPORARY_FAILURE"
        if third.dismissed:  # that very moment
            self._desk.post(commands.kill(leg))
        return ""

    # What FreeSWITCH reports --------------------------------------------------------------------------

    def handle(self, event: Event) -> None:
        """An event of a channel that no flow drives; never waits."""
        if event.name not in ("CHANNEL_PARK", "CHANNEL_HANGUP"):
            return
        if event.name == "CHANNEL_HANGUP":
            self._soon.pop(event.uuid, None)
            if left := self._left.pop(event.uuid, None):
                self._desk.tell(events.ServiceEnded(left.agent, left.contact))
        now = self._all.by_leg(event.uuid)
        if now is None:
            return
        third = now.third if now.third is not None and now.third.leg == event.uuid else None
        if event.name == "CHANNEL_HANGUP" and third is None and not now.ended_by:
            side = "agent" if event.uuid == now.leg else "caller"
            now.ended_by = ended_by(event.get("Hangup-Cause"), side)
        try:
            if event.name == "CHANNEL_PARK":
                if third is not None:
                    self._parked(now, third)
                else:
                    now.parked.add(event.uuid)
            elif third is not None:
                self._third_gone(now, third, event.get("Hangup-Cause"))
            elif event.uuid == now.leg:
                self._agent_gone(now)
            else:
                self._all.end(now)
        except SwitchError as error:
            log.warning("talk not looked after", agent=now.agent, error=str(error))

    def _parked(self, now: Conversation, third: Third) -> None:
        """A third arrives, or has been parked anew by what a worker that was killed had still asked for."""
        if third.step == WAITING:
            talking.wait(self._desk.line, third.leg, MUSIC)
            return
        self._survive(now, True)
        talking.join(self._desk.line, third.leg, now.leg)
        if third.step == THREE:
            talking.retrieve(self._desk.line, now.other, now.leg)
        else:
            self._steps(now, ASKING)

    def _third_gone(self, now: Conversation, third: Third, cause: str) -> None:
        self._without(now, "" if third.there else cause or "NO_ANSWER")

    def _agent_gone(self, now: Conversation) -> None:
        third, held = now.third, now.held
        if third is not None and third.there:
            self._hand_over(now, third, parted=True)
            return
        if third is not None:
            self._dismiss(third)
            self._all.ask(now, None)
        if held and now.talk is not None and (back := _place(now.talk.contact)):
            now.talk.stays = False
            self._desk.send(now.talk.contact.id, back, now.agent)
        else:
            self._end(now)
        if held:  # music keeps a leg from seeing that the other one has gone
            self._desk.post(commands.api("uuid_break", now.other, "all"))

    # Endings ------------------------------------------------------------------------------------------

    def _without(self, now: Conversation, cause: str) -> None:
        """The third is out of it; the two talk as before."""
        self._all.ask(now, None)
        self._survive(now, False)
        if now.held:
            talking.come_back(self._desk.line, now.other, now.leg, cause)
        self._holds(now, False)

    def _hand_over(self, now: Conversation, third: Third, *, parted: bool = False) -> None:
        """The other one goes on with the third, the agent is done; `parted`: the agent has gone already."""
        self._all.ask(now, None)
        if now.talk is not None:
            self._survive(now, False)
            now.talk.held = False
            now.on_hold.turn(False, self._desk.now())
            self._desk.retrieve(now.talk, third.leg, third.agent)
            if third.contact and third.agent:  # they are with the caller now, and done with who asked them
                self._left.pop(third.leg, None)
                self._desk.tell(events.ServiceEnded(third.agent, third.contact))
        else:
            self._all.end(now)
            self._pairs.make(now.other, third.leg, parted=parted and now.other not in now.parked)
        cleared = {ASKED_BY: "", STEP: "", on_hold.KEPT: now.on_hold.kept() if now.talk is not None else ""}
        self._desk.post(commands.set_variables(third.leg, cleared))
        if not parted:
            self._desk.post(talking.survive(now.leg, False), commands.kill(now.leg))

    def _dismiss(self, third: Third) -> None:
        """Have a third rung no more, or leave."""
        third.dismissed = True
        if third.contact and not third.leg:
            self._desk.tell(events.ContactLeft(third.contact, "keyed_out"))
        elif third.leg:
            self._desk.post(commands.kill(third.leg))

    def _end(self, now: Conversation) -> None:
        if now.talk is not None:
            now.talk.held = now.talk.stays = False
            self._desk.finish(now.talk, now.ended_by)
        else:
            self._all.end(now)
            self._desk.post(commands.kill(now.leg))

    def _ended(self, now: Conversation) -> None:
        """A conversation is over, and it was not the agent who ended it: the other one has gone."""
        third = now.third
        if now.left:
            self._desk.occupied(now.agent, False)
            self._desk.post(commands.kill(now.leg), commands.kill(now.other))
        if third is None:
            return
        self._all.ask(now, None)
        if third.there:  # the two who are left were on one leg, and are connected as two are
            self._desk.post(commands.set_variables(third.leg, {ASKED_BY: "", STEP: ""}))
            self._pairs.make(now.leg, third.leg, parted=now.leg not in now.parked)
            after = Conversation(now.agent, now.leg, third.leg, left=True)
            self._soon |= {after.leg: after, after.other: after}
            gevent.spawn(self._go_on, after)
        else:
            self._dismiss(third)
            self._desk.post(talking.survive(now.leg, False), commands.kill(now.leg))

    def _go_on(self, after: Conversation) -> None:
        both = (after.leg, after.other)
        if None in [self._soon.pop(leg, None) for leg in both]:  # one of them has gone that very moment
            self._desk.post(*map(commands.kill, both))
            return
        self._desk.occupied(after.agent, True)
        self._all.begin(after)

    # What is kept on the switch -----------------------------------------------------------------------

    def _holds(self, now: Conversation, held: bool) -> None:
        now.held = held
        now.on_hold.turn(held, self._desk.now())
        if now.talk is not None:  # from here on it is for us to see to it when a leg goes
            now.talk.held = held or now.third is not None
        kept = {HELD: "true" if held else "", on_hold.KEPT: now.on_hold.kept()}
        self._desk.post(commands.set_variables(now.leg, kept))
        self._all.tell(now.agent)

    def _survive(self, now: Conversation, survives: bool) -> None:
        """Whether each of the two stays when the other one goes."""
        self._desk.post(talking.survive(now.leg, survives))
        if now.talk is not None:  # the caller stays in any case
            now.talk.stays = survives
            now.talk.held = survives or now.held
        else:
            self._desk.post(talking.survive(now.other, survives))

    def _steps(self, now: Conversation, step: str) -> None:
        assert now.third is not None  # noqa: S101 there is somebody whose step it is
        third = now.third
        third.step = step
        told = {ASKED_BY: now.leg, STEP: f"{step} {third.contact}".strip()}
        self._desk.post(commands.set_variables(third.leg, told))
        self._all.tell(now.agent)

    def found(self, snapshot: Snapshot) -> None:
        """The switch as it is, after the line was away or with another worker: go on with what is there."""
        there = {channel.uuid: channel for channel in snapshot.channels}
        for channel in snapshot.channels:
            if asked_by := legs.mark(channel, ASKED_BY):
                self._found_third(channel, self._all.by_leg(asked_by))
        for now in self._all:
            held = there[now.leg].variable(HELD) if now.leg in there else ""
            third = now.third
            if now.leg in there:
                now.on_hold.restore(there[now.leg].variable(on_hold.KEPT))
            if now.leg not in there:
                self._agent_gone(now)
            elif third is not None and third.leg and third.leg not in there:
                self._without(now, "")
            elif held and not now.held:
                self._holds(now, True)
                if held == "asks" and third is None:  # who was sought is not known any more
                    self._without(now, "NORMAL_TEMPORARY_FAILURE")

    def _found_third(self, channel: Event, now: Conversation | None) -> None:
        step, _, contact = channel.variable(STEP).partition(" ")
        if now is not None and now.third is not None and now.third.leg == channel.uuid:
            return
        if now is None or step not in STEPS or now.third is not None:
            self._desk.post(commands.kill(channel.uuid))  # nobody asks them any more
            return
        third = Third(Destination("extension", ""), step, channel.uuid, channel.variable(legs.AGENT), contact)
        self._all.ask(now, third)
        if third.agent and contact:
            self._left[channel.uuid] = third
            asked = Contact(contact, "", self._desk.now(), only=third.agent)
            self._desk.tell(events.ServiceRestored(asked, third.agent, asked.arrived))
        if third.there:
            self._survive(now, True)
        elif channel.get("Answer-State") == "answered":
            self._parked(now, third)


def _place(contact: Contact) -> Destination | None:
    """Where a caller waits again who was on hold when their agent went."""
    if contact.group:
        return Destination("group", contact.group)
    return Destination("agent", contact.only) if contact.only else None


@order("agent.hold")
def hold(control: TalkControl, asked: OfAgent, by: str) -> None:
    control.hold(asked.agent)


@order("agent.retrieve")
def retrieve(control: TalkControl, asked: OfAgent, by: str) -> None:
    control.retrieve(asked.agent)


@order("agent.consult")
def consult(control: TalkControl, asked: Toward, by: str) -> dict[str, str]:
    control.consult(asked.agent, Destination(asked.to.kind, asked.to.name))
    return begun(f"asks {asked.to.kind} {asked.to.name} while the caller hears music")


@order("agent.conference")
def conference(control: TalkControl, asked: OfAgent, by: str) -> None:
    control.conference(asked.agent)


@order("agent.complete")
def complete(control: TalkControl, asked: OfAgent, by: str) -> None:
    control.complete(asked.agent)


@order("agent.cancel")
def cancel(control: TalkControl, asked: OfAgent, by: str) -> None:
    control.cancel(asked.agent)


@order("agent.hang_up")
def hang_up(control: TalkControl, asked: OfAgent, by: str) -> None:
    control.hang_up(asked.agent)
