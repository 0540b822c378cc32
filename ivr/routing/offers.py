"""Offers on their way: the router's offer becomes a ringing telephone, then an agent who hears whom they get,
then a talk; or it fails, and the router is told why.

The agent is rung first and parked, while the caller keeps waiting, hearing and pressing; only when both are
there they are connected. Each step has an end of its own, so that no agent stays reserved: the router's lease
while it rings, and time-outs here for what comes after.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Final
from uuid import uuid4

import gevent

from ivr.acd.actions import Offer
from ivr.acd.events import OfferAccepted, OfferConnected, OfferFailed
from ivr.call import Piece
from ivr.errors import CallEnded, CommandFailed, IvoryError, SwitchError
from ivr.esl import commands
from ivr.esl.job import arriving
from ivr.esl.wire import Event
from ivr.log import get
from ivr.routing import legs
from ivr.routing.places import CONNECTING, WAITING, CallPlace
from ivr.routing.ringing import (
    CONFIRMING,
    JOINING,
    RINGING,
    SERVING,
    WHISPERING,
    Line,
    Prepared,
    Ringing,
    Serve,
)
from ivr.settings import Calls

log = get(__name__)

CONNECTS: Final = 5.0
"""Seconds in which a caller and an agent who is there are connected, or it has failed."""
LONGEST_WHISPER: Final = 15.0
"""Seconds an agent may be told whom they get."""
LATE: Final = 10.0
"""Seconds after its lease's end in which FreeSWITCH must have said what became of a leg."""

STRAY_AFTER: Final = 0.5
STRAY_TRIES: Final = 20
"""Seconds between two tries, and how many there are, to hang up a leg that FreeSWITCH has not begun yet."""


class Offers:
    """The offers of a desk.

    Args:
        tell: tells the router what became of one.
        connected: told when agent and caller talk, after the router.
        prepare: begins to make the sounds an agent hears first.
        now: seconds since the epoch.
        asked: told when FreeSWITCH was asked to ring an offer's agent.
    """

    def __init__(
        self,
        line: Line,
        options: Calls,
        tell: Callable[..., object],
        connected: Callable[[Ringing], None],
        prepare: Callable[[list[Piece]], Prepared],
        now: Callable[[], float],
        asked: Callable[[Offer], None] = lambda _offer: None,
    ) -> None:
        self._asked = asked
        self._line, self._options, self._tell, self._now = line, options, tell, now
        self._connected, self._prepare = connected, prepare
        self._by_id: dict[str, Ringing] = {}
        self._by_leg: dict[str, Ringing] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[str]:
        """The legs."""
        return iter(self._by_leg)

    def __contains__(self, leg: object) -> bool:
        return leg in self._by_leg

    # From the router ----------------------------------------------------------------------------------

    def ring(
        self,
        offer: Offer,
        place: CallPlace | None,
        shown: Mapping[str, str],
        whisper: list[Piece],
        serve: Serve | None = None,
        confirm: str = "",
    ) -> None:
        """Ring the agent of an offer; never waits."""
        ringing = Ringing(offer, str(uuid4()), place, serve, confirm)
        self._by_id[offer.id] = self._by_leg[ringing.leg] = ringing
        if whisper:
            ringing.told = self._prepare(whisper)
        gevent.spawn(self._guarded, ringing, self._ring, dict(shown))

    def withdraw(self, offer: str) -> None:
        """Stop ringing: nothing more is told of it."""
        if ringing := self._by_id.get(offer):
            self._drop(ringing)

    # What FreeSWITCH reports --------------------------------------------------------------------------

    def handle(self, event: Event) -> None:
        """An event of an agent's leg that is not in a talk yet; never waits."""
        ringing = self._by_leg.get(event.uuid)
        if ringing is None:
            return
        match event.name:
            case "CHANNEL_PARK" if ringing.step == RINGING:
                self._answered(ringing)
            case "DTMF" if ringing.step == CONFIRMING and event.get("DTMF-Digit") == ringing.confirm:
                self._line.post(commands.api("uuid_break", ringing.leg, "all"))
                self._taken(ringing)
            case "CHANNEL_EXECUTE_COMPLETE" if ringing.whisper and ringing.step == WHISPERING:
                if event.get("Application-UUID") == ringing.whisper:
                    self._join(ringing)
            case "CHANNEL_HANGUP" if ringing.step != RINGING:
                self.fail(ringing, "rejected" if ringing.step in (CONFIRMING, WHISPERING) else "failed")
            case "CHANNEL_HANGUP" if ringing.asked:
                self.fail(ringing, legs.why(event.get("Hangup-Cause")))

    def bridged(self, leg: str) -> bool:
        """The caller was connected with `leg`; whether that is an offer's."""
        ringing = self._by_leg.get(leg)
        if ringing is None or ringing.place is None:
            return False
        self._forget(ringing)
        self._tell(OfferConnected(ringing.offer.id))
        self._connected(ringing)
        return True

    def parted(self, place: CallPlace, event: Event) -> None:
        """The caller is parked again. If that is what came of connecting them, it has failed."""
        for ringing in list(self._by_id.values()):
            tried = event.variable("transfer_history").endswith(f":uuid_br:{ringing.leg}")
            over = tried and not arriving(event, ringing.leg)
            if ringing.place is place and ringing.step == JOINING and over:
                self.fail(ringing, "failed")

    def meet(self, contact: str, place: CallPlace) -> None:
        """Whoever a contact was asked for without is on the line now: an agent who is there for it talks with
        them, and one who is rung for it will."""
        for ringing in list(self._by_id.values()):
            if ringing.offer.contact.id == contact and ringing.place is None:
                ringing.place, ringing.serve = place, None
                if ringing.step == SERVING:  # with a sound that nothing else ends
                    self._line.post(commands.api("uuid_break", ringing.leg, "all"))
                    self._join(ringing)

    def served(self, offer: str) -> str:
        """Whoever serves a contact without a caller has connected them: the leg is theirs from here on."""
        ringing = self._by_id.get(offer)
        if ringing is None:
            return ""
        self._forget(ringing)
        return ringing.leg

    def found(self, there: Collection[str], parked: Collection[str], bridges: Mapping[str, str]) -> None:
        """The line was away: which of the legs are there, which of them wait, whom callers are connected
        with."""
        for ringing in list(self._by_id.values()):
            caller = ringing.place.call.id if ringing.place and ringing.place.call else ""
            if ringing.leg not in there:
                if ringing.asked:
                    self.fail(ringing, "failed")
            elif caller and bridges.get(caller) == ringing.leg:
                self.bridged(ringing.leg)
            elif ringing.step == RINGING and ringing.leg in parked:
                self._answered(ringing)

    def forget(self) -> None:
        """Somebody else sees to them."""
        for ringing in list(self._by_id.values()):
            self._forget(ringing)

    def fail(self, ringing: Ringing, why: str) -> None:
        """It came to nothing; the caller keeps their place."""
        if self._drop(ringing):
            agent, step = ringing.offer.agent, ringing.step
            contact = ringing.offer.contact.id
            log.info("offer came to nothing", contact=contact, agent=agent, why=why, step=step)
            self._tell(OfferFailed(ringing.offer.id, why))

    # Steps --------------------------------------------------------------------------------------------

    def _ring(self, ringing: Ringing, shown: Mapping[str, str]) -> None:
        offer = ringing.offer
        dial = legs.dial(offer, ringing.leg, self._now(), self._options, shown)
        job = self._line.bgapi(commands.originate(dial))
        ringing.asked, ringing.job = True, job
        self._asked(offer)
        if self._by_id.get(offer.id) is not ringing:  # withdrawn while it was asked for
            self._kill(ringing)
            return
        patience = max(0.0, offer.expires - self._now()) + legs.GRACE + LATE
        try:
            job.get(patience)
        except CommandFailed as error:
            cause = error.message.rpartition("-ERR ")[2].strip("' ")
            log.debug("offer not answered", offer=offer.id, agent=offer.agent, cause=cause)
            self.fail(ringing, legs.why(cause))
            return
        if self._by_id.get(offer.id) is ringing and ringing.step == RINGING:
            self._answered(ringing)

    def _answered(self, ringing: Ringing) -> None:
        """Somebody is there, and parked; whether it is the agent a key tells, where they are asked for one.
        Until it is pressed it rings, as far as the router knows."""
        if ringing.confirm:
            ringing.step = CONFIRMING
            gevent.spawn(self._guarded, ringing, self._ask)
        else:
            self._taken(ringing)

    def _ask(self, ringing: Ringing) -> None:
        """Say who calls, and which key takes it."""
        sounds = ringing.told() if ringing.told is not None else []
        if sounds and ringing.step == CONFIRMING and self._by_id.get(ringing.offer.id) is ringing:
            self._line.post_execute(
                ringing.leg, "playback", commands.playback(sounds), event_uuid=str(uuid4()),
                failed=lambda _error: None,
            )  # fmt: skip

    def _taken(self, ringing: Ringing) -> None:
        """The agent is there."""
        ringing.step = WHISPERING
        self._tell(OfferAccepted(ringing.offer.id))
        if self._by_id.get(ringing.offer.id) is not ringing:
            return
        if ringing.serve is not None:
            ringing.step = SERVING
            gevent.spawn(self._guarded, ringing, self._serve)
        elif ringing.told is not None and not ringing.confirm:  # else it has been said
            gevent.spawn(self._guarded, ringing, self._whisper, ringing.told)
        else:
            self._join(ringing)

    def _serve(self, ringing: Ringing) -> None:
        assert ringing.serve is not None  # noqa: S101 who has no caller has somebody who serves
        ringing.serve(ringing.offer, ringing.leg)

    def _whisper(self, ringing: Ringing, told: Prepared) -> None:
        """Let the agent hear whom they get; without a sound they are connected at once."""
        self._limit(ringing, LONGEST_WHISPER, self._join)
        sounds = told()
        if ringing.step != WHISPERING or self._by_id.get(ringing.offer.id) is not ringing:
            return
        if not sounds:
            self._join(ringing)
            return
        ringing.whisper = str(uuid4())
        self._line.post_execute(
            ringing.leg, "playback", commands.playback(sounds), event_uuid=ringing.whisper,
            failed=lambda _error: self._join(ringing),
        )  # fmt: skip

    def _join(self, ringing: Ringing) -> None:
        """Connect the two; never waits."""
        if ringing.step == JOINING or self._by_id.get(ringing.offer.id) is not ringing:
            return
        ringing.step = JOINING
        place = ringing.place
        if place is None or place.call is None:
            self.fail(ringing, "failed")
            return
        self._limit(ringing, CONNECTS, lambda late: self.fail(late, "failed"))
        place.phase = CONNECTING
        try:
            place.call.connect(ringing.leg, partial(self.fail, ringing, "failed"))
        except CallEnded:  # the contact is taken out by whoever noticed
            self.fail(ringing, "failed")
        except IvoryError as error:
            log.warning("caller not connected", call=place.id, agent=ringing.offer.agent, error=str(error))
            self.fail(ringing, "failed")

    def _limit(self, ringing: Ringing, seconds: float, then: Callable[[Ringing], None]) -> None:
        if ringing.deadline is not None:
            ringing.deadline.kill(block=False)
        ringing.deadline = gevent.spawn_later(seconds, self._late, ringing, ringing.step, then)

    def _late(self, ringing: Ringing, step: str, then: Callable[[Ringing], None]) -> None:
        if ringing.step == step and self._by_id.get(ringing.offer.id) is ringing:
            ringing.deadline = None
            log.warning("offer hangs", offer=ringing.offer.id, agent=ringing.offer.agent, step=step)
            then(ringing)

    def _guarded(self, ringing: Ringing, work: Callable[..., None], *arguments: object) -> None:
        """Do what may fail; then the offer has."""
        try:
            work(ringing, *arguments)
        except SwitchError as error:
            if self._by_id.get(ringing.offer.id) is not ringing:
                return
            log.warning("offer failed", offer=ringing.offer.id, agent=ringing.offer.agent, error=str(error))
            self.fail(ringing, "failed")
        except Exception:
            log.exception("offer failed", offer=ringing.offer.id, agent=ringing.offer.agent)
            self.fail(ringing, "failed")

    # Ends ---------------------------------------------------------------------------------------------

    def _drop(self, ringing: Ringing) -> bool:
        """Forget it and hang the leg up; whether it was still there."""
        if self._by_id.get(ringing.offer.id) is not ringing:
            return False
        self._forget(ringing)
        if ringing.asked:
            self._kill(ringing)
        place = ringing.place
        if place is not None and place.phase == CONNECTING:
            place.phase = WAITING
            place.news()
        return True

    def _forget(self, ringing: Ringing) -> None:
        self._by_id.pop(ringing.offer.id, None)
        self._by_leg.pop(ringing.leg, None)
        if ringing.deadline is not None:
            ringing.deadline.kill(block=False)
            ringing.deadline = None

    def _kill(self, ringing: Ringing, tries: int = STRAY_TRIES) -> None:
        def not_there(_error: SwitchError) -> None:
            """It has ended; or FreeSWITCH, which was asked to ring it, has not come to that yet."""
            if tries and ringing.job is not None and not ringing.job.ready():
                gevent.spawn_later(STRAY_AFTER, self._kill, ringing, tries - 1)

        try:
            self._line.post(commands.kill(ringing.leg), failed=not_there)
        except SwitchError as error:
            log.debug("leg not hung up", leg=ringing.leg, error=str(error))
