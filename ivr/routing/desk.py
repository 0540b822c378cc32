"""The desk: skill groups and agents on one FreeSWITCH. It tells the router what happens, and does what the
router decides.

Everything here happens on the hub and never waits: what takes time (ringing an agent, speaking a sentence to
them) is begun by `offers`. Whoever asks the desk for something is answered by what the router made of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from ivr.acd import actions, events
from ivr.acd.actions import Action, Offer
from ivr.acd.model import VOICE, Contact, Destination, Plan
from ivr.acd.router import Estimate, Router
from ivr.call import Call, Piece, Speech
from ivr.errors import IvoryError, SwitchError
from ivr.esl import commands, resync
from ivr.esl.wire import Event
from ivr.flag import Flag
from ivr.log import get
from ivr.registry import did_you_mean
from ivr.routing import kept
from ivr.routing.course import Course
from ivr.routing.endings import CALLER, SYSTEM, ended_by
from ivr.routing.entrance import Entrance
from ivr.routing.legs import AGENT
from ivr.routing.manners import Manners
from ivr.routing.offers import Offers
from ivr.routing.ordered import AGENT as BY_AGENT
from ivr.routing.ordered import side
from ivr.routing.places import CONNECTING, OVER, WAITING, CallPlace
from ivr.routing.recovery import Recovery
from ivr.routing.ringing import Line, Prepared, Serve
from ivr.routing.shifts import Shifts
from ivr.routing.talks import Talks
from ivr.runtime.ports import Comfort, Leave, Wish
from ivr.settings import Calls

log = get(__name__)

OUTCOMES: Final = {"timed_out": "timeout", "failed": "failed", "abandoned": "failed"}
"""What the node is told when the router ended a contact by itself; refused ones tell their reason."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A contact whom nobody waits for on the line; an agent is shown `show`."""

    contact: Contact
    serve: Serve
    show: Mapping[str, str]


class Desk(Shifts):
    """Skill groups and agents of one FreeSWITCH; it is `Services.queues`.

    Args:
        prepare: begins to make the sounds an agent hears before a caller.
        manners: how callers and agents are met.

    Attributes:
        talks: who talks with whom.
        hold, retrieve, finish: see `Course`.
        absent: contacts whom nobody waits for on the line.
        sent_on: of callers who are between two queues, the contact they were.
        places: who waits, or is served, by the call's UUID.
        overheard: told of every event of the switch, after the desk has dealt with it.
        heard: told of every event of the switch that is not a driven call's own, after the desk has dealt
            with it (agents' legs, those of colleagues and supervisors).
        restarted: called when FreeSWITCH was restarted, so that all calls are gone, after they were let go.
        asked: told of each offer when FreeSWITCH was asked to ring its agent.
        ups: told of the switch as it is, whenever the desk has come to it and knows its talks again.
        unrung: asked of each offer before its agent is rung: whether none is, as it is no call's.
        arriving: asked of each new contact of a call before it is put into the queue; may give it another
            (an earlier `arrived`, as somebody calls in who has a callback coming).

    None of those who are told may wait.
    """

    def __init__(
        self,
        plan: Plan,
        options: Calls,
        prepare: Callable[[list[Piece]], Prepared],
        manners: Manners | None = None,
        clock: Callable[[], float] = time.time,
        router: Callable[[Plan], Router] = Router,
    ) -> None:
        self._options, self._prepare, self.manners = options, prepare, manners or Manners()
        self.talks = Talks()
        self.heard: list[Callable[[Event], None]] = []
        self.overheard: list[Callable[[Event], None]] = []
        self.asked: list[Callable[[Offer], None]] = []
        self.ups: list[Callable[[resync.Snapshot], None]] = []
        self.arriving: Callable[[Call, Contact], Contact] = lambda _call, contact: contact
        self.restarted: list[Callable[[], object]] = []
        self.unrung: Callable[[Offer], bool] = lambda offer: offer.contact.channel != VOICE
        self.ours = Flag()
        """Set while the agents of this FreeSWITCH are ours to ring. Until then nothing is decided: what is
        known here of the agents is not true yet."""
        self._line: Line | None = None
        self.absent: dict[str, Absent] = {}
        super().__init__(plan, clock, router)
        self.recovery, self._entrance, self._course = Recovery(self), Entrance(self), Course(self)
        self.hold, self.retrieve, self.finish = (
            self._course.hold,
            self._course.retrieve,
            self._course.finish,
        )

    def _begin(self) -> None:
        super()._begin()
        self.router.handle(events.Held(True), self.now())  # until `up`
        self.places: dict[str, CallPlace] = {}
        self._by_contact: dict[str, CallPlace] = {}
        self.sent_on: dict[str, Contact] = {}

    def attach(self, line: Line) -> None:
        """Where FreeSWITCH is told what to do."""
        self._line = line
        self.offers = Offers(
            line, self._options, self.tell, self._course.begins, self._prepare, self.now, self._asked
        )

    @property
    def line(self) -> Line:
        """The connection to FreeSWITCH."""
        if self._line is None:
            raise IvoryError("the desk has no line to FreeSWITCH yet")
        return self._line

    @property
    def active(self) -> bool:
        """Whether the agents of this FreeSWITCH are ours to ring."""
        return self.ours.is_set()

    @property
    def staffed(self) -> bool:
        """Whether there are agents, or somebody who waits for one."""
        return bool(self.places) or any(agent.state != "logged_out" for agent in self.states.values())

    @property
    def legs(self) -> list[str]:
        """The UUIDs of the agents' legs: those that are rung and those that talk."""
        return [*self.offers, *(talk.leg for talk in self.talks)]

    # Callers: Services.queues -------------------------------------------------------------------------

    def enter(self, call: Call, wish: Wish) -> CallPlace:
        """Take a place; the one the call has already, if it is the same visit's. Raises IvoryError."""
        self._check(wish)
        return self._entrance.enter(call, wish)

    def comfort(self, call: Call, wish: Wish) -> Comfort:
        return self.manners.comfort(wish.group, f"{call.id}:{wish.visit}")

    def waiting(self, group: str) -> int:
        return self.router.waiting(group)

    def available(self, group: str) -> int:
        return self.router.available(group)

    def expected_wait(self, group: str) -> float | None:
        return self.router.expected_wait(group, self.now())

    def ask(self, contact: Contact, serve: Serve, show: Mapping[str, str] | None = None) -> None:
        """Put a contact into the queue that nobody waits for on the line (a callback, a colleague's
        consultation). The agent is shown `show`. When one has answered its offer, which is accepted by then,
        `serve(offer, leg)` is called in a greenlet of its own; `leg` is parked. Who serves tells
        `OfferConnected`, `OfferFailed` or `ContactLeft`, and in the end `ServiceEnded`; from `OfferConnected`
        on the leg is theirs. Or it becomes a talk as any other, as a call takes its place that the contact is
        named after (`<call>:<visit>`)."""
        self.absent[contact.id] = Absent(contact, serve, show or {})
        self.tell(events.ContactArrived(contact))

    def send(self, contact: str, to: Destination, by: str = "") -> None:
        """The caller of a contact leaves the queue, or the talk, for somewhere else: the transfer node takes
        them there. In a talk the agent's leg is hung up and wrap-up begins.

        Args:
            contact: its id, or the call's.
            by: who wants it: an agent, a supervisor.

        Raises:
            IvoryError: there is no such contact here.
        """
        place = self._by_contact.get(contact) or self.places.get(contact)
        if place is None or place.phase == OVER:
            raise IvoryError(f'there is no contact "{contact}"', hint="ivr acd status lists them")
        log.info("caller sent", call=place.id, to=to.kind, name=to.name, by=by)
        talk = self.talks.by_call(place.id)
        if talk is None:
            self.tell(events.ContactLeft(place.contact.id, "keyed_out"))
        place.stay = replace(place.stay, sent=to, held=False)
        self.write(place)
        place.left = Leave("sent", to)
        place.go(place.left)
        if talk is not None:
            talk.held, talk.sent = False, f"{to.kind}:{to.name}"
            self._course.ends(talk, side(talk.agent))

    # What FreeSWITCH reports --------------------------------------------------------------------------

    def handle(self, event: Event, *, driven: bool) -> None:
        """Any event of the switch, after the call it is about (if it is `driven`) has had it; never waits."""
        if not self.active:
            return
        place = self.places.get(event.uuid)
        if place is not None:
            self._of_caller(place, event)
        elif event.name == "CHANNEL_HANGUP" and event.uuid in self.sent_on:
            del self.sent_on[event.uuid]
        elif event.uuid in self.offers:
            self.offers.handle(event)
        elif event.name == "CHANNEL_HANGUP" and (talk := self.talks.by_leg(event.uuid)) and not talk.held:
            self._course.ends(talk, ended_by(event.get("Hangup-Cause"), BY_AGENT))
        for listener in self.overheard if driven else (*self.overheard, *self.heard):
            try:
                listener(event)
            except Exception:
                log.exception("a desk's listener failed", event_name=event.name)

    def _of_caller(self, place: CallPlace, event: Event) -> None:
        match event.name:
            case "CHANNEL_BRIDGE":
                self.offers.bridged(event.get("Bridge-B-Unique-ID"))
            case "CHANNEL_PARK" if place.phase == CONNECTING:
                self.offers.parted(place, event)
            case "CHANNEL_PARK" if (talk := self.talks.by_call(place.id)) and not talk.held:
                if event.variable("last_bridge_to") == talk.leg:  # else of a talk before this one
                    self._course.ends(talk, BY_AGENT)
            case "CHANNEL_HANGUP":
                self.given_up(place, "abandoned", ended_by(event.get("Hangup-Cause"), CALLER))

    def up(self, snapshot: resync.Snapshot, calls: Mapping[str, Call], *, restarted: bool) -> None:
        """The switch is there (again), and is ours; `calls` are those that are driven."""
        self.recovery.up(snapshot, calls, restarted=restarted)
        for listener in self.ups:
            try:
                listener(snapshot)
            except Exception:
                log.exception("a desk's listener failed")

    def let_go(self) -> None:
        """Another worker has the switch now."""
        self.ours.clear()
        self._alarm.set(None)
        for talk in self.talks:
            self.talks.forget(talk)
        self.offers.forget()
        self._begin()
        for listener in self.anew:
            listener()

    def stop(self) -> None:
        """Stand still; all there is stays on the switch."""
        self.ours.clear()
        self._alarm.stop()

    def _asked(self, offer: Offer) -> None:
        for listener in self.asked:
            listener(offer)

    # What the router decided --------------------------------------------------------------------------

    def _do(self, action: Action) -> None:
        match action:
            case actions.Offer():
                self._ring(action)
            case actions.Withdraw():
                self.offers.withdraw(action.offer)
            case actions.Send():
                self._sent(action)
            case actions.Moved():
                self._moved(action)
            case actions.ContactEnded():
                self._ended(action)

    def shown(self, contact: str) -> Mapping[str, str]:
        """What a contact's flow has its agents shown."""
        place, talk = self._by_contact.get(contact), self.talks.by_contact(contact)
        if place is not None and place.wish is not None:
            return place.wish.show
        return talk.show if talk else {}

    def _ring(self, offer: Offer) -> None:
        if self.unrung(offer):
            self._asked(offer)
            return
        place = self._by_contact.get(offer.contact.id)
        agent = self._plan.agents.get(offer.agent)
        offer = replace(offer, dial=offer.dial or (agent.dial if agent else "") or offer.agent)
        shown: dict[str, str] = {"name": self.manners.title(offer.contact.group)}
        absent = self.absent.get(offer.contact.id)
        if absent is not None:
            shown |= absent.show
        whisper: list[Piece] = []
        if place is not None:
            wish = place.wish
            shown |= {"caller": place.id, "number": place.call.ani if place.call else ""}
            if wish is not None:
                shown = {**wish.show, **shown}
                if wish.whisper:
                    whisper = [Speech(wish.whisper, wish.language, fresh=True)]
                else:
                    whisper = list(self.manners.whisper(offer.contact.group, wish.language))
        language = place.wish.language if place is not None and place.wish is not None else ""
        key, asked = self.manners.confirmation(offer.agent, offer.contact.group, language)
        whisper += asked
        self.offers.ring(offer, place, shown, whisper, absent.serve if absent else None, key)

    def _sent(self, action: actions.Send) -> None:
        if place := self._by_contact.get(action.contact):
            place.stay = replace(place.stay, sent=action.to)
            self.write(place)
            place.go(Leave("sent", action.to))

    def _moved(self, action: actions.Moved) -> None:
        if place := self._by_contact.get(action.contact):
            before = place.contact
            place.contact = replace(
                before, group=action.group, entered=self.now(), passed=(*before.passed, before.group)
            )
            place.stay = replace(place.stay, contact=place.contact)
            self.write(place)
            place.news()

    def _ended(self, action: actions.ContactEnded) -> None:
        self.absent.pop(action.contact, None)
        place = self._by_contact.get(action.contact)
        if place is None or action.disposition in ("answered", "overflowed"):
            return
        outcome = action.reason if action.disposition == "refused" else OUTCOMES.get(action.disposition, "")
        if outcome:
            place.go(Leave(outcome))

    # Places -------------------------------------------------------------------------------------------

    def position(self, contact: str) -> int | None:
        return self.router.position(contact)

    def estimate(self, contact: str) -> Estimate | None:
        return self.router.estimate(contact, self.now())

    def given_up(self, place: CallPlace, why: str, by: str = SYSTEM) -> None:
        """The caller has gone, or the node has done with the place; `by`: who ended a talk with that."""
        known = self.places.get(place.id) is place
        if known:
            del self.places[place.id]
        if self._by_contact.get(place.contact.id) is place:
            del self._by_contact[place.contact.id]
        if known and why == "keyed_out" and place.left is not None and place.left.outcome == "sent":
            self.sent_on[place.id] = place.contact
        phase, place.phase = place.phase, OVER
        talk = self.talks.by_call(place.id)
        if talk is not None and talk.contact.id == place.contact.id:
            self._course.ends(talk, by)
        elif phase in (WAITING, CONNECTING):
            self.tell(events.ContactLeft(place.contact.id, why))
        if known and why != "abandoned":
            self.post(commands.set_variables(place.id, {kept.CONTACT: ""}))

    def put(self, place: CallPlace) -> None:
        """A caller has this place now."""
        self.places[place.id] = self._by_contact[place.contact.id] = place

    def write(self, place: CallPlace) -> None:
        """Keep the place with the call."""
        try:
            stay = replace(place.stay, contact=place.contact)
            self.post(
                commands.set_variables(place.id, {kept.CONTACT: kept.pack(stay), AGENT: place.stay.agent})
            )
        except IvoryError as error:
            log.warning("place not kept", call=place.id, error=str(error))

    def post(self, *calls: commands.ApiCall) -> None:
        """Tell FreeSWITCH; what is not there any more needs nothing."""
        try:
            self.line.post(*calls, failed=partial(_unneeded, calls[0].split()[0]))
        except SwitchError as error:
            log.debug("switch not told", error=str(error))

    def _check(self, wish: Wish) -> None:
        if wish.group and wish.group not in self._plan.groups:
            hint = did_you_mean(wish.group, sorted(self._plan.groups))
            raise IvoryError(f'there is no skill group "{wish.group}"', hint=hint)
        if wish.agent:
            self._known(wish.agent)


def _unneeded(command: str, error: SwitchError) -> None:
    log.debug("switch could not", command=command, error=str(error))
