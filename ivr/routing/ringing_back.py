"""Rings a customer for an agent who waits on a parked leg and hears it ring; or the agent hears by a tone
that nobody answered.

Who answers is a call as any other, which takes up its flow where it asked for the callback: from there on
the worker drives it, and the desk connects the two. Nobody is left alone on a silent line: each step has its
time, and a leg whose other one has gone before they could talk is hung up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import gevent

from ivr.acd.actions import Offer
from ivr.errors import CommandFailed, SwitchError
from ivr.esl import commands, keeping, talking
from ivr.esl.call import CUSTOMER, DIALLED
from ivr.esl.wire import Event
from ivr.log import get
from ivr.routing import kept, legs
from ivr.routing.desk import Desk
from ivr.runtime.state import beginning
from ivr.runtime.worker import MARK
from ivr.settings import Acd, Calls

log = get(__name__)

CALLBACK: Final = "ivr_callback"
"""The channel variable of a customer's leg: the callback's id."""
LATE: Final = 10.0
"""Seconds after its ringing in which FreeSWITCH must have said what became of a leg."""
TONE: Final = 1.5
"""Seconds an agent hears why nobody comes."""


class NotReached(Exception):
    """The customer did not answer: `cause` in FreeSWITCH's word; `by_agent`: because the agent has gone."""

    def __init__(self, cause: str, *, by_agent: bool = False) -> None:
        super().__init__(cause)
        self.cause, self.by_agent = cause, by_agent


@dataclass(eq=False)
class Rung:
    """A customer who is called for an agent who waits on `leg`. `dialled`: the number they had dialled
    themselves; `state`: what their call goes on with."""

    callback: str
    offer: Offer
    leg: str
    number: str
    dialled: str
    state: str
    answered: bool = False
    given_up: bool = False
    told: bool = False
    """Whether the customer's leg knows its place in the queue, for whoever finds it after a crash."""

    @property
    def customer(self) -> str:
        """The UUID of the customer's leg: the contact is named after it."""
        return self.offer.contact.id.partition(":")[0]


class RingingBack:
    """Customers who are being rung, and those who have answered, until they hang up.

    Args:
        owner: the name by which the worker says that a call is its own.

    Attributes:
        answered: told when a customer has, by the callback's id.
        gone: told when one who had has hung up.
    """

    def __init__(self, desk: Desk, calls: Calls, options: Acd, owner: str = "") -> None:
        self._desk, self._calls, self._options, self._owner = desk, calls, options, owner
        self._by_leg: dict[str, Rung] = {}
        self._answered: dict[str, str] = {}
        self.answered: Callable[[str], None] = lambda _callback: None
        self.gone: Callable[[str], None] = lambda _callback: None
        desk.overheard.append(self.heard)

    def ring(self, rung: Rung) -> None:
        """Ring the customer; returns when they have answered, and their call is driven.

        Raises:
            NotReached: they did not answer; the agent has heard so.
            SwitchError: FreeSWITCH cannot be told.
        """
        line = self._desk.line
        dial = legs.telephone(rung.number, self._variables(rung), self._calls)
        self._by_leg[rung.customer] = self._by_leg[rung.leg] = rung
        talking.tell(line, rung.leg, talking.RINGING)
        try:
            line.api(commands.store(keeping.STORE, rung.customer, keeping.armoured(rung.state)))
            if guard := self._calls.guard:  # for who answers while no worker lives
                line.post(*commands.guard(rung.customer, guard + round(self._options.callback_ring)))
            line.bgapi(commands.originate(dial)).get(self._options.callback_ring + LATE)
        except CommandFailed as error:
            cause = error.message.rpartition("-ERR ")[2].strip("' ") or "NO_ANSWER"
            raise self._failed(rung, cause) from None
        except SwitchError:
            self._forget(rung)
            self.hang_up(rung.customer)
            raise
        if rung.given_up:
            raise self._failed(rung, "ORIGINATOR_CANCEL")
        self._has_answered(rung)
        self._forget(rung)

    def found(self, customer: str, callback: str) -> None:
        """A customer is on the line."""
        self._answered[customer] = callback

    def give_up(self, rung: Rung) -> None:
        """The customer is not wanted any more: they called in themselves, say. Who has answered is served."""
        if not rung.answered:
            rung.given_up = True
            self.hang_up(rung.customer)

    def hang_up(self, leg: str) -> None:
        """End a leg."""
        self._desk.post(commands.kill(leg))

    def heard(self, event: Event) -> None:
        """Any event; never waits."""
        if event.name == "CHANNEL_HANGUP" and (callback := self._answered.pop(event.uuid, "")):
            self.gone(callback)
        rung = self._by_leg.get(event.uuid)
        if rung is None:
            return
        if event.uuid == rung.leg:
            if event.name == "CHANNEL_HANGUP":
                self.give_up(rung)
            return
        if not rung.told:
            rung.told = True
            stay = kept.pack(kept.Stay(rung.offer.contact))
            self._desk.post(commands.set_variables(rung.customer, {kept.CONTACT: stay}))
        if event.name == "CHANNEL_PARK":
            self._has_answered(rung)

    def _has_answered(self, rung: Rung) -> None:
        if not rung.answered:
            rung.answered = True
            self.found(rung.customer, rung.callback)
            self.answered(rung.callback)

    def _failed(self, rung: Rung, cause: str) -> NotReached:
        """End it: the agent hears why."""
        by_agent = rung.leg not in self._desk.offers
        self._forget(rung)
        self.hang_up(rung.customer)
        self._desk.post(keeping.forget_state(rung.customer), commands.unguard(rung.customer))
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
        """What makes the customer's leg a call of ours that stands where it asked for the callback."""
        shown, (_, flow) = self._options.callback_caller_id, beginning(rung.state) or ("", "")
        return {
            "origination_uuid": rung.customer,
            "originate_timeout": round(self._options.callback_ring),
            "ignore_early_media": True,
            CALLBACK: rung.callback,
            CUSTOMER: rung.number,
            DIALLED: rung.dialled,
            MARK: flow,
            keeping.STATE: keeping.STORE,
            **({keeping.OWNER: self._owner} if self._owner else {}),
            **({"origination_caller_id_number": shown} if shown else {}),
        }
