"""Applications that steer the call itself: answer, hangup, park, sleep, echo, events and the like."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ivr.switch import causes
from ivr.switch.applications.table import application
from ivr.switch.digits import parse
from ivr.switch.session import park
from ivr.switch.text import number, true

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.digits import Digit


@application("answer")
def answer(channel: Channel, _argument: str) -> None:
    """Answer the call."""
    channel.answer()


@application("pre_answer")
def pre_answer(channel: Channel, _argument: str) -> None:
    """Let sound through before the answer (183)."""
    channel.pre_answer()


@application("ring_ready")
def ring_ready(channel: Channel, _argument: str) -> None:
    """Tell the caller that it rings (180)."""
    channel.ring_ready()


@application("hangup")
def hangup(channel: Channel, argument: str) -> None:
    """Hang up with a cause, by name or number."""
    channel.hangup(causes.from_text(argument))


@application("respond")
def respond(channel: Channel, argument: str) -> None:
    """Refuse an unanswered call with a SIP status; does nothing once it is answered."""
    if not channel.answered:
        channel.hangup(_SIP_CAUSES.get(number(argument), "CALL_REJECTED"))


# What mod_sofia makes of a status it refuses a call with (sofia_glue_sip_cause_to_freeswitch).
_SIP_CAUSES = {
    403: "CALL_REJECTED",
    404: "UNALLOCATED_NUMBER",
    408: "RECOVERY_ON_TIMER_EXPIRE",
    410: "NUMBER_CHANGED",
    480: "NO_USER_RESPONSE",
    484: "INVALID_NUMBER_FORMAT",
    486: "USER_BUSY",
    487: "ORIGINATOR_CANCEL",
    502: "NETWORK_OUT_OF_ORDER",
    503: "NORMAL_TEMPORARY_FAILURE",
    600: "USER_BUSY",
    603: "CALL_REJECTED",
}


@application("park")
def park_call(channel: Channel, _argument: str) -> None:
    """Wait for commands."""
    park(channel)


@application("sched_cancel")
def sched_cancel(channel: Channel, argument: str) -> None:
    """Forget what is scheduled under a group's name or a task's number; without one, for this call."""
    channel.switch.scheduler.delete(argument or channel.uuid)


@application("sleep")
def sleep(channel: Channel, argument: str) -> None:
    """Wait so many milliseconds. A key ends the wait and stays in the queue; with `sleep_eat_digits` it is
    lost, and the wait goes on."""
    if not argument:
        return
    eat = true(channel.variables.get("sleep_eat_digits"))
    channel.idle(number(argument) / 1000, _ignore if eat else None, until_digit=not eat)


@application("echo", needs_media=True)
def echo(channel: Channel, _argument: str) -> None:
    """Send back what comes in until it is broken off; keys pressed meanwhile are lost."""
    channel.idle(math.inf)
    channel.reset()


@application("event")
def event(channel: Channel, argument: str) -> None:
    """Fire a CUSTOM event: `Event-Subclass=ivr::x,Header=value`."""
    pairs = [
        (name, value) for name, separator, value in (_pair(part) for part in argument.split(",")) if separator
    ]
    subclass = next((value for name, value in pairs if name.lower() == "event-subclass"), "")
    rest = [(name, value) for name, value in pairs if name.lower() not in {"event-subclass", "event-name"}]
    channel.fire("CUSTOM", rest, subclass=subclass)


def _pair(text: str) -> tuple[str, str, str]:
    name, separator, value = text.partition("=")
    return name.strip(), separator, value


@application("flush_dtmf")
def flush_dtmf(channel: Channel, _argument: str) -> None:
    """Forget the keys in the queue."""
    channel.digits.flush()


@application("queue_dtmf")
def queue_dtmf(channel: Channel, argument: str) -> None:
    """Put keys into this channel's own queue, as if the caller had pressed them."""
    for digit in parse(argument):
        channel.queue_digit(digit)


@application("send_dtmf")
def send_dtmf(channel: Channel, argument: str) -> None:
    """Send keys to the far end."""
    for digit in parse(argument, "UNKNOWN"):
        channel.party.digit(channel, digit)


def _ignore(_digit: Digit) -> bool:
    return False
