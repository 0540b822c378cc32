"""The line of a callback: an agent waits on a parked leg and hears it ring, the customer is dialled, and the
two are connected; or the agent hears by a tone that nobody answered.

Nobody is left alone on a silent line: each step has its time, and a leg whose other one has gone is hung up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import gevent
from gevent.event import Event as Happened

from ivr.acd.actions import Offer
from ivr.acd.events import OfferConnected
from ivr.errors import CommandFailed, SwitchError
from ivr.esl import commands, talking
from ivr.esl.wire import Event
from ivr.log import get
from ivr.routing import legs
from ivr.routing.desk import Desk
from ivr.settings import Acd, Calls

log = get(__name__)

CALLBACK: Final = "ivr_callback"
"""The channel variable of a customer's leg: the callback's id."""
LATE: Final = 10.0
"""Seconds after its ringing in which FreeSWITCH must have said what became of a leg."""
CONNECTS: Final = 5.0
"""Seconds in which two who are there are connected."""
TONE: Final = 1.5
"""Seconds an agent hears why nobody comes."""


class NotReached(Exception):
    """The customer does not talk with the agent: `cause` in FreeSWITCH's word; `by_agent`: because that one
    has gone."""

    def __init__(self, cause: str, *, by_agent: bool = False) -> None:
        super().__init__(cause)
        self.cause, self.by_agent = cause, by_agent


@dataclass(eq=False)
class Rung:
    """A customer who is called for an agent who waits on `leg`."""

    callback: str
    offer: Offer | None
    leg: str
    agent: str = ""
    contact: str = ""
    customer: str = ""
    talking: bool = False
    given_up: bool = False
    bridged: Happened = field(default_factory=Happened, repr=False)

    def __post_init__(self) -> None:
        if self.offer is not None:
            self.agent, self.contact = self.offer.agent, self.offer.contact.id


class RingingBack:
    """Customers who are being called, and talks that came of it.

    Attributes:
        parted: told when a talk is over.
        began: told when one has begun, or was found.
    """

    def __init__(self, desk: Desk, calls: Calls, options: Acd) -> None:
        self._desk, self._calls, self._options = desk, calls, options
        self._by_leg: dict[str, Rung] = {}
        self.parted: Callable[[Rung], None] = lambda _rung: None
        self.began: list[Callable[[Rung], None]] = []
        desk.heard.append(self.heard)

    def ring(self, rung: Rung, number: str) -> None:
        """Ring the customer and connect the two; returns when they talk.

        Raises:
            NotReached: they do not; the offer has ended, and the agent's leg with it.
            SwitchError: FreeSWITCH cannot be told.
        """
        desk, line = self._desk, self._desk.line
        rung.customer = str(uuid4())
        dial = legs.telephone(number, self._variables(rung), self._calls)
        self._by_leg[rung.customer] = self._by_leg[rung.leg] = rung
        talking.tell(line, rung.leg, talking.RINGING)
        try:
            line.bgapi(commands.originate(dial)).get(self._options.callback_ring + LATE)
        except CommandFailed as error:
            cause = error.message.rpartition("-ERR ")[2].strip("' ") or "NO_ANSWER"
            raise self._failed(rung, cause) from None
        except SwitchError:
            self._forget(rung)
            self.hang_up(rung.customer)
            raise
        if rung.given_up or rung.leg not in desk.offers:
            raise self._failed(rung, "ORIGINATOR_CANCEL")
        line.post(commands.api("uuid_break", rung.leg, "all"))
        talking.connect(line, rung.customer, rung.leg)
        if not rung.bridged.wait(CONNECTS):
            raise self._failed(rung, "DESTINATION_OUT_OF_ORDER")

    def give_up(self, rung: Rung) -> None:
        """The customer is not wanted any more: they called in themselves, say."""
        rung.given_up = True
        if rung.customer and not rung.talking:
            self.hang_up(rung.customer)

    def found(self, rung: Rung) -> None:
        """A talk that a worker before left behind."""
        self._by_leg[rung.customer] = self._by_leg[rung.leg] = rung
        self._tell_begun(rung)

    def hang_up(self, leg: str) -> None:
        """End a leg."""
        try:
            self._desk.line.post(commands.kill(leg), failed=lambda _error: None)
        except SwitchError as error:
            log.debug("leg not hung up", leg=leg, error=str(error))

    def heard(self, event: Event) -> None:
        """An event of any leg; never waits."""
        rung = self._by_leg.get(event.uuid)
        if rung is None:
            return
        if event.name == "CHANNEL_BRIDGE" and event.uuid == rung.customer and not rung.talking:
            self._connected(rung)
        elif event.name == "CHANNEL_HANGUP" and rung.talking:
            self._forget(rung)
            self.parted(rung)
        elif event.name == "CHANNEL_HANGUP" and event.uuid == rung.leg:
            self.give_up(rung)

    def _connected(self, rung: Rung) -> None:
        rung.talking = True
        if rung.offer is not None:
            self._desk.tell(OfferConnected(rung.offer.id))
            self._desk.offers.served(rung.offer.id)
        self._tell_begun(rung)
        rung.bridged.set()

    def _tell_begun(self, rung: Rung) -> None:
        for listener in self.began:
            try:
                listener(rung)
            except Exception:
                log.exception("a callback's listener failed", callback=rung.callback)

    def _failed(self, rung: Rung, cause: str) -> NotReached:
        """End it: the agent hears why, and is free again without blame."""
        by_agent = rung.leg not in self._desk.offers
        self._forget(rung)
        self.hang_up(rung.customer)
        if not by_agent and not rung.given_up:
            sound = talking.BUSY if cause in talking.BUSY_CAUSES else talking.NOBODY
            talking.tell(self._desk.line, rung.leg, sound)
            gevent.sleep(TONE)
        return NotReached(cause, by_agent=by_agent)

    def _forget(self, rung: Rung) -> None:
        for leg in (rung.customer, rung.leg):
            if self._by_leg.get(leg) is rung:
                del self._by_leg[leg]

    def _variables(self, rung: Rung) -> dict[str, str | int | bool]:
        shown = self._options.callback_caller_id
        return {
            "origination_uuid": rung.customer,
            "originate_timeout": round(self._options.callback_ring),
            "ignore_early_media": True,
            "park_timeout": legs.STAYS,
            CALLBACK: rung.callback,
            **({"origination_caller_id_number": shown} if shown else {}),
        }
