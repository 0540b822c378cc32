"""The life of a channel, as its greenlet lives it: routing, executing, parked, bridged, reporting, gone.

(switch_core_session_run and the park loop of switch_ivr.c.) Each step runs until its work is done, the
channel is hung up, or something redirects it to another step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ivr import log
from ivr.switch import causes, display, recordings
from ivr.switch.cdr import account
from ivr.switch.channel import Channel, microseconds
from ivr.switch.execute import execute
from ivr.switch.text import number

if TYPE_CHECKING:
    from ivr.switch.digits import Digit

_log = log.get(__name__)

Applications = Sequence[tuple[str, str]]


def run(channel: Channel, first: Callable[[], None]) -> None:
    """Live from the first step to the end. Whatever goes wrong ends this call and no other.

    A greenlet that is killed leaves without a word: that is what a crash of the switch looks like.
    """
    try:
        _live(channel, first)
    except Exception:
        _log.exception("a channel failed", call=channel.uuid)
        channel.hangup("DESTINATION_OUT_OF_ORDER")
    _finish(channel)


def _live(channel: Channel, first: Callable[[], None]) -> None:
    channel.enter("CS_INIT")
    channel.state = "CS_ROUTING"
    channel.fire("CHANNEL_CREATE")
    if not channel.inbound:
        channel.fire("CHANNEL_ORIGINATE")
    channel.redirected = first
    while not channel.down and channel.redirected is not None:
        step, channel.redirected = channel.redirected, None
        step()
        if channel.redirected is None:
            channel.hangup("NORMAL_CLEARING")


def route(channel: Channel, applications: Applications | None) -> None:
    """CS_ROUTING, then the applications that were found; None: there is no such number."""
    channel.state = channel.running_state = "CS_ROUTING"
    if channel.inbound:
        channel.set_call_state("RINGING")
        channel.variables.set("call_uuid", channel.call_uuid)
    channel.fire("CHANNEL_STATE", variables=False)
    if applications is None:
        channel.hangup("NO_ROUTE_DESTINATION")
        return
    run_applications(channel, applications)


def run_applications(channel: Channel, applications: Applications) -> None:
    """CS_EXECUTE: one application after the other."""
    display.sort(channel)
    channel.state = channel.running_state = "CS_EXECUTE"
    if channel.answered:
        channel.set_call_state("ACTIVE")
    channel.fire("CHANNEL_STATE", variables=False)
    for name, argument in applications:
        if not channel.ready:
            return
        execute(channel, name, argument)


def consume_media(channel: Channel) -> None:
    """CS_CONSUME_MEDIA: an outgoing channel that waits for its fate."""
    channel.enter("CS_ROUTING")
    channel.enter("CS_CONSUME_MEDIA")
    channel.party.called(channel)
    while channel.ready:
        channel.idle(math.inf, breakable=False)


def park(channel: Channel) -> None:
    """The park loop: takes commands, throws keys away (their events fire), honours `park_timeout`."""
    if channel.parked:
        return
    expires, cause = math.inf, "NORMAL_CLEARING"
    limit = channel.variables.get("park_timeout")
    if limit is not None:
        expires = math.floor(time.time()) + number(limit)
        if ":" in limit:
            cause = causes.from_text(limit.partition(":")[2])
        channel.variables.set("park_timeout", None)
        channel.variables.set("park_after_bridge", None)
    channel.parked = True
    channel.fire("CHANNEL_PARK")
    while channel.ready and channel.parked:
        left = expires - time.time()
        if left <= 0:
            channel.hangup(cause)
            break
        # uuid_break leaves a mark on a parked channel that the next application wipes out.
        channel.idle(left, _drop, breakable=False)
    channel.parked = False
    channel.fire("CHANNEL_UNPARK")


def park_state(channel: Channel) -> None:
    """CS_PARK: parked by `uuid_park` or after a bridge, not by an application."""
    channel.enter("CS_PARK")
    park(channel)


def _drop(_digit: Digit) -> bool:
    return False


def _finish(channel: Channel) -> None:
    channel.hangup("NORMAL_CLEARING")
    channel.commands.flush()
    channel.call_uuid = channel.uuid
    channel.enter("CS_HANGUP")
    channel.displaced.clear()
    recordings.stop_all(channel)
    channel.bugs.clear()
    channel.profile.times.hangup = microseconds()
    channel.set_call_state("HANGUP")
    channel.party.gone(channel, channel.cause)
    channel.enter("CS_REPORTING")
    account(channel)
    channel.fire("CHANNEL_HANGUP_COMPLETE", first=[("Hangup-Cause", channel.cause)])
    channel.pins.wait()
    channel.switch.forget(channel)
    channel.state = "CS_DESTROY"
    channel.fire("CHANNEL_DESTROY")
    channel.enter("CS_DESTROY")
