"""Calls that are made by order: a number is rung, and who answers is in a flow, as if they had called.

Nothing of it is lost with a worker. The call's name comes from the order's key, so asked twice it is one
call; it is written down before anybody is rung; and the leg carries its flow's first state, so whoever drives
the switch when it is answered goes on with it. Who does not answer is a call that ended `unreached`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

import gevent

from ivr.errors import CommandFailed, Invalid, IvoryError, SwitchError
from ivr.esl import commands, keeping
from ivr.esl.call import CUSTOMER, DIALLED
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.flow.lint import confidential
from ivr.log import get
from ivr.numbers import mask
from ivr.registry import did_you_mean
from ivr.routing import legs
from ivr.routing.arguments import StartCall
from ivr.routing.desk import Desk
from ivr.routing.orders import order
from ivr.routing.tolls import Tolls
from ivr.runtime import given
from ivr.runtime.engine import first_state
from ivr.runtime.journey import CallDialled, CallUnreached, Journey
from ivr.runtime.library import Library
from ivr.runtime.secrets import Secrets
from ivr.runtime.state import NOT_BEGUN, State, pack
from ivr.runtime.worker import MARK
from ivr.settings import Calls
from ivr.store.records import CallRecord

log = get(__name__)

OUTWARD: Final = "ivr_outward"
"""The channel variable of a leg that was rung by order: the version of its flow."""
NAMES: Final = UUID("6f1c3f0e-4f5e-5d0a-9a53-0d1e6c2b7a11")
"""The namespace of calls' names that come from keys (RFC 9562, version 5)."""
LATE: Final = 10.0
"""Seconds after its ringing in which FreeSWITCH must have said what became of a leg."""
KEEPS: Final = 1.0
"""Seconds an order waits at most until the call is in the database, or in the spool."""
MOST: Final = 500
"""Calls that may ring at a time."""
REMEMBERED: Final = 10_000
"""Calls of the last time that are known without asking the database."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A call that was asked for."""

    number: str
    flow: str
    began: datetime


class Outward:
    """The calls that are made on one FreeSWITCH.

    Args:
        flush: waits until what was told is safe, so many seconds at most.
        find: a call as the database has it. Raises StoreError.
        owner: the name by which the worker says that a call is its own.
    """

    def __init__(
        self,
        desk: Desk,
        tolls: Tolls,
        options: Calls,
        library: Library,
        journey: Journey,
        flush: Callable[[float], object],
        find: Callable[[str], CallRecord | None],
        owner: str = "",
    ) -> None:
        self._desk, self._tolls, self._options = desk, tolls, options
        self._library, self._journey, self._owner = library, journey, owner
        self._flush, self._find = flush, find
        self._ringing: dict[str, Rung] = {}
        self._known: OrderedDict[str, Rung] = OrderedDict()
        desk.overheard.append(self.heard)
        desk.ups.append(self.found)

    def __contains__(self, call: object) -> bool:
        return call in self._ringing

    def items(self) -> list[tuple[str, Rung]]:
        """The calls that ring."""
        return list(self._ringing.items())

    # Asked for ----------------------------------------------------------------------------------------

    def start(self, asked: StartCall) -> tuple[str, bool]:
        """Ring a number, and let who answers into a flow; the call's id, and whether it is a new one.

        Raises:
            IvoryError: there is no such flow, it takes no such values, the number may not be dialled, or the
                key was used for another call.
        """
        call = str(uuid5(NAMES, asked.key)) if asked.key else str(uuid4())
        rung = Rung(asked.number, asked.flow, datetime.fromtimestamp(self._desk.now(), UTC))
        if asked.key and self._is_known(call, rung):
            return call, False
        if len(self._ringing) >= MOST:
            raise IvoryError(f"{MOST} calls ring already", hint="wait until some are answered")
        state = self._state(asked)
        self._known[call] = rung  # from here on it is this one that is asked for again
        try:
            ring = self._leg(call, asked, state)
        except BaseException:
            del self._known[call]
            raise
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        self._ringing[call] = rung
        self._journey.tell(
            CallDialled(
                call, asked.flow, state.version, asked.number, asked.caller_id, state.language, rung.began
            )
        )
        if asked.key:
            self._flush(KEEPS)  # a worker that dies from here on has rung them once at most
        gevent.spawn(self._ring, call, asked.ring, ring, pack(state, Secrets()))
        log.info("call dialled", call=call, flow=asked.flow, number=mask(asked.number))
        return call, True

    def _is_known(self, call: str, rung: Rung) -> bool:
        """Whether a call was asked for before. Raises IvoryError when it was another one, or nobody knows."""
        before = self._known.get(call)
        if before is None and (record := self._find(call)) is not None:
            before = Rung(record.ani, record.flow, record.started)
        before = self._known.get(call) or before  # it was asked for meanwhile
        if before is not None and (before.number, before.flow) != (rung.number, rung.flow):
            raise IvoryError("this key was used for another call", hint="take a new key for each call")
        return before is not None

    def _state(self, asked: StartCall) -> State:
        entry = self._library.choose(asked.flow, "", asked.number)
        if entry is None or entry.start != asked.flow:  # what answers all other numbers was not asked for
            known = list(self._library.flows)
            hint = did_you_mean(asked.flow, known) or "publish one"
            raise Invalid(f'there is no flow "{asked.flow}"', hint=hint, field="flow")
        loaded = entry.flows[entry.start]
        secret = confidential.secrets({name: each.flow for name, each in entry.flows.items()})
        values = given.inputs(loaded.flow, asked.variables, secret.get(entry.start, frozenset()))
        state = first_state(loaded, asked.language, values)
        state.adopted = NOT_BEGUN
        return state

    def _leg(self, call: str, asked: StartCall, state: State) -> commands.Argument:
        """What rings them. Raises RefusedInput when it may not be."""
        outside = asked.number.startswith("+")
        address = self._tolls.take(asked.number) if outside else asked.number
        variables: dict[str, str | int | bool] = {
            "origination_uuid": call,
            "originate_timeout": asked.ring,
            "ignore_early_media": True,
            OUTWARD: state.version,
            CUSTOMER: asked.number,
            MARK: asked.flow,
            keeping.STATE: keeping.STORE,
        }
        if asked.caller_id:
            variables |= {DIALLED: asked.caller_id, "origination_caller_id_number": asked.caller_id}
        if self._owner:
            variables[keeping.OWNER] = self._owner
        return legs.telephone(address, variables, self._options)

    # Rung ---------------------------------------------------------------------------------------------

    def _ring(self, call: str, seconds: int, ring: commands.Argument, state: str) -> None:
        """Ask FreeSWITCH, and wait for what becomes of it."""
        line = self._desk.line
        try:
            line.api(commands.store(keeping.STORE, call, keeping.armoured(state)))
            if guard := self._options.guard:  # for who answers while no worker lives
                line.post(*commands.guard(call, guard + seconds))
            line.bgapi(commands.originate(ring)).get(seconds + LATE)
        except CommandFailed as error:
            self._unreached(call, error.message.rpartition("-ERR ")[2].strip("' ") or "NO_ANSWER")
        except SwitchError as error:  # it may ring all the same: the switch says so, when it is there again
            log.warning("call's ringing is not seen", call=call, error=str(error))

    def hang_up(self, call: str, cause: str) -> None:
        """Ring no more."""
        self._desk.post(commands.kill(call, cause))

    def heard(self, event: Event) -> None:
        """Any event; never waits. Whoever has answered is ours to see to until they are parked, as it is then
        that their flow begins."""
        if event.uuid not in self._ringing:
            return
        if event.name == "CHANNEL_PARK":
            del self._ringing[event.uuid]
        elif event.name == "CHANNEL_HANGUP":
            self._unreached(event.uuid, event.get("Hangup-Cause") or "NO_ANSWER")

    def found(self, snapshot: Snapshot) -> None:
        """The switch as it is: legs that a worker before has rung are ours; those that are gone, are gone."""
        there = {channel.uuid: channel for channel in snapshot.channels}
        for call in [call for call in self._ringing if call not in there]:
            if (
                self._ringing[call].began.timestamp() < self._desk.now() - LATE
            ):  # else it may be about to ring
                self._unreached(call, "NORMAL_UNSPECIFIED")
        for uuid, channel in there.items():
            if channel.get("Answer-State") == "answered":
                self._ringing.pop(uuid, None)
            elif (version := legs.mark(channel, OUTWARD)) and uuid not in self._ringing:
                self._take_up(channel, version)

    def _take_up(self, channel: Event, version: str) -> None:
        number, flow = channel.variable(CUSTOMER), channel.variable(MARK)
        began = channel.created or datetime.fromtimestamp(self._desk.now(), UTC)
        self._ringing[channel.uuid] = self._known[channel.uuid] = Rung(number, flow, began)
        shown = channel.variable(DIALLED)
        self._journey.tell(CallDialled(channel.uuid, flow, version, number, shown, "", began))

    def _unreached(self, call: str, cause: str) -> None:
        rung = self._ringing.pop(call, None)
        if rung is None:
            return
        self._desk.post(keeping.forget_state(call), commands.unguard(call))
        log.info("nobody answered", call=call, number=mask(rung.number), cause=cause)
        now = datetime.fromtimestamp(self._desk.now(), UTC)
        self._journey.tell(CallUnreached(call, rung.began, cause, now))


@order("call.start")
def _start(outward: Outward, asked: StartCall, by: str) -> Mapping[str, Any]:
    call, new = outward.start(asked)
    words = f"{asked.number} rings" if new else "it was asked for before"
    return {"call": call, "new": new, "says": f"{words}; `ivr call show {call}` shows where it is"}
