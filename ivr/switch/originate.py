"""Call somebody: start the legs of a dial string and wait for the first that answers.

(switch_ivr_originate.) While a caller waits here, their keys stay in the queue and commands wait.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.flag import Flag
from ivr.switch import legs
from ivr.switch.dialstring import DialString, Target, parse
from ivr.switch.execute import run_apis
from ivr.switch.sounds import Piece, resolve
from ivr.switch.text import number, true

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.switch import Switch

_DEFAULT_TIMEOUT = 60
_LONGEST_WAIT = 60.0
_DIALSTATUS = {
    "ORIGINATOR_CANCEL": "CANCEL",
    "USER_BUSY": "BUSY",
    "NO_ANSWER": "NOANSWER",
    "DESTINATION_OUT_OF_ORDER": "INVALIDARGS",
    "INVALID_PROFILE": "INVALIDARGS",
    "CALL_REJECTED": "DONTCALL",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The leg that was reached, or None and the cause."""

    leg: Channel | None
    cause: str


def originate(switch: Switch, text: str, caller: Channel | None = None, *, timeout: int = 0) -> Outcome:
    """Call until somebody answers (or, without `ignore_early_media`, sends early media).

    Args:
        caller: on whose behalf; to be called from its greenlet. None: from any greenlet.
        timeout: seconds; 0: the dial string's `originate_timeout`, the caller's `call_timeout`, or 60.
    """
    dial = parse(text)
    limit = timeout or number(dial.variables.get("originate_timeout"))
    if caller:
        limit = limit or number(caller.variables.get("call_timeout"))
        run_apis(caller, "api_on_pre_originate")
        caller.variables.set("originate_disposition", "failure")
        caller.variables.set("DIALSTATUS", "INVALIDARGS")
        before = caller.call_state
        if caller.answered:
            caller.set_call_state("RING_WAIT")
    outcome = Outcome(None, "CHAN_NOT_IMPLEMENTED")
    for group in dial.groups:
        outcome = _try(switch, dial, group, caller, limit or _DEFAULT_TIMEOUT)
        if outcome.leg or outcome.cause == "ORIGINATOR_CANCEL" or (caller and not caller.ready):
            break
    if caller:
        if outcome.leg:
            caller.profile.callee_name = outcome.leg.profile.callee_name
            caller.profile.callee_number = outcome.leg.profile.callee_number
            caller.other_leg = ("originatee", outcome.leg.profile.seen())
        if caller.call_state == "RING_WAIT" and not caller.down:
            caller.set_call_state(before)
        status = outcome.cause if outcome.leg is None else "SUCCESS"
        caller.variables.set("originate_disposition", status)
        caller.variables.set("DIALSTATUS", _DIALSTATUS.get(status, status))
    return outcome


def _try(
    switch: Switch, dial: DialString, group: tuple[Target, ...], caller: Channel | None, limit: int
) -> Outcome:
    cause = "CHAN_NOT_IMPLEMENTED"
    started: list[tuple[Channel, float]] = []
    signal = Flag()
    begun = time.monotonic()
    for target in group:
        variables = {**_exported(caller), **dial.variables, **target.variables}
        made = legs.create(switch, target, variables, caller)
        if isinstance(made, str):
            cause = made
            continue
        seconds = number(variables.get("leg_timeout"))
        started.append((made, begun + seconds if seconds else math.inf))
        made.watchers.append(signal)
        if caller:
            caller.variables.push(
                "originated_legs", f"{made.uuid};{made.profile.callee_name};{made.profile.callee_number}"
            )
        switch.call_out(made)
    if not started:
        return Outcome(None, cause)
    if caller:
        caller.watchers.append(signal)
    ringback = _ringback(caller)
    try:
        return _wait(
            started, signal, caller, begun + limit, early=not true(dial.variables.get("ignore_early_media"))
        )
    finally:
        for leg, _ in started:
            leg.watchers.remove(signal)
        if caller:
            caller.watchers.remove(signal)
            if ringback:
                caller.party.sound_ended(caller, ringback, complete=False)


def _wait(
    started: list[tuple[Channel, float]],
    signal: Flag,
    caller: Channel | None,
    deadline: float,
    *,
    early: bool,
) -> Outcome:
    while True:
        signal.clear()
        if caller and not caller.ready:
            _hang_up_all(started, "ORIGINATOR_CANCEL")
            if not caller.down:
                caller.variables.set("last_bridge_hangup_cause", "ORIGINATOR_CANCEL")
            return Outcome(None, "ORIGINATOR_CANCEL")
        reached = next(
            (leg for leg, _ in started if not leg.down and (leg.answered or (early and leg.early))), None
        )
        if reached:
            _hang_up_all([(leg, at) for leg, at in started if leg is not reached], "LOSE_RACE")
            return Outcome(reached, "SUCCESS")
        now = time.monotonic()
        if now >= deadline:
            _hang_up_all(started, "NO_ANSWER")
        for leg, at in started:
            if now >= at:
                leg.hangup("ALLOTTED_TIMEOUT")
        if all(leg.down for leg, _ in started):
            cause = started[-1][0].cause
            if caller:
                caller.variables.set("last_bridge_hangup_cause", cause)
            return Outcome(None, cause)
        if caller and not caller.media_ready and any(leg.rang for leg, _ in started):
            caller.ring_ready()
        soonest = min([deadline, *(at for leg, at in started if not leg.down)])
        signal.wait(min(max(0.0, soonest - now), _LONGEST_WAIT))


def _hang_up_all(started: list[tuple[Channel, float]], cause: str) -> None:
    for leg, _ in started:
        leg.hangup(cause)


def _exported(caller: Channel | None) -> dict[str, str]:
    """The variables that `export` marked for legs called on a channel's behalf."""
    names = caller.variables.get("export_vars") if caller else None
    if not caller or not names:
        return {}
    values = {name.removeprefix("nolocal:"): caller.variables.get(name) for name in names.split(",")}
    return {name: value for name, value in values.items() if value}


def _ringback(caller: Channel | None) -> Piece | None:
    """What an answered caller hears while it rings: `transfer_ringback`."""
    text = caller.variables.get("transfer_ringback") if caller and caller.answered else None
    if not caller or not text:
        return None
    sound = resolve(text, caller.variable("sound_prefix") or "")
    piece = next((item.piece for item in sound.items if item.piece), None) if sound else None
    if piece:
        caller.party.sound_began(caller, piece)
    return piece
