"""The applications that connect the caller with somebody else, or send them elsewhere: bridge, transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch import causes
from ivr.switch.applications.table import application
from ivr.switch.bridge import talk
from ivr.switch.originate import originate
from ivr.switch.text import separate, true
from ivr.switch.transfer import transfer

if TYPE_CHECKING:
    from ivr.switch.channel import Channel

# Without `continue_on_fail` these alone do not end the caller's call (switch_channel_handle_cause).
_HARMLESS = frozenset({"NO_ANSWER", "NO_USER_RESPONSE", "ORIGINATOR_CANCEL"})


@application("bridge")
def bridge(channel: Channel, argument: str) -> None:
    """Call a dial string and talk; back here when the talk is over or nobody was reached."""
    if not argument:
        return
    outcome = originate(channel.switch, argument, channel)
    if outcome.leg:
        talk(channel, outcome.leg)
        return
    channel.variables.set("originate_failed_cause", outcome.cause)
    if not _goes_on(channel, outcome.cause):
        channel.hangup(outcome.cause)


@application("transfer")
def send_elsewhere(channel: Channel, argument: str) -> None:
    """`[-bleg|-both] <number> [<dialplan> [<context>]]`: leave for another number."""
    words = separate(argument)
    which = words.pop(0).lower() if words and words[0].startswith("-") else ""
    if not words:
        return
    other = channel.bridged_to
    if which and other:
        transfer(other, *words[:3])
    if which != "-bleg":
        transfer(channel, *words[:3])


def _goes_on(channel: Channel, cause: str) -> bool:
    if not channel.ready:
        return True
    wish = channel.variables.get("continue_on_fail")
    if wish is None:
        return cause in _HARMLESS
    return true(wish) or causes.listed(cause, wish)
